"""Work in which a decoder breaks as a decoder does."""

import os
import signal


def work() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)
