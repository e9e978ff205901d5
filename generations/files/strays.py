"""Files without a row, left behind by processes that died before writing it. Cleared folder by folder.

A week after it appeared, such a file is put aside; a week later it is deleted.
"""

import time
from contextlib import suppress
from pathlib import Path

from generations.files import store

KINDS = ("videos", "posters", "strips", "renditions", "uploads")
"""Folders in which every file has a row."""
EVERY = 60.0
"""Seconds between two folders: every folder gets its turn within a day."""
LEFT_FOR = 7 * 24 * 3600.0
"""Seconds that a file without a row stays in its place, and again as long after it was put aside."""
_turn = {"at": 0.0, "next": 0}


def due() -> bool:
    """Whether it is time for this process to clear another folder."""
    return time.time() - _turn["at"] > EVERY


def aside() -> Path:
    return store.at("strays")


def of_next_folder() -> list[str]:
    """The old files of the next folder, as paths in rows."""
    _turn["at"] = time.time()
    number = int(_turn["next"])
    _turn["next"] = (number + 1) % (256 * len(KINDS))
    folder = store.at(f"{KINDS[number // 256]}/{number % 256:02x}")
    if not folder.is_dir():
        return []
    old = time.time() - LEFT_FOR
    found = (path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < old)
    return [str(path.relative_to(store.root())) for path in found]


def put_aside(paths: list[str]) -> None:
    """Move files out of their places, and delete those put aside long ago. Raises OSError."""
    aside().mkdir(exist_ok=True)
    for path in paths:
        store.at(path).rename(aside() / Path(path).name)
    for stray in aside().iterdir():
        with suppress(FileNotFoundError):
            if stray.stat().st_ctime < time.time() - LEFT_FOR:
                stray.unlink()
