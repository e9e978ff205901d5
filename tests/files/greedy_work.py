"""Work that wants more memory than it may have."""


def work() -> int:
    return len(bytearray(1024**3))
