"""The outer structure of a media file: whether it is complete."""

from pathlib import Path
from typing import BinaryIO

from generations.files.kinds import BOXES, EBML, START, kind_of

SEGMENT = 0x18538067


class Cut(Exception):
    """The file ends before one of its parts should; with an end of 0, its index is missing altogether."""

    def __init__(self, size: int, ends: int) -> None:
        super().__init__(size, ends)
        self.size, self.ends = size, ends


class Odd(Exception):
    """The bytes are no media file at all: they are not passed to a decoder."""


def kind_of_file(path: Path) -> str:
    """The kind of a file, by its first bytes. Raises Odd when it is no media file."""
    with path.open("rb") as file:
        kind = kind_of(file.read(START))
    if not kind:
        raise Odd
    return kind


def require_whole(path: Path) -> str:
    """The kind of a file whose structure ends where the file does.

    Raises Odd when it is no media file, and Cut when it ends too early. Where the structure does not tell, as
    in a live WebM, the check is left to the code that reads the packets.
    """
    kind, size = kind_of_file(path), path.stat().st_size
    with path.open("rb") as file:
        start = file.read(START)
        if start[4:8] in BOXES:
            ends = _boxes_end(file, size)
        elif start.startswith(EBML):
            ends = _segment_end(file)
        elif start.startswith(b"RIFF"):
            ends = _riff_end(start)
        else:
            ends = 0
    if ends > size:
        raise Cut(size, ends)
    return kind


def _riff_end(start: bytes) -> int:
    """Where the single chunk of a RIFF file ends; 0 when it was streamed and does not say."""
    length = int.from_bytes(start[4:8], "little")
    return 0 if length in (0, 0xFFFFFFFF) else 8 + length


def _boxes_end(file: BinaryIO, size: int) -> int:
    """Where the last box that begins in the file ends. Raises Cut when there is no index box."""
    at, seen = 0, set()
    while at + 8 <= size:
        file.seek(at)
        header = file.read(16)
        length = int.from_bytes(header[:4])
        if header[4:8] not in BOXES:
            break
        seen.add(header[4:8])
        if length == 0:
            at = size
            break
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length < 8:
            break
        at += length
    if at == size and not seen & {b"moov", b"meta"}:
        raise Cut(size, 0)
    return at


def _segment_end(file: BinaryIO) -> int:
    """Where the single segment of a WebM or Matroska file ends; 0 when it does not say."""
    file.seek(4)
    header = _number(file)
    file.seek(header or 0, 1)
    if header is None or int.from_bytes(file.read(4)) != SEGMENT:
        return 0
    length = _number(file)
    return 0 if length is None else file.tell() + length


def _number(file: BinaryIO) -> int | None:
    """A variable-length EBML number (RFC 8794, section 4); None when it stands for “unknown”."""
    first = file.read(1)
    width = 9 - first[0].bit_length() if first and first[0] else 0
    if not width:
        return None
    value = int.from_bytes(first + file.read(width - 1)) - (1 << 7 * width)
    return None if value == (1 << 7 * width) - 1 else value
