"""Bytes → a checked file in the storage. Nothing here touches the database."""

import hashlib
import os
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from generations import crash, poster
from generations.connection import MediaRule
from generations.download import Download, NotSaved
from generations.models.upload import media_root

LEFT_BEHIND = 24 * 3600.0
"""Seconds after which a part of a file belongs to nobody."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A whole, checked file with its stills, and what it is. Paths are relative to the media folder."""

    uuid: uuid.UUID
    path: str
    poster_path: str
    strip_path: str
    size: int
    sha256: str
    probe: poster.Probe

    @property
    def facts(self) -> dict[str, Any]:
        """All of it, as the journal keeps it and `find` takes it."""
        return asdict(self)

    def discard(self) -> None:
        """Delete the files again: somebody else stored this result first."""
        for path in (self.path, self.poster_path, self.strip_path):
            (media_root() / path).unlink(missing_ok=True)


def store(url: str, rule: MediaRule) -> Stored:
    """Fetch a result file, check it, and put it in its place. Raises NotSaved."""
    name = uuid.uuid4()
    folder = f"{name.hex[:2]}"
    part = media_root() / "incoming" / f"{name}.part"
    part.parent.mkdir(parents=True, exist_ok=True)
    _clear(part.parent)
    try:
        size, digest = Download(url, rule, part).fetch()
        crash.point("archive: the file is on the disk")
        found = poster.probe(part)
        paths = [f"{kind}/{folder}/{name}{end}" for kind, end in _PLACES]
        for path in paths:
            (media_root() / path).parent.mkdir(parents=True, exist_ok=True)
        poster.draw(part, media_root() / paths[1], media_root() / paths[2], found.seconds)
        part.replace(media_root() / paths[0])
        crash.point("archive: the file is in its place")
        _sync_folder((media_root() / paths[0]).parent)
    except poster.NotAVideo as broken:
        raise NotSaved(str(broken)) from broken
    except OSError as failure:
        raise NotSaved(f"The disk refused the file: {failure.strerror}.") from failure
    finally:
        part.unlink(missing_ok=True)
    return Stored(
        uuid=name,
        path=paths[0],
        poster_path=paths[1],
        strip_path=paths[2],
        size=size,
        sha256=digest,
        probe=found,
    )


def _clear(incoming: Path) -> None:
    """Delete what processes that were killed have left behind: no download takes so long."""
    for part in incoming.glob("*.part"):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > LEFT_BEHIND:
                part.unlink()


def find(facts: Mapping[str, Any]) -> Stored | None:
    """A file that was stored before, if it is still there byte for byte; its row may be lost."""
    path = media_root() / str(facts["path"])
    if not path.is_file() or path.stat().st_size != facts["size"]:
        return None
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != facts["sha256"]:
            return None
    names = ("path", "poster_path", "strip_path", "size", "sha256")
    kept = {name: facts[name] for name in names}
    return Stored(uuid=uuid.UUID(str(facts["uuid"])), probe=poster.Probe(**facts["probe"]), **kept)


_PLACES = (("videos", ".mp4"), ("posters", ".webp"), ("strips", ".webp"))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
