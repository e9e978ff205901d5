"""What a media file is, according to a demuxer. Nothing is decoded here."""

import mmap
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.stream import Stream

DEMUXERS = {
    "mp4": "mov",
    "mov": "mov",
    "3gp": "mov",
    "webm": "matroska",
    "mkv": "matroska",
    "avi": "avi",
    "ts": "mpegts",
    "m2ts": "mpegts",
    "flv": "flv",
    "wmv": "asf",
    "ogg": "ogg",
    "mxf": "mxf",
    "ivf": "ivf",
    "avif": "mov",
    "h264": "h264",
    "mp3": "mp3",
    "aac": "aac",
    "wav": "wav",
    "flac": "flac",
    "h265": "hevc",
    "y4m": "yuv4mpegpipe",
    "rm": "rm",
    "aiff": "aiff",
    "caf": "caf",
    "amr": "amr",
}
"""By kind of file, the one demuxer that reads it; none that would open other files."""
ATTACHED = 0x0400
"""AV_DISPOSITION_ATTACHED_PIC: cover art, not a moving picture."""
WIDEST_PIXEL = 16


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What a file is. Sizes are as displayed: rotated, with square pixels; 0 and empty: unknown or none."""

    width: int = 0
    height: int = 0
    seconds: float = 0.0
    fps: float = 0.0
    has_sound: bool = False
    container: str = ""
    """A name in `kinds.KINDS`."""
    video_codec: str = ""
    """FFmpeg's name for it; for an unknown codec, its tag in the file."""
    audio_codec: str = ""
    pixel_format: str = ""


class Short(Exception):
    """The packets end earlier than the file declares: its end is missing, or its index is wrong."""

    def __init__(self, ends_at: tuple[float, float], found: Probe) -> None:
        super().__init__(ends_at)
        self.ends_at, self.found = ends_at, found


def opened(path: Path, kind: str, **options: str) -> InputContainer:
    """The file opened with its own demuxer, whatever the encoding of its titles. Raises av.FFmpegError."""
    return av.open(str(path), format=DEMUXERS.get(kind), options=options, metadata_errors="ignore")


def picture_of(container: InputContainer) -> av.VideoStream | None:
    """The stream to be watched."""
    moving = [s for s in container.streams.video if not int(s.disposition) & ATTACHED]
    return moving[0] if moving else None


def can_decode(stream: Any) -> bool:
    """Whether a stream's codec is known here."""
    return stream is not None and stream.codec_context is not None


def probe(path: Path, kind: str) -> Probe:
    """Read all packets. Raises Short, and av.FFmpegError when no demuxer can read the file."""
    with opened(path, kind) as container:
        video, sound = picture_of(container), next(iter(container.streams.audio), None)
        main: Stream | None = video or sound
        _, end = _packets(container, main) if main else (0, 0.0)
        context = video.codec_context if video else None
        rate = (video.average_rate or video.guessed_rate) if video and context else None
        found = Probe(
            width=_width(video),
            height=context.height if context else 0,
            seconds=round(end, 3),
            fps=round(float(rate or 0), 3),
            has_sound=sound is not None,
            container=kind,
            video_codec=(_codec(video) or _tag(path, kind)) if video else "",
            audio_codec=_codec(sound) if sound else "",
            pixel_format=(context.pix_fmt or "") if context else "",
        )
        if main is not None and DEMUXERS.get(kind) == "mov" and _is_short(path, kind, main, end):
            raise Short((round(end, 1), round(_said(main), 1)), found)
        return found


def work(path: str, kind: str) -> dict[str, Any]:
    """Result of `probe`, for `apart`."""
    try:
        return asdict(probe(Path(path), kind))
    except Short as short:
        return asdict(short.found)


def _packets(container: InputContainer, stream: Stream) -> tuple[int, float]:
    """The number of the stream's packets, and where the last one ends, in seconds.

    A transport stream may start at any time: its start is subtracted.
    """
    count, start, end = 0, None, 0.0
    for packet in container.demux(stream):
        count += bool(packet.size)
        if packet.pts is not None and packet.time_base and packet.size:
            at = float(packet.pts * packet.time_base)
            start = at if start is None else min(start, at)
            end = max(end, at + float((packet.duration or 0) * packet.time_base))
    return count, end - (start or 0.0) if container.format.name.startswith("mpeg") else end


def _said(stream: Stream) -> float:
    """Length according to the header, in seconds; 0: it does not say."""
    return float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0


def _is_short(path: Path, kind: str, stream: Stream, end: float) -> bool:
    """Whether it ends before its header says, unless its index shows that nothing is missing."""
    if end >= _said(stream) - 0.5:
        return False
    if not stream.frames:
        return True
    with opened(path, kind, ignore_editlist="1") as again:
        count, _ = _packets(again, again.streams[stream.index])
    return count < stream.frames


def pixel_shape(video: Any) -> float:
    """Width of a pixel relative to its height; a ratio that no screen ever had is an error in the file."""
    shape = float(video.sample_aspect_ratio or video.codec_context.sample_aspect_ratio or 1)
    return shape if 1 / WIDEST_PIXEL <= shape <= WIDEST_PIXEL else 1.0


def _width(video: av.VideoStream | None) -> int:
    """Displayed width: pixels need not be square."""
    context = video.codec_context if video else None
    if video is None or context is None:
        return 0
    return max(1, round(context.width * pixel_shape(video))) if context.width else 0


def _codec(stream: Stream) -> str:
    context = stream.codec_context
    return context.codec.canonical_name if context else ""


def _tag(path: Path, kind: str) -> str:
    """The four-letter tag of an MP4 or QuickTime file's video codec (ISO/IEC 14496-12, stsd)."""
    if DEMUXERS.get(kind) != "mov":
        return ""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as data:
        entries = data.find(b"stsd", data.find(b"vide", data.find(b"hdlr")))
        tag = data[entries + 16 : entries + 20] if entries > 0 else b""
    return tag.decode("ascii") if tag.isalnum() else ""
