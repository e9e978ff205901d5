"""A ZIP that is made while it is sent: nothing of it is kept, and its length is known before it begins."""

import logging
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from generations.deliver import manifest
from generations.deliver.shots import Shot
from generations.files import store
from generations.wording.figures import bytes_text

log = logging.getLogger(__name__)

PIECE = 256 * 1024
"""Bytes that are read at once, and kept of a client that is slow."""
GB = 10**9
OLDEST = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16


class TooMuch(Exception):
    """This cannot be delivered as one ZIP. Its text is for people."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file of a ZIP: with contents of its own, or what is stored at a path."""

    name: str
    size: int
    at: datetime
    content: bytes = b""
    path: str = ""

    @property
    def is_big(self) -> bool:
        """Whether zipfile writes its size as 64 bits (zipfile.ZipFile.open)."""
        return self.size * 1.05 > zipfile.ZIP64_LIMIT

    def pieces(self) -> Iterator[bytes]:
        """Raises OSError, also when the file is not as long as it was."""
        if not self.path:
            yield self.content
            return
        left = self.size
        with store.opened(self.path) as file:
            while left and (piece := file.read(min(PIECE, left))):
                left -= len(piece)
                yield piece
        if left:
            raise OSError(f"{self.path} has become shorter")


class Archive:
    """The clips of a board that are here, after the list of all of them."""

    def __init__(self, shots: Sequence[Shot], at: datetime) -> None:
        """Raises TooMuch."""
        here = [shot for shot in shots if shot.is_here]
        if not here:
            raise TooMuch("There is nothing to deliver: no clip of this board is on our disk.")
        together = sum(shot.video.size for shot in here)
        if together > settings.ZIP_GB * GB:
            raise TooMuch(
                f"These clips are {bytes_text(together)}. A ZIP takes {settings.ZIP_GB:,} GB: "
                "take some off this board, or make two of it."
            )
        listed = manifest.manifest(shots)
        first = Entry(name=manifest.NAME, size=len(listed), at=at, content=listed)
        self.entries = [first, *map(_entry, here)]

    @property
    def size(self) -> int:
        """Bytes of the whole ZIP, as zipfile lays it out unsought (APPNOTE.TXT 6.3.10)."""
        offset = central = 0
        for entry in self.entries:
            name, most = len(entry.name.encode()), zipfile.ZIP64_LIMIT
            wide = 8 * (2 * (entry.size > most) + (offset > most))
            central += 46 + name + (4 + wide if wide else 0)
            offset += 30 + name + (20 + 24 if entry.is_big else 16) + entry.size
        count, most = len(self.entries), zipfile.ZIP64_LIMIT
        ends_wide = count > zipfile.ZIP_FILECOUNT_LIMIT or offset > most or central > most
        return offset + central + 22 + (56 + 20 if ends_wide else 0)

    def __iter__(self) -> Iterator[bytes]:
        """The ZIP, a piece at a time. Raises OSError when a file is gone meanwhile."""
        try:
            yield from self._pieces()
        except OSError:
            log.exception("A ZIP ended before its end")
            raise

    def _pieces(self) -> Iterator[bytes]:
        written = _Written()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as zipped:
            for entry in self.entries:
                with zipped.open(_info(entry), "w") as into:
                    for piece in entry.pieces():
                        into.write(piece)
                        yield written.taken()
        yield written.taken()


class _Written:
    """A file object that cannot be sought in, and from which is taken what was written."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        data, self._parts = b"".join(self._parts), []
        return data


def _entry(shot: Shot) -> Entry:
    video = shot.video
    return Entry(name=shot.name, size=video.size, at=video.created_at, path=video.path)


def _info(entry: Entry) -> zipfile.ZipInfo:
    moment = timezone.localtime(entry.at).timetuple()[:6]
    info = zipfile.ZipInfo(entry.name, max(moment, OLDEST))
    info.file_size, info.external_attr, info.create_system = entry.size, READABLE, 3
    return info
