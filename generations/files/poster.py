"""Stills of a media file: one for the gallery, and a strip of eight shown as the pointer moves."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
from PIL import Image

from generations.files import tone
from generations.files.probe import can_decode, opened, picture_of, pixel_shape

POSTER_BOX = (960, 960)
STRIP_FRAMES = 8
STILL = 2
"""Which of them the poster is, from 0, unless the file ends before."""
STRIP_BOX = (288, 512)
"""Box for one frame of the strip: eight fit into a WebP file (16,383 pixels) whatever their shape."""
DRAW_WITHIN = 45.0
"""Seconds; after that, only what was decoded so far is drawn."""
HUGE = 4096 * 2304
"""Number of pixels from which a single thread decodes: each further thread keeps whole frames of its own."""
UNSPECIFIED = 2
"""Value of unspecified colour tags (ITU-T H.273)."""
TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
"""By degrees counter-clockwise, as FFmpeg reports the rotation of a display matrix."""


@dataclass
class Film:
    """What is kept of a file while it is decoded: small pictures only."""

    still: Image.Image | None = None
    frames: list[Image.Image] = field(default_factory=list)
    turned: bool = False
    """Whether it is displayed rotated by a quarter turn."""
    damage: str = ""
    """`spoilt` when decoding was incomplete although the codec is known; else empty."""

    def take(self, still: Image.Image) -> None:
        if len(self.frames) <= STILL:
            self.still = still
        frame = still.copy()
        frame.thumbnail(STRIP_BOX)
        self.frames.append(frame)

    def save(self, poster: Path, strip: Path) -> bool:
        """Write both files (WebP). False: there is no picture."""
        if self.still is None:
            return False
        self.still.save(poster, "WEBP", quality=82, method=4)
        width, height = STRIP_BOX[0], _height_of_strip(self.frames[0])
        sheet = Image.new("RGB", (width * STRIP_FRAMES, height))
        for number in range(STRIP_FRAMES):
            frame = self.frames[min(number, len(self.frames) - 1)]
            size = fit(frame.width, frame.height, (width, height))
            at = (width * number + (width - size[0]) // 2, (height - size[1]) // 2)
            sheet.paste(frame.resize(size), at)
        sheet.save(strip, "WEBP", quality=70, method=3)
        return True


def fit(width: float, height: float, box: tuple[int, int]) -> tuple[int, int]:
    """The largest size of that shape inside a box, at least one pixel each way."""
    scale = min(box[0] / width, box[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _height_of_strip(frame: Image.Image) -> int:
    return min(STRIP_BOX[1], max(1, round(STRIP_BOX[0] * frame.height / frame.width)))


def watch(path: Path, kind: str, seconds: float) -> Film:
    """Decode eight moments of a video, or as many as possible. Raises av.FFmpegError."""
    film = Film()
    wanted = [seconds * n / STRIP_FRAMES for n in range(STRIP_FRAMES)]
    ends = time.monotonic() + DRAW_WITHIN
    with opened(path, kind) as container:
        stream = picture_of(container)
        if stream is None or not can_decode(stream):
            return film
        be_modest(stream)
        start: float | None = None
        for frame in _decoded(container, stream, film):
            start = (frame.time or 0.0) if start is None else start
            if frame.time is None or frame.time - start >= wanted[len(film.frames)] - 1e-3:
                film.turned = frame.rotation % 180 == 90
                film.take(upright(frame, stream))
            if len(film.frames) == STRIP_FRAMES or time.monotonic() > ends:
                break
    return film


def be_modest(stream: av.VideoStream) -> None:
    """Bound the memory that decoding takes: few threads, one for huge pictures."""
    many = stream.codec_context.width * stream.codec_context.height
    stream.thread_type = "SLICE" if many > HUGE else "AUTO"
    stream.codec_context.thread_count = 1 if many > HUGE else 2


def forget_colours(frame: av.VideoFrame) -> None:
    """Remove colour tags that nothing here can convert: slightly wrong colours are better than none."""
    frame.colorspace = frame.color_primaries = frame.color_trc = UNSPECIFIED


def _decoded(
    container: av.container.InputContainer, stream: av.VideoStream, film: Film
) -> Iterator[av.VideoFrame]:
    """Frames in turn; damaged packets are noted and skipped."""
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.InvalidDataError:
            film.damage = "spoilt"


def _small(frame: av.VideoFrame, width: int, height: int) -> Any:
    if tone.is_hdr(frame):
        return tone.sdr_still(frame, width, height)
    return frame.reformat(width=width, height=height, format="rgb24")


def upright(frame: av.VideoFrame, stream: av.VideoStream, most: tuple[int, int] = POSTER_BOX) -> Image.Image:
    """The frame as intended: scaled during decoding to fit a box, with square pixels, turned upright."""
    wide, high = frame.width * pixel_shape(stream), frame.height
    box = (min(most[0], max(1, round(wide))), min(most[1], high))
    width, height = fit(wide, high, box)
    try:
        small = _small(frame, width, height)
    except av.FFmpegError:
        forget_colours(frame)
        small = frame.reformat(width=width, height=height, format="rgb24")
    image: Image.Image = small.to_image()
    turn = TURNS.get(round(frame.rotation / 90) * 90 % 360)
    return image if turn is None else image.transpose(turn)
