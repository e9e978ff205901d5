"""Looking into video files: what they are, a still for the gallery, a strip to move over."""

from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image

from generations.container import Cut, Odd, require_whole

POSTER_SIZE = (960, 960)
STRIP_FRAMES = 8
STRIP_WIDTH = 288


class NotAVideo(Exception):
    """The bytes are no video that can be shown whole; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    width: int
    height: int
    seconds: float
    fps: float
    has_sound: bool


def probe(path: Path) -> Probe:
    """Open the container, decode the first frame and read the last packet. Raises NotAVideo."""
    try:
        require_whole(path)
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise NotAVideo("The file has no picture.")
            stream = container.streams.video[0]
            frame = next(container.decode(stream))
            end = _end(container, stream)
            return Probe(
                width=frame.width,
                height=frame.height,
                seconds=round(end, 3),
                fps=round(float(stream.average_rate or 0), 3),
                has_sound=bool(container.streams.audio),
            )
    except (Cut, Odd) as reason:
        raise NotAVideo(str(reason)) from reason
    except (av.FFmpegError, StopIteration, ValueError) as broken:
        raise NotAVideo(f"The file cannot be read as a video: {broken}") from broken


def _end(container: av.container.InputContainer, stream: av.VideoStream) -> float:
    """Where the last picture ends, seconds. A file cut short ends before its header says."""
    said = float((stream.duration or 0) * stream.time_base) if stream.duration and stream.time_base else 0.0
    container.seek(0)
    end = 0.0
    for packet in container.demux(stream):
        if packet.pts is not None and packet.time_base:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    if said and end < said - 0.5:
        raise NotAVideo(f"The file ends at {end:.1f} s of {said:.1f} s: it is cut short.")
    return end or said


def draw(video: Path, poster: Path, strip: Path, seconds: float) -> None:
    """Write the still and the strip (WebP). Raises NotAVideo."""
    try:
        frames = _frames(video, seconds)
    except (av.FFmpegError, StopIteration, ValueError) as broken:
        raise NotAVideo(f"No still can be taken: {broken}") from broken
    if not frames:
        raise NotAVideo("No still can be taken: the file has no pictures.")
    still = frames[min(2, len(frames) - 1)].copy()
    still.thumbnail(POSTER_SIZE)
    still.save(poster, "WEBP", quality=82, method=4)
    height = max(1, round(STRIP_WIDTH * frames[0].height / frames[0].width))
    sheet = Image.new("RGB", (STRIP_WIDTH * STRIP_FRAMES, height))
    for number in range(STRIP_FRAMES):
        frame = frames[min(number, len(frames) - 1)].resize((STRIP_WIDTH, height))
        sheet.paste(frame, (STRIP_WIDTH * number, 0))
    sheet.save(strip, "WEBP", quality=70, method=3)


def _image(frame: av.VideoFrame) -> Image.Image:
    image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    return image


def _frames(video: Path, seconds: float) -> list[Image.Image]:
    """Frames spread over the clip, decoded from the nearest key frame on."""
    wanted = [seconds * n / STRIP_FRAMES for n in range(STRIP_FRAMES)]
    found: list[Image.Image] = []
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            if (
                frame.time is not None
                and len(found) < len(wanted)
                and frame.time >= wanted[len(found)] - 1e-3
            ):
                found.append(_image(frame))
            if len(found) == len(wanted):
                break
    return found
