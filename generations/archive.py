"""Bytes → a checked file in the storage. Nothing here touches the database."""

import hashlib
import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import requests

from generations import crash, poster
from generations.connection import MediaRule
from generations.kie import netguard
from generations.models.upload import media_root

MAX_BYTES = 2 * 1024**3
DEADLINE = 480.0
"""Seconds for one file."""
CHUNK = 256 * 1024


class NotSaved(Exception):
    """The file could not be fetched whole; the text says why. Trying again is free."""


class Gone(NotSaved):
    """The link does not work any more: a new one is needed."""


class Elsewhere(NotSaved):
    """The link points to a host or an address that results may not come from."""


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
    try:
        size, digest = _fetch(url, rule, part)
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


_PLACES = (("videos", ".mp4"), ("posters", ".webp"), ("strips", ".webp"))


def _fetch(url: str, rule: MediaRule, target: Path) -> tuple[int, str]:
    """Stream the file to the disk; bytes and SHA-256 of what was written. Raises NotSaved or OSError."""
    try:
        with netguard.fetch(url, hosts=rule.hosts, private=rule.allows_private(url)) as answer:
            _judge(answer)
            return _write(answer, target)
    except netguard.UnknownHost as unknown:
        raise Elsewhere(
            f"The result lies at {unknown.host}, which is not among KIE_MEDIA_HOSTS. An admin can add it."
        ) from unknown
    except netguard.Blocked as blocked:
        raise Elsewhere(f"The result’s address is not allowed: {blocked}") from blocked
    except requests.RequestException as failure:
        raise NotSaved(f"The line broke: {type(failure).__name__}.") from failure


def _judge(answer: requests.Response) -> None:
    if answer.status_code in (401, 403, 404, 410):
        raise Gone(f"Kie’s file host answered {answer.status_code}: the link has expired.")
    if answer.status_code != 200:
        raise NotSaved(f"Kie’s file host answered {answer.status_code}.")
    kind = answer.headers.get("Content-Type", "").lower()
    if kind.startswith(("text/", "application/json")):
        raise NotSaved(f"Kie’s file host answered {kind.split(';')[0]} instead of a video.")


def _write(answer: requests.Response, target: Path) -> tuple[int, str]:
    said = answer.headers.get("Content-Length", "")
    ends = time.monotonic() + DEADLINE
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        for chunk in answer.iter_content(CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                raise NotSaved("The file is larger than 2 GiB.")
            if time.monotonic() > ends:
                raise NotSaved(f"The file took longer than {DEADLINE:.0f} s.")
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise NotSaved("The file is empty.")
    if said.isdigit() and int(said) != size and "Content-Encoding" not in answer.headers:
        raise NotSaved(f"The file ended at {size:,} of {int(said):,} bytes.")
    return size, digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
