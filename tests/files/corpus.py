"""Files as results may come: every container, codec, shape and fault that the tests try. Made, not kept."""

import json
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw

SIZE = (64, 48)
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'><script>document.title = 'It ran'</script></svg>"
RATE = 12


def film(
    path: Path,
    codec: str = "libx264",
    *,
    form: str | None = None,
    size: tuple[int, int] = SIZE,
    frames: int = 24,
    pixels: str = "yuv420p",
    sound: str = "",
    options: dict[str, str] | None = None,
    shape: Fraction | None = None,
    turn: int = 0,
    codec_options: dict[str, str] | None = None,
    rate: Fraction | int = RATE,
) -> None:
    """A clip whose upper left quarter is red; the rest is blue."""
    with priority_kept(), av.open(str(path), "w", format=form, options=options or {}) as out:
        name: Any = codec
        stream: Any = out.add_stream(name, rate=rate, options=codec_options or {}) if codec else None
        if stream:
            stream.width, stream.height, stream.pix_fmt = *size, pixels
            stream.codec_context.thread_count = 1
            if shape:
                stream.codec_context.sample_aspect_ratio = shape
            if turn:
                stream.set_display_rotation(turn)
        heard: Any = out.add_stream(sound, rate=48_000, layout="mono") if sound else None
        if heard:
            _hum(out, heard, float(frames / rate))
        for _ in range(frames if stream else 0):
            out.mux(stream.encode(av.VideoFrame.from_image(quarter(size))))
        if stream:
            out.mux(stream.encode())


@contextmanager
def priority_kept() -> Iterator[None]:
    """As root SVT-AV1 gives its caller real-time priority, for good: nobody else gets a turn then."""
    if not hasattr(os, "sched_getscheduler"):
        yield
        return
    policy, param = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, param)


def quarter(size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, (20, 40, 200))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 2), fill=(220, 30, 20))
    return image


