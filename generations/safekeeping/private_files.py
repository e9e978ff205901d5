"""Files that their owner alone may read, also those that were made before, or under another umask."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from generations.models.upload import media_root

log = logging.getLogger(__name__)

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def ours() -> list[Path]:
    """Where this installation keeps things: its data folder, and what a setting or a link puts elsewhere."""
    data = Path(settings.DATA_DIR).resolve()
    places = [data]
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        places += [Path(f"{name}{end}").resolve() for end in ("", "-wal", "-shm", "-journal")]
    places.append(media_root().resolve())
    return [data, *(place for place in places if not place.is_relative_to(data))]


def narrow(*places: Path) -> int:
    """Take every right from others at these files and folders and what is in them; how many were changed.

    Links are not followed, and a folder that everybody may write into (such as /tmp) stays as it is. What
    belongs to somebody else is said in the log once.
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
