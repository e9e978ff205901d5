"""Work that says what it can see."""

import os


def work() -> list[str]:
    return sorted(os.environ)
