"""The outer structure of a media file: what kind it is by its first bytes, and whether its end is there."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

EBML = b"\x1a\x45\xdf\xa3"
SEGMENT = 0x18538067
BOXES = frozenset(
    b"ftyp moov mdat free skip wide uuid meta moof mfra sidx ssix styp pdin emsg prft pnot imda".split()
)
"""Top-level boxes of ISO/IEC 14496-12 and of QuickTime."""
START = 512
"""Bytes from which the kind is told."""


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """A kind of file, as people and browsers call it."""

    name: str
    extension: str
    content_type: str
    is_picture: bool = False
    """Whether a browser shows it as an image: it may move, but it has no sound and no player."""
    sound_type: str = ""
    """The content type when there is sound in it alone."""
    sound_extension: str = ""


KINDS: dict[str, FileKind] = {
    "mp4": FileKind(
        name="MP4",
        extension="mp4",
        content_type="video/mp4",
        sound_type="audio/mp4",
        sound_extension="m4a",
    ),
    "mov": FileKind(name="QuickTime", extension="mov", content_type="video/quicktime"),
    "3gp": FileKind(name="3GPP", extension="3gp", content_type="video/3gpp", sound_type="audio/3gpp"),
    "webm": FileKind(name="WebM", extension="webm", content_type="video/webm", sound_type="audio/webm"),
    "mkv": FileKind(
        name="Matroska",
        extension="mkv",
        content_type="video/x-matroska",
        sound_type="audio/x-matroska",
        sound_extension="mka",
    ),
    "avi": FileKind(name="AVI", extension="avi", content_type="video/x-msvideo"),
    "ts": FileKind(name="MPEG-TS", extension="ts", content_type="video/mp2t"),
    "m2ts": FileKind(name="MPEG-TS", extension="m2ts", content_type="video/mp2t"),
    "mpg": FileKind(name="MPEG", extension="mpg", content_type="video/mpeg"),
    "flv": FileKind(name="Flash video", extension="flv", content_type="video/x-flv"),
    "wmv": FileKind(name="Windows Media", extension="wmv", content_type="video/x-ms-wmv"),
    "ogg": FileKind(
        name="Ogg",
        extension="ogv",
        content_type="video/ogg",
        sound_type="audio/ogg",
        sound_extension="ogg",
    ),
    "mxf": FileKind(name="MXF", extension="mxf", content_type="application/mxf"),
    "ivf": FileKind(name="IVF", extension="ivf", content_type="video/x-ivf"),
    "h264": FileKind(name="H.264 stream", extension="h264", content_type="video/h264"),
    "gif": FileKind(name="GIF", extension="gif", content_type="image/gif", is_picture=True),
    "webp": FileKind(name="WebP", extension="webp", content_type="image/webp", is_picture=True),
    "png": FileKind(name="PNG", extension="png", content_type="image/png", is_picture=True),
    "jpg": FileKind(name="JPEG", extension="jpg", content_type="image/jpeg", is_picture=True),
    "avif": FileKind(name="AVIF", extension="avif", content_type="image/avif", is_picture=True),
    "heic": FileKind(name="HEIC", extension="heic", content_type="image/heic", is_picture=True),
    "mp3": FileKind(name="MP3", extension="mp3", content_type="audio/mpeg"),
    "aac": FileKind(name="AAC", extension="aac", content_type="audio/aac"),
    "wav": FileKind(name="WAV", extension="wav", content_type="audio/wav"),
    "flac": FileKind(name="FLAC", extension="flac", content_type="audio/flac"),
}

_STARTS = (
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wmv"),
    (b"OggS\0", "ogg"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01", "mxf"),
    (b"DKIF\0\0", "ivf"),
    (b"\0\0\x01\xba", "mpg"),
    (b"\0\0\x01\xb3", "mpg"),
    (b"\0\0\0\x01\x67", "h264"),
    (b"\0\0\0\x01\x09", "h264"),
    (b"fLaC\0", "flac"),
    (b"ID3\x02", "mp3"),
    (b"ID3\x03", "mp3"),
    (b"ID3\x04", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xfa", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf2", "mp3"),
    (b"\xff\xf1", "aac"),
    (b"\xff\xf9", "aac"),
)
_RIFF = {b"AVI ": "avi", b"WEBP": "webp", b"WAVE": "wav"}
_BRANDS = {
    b"qt  ": "mov",
    b"avif": "avif",
    b"avis": "avif",
    b"heic": "heic",
    b"heix": "heic",
    b"hevc": "heic",
    b"mif1": "heic",
    b"msf1": "heic",
}


class Cut(Exception):
    """The file ends before one of its parts says that it does; the text says where."""


class Odd(Exception):
    """The bytes are no media at all: they are not given to a decoder."""


def kind_of(start: bytes) -> str:
    """The kind (a name in KINDS) of a file that begins so, whatever its sender calls it; empty: no media."""
    if start[4:8] in BOXES:
        return _kind_by_brand(start)
    if start.startswith(EBML):
        return "webm" if b"webm" in start[:64] else "mkv"
    if start.startswith(b"RIFF"):
        return _RIFF.get(start[8:12], "")
    if _has_packets(start, at=0, every=188):
        return "ts"
    if _has_packets(start, at=4, every=192):
        return "m2ts"
    return next((kind for magic, kind in _STARTS if start.startswith(magic)), "")


def _kind_by_brand(start: bytes) -> str:
    """MP4, or what of the same family the first box names; QuickTime of old names nothing."""
    if start[4:8] != b"ftyp":
        return "mov" if start[4:8] in (b"wide", b"pnot") else "mp4"
    brand = start[8:12]
    return "3gp" if brand.startswith((b"3gp", b"3g2")) else _BRANDS.get(brand, "mp4")


def _has_packets(start: bytes, at: int, every: int) -> bool:
    """Whether MPEG-TS packets begin there, one after the other (ISO/IEC 13818-1: sync byte 0x47)."""
    marks = start[at::every]
    return len(start) > at + every and len(marks) > 1 and set(marks) == {0x47}


def kind_of_file(path: Path) -> str:
    """The kind of a file, by its first bytes. Raises Odd for what is no media."""
    with path.open("rb") as file:
        kind = kind_of(file.read(START))
    if not kind:
        raise Odd("The file is no video, no picture and no sound.")
    return kind


def require_whole(path: Path) -> str:
    """The kind of a file whose structure ends where the file does.

    Raises Odd for what is no media, and Cut for what ends too early. What a structure does not tell, as that
    of a live WebM, is left to who reads its packets.
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
        raise Cut(f"The file ends at {size:,} of {ends:,} bytes.")
    return kind


def _riff_end(start: bytes) -> int:
    """Where the one chunk of a RIFF file ends; 0 when it was written in one go and does not say."""
    length = int.from_bytes(start[4:8], "little")
    return 0 if length in (0, 0xFFFFFFFF) else 8 + length


def _boxes_end(file: BinaryIO, size: int) -> int:
    """Where the last box that begins in the file ends. Raises Cut when none of them is an index."""
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
        raise Cut("The file has no index: it was never finished, or its end is missing.")
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
