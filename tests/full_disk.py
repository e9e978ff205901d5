"""A disk that takes nothing more, for one file: `/dev/full` in its place, as the system has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def full(path: Path) -> Iterator[None]:
    """Whoever writes there is told that no space is left; afterwards the file is again what it was."""
    aside = path.with_name(f"{path.name}.aside")
    had_one = path.exists()
    if had_one:
        path.rename(aside)
    path.symlink_to("/dev/full")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        if had_one:
            aside.rename(path)
