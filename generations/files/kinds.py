"""What kind of file some bytes are, judged by the first of them, and its names for people and browsers."""

import re
from dataclasses import dataclass

EBML = b"\x1a\x45\xdf\xa3"
BOXES = frozenset(
    b"ftyp moov mdat free skip wide uuid meta moof mfra sidx ssix styp pdin emsg prft pnot imda".split()
)
"""Top-level boxes of ISO/IEC 14496-12 and of QuickTime."""
START = 2048
"""Number of bytes from which the kind is determined."""


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """A kind of file, with its names for people and browsers."""

    name: str
    extension: str
    content_type: str
    is_picture: bool = False
    """Whether it is an image: it may be animated, but has no sound and needs no player."""
    is_shown: bool = True
    """Whether every browser shows an image of this kind."""
    is_document: bool = False
    """Whether a browser that opens it may run its contents: it is only ever downloaded."""
    sound_type: str = ""
    """The content type when the file contains only sound."""
    sound_extension: str = ""


def _unseen(name: str, extension: str, content_type: str) -> FileKind:
    """An image that few browsers show."""
    return FileKind(
        name=name, extension=extension, content_type=content_type, is_picture=True, is_shown=False
    )


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
    "heic": _unseen("HEIC", "heic", "image/heic"),
    "bmp": FileKind(name="BMP", extension="bmp", content_type="image/bmp", is_picture=True),
    "tiff": _unseen("TIFF", "tif", "image/tiff"),
    "jxl": _unseen("JPEG XL", "jxl", "image/jxl"),
    "jp2": _unseen("JPEG 2000", "jp2", "image/jp2"),
    "j2k": _unseen("JPEG 2000", "j2k", "image/x-jp2-codestream"),
    "psd": _unseen("Photoshop", "psd", "image/vnd.adobe.photoshop"),
    "exr": _unseen("OpenEXR", "exr", "image/x-exr"),
    "svg": FileKind(
        name="SVG",
        extension="svg",
        content_type="application/octet-stream",
        is_picture=True,
        is_shown=False,
        is_document=True,
    ),
    "h265": FileKind(name="HEVC stream", extension="h265", content_type="video/h265"),
    "y4m": FileKind(name="YUV4MPEG2", extension="y4m", content_type="video/x-yuv4mpeg"),
    "rm": FileKind(name="RealMedia", extension="rm", content_type="application/vnd.rn-realmedia"),
    "mp3": FileKind(name="MP3", extension="mp3", content_type="audio/mpeg"),
    "aac": FileKind(name="AAC", extension="aac", content_type="audio/aac"),
    "wav": FileKind(name="WAV", extension="wav", content_type="audio/wav"),
    "flac": FileKind(name="FLAC", extension="flac", content_type="audio/flac"),
    "aiff": FileKind(name="AIFF", extension="aiff", content_type="audio/aiff"),
    "caf": FileKind(name="CAF", extension="caf", content_type="audio/x-caf"),
    "amr": FileKind(name="AMR", extension="amr", content_type="audio/amr"),
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
    (b"\0\0\x01\x67", "h264"),
    (b"\0\0\0\x01\x40\x01", "h265"),
    (b"YUV4MPEG2 ", "y4m"),
    (b".RMF\0", "rm"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"\xff\x0a", "jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "j2k"),
    (b"8BPS\0\x01", "psd"),
    (b"8BPS\0\x02", "psd"),
    (b"\x76\x2f\x31\x01", "exr"),
    (b"caff\0\x01", "caf"),
    (b"#!AMR", "amr"),
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
    b"heim": "heic",
    b"heis": "heic",
    b"hevc": "heic",
    b"hevx": "heic",
    b"mif1": "heic",
    b"msf1": "heic",
}
_OF_ANY_CODEC = (b"mif1", b"msf1")
"""Brands that mean “an image” and leave the codec to the other brands."""
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!DOCTYPE\s+)?(?:\w+:)?svg[\s>]",
    re.DOTALL,
)
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
"""Sizes of a BMP file's second header, checked because its two leading letters may begin any text."""


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
    if start.startswith(b"BM") and int.from_bytes(start[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    if start.startswith(b"FORM") and start[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if _SVG.match(start):
        return "svg"
    return next((kind for magic, kind in _STARTS if start.startswith(magic)), "")


def _kind_by_brand(start: bytes) -> str:
    """MP4, or the member of its family that the first box names; old QuickTime files name none."""
    if start[4:8] != b"ftyp":
        return "mov" if start[4:8] in (b"wide", b"pnot") else "mp4"
    brand = start[8:12]
    if brand in _OF_ANY_CODEC and b"avif" in start[16 : int.from_bytes(start[:4])]:
        return "avif"
    return "3gp" if brand.startswith((b"3gp", b"3g2")) else _BRANDS.get(brand, "mp4")


def _has_packets(start: bytes, at: int, every: int) -> bool:
    """Whether MPEG-TS packets begin there, most of them whole (ISO/IEC 13818-1: sync byte 0x47)."""
    marks = start[at::every]
    whole = 4 * marks.count(0x47) >= 3 * len(marks)
    return len(marks) > 1 and marks[0] == 0x47 and whole
