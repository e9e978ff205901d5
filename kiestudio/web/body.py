"""The body of a request: in memory while it is short, otherwise on the disk."""

import io
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from kiestudio.web.request import Refusal

if TYPE_CHECKING:
    from kiestudio.web.connection import Connection

PIECE = 256 * 1024
"""Bytes of a body that have to arrive within the body's time limit, and that are written to disk at once."""


class Body:
    """Stores what arrives. Bytes not yet on the disk count as memory held by the connection."""

    def __init__(self, connection: "Connection") -> None:
        self.connection, self.places = connection, connection.site.places
        self.size = 0
        self.unwritten = bytearray()
        self.file: IO[bytes] | None = None

    async def take(self, data: bytes) -> None:
        """Store the data. Raises Refusal when there is no room in memory or on the disk."""
        if not self.places.hold(self.connection, len(data)):
            raise Refusal(503, "The studio has too much to do. Try again in a moment.")
        self.size += len(data)
        self.unwritten += data
        if self._is_long() and len(self.unwritten) >= PIECE:
            await self._put()

    async def whole(self) -> IO[bytes]:
        """The whole body, from its beginning. Raises Refusal when the disk is full."""
        if self._is_long():
            await self._put()
        found = self.file or io.BytesIO(self.unwritten)
        found.seek(0)
        return found

    def close(self) -> None:
        if self.file:
            self.file.close()

    def _is_long(self) -> bool:
        return self.size > self.connection.limits.body_size

    async def _put(self) -> None:
        """Write in a thread: a slow disk must not block the loop."""
        piece, self.unwritten = self.unwritten, bytearray()
        try:
            await self.connection.in_thread(self.connection.site.disk, self._write, piece)
        except OSError as full:
            raise Refusal(507, "The disk of this studio is full.") from full
        self.places.release(self.connection)

    def _write(self, piece: bytes) -> None:
        self.file = self.file or TemporaryFile()  # noqa: SIM115
        self.file.write(piece)
        self.file.flush()
