"""Whether the media folder belongs to this database: an unmounted volume leaves an empty folder.

A mark file lies in the media folder, and the database knows its content. Nothing is written if they differ.
"""

import secrets
from contextlib import suppress
from pathlib import Path

from generations.files import store
from generations.files.store import NoPlace
from generations.models import Asset, Obstacle, Runtime, Video
from generations.wording import saving

LOOKED_FOR = 50
"""How many of the newest files are checked to tell whether a folder without a mark is still ours."""


class NotMounted(NoPlace):
    """The media folder is not ours, or not writable. The trouble may pass on its own."""


def mark() -> Path:
    return store.at(".kiestudio")


def begin() -> str:
    """At a start, check that the folder is ours, and mark it when it is new. What is wrong; else empty."""
    if not Runtime.row().media_mark and not found() and _newest() and not _has_files():
        Runtime.objects.update(media_mark=secrets.token_hex(16))
    try:
        require()
    except NotMounted as trouble:
        return str(trouble)
    return ""


def require() -> None:
    """Raises NotMounted unless the media folder belongs to this database.

    A database's first folder gets its mark, and so does a folder that has the database's files but lost its
    mark.
    """
    known, here = Runtime.row().media_mark, found()
    if known and known == here:
        return
    if known and (here or not _has_files()):
        raise NotMounted(Obstacle.VOLUME)
    take()


def trouble(runtime: Runtime | None = None) -> str:
    """Why nothing is saved right now; empty: the folder is ours. Cheap enough to run on every page."""
    known = (runtime or Runtime.now()).media_mark
    return saving.sentence(Obstacle.VOLUME, {}) if known and known != found() else ""


def take() -> None:
    """Make this folder the one of this database. Raises NotMounted when the mark cannot be written.

    If two processes do so at once, the first one decides the mark.
    """
    if not found():
        _write(Runtime.row().media_mark or secrets.token_hex(16))
    Runtime.row()
    Runtime.objects.update(media_mark=found())


def found() -> str:
    """Content of the folder's mark; empty if there is none."""
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
        raise NotMounted(Obstacle.READ_ONLY, errno=failure.errno or 0) from failure


def _newest() -> list[str]:
    rows = (Video.objects, Asset.objects)
    own = (some.exclude(path="").order_by("-id").values_list("path", flat=True) for some in rows)
    return [path for some in own for path in some[:LOOKED_FOR]]


def _has_files() -> bool:
    return any(store.at(path).is_file() for path in _newest())
