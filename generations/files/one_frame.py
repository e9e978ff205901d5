"""One frame of a video in full size, as a JPEG; runs in the process of `apart`."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
from PIL import Image

from generations.files.poster import be_modest, upright
from generations.files.probe import can_decode, opened, picture_of

QUALITY = 95
NEAR_END = 2.0
"""Seconds before the end at which the search for the last frame begins."""
SLACK = 1e-3
"""Seconds: players round the time at which they stand."""
MICROSECONDS = 1_000_000
"""In a second: the unit of av.container.InputContainer.seek."""


def work(path: str, kind: str, at: float, target: str) -> dict[str, Any]:
    """The frame shown `at` so many seconds after the first, or the last one before that, written to a file.

    `at_ms` is when it is shown, after the first one. An empty answer: there is no picture to be decoded.
    """
    found = frame_at(Path(path), kind, at)
    if found is None:
        return {}
    seconds, image = found
    image.save(target, "JPEG", quality=QUALITY, subsampling=0)
    data = Path(target).read_bytes()
    return {
        "at_ms": max(0, round(seconds * 1000)),
        "width": image.width,
        "height": image.height,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def frame_at(path: Path, kind: str, at: float) -> tuple[float, Image.Image] | None:
    """The frame and its time in seconds after the first one. Raises av.FFmpegError."""
    with opened(path, kind) as container:
        stream = picture_of(container)
        if stream is None or not can_decode(stream):
            return None
        be_modest(stream)
        first = next(_frames(container, stream), None)
        if first is None:
            return None
        if at <= 0:
            return 0.0, upright(first, stream, _size(first, stream))
        start = first.time
        seeks_to = None if start is None else _near(stream, start, at)
    return _latest(path, kind, start, at, seeks_to) or _latest(path, kind, start, at, None)


def _latest(
    path: Path, kind: str, start: float | None, at: float, seeks_to: float | None
) -> tuple[float, Image.Image] | None:
    """The last frame that is shown at or before a moment; None when decoding began after it."""
    with opened(path, kind) as container:
        stream = picture_of(container)
        if stream is None:
            return None
        be_modest(stream)
        if seeks_to:
            with suppress(av.FFmpegError):
                container.seek(int(seeks_to * MICROSECONDS))
        latest, time = None, 0.0
        for number, frame in enumerate(_frames(container, stream)):
            shown = _time(frame, stream, start, number)
            if shown > at + SLACK:
                break
            latest, time = frame, shown
        return None if latest is None else (time, upright(latest, stream, _size(latest, stream)))


def _frames(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[av.VideoFrame]:
    """Frames in turn; damaged packets are skipped."""
    for packet in container.demux(stream):
        with suppress(av.InvalidDataError):
            yield from packet.decode()


def _time(frame: av.VideoFrame, stream: av.VideoStream, start: float | None, number: int) -> float:
    """Seconds after the first frame; a raw stream has no times, only a rate."""
    if start is not None and frame.time is not None:
        return frame.time - start
    return number / float(stream.average_rate or stream.guessed_rate or 24)


def _near(stream: av.VideoStream, start: float, at: float) -> float:
    """Where decoding may begin, as the file counts time; 0: at its beginning."""
    length = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    return max(0.0, start + min(at, length - NEAR_END)) if length else 0.0


def _size(frame: av.VideoFrame, stream: av.VideoStream) -> tuple[int, int]:
    """A box that no frame has to be scaled down for."""
    return 16 * frame.width, frame.height
