"""Where the bytes lie: the only module that knows. Rows hold paths relative to the media folder."""

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from generations.models.obstacle import Obstacle
from generations.wording import saving

RESERVE = 100 * 1024**2
"""Bytes to keep free on the disk."""


class NotSaved(Exception):
    """The file could not be fetched completely. Trying again is free. Its text is for people."""

    def __init__(self, obstacle: Obstacle, **facts: Any) -> None:
        super().__init__(obstacle, facts)
        self.obstacle, self.facts = obstacle, facts

    def __str__(self) -> str:
        return saving.sentence(self.obstacle, self.facts)


class NoPlace(NotSaved):
    """This machine has no room for the file: its admin has to act, and Kie is not the cause."""


def root() -> Path:
    """The media folder, which holds all kept files."""
    return Path(settings.MEDIA_ROOT)


def at(path: str) -> Path:
    """Where the file of a row lies on this machine, for decoders and commands."""
    return root() / path


def opened(path: str) -> BinaryIO:
    """A stored file, to be read. Raises OSError."""
    return at(path).open("rb")


def has_size(path: str, size: int) -> bool:
    """Whether a stored file is there with so many bytes."""
    try:
        return at(path).stat().st_size == size
    except OSError:
        return False


def is_whole(path: str, size: int, sha256: str) -> bool:
    """Whether a stored file is intact, byte for byte. Raises OSError when the disk cannot read it."""
    whole = at(path)
    if not whole.is_file() or whole.stat().st_size != size:
        return False
    with whole.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def incoming() -> Path:
    """The folder for incomplete files, on the volume where they will be stored. Raises OSError."""
    folder = root() / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def place(name: uuid.UUID, kind: str, extension: str) -> str:
    """The path of a new file; its folder is created. Raises OSError."""
    path = f"{kind}/{name.hex[:2]}/{name}.{extension}"
    at(path).parent.mkdir(parents=True, exist_ok=True)
    return path


def put(part: Path, path: str) -> None:
    """Move a complete file into its place. Raises OSError."""
    part.replace(at(path))


def sync(path: str) -> None:
    """Flush the name of a file that was moved into its place to the disk. Raises OSError."""
    handle = os.open(at(path).parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def delete(path: str) -> None:
    """Delete a stored file; one that is gone already is no error. Raises OSError."""
    at(path).unlink(missing_ok=True)


def discard(part: Path) -> None:
    """Delete an incomplete file if the disk lets us."""
    with suppress(OSError):
        part.unlink(missing_ok=True)


def require_room(target: Path) -> None:
    """Keep some room on the disk: the database and the journal have to go on writing. Raises NoPlace."""
    if shutil.disk_usage(target.parent).free < RESERVE:
        raise NoPlace(Obstacle.ROOM)


@contextmanager
def disk() -> Iterator[None]:
    """Raise NoPlace in place of a disk error."""
    try:
        yield
    except OSError as failure:
        raise NoPlace(Obstacle.DISK, errno=failure.errno or 0) from failure
