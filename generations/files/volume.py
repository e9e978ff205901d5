"""Whether the media folder is the one of this database: a volume that is not mounted leaves an empty folder.

A mark lies in the media folder, and the database knows what stands in it. Nothing is written beside it.
"""

import secrets
from contextlib import suppress
from pathlib import Path

from generations.files.download import NoPlace
from generations.models import Runtime, Upload, Video
from generations.models.upload import media_root

LOOKED_FOR = 50
"""So many of the newest files tell whether a folder without a mark is ours all the same."""
EMPTY = (
    "The media folder does not hold the files of this studio: is its volume mounted? "
    "Nothing is saved beside it; it is tried again by itself."
)
UNWRITABLE = "The media folder cannot be written to: {}. It is tried again by itself."


class NotMounted(NoPlace):
    """The media folder is not ours, or cannot be written to; the text says so. It may pass by itself."""


def mark() -> Path:
    return media_root() / ".kiestudio"


def begin() -> str:
    """Look at a start whether the folder is ours, and mark it when it is new. What is wrong; else nothing."""
    if not Runtime.row().media_mark and not found() and _newest() and not _has_files():
        Runtime.objects.update(media_mark=secrets.token_hex(16))
    try:
        require()
    except NotMounted as trouble:
        return str(trouble)
    return ""


def require() -> None:
    """Raises NotMounted unless the media folder is the one of this database.

    The first folder of a database gets its mark, and so does one that holds its files and has lost it.
    """
    known, here = Runtime.row().media_mark, found()
    if known and known == here:
        return
    if known and (here or not _has_files()):
        raise NotMounted(EMPTY)
    take()


def trouble(runtime: Runtime | None = None) -> str:
    """Why nothing is saved right now; empty: the folder is ours. Cheap enough for every page."""
    known = (runtime or Runtime.now()).media_mark
    return EMPTY if known and known != found() else ""


def take() -> None:
    """Let this folder be the one of this database from now on. Raises NotMounted when it takes no mark.

    Of two processes that do it at once the first one names the mark.
    """
    if not found():
        _write(Runtime.row().media_mark or secrets.token_hex(16))
    Runtime.row()
    Runtime.objects.update(media_mark=found())


def found() -> str:
    """What stands in the folder's mark; empty without one."""
    with suppress(OSError, ValueError):
        return mark().read_text("ascii").strip()[:40]
    return ""


def _write(token: str) -> None:
    try:
        mark().parent.mkdir(parents=True, exist_ok=True)
        with mark().open("w" if mark().exists() else "x", encoding="ascii") as file:
            file.write(f"{token}\n")
    except FileExistsError:
        return
    except OSError as failure:
        raise NotMounted(UNWRITABLE.format(failure.strerror)) from failure


def _newest() -> list[str]:
    rows = (Video.objects, Upload.objects)
    return [p for some in rows for p in some.order_by("-id").values_list("path", flat=True)[:LOOKED_FOR]]


def _has_files() -> bool:
    return any((media_root() / path).is_file() for path in _newest())