def _hum(out: Any, stream: Any, seconds: float) -> None:
    samples = 1024
    for n in range(int(48_000 * seconds) // samples):
        frame = av.AudioFrame(format="fltp", layout="mono", samples=samples)
        frame.sample_rate, frame.pts, frame.time_base = 48_000, n * samples, Fraction(1, 48_000)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        out.mux(stream.encode(frame))
    out.mux(stream.encode())


def _replaced(old: bytes, new: bytes) -> Callable[[Path], None]:
    """H.264 in MP4 with some of its bytes changed."""

    def make(path: Path) -> None:
        film(path, form="mp4")
        data = path.read_bytes()
        assert old in data
        path.write_bytes(data.replace(old, new))

    return make


def _damaged(path: Path) -> None:
    """AV1 of which the middle packet is nonsense."""
    film(path, "libsvtav1", form="mp4", size=(64, 64), codec_options={"preset": "12"})
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as whole:
        packets = [(p.pos, p.size) for p in whole.demux(video=0) if p.size]
    at, length = packets[len(packets) // 2]
    assert at
    data[at : at + length] = b"\xff" * length
    path.write_bytes(data)


def _no_frames(path: Path) -> None:
    with av.open(str(path), "w", format="mp4") as out:
        stream: Any = out.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        out.start_encoding()


def _no_streams(path: Path) -> None:
    path.write_bytes(_box(b"ftyp", b"isom\0\0\0\0") + _box(b"moov", b""))


def _pictures(kind: str, **more: Any) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        frames = [quarter(SIZE).rotate(90 * n) for n in range(4)]
        moving = {"save_all": True, "append_images": frames[1:], "duration": 250, "loop": 0, **more}
        frames[0].save(path, kind, **moving)

    return make


def _picture(kind: str, **more: Any) -> Callable[[Path], None]:
    return lambda path: quarter(SIZE).save(path, kind, **more)


def _turned_jpeg(path: Path) -> None:
    """Shown turned by 90° against the clock (EXIF orientation 8)."""
    exif = Image.Exif()
    exif[0x0112] = 8
    quarter(SIZE).save(path, "JPEG", exif=exif)


def _avif(path: Path) -> None:
    with priority_kept():
        quarter(SIZE).save(path, "AVIF", codec="auto", speed=10)


def _psd(path: Path) -> None:
    """A Photoshop file of one flat picture (Adobe's file format specification), raw and without layers."""
    width, height = SIZE
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, height, width, 8, 3) + bytes(12)
    planes = b"".join(band.tobytes() for band in quarter(SIZE).split())
    path.write_bytes(head + b"\0\0" + planes)


def _made(*args: Any, **kwargs: Any) -> Callable[[Path], None]:
    return lambda path: film(path, *args, **kwargs)


def _bytes(data: bytes) -> Callable[[Path], Any]:
    return lambda path: path.write_bytes(data)


def _heic(path: Path) -> None:
    path.write_bytes(_box(b"ftyp", b"heic\0\0\0\0mif1heic") + _box(b"meta", bytes(40)))


X265 = {"x265-params": "log-level=none:pools=none"}
FILES: dict[str, tuple[Callable[[Path], Any], dict[str, Any]]] = {
    "plain MP4": (
        _made(form="mp4", sound="aac"),
        {"container": "mp4", "video_codec": "h264", "audio_codec": "aac"},
    ),
    "HEVC": (_made("libx265", form="mp4", codec_options=X265), {"container": "mp4", "video_codec": "hevc"}),
    "AV1": (
        _made("libsvtav1", form="mp4", size=(64, 64), codec_options={"preset": "12"}),
        {"video_codec": "av1", "height": 64},
    ),
    "VP9 in WebM": (
        _made("libvpx-vp9", form="webm", sound="libopus"),
        {"container": "webm", "video_codec": "vp9"},
    ),
    "VP8 in WebM": (_made("libvpx", form="webm"), {"container": "webm", "video_codec": "vp8"}),
    "ProRes in MOV": (
        _made("prores_ks", form="mov", pixels="yuv422p10le"),
        {"container": "mov", "video_codec": "prores", "pixel_format": "yuv422p10le"},
    ),
    "H.264 in Matroska": (_made(form="matroska"), {"container": "mkv"}),
    "AVI": (_made("mpeg4", form="avi"), {"container": "avi", "video_codec": "mpeg4"}),
    "MPEG-TS": (_made(form="mpegts", sound="aac"), {"container": "ts", "video_codec": "h264"}),
    "MPEG-PS": (_made("mpeg2video", form="vob"), {"container": "mpg", "video_codec": "mpeg2video"}),
    "FLV": (_made(form="flv"), {"container": "flv"}),
    "10 bits": (_made(form="mp4", pixels="yuv420p10le"), {"pixel_format": "yuv420p10le"}),
    "fragments": (_made(form="mp4", options={"movflags": "frag_keyframe+empty_moov"}), {"container": "mp4"}),
    "one frame": (_made(form="mp4", frames=1), {"video_codec": "h264"}),
    "full range": (_made(form="mp4", pixels="yuvj420p"), {"video_codec": "h264"}),
    "turned": (_made(form="mp4", turn=90), {"width": 48, "height": 64}),
    "upside down": (_made(form="mp4", turn=180), {"width": 64, "height": 48}),
    "wide pixels": (_made(form="mp4", shape=Fraction(2)), {"width": 128, "height": 48}),
    "very tall": (_made(form="mp4", size=(64, 4096), frames=4), {"width": 64, "height": 4096}),
    "very thin": (_made(form="mp4", size=(16, 1200), frames=4), {"width": 16, "height": 1200}),
    "very wide": (_made(form="mp4", size=(4096, 16), frames=4), {"width": 4096, "height": 16}),
    "very large": (
        _made(form="mp4", size=(8192, 8192), frames=1, codec_options={"preset": "ultrafast"}),
        {"width": 8192, "height": 8192},
    ),
    "one damaged packet": (_damaged, {"video_codec": "av1", "height": 64}),
    "odd colour tags": (
        _made(form="mp4", codec_options={"x264-params": "colorprim=film:transfer=log316:colormatrix=YCgCo"}),
        {"video_codec": "h264"},
    ),
    "GIF": (_pictures("GIF"), {"container": "gif", "video_codec": "gif", "seconds": 1.0}),
    "animated WebP": (_pictures("WEBP"), {"container": "webp", "seconds": 1.0, "fps": 4.0}),
    "animated PNG": (_pictures("PNG"), {"container": "png", "seconds": 1.0}),
    "JPEG": (_picture("JPEG"), {"container": "jpg", "seconds": 0.0}),
    "turned JPEG": (_turned_jpeg, {"container": "jpg", "width": 48, "height": 64}),
    "AVIF": (_avif, {"container": "avif", "width": 64}),
    "BMP": (_picture("BMP"), {"container": "bmp", "width": 64}),
    "TIFF": (_picture("TIFF"), {"container": "tiff", "width": 64}),
    "TIFF of several pages": (_pictures("TIFF"), {"container": "tiff", "seconds": 0.0}),
    "JPEG 2000": (_picture("JPEG2000"), {"container": "jp2", "width": 64}),
    "JPEG 2000 alone": (_picture("JPEG2000", no_jp2=True), {"container": "j2k", "width": 64}),
    "Photoshop": (_psd, {"container": "psd", "width": 64}),
}
"""By name: how it is made, and what of it is certain. A still can be drawn of each."""
UNDRAWN: dict[str, tuple[Callable[[Path], Any], dict[str, Any]]] = {
    "unknown codec tag": (_replaced(b"avc1", b"zzz9"), {"video_codec": "zzz9", "container": "mp4"}),
    "sound alone": (
        _made("", form="mp4", sound="aac"),
        {"width": 0, "video_codec": "", "audio_codec": "aac"},
    ),
    "no frames": (_no_frames, {"seconds": 0.0}),
    "no streams": (
        _no_streams,
        {"width": 0},
    ),
    "JPEG XL": (_bytes(b"\xff\x0a" + bytes(90)), {"container": "jxl"}),
    "JPEG XL in boxes": (_bytes(b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(90)), {"container": "jxl"}),
    "HEIC": (_heic, {"container": "heic"}),
    "SVG": (_bytes(DRAWING), {"container": "svg"}),
    "SVG with a head": (
        _bytes(b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- by a < b -->\n<!DOCTYPE svg>\n" + DRAWING),
        {"container": "svg"},
    ),
}
"""The same for files of which nothing can be drawn."""
NO_MEDIA = {
    "a page": b"<!doctype html><title>404</title>" + b"<p>Not found" * 50,
    "an answer": json.dumps({"code": 404, "msg": "not found"}).encode(),
    "a list of files": b"#EXTM3U\nhttp://127.0.0.1/secret.ts\n",
    "a page with a drawing": b"<!doctype html><title>Sorry</title>" + DRAWING,
    "a page of XML": b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>"
    + DRAWING
    + b"</html>",
    "a text that begins like a bitmap": b"BM is short for bitmap, and this is none of it." * 4,
    "an archive": b"PK\x03\x04" + bytes(400),
    "a text": b"The file is on its way.",
    "nothing but zeros": bytes(5000),
    "nothing": b"",
}


def _box(name: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4) + name + body
