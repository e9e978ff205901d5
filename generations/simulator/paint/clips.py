"""Renders the clips: real H.264 files whose length, shape and size follow the order."""

import array
import math
import os
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import cast

import av
import av.filter
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from PIL import Image, ImageDraw, ImageFont

from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec
from generations.simulator.paint import scenes

FRAME_RATE = 24
SAMPLE_RATE = 48_000
CHUNK = 1024
BT709 = 1
RGB, RGBA = av.VideoFormat("rgb24"), av.VideoFormat("rgba")
CANVAS = 368
"""Longer side, in pixels, of the canvas on which scenes are painted before scaling up."""
LONGEST = 1280
TINY = 160
USUAL_SECONDS = 5.0
CHORDS = ((110, 165, 220, 277), (98, 147, 196, 247), (131, 196, 262, 330), (87, 131, 175, 220))
SPEAKING = frozenset({"Veo"})
"""Families whose clips always have sound."""
NAMED_SHAPES = {"landscape": (16, 9), "portrait": (9, 16)}


class Abandoned(Exception):
    """The rendering was told to stop."""


@dataclass(frozen=True, kw_only=True)
class Clip:
    """What to render. Equal clips are equal files."""

    width: int
    height: int
    seconds: float
    sound: bool
    prompt: str
    label: str
    take: int = 0

    @property
    def name(self) -> str:
        return sha256(repr(self).encode()).hexdigest()[:32] + ".mp4"


def ordered(spec: ModelSpec, values: Values, *, take: int = 0, full_hd: bool = False) -> Clip:
    """The clip for an order; `full_hd` makes its 1080p copy."""
    shape = _shape(spec.value_of("shape", values))
    width, height = _full_hd(shape) if full_hd else _pixels(shape, spec.value_of("size", values))
    return Clip(
        width=width,
        height=height,
        seconds=float(spec.seconds(values) or USUAL_SECONDS),
        sound=spec.family in SPEAKING or spec.value_of("sound", values) is True,
        prompt=str(spec.value_of("prompt", values) or ""),
        label=spec.label,
        take=take,
    )


def of_the_past(label: str, prompt: str, *, take: int = 0, full_hd: bool = False) -> Clip:
    """A clip of a model that has left the catalogue: the service keeps its files all the same."""
    width, height = _full_hd((16, 9)) if full_hd else _pixels((16, 9), None)
    return Clip(
        width=width,
        height=height,
        seconds=USUAL_SECONDS,
        sound=False,
        prompt=prompt,
        label=label,
        take=take,
    )


def tiny(clip: Clip) -> Clip:
    """The small silent clip that stands in for all clips of this length and shape."""
    scale = TINY / max(clip.width, clip.height)
    width, height = _even(clip.width * scale), _even(clip.height * scale)
    return replace(clip, width=width, height=height, sound=False, prompt="", label="", take=0)


def _shape(value: object) -> tuple[int, int]:
    text = str(value)
    if text in NAMED_SHAPES:
        return NAMED_SHAPES[text]
    across, colon, down = text.partition(":")
    if colon and across.isdigit() and down.isdigit() and int(across) and int(down):
        return int(across), int(down)
    return 16, 9


def _pixels(shape: tuple[int, int], size: object) -> tuple[int, int]:
    """Even numbers of pixels: the shorter side as ordered, the longer side at most 1280."""
    digits = "".join(c for c in str(size) if c.isdigit())
    short = float(digits) if digits and 200 <= int(digits) <= 720 else 720.0
    across, down = shape
    scale = min(short / min(across, down), LONGEST / max(across, down))
    return _even(across * scale), _even(down * scale)


def _full_hd(shape: tuple[int, int]) -> tuple[int, int]:
    return (1920, 1080) if shape[0] >= shape[1] else (1080, 1920)


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)


