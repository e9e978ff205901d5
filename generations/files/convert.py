"""A video → H.264 and AAC in MP4, which every browser plays. Runs in a separate process: see `apart`."""

import hashlib
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.resampler import AudioResampler
from av.container import InputContainer, OutputContainer
from av.filter import Graph

from generations.files import tone
from generations.files.poster import UNSPECIFIED, fit, forget_colours
from generations.files.probe import can_decode, opened, picture_of, pixel_shape

BOX = (1920, 1920)
"""Maximum size in pixels: phones and old computers can decode it, and memory stays bounded."""
ENCODERS = ("libx264", "libopenh264")
"""In order of preference; current PyAV wheels have libx264."""
QUALITY = {"libx264": {"preset": "veryfast", "crf": "20"}}
MOST_FPS = 60
CLOCK = Fraction(1, 90_000)
LIMITED = 1
"""Limited range of a film's pixel values (AVCOL_RANGE_MPEG)."""
SOUND_RATE = 48_000
TURNS = {90: ("cclock",), 180: ("clock", "clock"), 270: ("clock",)}
"""By degrees counter-clockwise: the FFmpeg filters that rotate a picture, in quarter turns."""


class Impossible(Exception):
    """The version cannot be made; the text is the code of an Obstacle."""


def work(source: str, kind: str, target: str) -> dict[str, Any]:
    """Write the version to `target`: {"size": bytes, "sha256": …}, or {"obstacle": code, "facts": …}."""
    try:
        Conversion(Path(source), kind, Path(target)).run()
    except (Impossible, av.FFmpegError) as failure:
        return why_not(failure)
    return made_as(Path(target))


def why_not(failure: Impossible | av.FFmpegError) -> dict[str, Any]:
    """Why a version was not made: {"obstacle": code, "facts": …}."""
    if isinstance(failure, Impossible):
        return {"obstacle": str(failure), "facts": {}}
    if isinstance(failure, av.DecoderNotFoundError):
        return {"obstacle": "no decoder", "facts": {}}
    return {"obstacle": "misread", "facts": {"text": failure.strerror}}


def made_as(target: Path) -> dict[str, Any]:
    """What was written: {"size": bytes, "sha256": …}."""
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"size": target.stat().st_size, "sha256": digest}


def encoder() -> str:
    """The available H.264 encoder. Raises Impossible."""
    for name in ENCODERS:
        if name in av.codecs_available:
            return name
    raise Impossible("no encoder")


