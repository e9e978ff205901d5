"""A rough cut as one MP4 in H.264 and AAC, each clip letterboxed to one size; in the process of `apart`."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import av
from av.audio.fifo import AudioFifo
from av.audio.resampler import AudioResampler
from av.filter import Graph

from generations.files import tone
from generations.files.convert import (
    LIMITED,
    QUALITY,
    SOUND_RATE,
    TURNS,
    Impossible,
    decoded,
    encoder,
    even,
    gets_matrix,
    made_as,
    why_not,
)
from generations.files.poster import be_modest, fit, forget_colours
from generations.files.probe import can_decode, opened, picture_of, pixel_shape

SAMPLES = 1024
"""Of one frame of AAC."""
LAYOUT = "stereo"
EARLY = Fraction(1, 4)
"""Frames by which a picture may come before its moment: files round their times."""


def work(parts: list[dict[str, Any]], rate: list[int], size: list[int], target: str) -> dict[str, Any]:
    """Write it: {"size": bytes, "sha256": …}, or {"obstacle": code, "facts": …}.

    Where a part is wrong, `part` is its number, from 0; `unwritten` is why the target was not written.
    A part has `path`, `kind`, `has_sound` and its number of `frames`; the `rate` is a fraction.
    """
    film = Film(Fraction(*rate), (size[0], size[1]))
    try:
        with av.open(target, "w", format="mp4", options={"movflags": "+faststart"}) as out:
            film.begin(out, with_sound=any(part["has_sound"] for part in parts))
            for number, part in enumerate(parts):
                if wrong := _wrong_with(film, part):
                    return wrong | {"part": number}
            film.end()
    except Impossible as impossible:
        return why_not(impossible)
    except Unwritten as failure:
        return {"unwritten": str(failure)}
    except av.FFmpegError as failure:
        return {"unwritten": failure.strerror}
    return made_as(Path(target))


class Unwritten(Exception):
    """The film took no more. Its text is the reason."""


def _wrong_with(film: "Film", part: dict[str, Any]) -> dict[str, Any]:
    """Add a part to the film; empty, or why it cannot be read. Raises Unwritten."""
    try:
        film.add(**part)
    except (Impossible, av.FFmpegError) as failure:
        return why_not(failure)
    return {}


class Film:
    """Clips one after the other, each as many frames long as was said."""

    def __init__(self, rate: Fraction, size: tuple[int, int]) -> None:
        self.rate, self.size = rate, size
        self.sound: Any = None
        self.fifo = AudioFifo()
        self.frames = self.samples = self.encoded = 0
        """Pictures and samples that were taken, and samples that went to the encoder."""
        self.graph: Graph | None = None
        self.shape: tuple[Any, ...] = ()

    def begin(self, out: Any, *, with_sound: bool) -> None:
        """Raises Impossible."""
        name: Any = encoder()
        self.out, self.picture = out, out.add_stream(name, rate=self.rate, options=QUALITY.get(name, {}))
        self.picture.width, self.picture.height = self.size
        self.picture.pix_fmt = "yuv420p"
        context = self.picture.codec_context
        context.time_base, context.thread_count = 1 / self.rate, 2
        context.color_primaries = context.color_trc = context.colorspace = tone.BT709
        context.color_range = LIMITED
        if with_sound:
            self.sound = out.add_stream("aac", rate=SOUND_RATE, layout=LAYOUT)

    def add(self, path: str, kind: str, frames: int, *, has_sound: bool) -> None:
        """Raises Impossible and av.FFmpegError, of the clip; Unwritten."""
        self._show(Path(path), kind, frames)
        if self.sound is not None:
            samples = round(self.frames / self.rate * SOUND_RATE) - self.samples
            for piece in _heard(Path(path), kind, samples) if has_sound else _silence(samples):
                self._hear(piece)

    def end(self) -> None:
        """Raises Unwritten."""
        self._put(self.picture, None)
        if self.sound is not None:
            if last := self.fifo.read(0, partial=True):
                self._encode(last)
            self._put(self.sound, None)

    def _put(self, stream: Any, piece: Any) -> None:
        try:
            self.out.mux(stream.encode(piece))
        except av.FFmpegError as failure:
            raise Unwritten(failure.strerror) from failure

    def _show(self, path: Path, kind: str, frames: int) -> None:
        """So many pictures: at each moment the one that the clip shows then."""
        ends, begins = self.frames + frames, self.frames
        self.graph = None
        latest: Any = None
        with opened(path, kind) as inside:
            stream = picture_of(inside)
            if stream is None or not can_decode(stream):
                raise Impossible("no decoder")
            be_modest(stream)
            for at, frame in _timed(inside, stream):
                due = min(ends, begins + ceil(at * self.rate - EARLY))
                while latest is not None and self.frames < due:
                    self._write(latest)
                if self.frames == ends:
                    break
                latest = self._boxed(frame, stream)
        if latest is None:
            raise Impossible("nothing")
        while self.frames < ends:
            self._write(latest)

    def _write(self, frame: Any) -> None:
        frame.pts, frame.time_base, frame.pict_type = self.frames, 1 / self.rate, 0
        self.frames += 1
        self._put(self.picture, frame)

    def _hear(self, piece: Any) -> None:
        self.samples += piece.samples
        piece.pts, piece.time_base = None, Fraction(1, SOUND_RATE)
        self.fifo.write(piece)
        while whole := self.fifo.read(SAMPLES):
            self._encode(whole)

    def _encode(self, piece: Any) -> None:
        piece.pts, piece.time_base = self.encoded, Fraction(1, SOUND_RATE)
        self.encoded += piece.samples
        self._put(self.sound, piece)

    def _boxed(self, frame: av.VideoFrame, stream: Any) -> Any:
        """The frame upright, with square pixels, as large as fits, in the middle of black."""
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

    def _graph_for(self, frame: av.VideoFrame, stream: Any) -> Graph:
        turn = round(frame.rotation / 90) * 90 % 360
        shape = (frame.width, frame.height, frame.format.name, turn, frame.color_trc, frame.color_primaries)
        if self.graph is not None and shape == self.shape:
            return self.graph
        width, height = frame.width * pixel_shape(stream), float(frame.height)
        if turn in (90, 270):
            width, height = height, width
        inner = tuple(map(even, fit(width, height, self.size)))
        left, top = ((outer - part) // 4 * 2 for outer, part in zip(self.size, inner, strict=True))
        graph = Graph()
        steps: list[Any] = [
            graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=stream.time_base
            )
        ]
        steps += [graph.add("transpose", quarter) for quarter in TURNS.get(turn, ())]
        if tone.is_hdr(frame):
            steps += tone.sdr_steps(graph, frame, *inner)
        matrix = ":out_color_matrix=bt709" if gets_matrix(frame) else ""
        steps += [
            graph.add("scale", f"{inner[0]}:{inner[1]}:out_range=limited{matrix}"),
            graph.add("format", "yuv420p"),
            graph.add("pad", f"{self.size[0]}:{self.size[1]}:{left}:{top}"),
            graph.add("setsar", "1"),
            graph.add("buffersink"),
        ]
        graph.link_nodes(*steps).configure()
        self.graph, self.shape = graph, shape
        return graph


def _timed(inside: Any, stream: Any) -> Iterator[tuple[Fraction, av.VideoFrame]]:
    """Frames, and how many seconds after the first one each is shown."""
    first: Fraction | None = None
    for number, frame in enumerate(decoded(inside, [stream])):
        if frame.pts is None or not frame.time_base:
            yield Fraction(number) / (stream.average_rate or stream.guessed_rate or 24), frame
            continue
        now = frame.pts * frame.time_base
        first = now if first is None else first
        yield now - first, frame


def _heard(path: Path, kind: str, samples: int) -> Iterator[av.AudioFrame]:
    """So many samples of a clip's sound, in stereo; silence before it begins and after it has ended."""
    fifo, left = AudioFifo(), samples
    with opened(path, kind) as inside:
        stream = next(filter(can_decode, inside.streams.audio), None)
        for piece in _resampled(inside, stream) if stream else ():
            piece.pts, piece.time_base = None, Fraction(1, SOUND_RATE)
            fifo.write(piece)
            while left and (part := fifo.read(min(SAMPLES, left))):
                left -= part.samples
                yield part
            if not left:
                return
        if fifo.samples and (rest := fifo.read(min(fifo.samples, left))):
            left -= rest.samples
            yield rest
    yield from _silence(left)


def _resampled(inside: Any, stream: Any) -> Iterator[av.AudioFrame]:
    resampler = AudioResampler(format="fltp", layout=LAYOUT, rate=SOUND_RATE, frame_size=SAMPLES)
    start, begun = Fraction(inside.start_time or 0, av.time_base), False
    for frame in decoded(inside, [stream]):
        if not begun and frame.pts is not None and frame.time_base:
            yield from _silence(round((frame.pts * frame.time_base - start) * SOUND_RATE))
        begun = True
        frame.pts = None
        yield from resampler.resample(frame)
    if begun:
        yield from resampler.resample(None)


def _silence(samples: int) -> Iterator[av.AudioFrame]:
    while samples > 0:
        frame = av.AudioFrame(format="fltp", layout=LAYOUT, samples=min(SAMPLES, samples))
        frame.sample_rate = SOUND_RATE
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        samples -= frame.samples
        yield frame
