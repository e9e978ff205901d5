"""Smooth moving fields and colour ramps, made only of Pillow images: the paint box of the scenes."""

import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from PIL import Image, ImageMath

Colour = tuple[int, int, int]
Stops = Sequence[tuple[float, str]]

BICUBIC = Image.Resampling.BICUBIC
NEAREST = Image.Resampling.NEAREST


def colour(text: str) -> Colour:
    """`"ff8800"` as a triple."""
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def ramp(stops: Stops) -> list[int]:
    """A palette of 256 colours that runs smoothly through the stops (positions 0 to 1)."""
    flat: list[int] = []
    for i in range(256):
        at = i / 255
        upper = next((n for n, (where, _) in enumerate(stops) if where >= at), len(stops) - 1)
        (left, a), (right, b) = stops[max(0, upper - 1)], stops[upper]
        share = 0.0 if right <= left else min(1.0, max(0.0, (at - left) / (right - left)))
        flat += [round(x + (y - x) * share) for x, y in zip(colour(a), colour(b), strict=True)]
    return flat


def painted(levels: Image.Image, palette: list[int]) -> Image.Image:
    """A field of levels 0 to 255 in the colours of a palette."""
    levels.putpalette(palette)
    return levels.convert("RGB")


def math_on(work: Callable[[dict[str, Any]], Any], **images: Image.Image) -> Image.Image:
    """Arithmetic on float images."""
    result: Image.Image = ImageMath.lambda_eval(work, **images)
    return result


def levels_of(field: Image.Image) -> Image.Image:
    """A float field as bytes; below 0 and above 255 it is clipped."""
    return field.convert("L")


def noise(random: Random, size: tuple[int, int], cells: tuple[int, int]) -> Image.Image:
    """A smooth random float field between about -1 and 1; more cells, more bumps."""
    grid = Image.frombytes("L", cells, random.randbytes(cells[0] * cells[1])).convert("F")
    spread = math_on(lambda e: e["g"] / 127.5 - 1.0, g=grid)
    return spread.resize(size, BICUBIC)


def waves(random: Random, size: tuple[int, int], count: float, lean: float, spread: float) -> Image.Image:
    """A smooth field of crossing waves, about -1 to 1, with `count` of them along the longer side.

    Their crests run at the angle `lean`; `spread` is how far they may deviate from it.
    """
    scale = max(size)
    parts = []
    for _ in range(5):
        angle, rate = lean + random.uniform(-spread, spread), count * random.uniform(0.5, 1.25) * math.tau
        parts.append((rate * math.cos(angle), rate * math.sin(angle), random.uniform(0, math.tau)))
    width, height = size[0] / scale, size[1] / scale

    def at(x: float, y: float) -> float:
        return sum(math.sin(a * x * width + b * y * height + start) for a, b, start in parts) / 2.6

    return sampled(size, at)


def sampled(size: tuple[int, int], at: Callable[[float, float], float]) -> Image.Image:
    """A float field from a function of x and y (0 to 1), taken on a coarse grid and smoothed."""
    columns, rows = max(8, size[0] // 5), max(8, size[1] // 5)
    grid = Image.new("F", (columns, rows))
    grid.putdata([at((x + 0.5) / columns, (y + 0.5) / rows) for y in range(rows) for x in range(columns)])
    return grid.resize(size, BICUBIC)


def down(size: tuple[int, int]) -> Image.Image:
    """The row number at every pixel, as floats."""
    column = Image.new("F", (1, size[1]))
    column.putdata([float(y) for y in range(size[1])])
    return column.resize(size, NEAREST)


def vertical(size: tuple[int, int], stops: Stops) -> Image.Image:
    """A gradient from top to bottom."""
    column = Image.new("L", (1, 256))
    column.putdata(list(range(256)))
    return painted(column, ramp(stops)).resize(size, BICUBIC)


def glow(size: tuple[int, int], centre: tuple[float, float], radius: float, fall: float) -> Image.Image:
    """A soft spot of light as a mask: 255 inside the radius, fading over `fall` pixels."""
    x0, y0 = centre

    def at(x: float, y: float) -> float:
        away = max(0.0, math.hypot(x * size[0] - x0, y * size[1] - y0) - radius)
        return 255.0 * math.exp(-((away / fall) ** 1.15))

    return levels_of(sampled(size, at))


def disc(size: tuple[int, int], centre: tuple[float, float], radius: float) -> Image.Image:
    """A round mask with a smooth edge."""
    mask = Image.new("L", size)
    x0, y0 = centre
    reach = int(radius) + 2
    for y in range(max(0, int(y0) - reach), min(size[1], int(y0) + reach)):
        for x in range(max(0, int(x0) - reach), min(size[0], int(x0) + reach)):
            inside = radius + 0.5 - math.hypot(x + 0.5 - x0, y + 0.5 - y0)
            if inside > 0:
                mask.putpixel((x, y), min(255, round(255 * inside)))
    return mask


class Drift:
    """A field that changes shape in place: static noises, mixed with rotating weights."""

    def __init__(self, random: Random, noises: list[Image.Image]) -> None:
        self.noises = noises
        self.turns = [(random.uniform(0.35, 0.7), random.uniform(0, math.tau)) for _ in self.noises]

    @classmethod
    def of_waves(
        cls, random: Random, size: tuple[int, int], count: float, lean: float = 0.0, spread: float = math.pi
    ) -> "Drift":
        return cls(random, [waves(random, size, count, lean, spread) for _ in range(3)])

    def at(self, seconds: float, base: Image.Image | None = None, gain: float = 1.0) -> Image.Image:
        """The field at a moment, times `gain`, added to `base` if given."""
        a, b, c = (math.sin(speed * seconds + start) * gain for speed, start in self.turns)
        one, two, three = self.noises
        if base is None:
            return math_on(lambda e: e["x"] * a + e["y"] * b + e["z"] * c, x=one, y=two, z=three)
        return math_on(lambda e: e["o"] + e["x"] * a + e["y"] * b + e["z"] * c, o=base, x=one, y=two, z=three)


class Ridge:
    """The outline of a range of hills that slides sideways, smoothly at any speed."""

    def __init__(self, random: Random, width: int, bumps: float, rough: float) -> None:
        self.width, self.bumps = width, bumps
        self.rows = [(self._row(random), bumps, 1.0), (self._row(random), bumps * 3.7, rough)]

    @staticmethod
    def _row(random: Random) -> Image.Image:
        return noise(random, (160, 1), (160, 1))

    def heights(self, offset: float) -> Image.Image:
        """One row of heights between about -1 and 1; `offset` is measured in widths of the picture."""
        big, small = (
            row.resize((self.width, 1), BICUBIC, box=self._window(cells, offset, row.width))
            for row, cells, _ in self.rows
        )
        rough = self.rows[1][2]
        return math_on(lambda e: e["b"] + e["s"] * rough, b=big, s=small)

    @staticmethod
    def _window(cells: float, offset: float, length: int) -> tuple[float, float, float, float]:
        start = min(4.0 + offset * cells, length - cells - 1.0)
        return start, 0.0, start + cells, 1.0
