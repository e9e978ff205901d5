"""Files as their host has them, whole to the last byte and wrong inside. Made, not kept."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
from PIL import Image

from tests.files.corpus import film, quarter

Make = Callable[[Path], None]


def _box_at(data: bytes | bytearray, name: bytes) -> int:
    """Where the body of the first box of that name begins."""
    return data.index(name) + 4


def _table(name: bytes, new: bytes, *, skip: int = 8) -> Make:
    """H.264 in MP4 of which a table of the index says this from its first entry on."""

    def make(path: Path) -> None:
        film(path, form="mp4")
        data = bytearray(path.read_bytes())
        at = _box_at(data, name) + skip
        data[at : at + len(new)] = new
        path.write_bytes(data)

    return make


def _size_of(name: bytes, size: int) -> Make:
    """H.264 in MP4, its index first, of which a box says another size."""

    def make(path: Path) -> None:
        film(path, form="mp4", options={"movflags": "faststart"})
        data = bytearray(path.read_bytes())
        at = data.rindex(name) - 4
        data[at : at + 4] = size.to_bytes(4)
        path.write_bytes(data)

    return make


def _data_of_64_bits(path: Path) -> None:
    """The size of `mdat` takes 64 bits; the index is behind it and its chunks lie 8 bytes further on."""
    film(path, form="mp4")
    data = path.read_bytes()
    at, end = data.index(b"mdat") - 4, data.index(b"moov") - 4
    wide = struct.pack(">I4sQ", 1, b"mdat", end - at + 8)
    index = bytearray(data[end:])
    table = _box_at(index, b"stco") + 4
    for n in range(int.from_bytes(index[table : table + 4])):
        entry = slice(table + 4 + 4 * n, table + 8 + 4 * n)
        index[entry] = (int.from_bytes(index[entry]) + 8).to_bytes(4)
    path.write_bytes(data[:at] + wide + data[at + 8 : end] + index)


def _index_cut_inside(path: Path) -> None:
    """The index is whole by its own size, and the boxes in it are not."""
    film(path, form="mp4")
    data = path.read_bytes()
    at = data.index(b"moov") - 4
    half = data[at + 8 : at + 8 + (len(data) - at) // 2]
    path.write_bytes(data[:at] + (len(half) + 8).to_bytes(4) + b"moov" + half)


def _with(more: bytes) -> Make:
    def make(path: Path) -> None:
        film(path, form="mp4", sound="aac")
        path.write_bytes(path.read_bytes() + more)

    return make


def _free_boxes(path: Path) -> None:
    film(path, form="mp4")
    data, free = path.read_bytes(), b"\0\0\0\x20free" + bytes(24)
    path.write_bytes(data + free * 3 + b"\0\0\0\x08skip")


def _live_webm(path: Path) -> None:
    """A segment and clusters of unknown size, no cues: as it is written to a line."""
    film(path, "libvpx", form="webm")
    data = bytearray(path.read_bytes())
    for name in (b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75"):
        at = data.index(name) + 4
        width = 9 - data[at].bit_length()
        data[at : at + width] = ((2 << 7 * width) - 1).to_bytes(width)
    path.write_bytes(data[: data.rindex(b"\x1c\x53\xbb\x6b")])


def _broken_packets(path: Path) -> None:
    film(path, form="mpegts", sound="aac")
    data = bytearray(path.read_bytes())
    for packet in range(6, len(data) // 188, 7):
        data[188 * packet : 188 * packet + 40] = b"\xee" * 40
    path.write_bytes(data)


def _wrong_avi_index(path: Path) -> None:
    film(path, "mpeg4", form="avi")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"idx1") + 8
    data[at:] = b"\x7f" * (len(data) - at)
    path.write_bytes(data)


def _cover(path: Path) -> None:
    """Sound alone, with a picture of its cover."""
    film(path, "", form="mp4", sound="aac")
    whole = path.with_suffix(".cover.mp4")
    image = path.with_suffix(".jpg")
    quarter((64, 64)).save(image, "JPEG")
    with (
        av.open(str(path)) as sound,
        av.open(str(image)) as picture,
        av.open(str(whole), "w", format="mp4") as out,
    ):
        pairs: list[tuple[Any, Any]] = [(sound, out.add_stream_from_template(sound.streams.audio[0]))]
        pairs += [(picture, out.add_stream_from_template(picture.streams.video[0]))]
        pairs[1][1].disposition = 0x0400
        for source, stream in pairs:
            for packet in source.demux():
                if packet.size:
                    packet.stream = stream
                    out.mux(packet)
    path.write_bytes(whole.read_bytes())


def _streamed_wav(path: Path) -> None:
    """A WAV file whose length was not known when it was begun."""
    film(path, "", form="wav", sound="pcm_s16le")
    data = bytearray(path.read_bytes())
    data[4:8] = b"\xff" * 4
    path.write_bytes(data)


def _latin_title(path: Path) -> None:
    """A title whose letters are not UTF-8."""
    with av.open(str(path), "w", format="avi") as out:
        out.metadata["title"] = "Kafee"
        stream = out.add_stream("mpeg4", rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(12):
            out.mux(stream.encode(av.VideoFrame.from_image(quarter((64, 48)))))
        out.mux(stream.encode())
    path.write_bytes(path.read_bytes().replace(b"Kafee", b"Kaf\xe9e"))


def _half_a_picture(path: Path) -> None:
    Image.effect_noise((64, 64), 90).save(path, "PNG")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


WHOLE: dict[str, Make] = {
    "trailing garbage": _with(b"\xff\xfe junk behind it" * 40),
    "trailing zeros": _with(bytes(777)),
    "free boxes": _free_boxes,
    "data until the end": _size_of(b"mdat", 0),
    "data of 64 bits": _data_of_64_bits,
    "WebM without cues": _live_webm,
    "AVI with a wrong index": _wrong_avi_index,
    "a streamed WAV": _streamed_wav,
    "sound with a cover": _cover,
    "a title of other letters": _latin_title,
}
"""Odd, and all of it can be read: stored the first time."""
FLAWED: dict[str, Make] = {
    "too long samples": _table(b"stts", struct.pack(">II", 24, 9_000_000)),
    "fewer times than samples": _table(b"stts", struct.pack(">II", 3, 1024)),
    "no times": _table(b"stts", struct.pack(">I", 0), skip=4),
    "wrong sizes": _table(b"stsz", struct.pack(">6I", *[0x7FFFFFFF] * 6), skip=12),
    "no sizes": _table(b"stsz", struct.pack(">I", 0), skip=8),
    "half of the sizes": _table(b"stsz", struct.pack(">I", 12), skip=8),
    "half of the places": _table(b"stsc", struct.pack(">4I", 1, 1, 12, 1), skip=4),
    "wrong places": _table(b"stco", struct.pack(">I", 0x7FFFFFF0)),
    "an index cut inside": _index_cut_inside,
    "broken packets": _broken_packets,
    "half a picture": _half_a_picture,
}
"""Wrong inside: some of them cannot be read, and are believed when they came alike."""
CUT: dict[str, Make] = {
    "data too large": _size_of(b"mdat", 0x00FFFFFF),
    "data of endless size": _size_of(b"mdat", 0xFFFFFFFF),
    "an index too large": _size_of(b"moov", 0x00FFFFFF),
}
"""Shorter than their own parts say."""
