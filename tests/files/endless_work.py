"""Work that never ends."""

import time


def work() -> None:
    time.sleep(60)