class Conversion:
    """The conversion of one video, packet after packet, so that little is kept in memory."""

    def __init__(self, source: Path, kind: str, target: Path) -> None:
        self.source, self.kind, self.target = source, kind, target
        self.start = Fraction(0)
        self.picture: Any = None
        """The output's picture stream and, below, its sound stream; None: there is none."""
        self.sound: Any = None
        self.rate = Fraction(25)
        self.graph: Graph | None = None
        self.shape: tuple[Any, ...] = ()
        self.last = Fraction(-1)
        self.frames = self.samples = 0
        self.waiting: list[Any] = []

    def run(self) -> None:
        """Convert the whole video. Raises Impossible and av.FFmpegError."""
        options = {"movflags": "+faststart"}
        with (
            opened(self.source, self.kind) as inside,
            av.open(str(self.target), "w", format="mp4", options=options) as outside,
        ):
            self.start = Fraction(inside.start_time or 0, av.time_base)
            video, sound = picture_of(inside), next(filter(can_decode, inside.streams.audio), None)
            if video is not None and not can_decode(video):
                raise Impossible("no decoder")
            if video is not None:
                self._prepare_picture(video, outside)
            if sound is not None:
                self._prepare_sound(sound, outside)
            self._convert(inside, outside, [s for s in (video, sound) if s is not None])
        if not self.frames and not self.samples:
            raise Impossible("nothing")

    def _prepare_picture(self, video: Any, outside: OutputContainer) -> None:
        name: Any = encoder()
        video.thread_type = "SLICE"
        rate = Fraction(video.average_rate or video.guessed_rate or 25)
        self.rate = min(max(rate, Fraction(1)), Fraction(MOST_FPS))
        self.picture = outside.add_stream(name, rate=self.rate, options=QUALITY.get(name, {}))
        self.picture.pix_fmt = "yuv420p"
        self.picture.codec_context.time_base = CLOCK
        self.picture.codec_context.thread_count = 2

    def _prepare_sound(self, sound: Any, outside: OutputContainer) -> None:
        layout = "mono" if sound.codec_context.layout.nb_channels == 1 else "stereo"
        self.sound = outside.add_stream("aac", rate=SOUND_RATE, layout=layout)
        self.resampler = AudioResampler(format="fltp", layout=layout, rate=SOUND_RATE, frame_size=1024)

    def _convert(self, inside: InputContainer, outside: OutputContainer, streams: list[Any]) -> None:
        if not streams:
            raise Impossible("nothing")
        for frame in decoded(inside, streams):
            if isinstance(frame, av.VideoFrame):
                for upright in self._upright(frame, streams[0]):
                    self._write(self.picture.encode(upright), outside)
            else:
                self._write(self._heard(frame), outside)
        if self.picture is not None and not self.frames:
            raise Impossible("nothing")
        if self.picture is not None:
            self._write(self.picture.encode(None), outside)
        if self.sound is not None and self.samples:
            self._write([*self._heard(None), *self.sound.encode(None)], outside)

    def _write(self, packets: Iterable[Any], outside: OutputContainer) -> None:
        """Write packets; sound before the first picture waits for it, since only then the file can begin."""
        self.waiting += packets
        if self.picture is None or self.frames:
            outside.mux(self.waiting)
            self.waiting = []

    def _heard(self, frame: av.AudioFrame | None) -> Iterator[Any]:
        if frame is not None and frame.pts is not None and frame.time_base:
            frame.pts -= round(self.start / frame.time_base)
        for piece in self.resampler.resample(frame):
            self.samples += piece.samples
            yield from self.sound.encode(piece)

    def _upright(self, frame: av.VideoFrame, stream: Any) -> Iterator[av.VideoFrame]:
        """The frame upright, with square pixels, scaled down to fit; skipped when there are too many."""
        at = self.frames / self.rate
        if frame.pts is not None and frame.time_base:
            at = frame.pts * frame.time_base - self.start
        if at <= self.last or (self.frames and at - self.last < Fraction(9, 10 * MOST_FPS)):
            return
        done = self._filtered(frame, stream)
        done.pts, done.time_base, done.pict_type = round(at / CLOCK), CLOCK, 0
        self.last, self.frames = at, self.frames + 1
        yield done

    def _filtered(self, frame: av.VideoFrame, stream: Any) -> Any:
        try:
            graph = self._graph_for(frame, stream)
            graph.push(frame)
            return graph.pull()
        except av.FFmpegError:
            forget_colours(frame)
            self.graph = None
            graph = self._graph_for(frame, stream)
            graph.push(frame)
            return graph.pull()

    def _name_colours(self, frame: av.VideoFrame) -> None:
        """Tag the frame with its colour properties: players guess otherwise."""
        context, names = self.picture.codec_context, (frame.color_primaries, frame.color_trc)
        context.color_primaries, context.color_trc = (tone.BT709,) * 2 if tone.is_hdr(frame) else names
        context.colorspace = tone.BT709 if gets_matrix(frame) else UNSPECIFIED
        context.color_range = LIMITED

    def _graph_for(self, frame: av.VideoFrame, stream: Any) -> Graph:
        """The filters for frames of this shape; the output keeps the size of the first frame."""
        turn = round(frame.rotation / 90) * 90 % 360
        shape = (frame.width, frame.height, frame.format.name, turn, frame.color_trc, frame.color_primaries)
        if self.graph is not None and shape == self.shape:
            return self.graph
        width, height = frame.width * pixel_shape(stream), float(frame.height)
        if turn in (90, 270):
            width, height = height, width
        if not self.frames:
            box = (min(BOX[0], max(2, round(width))), min(BOX[1], max(2, round(height))))
            self.picture.width, self.picture.height = map(even, fit(width, height, box))
            self._name_colours(frame)
        graph = Graph()
        steps: list[Any] = [
            graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=stream.time_base
            )
        ]
        steps += [graph.add("transpose", quarter) for quarter in TURNS.get(turn, ())]
        if tone.is_hdr(frame):
            steps += tone.sdr_steps(graph, frame, self.picture.width, self.picture.height)
        matrix = ":out_color_matrix=bt709" if gets_matrix(frame) else ""
        steps += [
            graph.add("scale", f"{self.picture.width}:{self.picture.height}:out_range=limited{matrix}"),
            graph.add("setsar", "1"),
            graph.add("format", "yuv420p"),
            graph.add("buffersink"),
        ]
        graph.link_nodes(*steps).configure()
        self.graph, self.shape = graph, shape
        return graph


def gets_matrix(frame: av.VideoFrame) -> bool:
    """Whether luma and chroma are converted to BT.709; frames without colour tags stay as they are."""
    return tone.is_hdr(frame) or frame.format.is_rgb or frame.colorspace != UNSPECIFIED


def even(size: int) -> int:
    """Round to an even number: H.264 with 4:2:0 needs even sides."""
    return max(2, size - size % 2)


def decoded(container: InputContainer, streams: list[Any]) -> Iterator[Any]:
    """Frames of all streams in turn; damaged packets are skipped."""
    for packet in container.demux(*streams):
        try:
            yield from packet.decode()
        except av.InvalidDataError:
            continue
