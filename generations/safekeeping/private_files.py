"""Restricts files to their owner, including files made before, or under a different umask."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from generations.files import store

log = logging.getLogger(__name__)

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def ours() -> list[Path]:
    """Where this installation stores things: its data folder, and where settings or links point."""
    data = Path(settings.DATA_DIR).resolve()
    places = [data]
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        places += [Path(f"{name}{end}").resolve() for end in ("", "-wal", "-shm", "-journal")]
    places.append(store.root().resolve())
    return [data, *(place for place in places if not place.is_relative_to(data))]


def narrow(*places: Path) -> int:
    """Remove all rights of others from these files and folders, recursively; returns how many changed.

    Links are not followed, and a world-writable sticky folder (such as /tmp) stays as it is. Files of another
    owner are logged once.
    """
    changed, refused = 0, []
    for path in (found for place in places for found in _tree(place)):
        try:
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode) or mode & stat.S_ISVTX or not mode & OTHERS:
                continue
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
        except FileNotFoundError:
            continue
        except OSError:
            refused.append(path)
        else:
            changed += 1
    if refused:
        log.warning("Others may read %s, which is not ours (%d in all)", refused[0], len(refused))
    return changed


def _tree(place: Path) -> Iterator[Path]:
    """The place itself, then everything below it."""
    yield place
    for folder, folders, files in os.walk(place):
        yield from (Path(folder, name) for name in (*folders, *files))