class Studio:
    """Renders each clip once, however many callers ask for it at the same time."""

    def __init__(self, folder: Path, *, tiny: bool = False) -> None:
        self._folder, self._tiny = folder, tiny
        self._folder.mkdir(parents=True, exist_ok=True)
        self._guard = threading.Lock()
        self._rooms: dict[str, threading.Lock] = {}
        self._hands = threading.Semaphore(2)
        self._stopped = threading.Event()

    def file_of(self, clip: Clip) -> Path:
        """The finished file, rendered now if necessary. Raises Abandoned when the studio closes."""
        if self._tiny:
            clip = tiny(clip)
        path = self._folder / clip.name
        with self._guard:
            room = self._rooms.setdefault(clip.name, threading.Lock())
        with room:
            if not path.exists():
                with self._hands:
                    self._make(clip, path)
        return path

    def close(self) -> None:
        """Abandon the clips being rendered."""
        self._stopped.set()

    def _make(self, clip: Clip, path: Path) -> None:
        draft = path.with_name(f"{path.stem}.{os.getpid()}.part.mp4")
        try:
            render(clip, draft, stopped=self._stopped.is_set)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def render(clip: Clip, path: Path, *, stopped: Callable[[], bool] = lambda: False) -> None:
    """Write the clip as MP4 with its index in front, so that it plays while loading."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        video = _video_stream(container, clip)
        audio: AudioStream | None = None
        if clip.sound:
            audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        _paint(clip, container, video, stopped)
        if audio is not None:
            _play(clip, container, audio)


def _video_stream(container: OutputContainer, clip: Clip) -> VideoStream:
    stream = container.add_stream("libx264", rate=FRAME_RATE)
    stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
    stream.options = {"preset": "ultrafast", "crf": "21"}
    context = stream.codec_context
    context.time_base = Fraction(1, FRAME_RATE)
    context.colorspace = context.color_primaries = context.color_trc = BT709
    return stream


def _paint(clip: Clip, container: OutputContainer, stream: VideoStream, stopped: Callable[[], bool]) -> None:
    scale = min(1.0, CANVAS / max(clip.width, clip.height))
    size = max(16, _even(clip.width * scale)), max(16, _even(clip.height * scale))
    picture = scenes.scene(clip.prompt, f"{clip.label} {clip.take}", size)
    graph, screen = _enlarger(clip, size)
    for number in range(max(1, round(clip.seconds * FRAME_RATE))):
        if stopped():
            raise Abandoned
        small = av.VideoFrame.from_image(picture(number / FRAME_RATE))  # type: ignore[no-untyped-call]
        small.pts, small.time_base = number, Fraction(1, FRAME_RATE)
        screen.push(small)
        large = graph.vpull()
        large.pts, large.time_base = number, Fraction(1, FRAME_RATE)
        large.pict_type = av.video.frame.PictureType.NONE
        container.mux(stream.encode(large))
    container.mux(stream.encode(None))


def _enlarger(clip: Clip, size: tuple[int, int]) -> tuple[av.filter.Graph, av.filter.context.FilterContext]:
    """A filter graph that scales a painted canvas up and overlays the caption."""
    graph = av.filter.Graph()
    tick = Fraction(1, FRAME_RATE)
    screen = graph.add_buffer(width=size[0], height=size[1], format=RGB, time_base=tick)
    words = caption(clip)
    title = graph.add_buffer(width=words.width, height=words.height, format=RGBA, time_base=tick)
    larger = graph.add("scale", f"{clip.width}:{clip.height}:flags=bicubic:out_color_matrix=bt709")
    plain = graph.add("format", "yuv420p")
    over = graph.add("overlay", "0:0:eof_action=repeat:format=yuv420")
    sink = graph.add("buffersink")
    screen.link_to(larger)
    larger.link_to(plain)
    plain.link_to(over, 0, 0)
    title.link_to(over, 0, 1)
    over.link_to(sink)
    graph.configure()
    still = av.VideoFrame.from_bytes(words.tobytes(), words.width, words.height, format="rgba")
    still.pts, still.time_base = 0, tick
    title.push(still)
    title.push(None)
    return graph, screen


def caption(clip: Clip) -> Image.Image:
    """The start of the prompt and the model's name, in small type on a soft shade at the top of the picture.

    Players place their controls at the bottom.
    """
    unit = min(clip.width, clip.height) / 720
    tall = _even(130 * unit)
    shade = Image.new("L", (1, 64))
    shade.putdata([round(190 * (1 - y / 63) ** 1.2) for y in range(64)])
    image = Image.new("RGBA", (clip.width, tall), (6, 8, 14, 0))
    image.putalpha(shade.resize(image.size, Image.Resampling.BICUBIC))
    draw = ImageDraw.Draw(image)
    margin, name_font, text_font = 30 * unit, _font(round(17 * unit)), _font(round(22 * unit))
    text = _fitted(_legible(clip.prompt), text_font, clip.width - 2 * margin)
    draw.text((margin, 46 * unit), text, font=text_font, fill=(255, 255, 255, 244), anchor="ls")
    draw.text((margin, 76 * unit), clip.label, font=name_font, fill=(255, 255, 255, 205), anchor="ls")
    return image


def _legible(prompt: str) -> str:
    """The prompt in one line, without accents, which the font lacks. Empty if it would show as boxes."""
    apart = unicodedata.normalize("NFKD", prompt.replace("—", "-").replace("–", "-"))
    words = " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())
    return words if all(c == " " or _has_sign(c) for c in words[:64]) else ""


@cache
def _has_sign(character: str) -> bool:
    font = _font(22)
    return bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))


def _fitted(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    if font.getlength(text) <= width and len(text) <= 64:
        return text
    text = text[:64]
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return cast("ImageFont.FreeTypeFont", ImageFont.load_default(size=max(9, size)))


def _play(clip: Clip, container: OutputContainer, stream: AudioStream) -> None:
    """A quiet chord as long as the picture, faded in and out."""
    notes = CHORDS[sha256(clip.prompt.encode()).digest()[0] % len(CHORDS)]
    total = round(clip.seconds * SAMPLE_RATE)
    tone = _second_of(notes)
    samples = (tone * math.ceil(clip.seconds))[:total]
    fade = min(SAMPLE_RATE // 2, total // 2)
    for i in range(fade):
        samples[i] = int(samples[i] * i / fade)
        samples[total - 1 - i] = int(samples[total - 1 - i] * i / fade)
    for start in range(0, total, CHUNK):
        part = samples[start : start + CHUNK]
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(part))
        frame.planes[0].update(part.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


@cache
def _second_of(notes: tuple[int, ...]) -> "array.array[int]":
    """One second of the chord; whole numbers of Hertz, so that it loops without a click."""
    steps = [math.tau * note / SAMPLE_RATE for note in notes]
    return array.array("h", (int(900 * sum(math.sin(s * i) for s in steps)) for i in range(SAMPLE_RATE)))
