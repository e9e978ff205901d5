"""The outer structure of a video file: whether its last part ends where it says it ends."""

from pathlib import Path
from typing import BinaryIO

EBML = b"\x1a\x45\xdf\xa3"
SEGMENT = 0x18538067
BOXES = frozenset(
    b"ftyp moov mdat free skip wide uuid meta moof mfra sidx styp pdin emsg prft".split()  # ISO/IEC 14496-12
)


class Cut(Exception):
    """The file ends before one of its parts does; the text says where."""


def is_video(start: bytes) -> bool:
    """Whether a file that begins so is an MP4, MOV, WebM or Matroska file, whatever its sender calls it."""
    return start[4:8] in BOXES or start.startswith(EBML)


class Odd(Exception):
    """The file is of a kind that no result is: it is not given to a decoder."""


def require_whole(path: Path) -> None:
    """Raises Odd for what is no such file, and Cut for one of which the end is missing."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(16)
        if not is_video(start):
            raise Odd("The file is neither MP4 nor WebM.")
        ends = _segment_end(file) if start.startswith(EBML) else _boxes_end(file, size)
    if ends > size:
        raise Cut(f"The file ends at {size:,} of {ends:,} bytes.")


def _boxes_end(file: BinaryIO, size: int) -> int:
    """Where the last box that begins in the file ends."""
    at = 0
    while at + 8 <= size:
        file.seek(at)
        header = file.read(16)
        length = int.from_bytes(header[:4])
        if header[4:8] not in BOXES:
            break
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length < 8:
            break
        at += length
    return at


def _segment_end(file: BinaryIO) -> int:
    """Where the one segment of a WebM or Matroska file ends; 0 when it does not say."""
    file.seek(4)
    header = _number(file)
    file.seek(header or 0, 1)
    if header is None or int.from_bytes(file.read(4)) != SEGMENT:
        return 0
    length = _number(file)
    return 0 if length is None else file.tell() + length


def _number(file: BinaryIO) -> int | None:
    """An EBML number of variable length (RFC 8794, section 4); None when it stands for “unknown”."""
    first = file.read(1)
    width = 9 - first[0].bit_length() if first and first[0] else 0
    if not width:
        return None
    value = int.from_bytes(first + file.read(width - 1)) - (1 << 7 * width)
    return None if value == (1 << 7 * width) - 1 else value
