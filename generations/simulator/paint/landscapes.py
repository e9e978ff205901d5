"""Scenes with a horizon: dunes, hills in mist, cut paper, and a light over water."""

import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageChops

from generations.simulator.paint.fields import (
    BICUBIC,
    NEAREST,
    Drift,
    Ridge,
    Stops,
    colour,
    disc,
    down,
    glow,
    levels_of,
    math_on,
    noise,
    painted,
    ramp,
    vertical,
)
from generations.simulator.paint.moods import DUSKS, MISTS, PAPERS, WATERS, Mood

Scene = Callable[[float], Image.Image]
Size = tuple[int, int]


def dunes(size: Size, random: Random) -> Scene:
    """Sand at dusk under a low sun."""
    mood = random.choice(DUSKS)
    sky = _sky(size, mood, random, horizon=0.52, radius=0.035)
    layers = [
        _Layer(
            size,
            random,
            top=0.51 + 0.10 * i,
            swing=0.014 + 0.017 * i,
            bumps=4.4 - 0.55 * i,
            rough=0.1,
            palette=_between(mood, i / 4),
            pace=0.006 * 1.7**i,
            slope=900.0 - 60 * i,
            deep=0.2,
        )
        for i in range(5)
    ]
    return _stack(sky, layers)


def hills(size: Size, random: Random) -> Scene:
    """Ranges of hills, each paler than the one before it."""
    mood = random.choice(MISTS)
    sky = _sky(size, mood, random, horizon=0.5, radius=0.0)
    layers = [
        _Layer(
            size,
            random,
            top=0.40 + 0.115 * i,
            swing=0.05 + 0.008 * i,
            bumps=4.5 - 0.4 * i,
            rough=0.22 + 0.05 * i,
            palette=_between(mood, i / 4),
            pace=0.005 * 1.6**i,
            slope=0.0,
        )
        for i in range(5)
    ]
    return _stack(sky, layers)


def paper(size: Size, random: Random) -> Scene:
    """Waves of cut paper with soft shadows."""
    mood = random.choice(PAPERS)
    sky = _sky(size, mood, random, horizon=0.36, radius=0.085, halo=False)
    layers = [
        _Layer(
            size,
            random,
            top=0.36 + 0.13 * i,
            swing=0.075,
            bumps=4.2 - 0.2 * i,
            rough=0.0,
            palette=_between(mood, i / 4),
            pace=(0.02 + 0.014 * i) * (-1) ** i,
            slope=0.0,
            shadow=0.45,
        )
        for i in range(5)
    ]
    return _stack(sky, layers)


def _between(mood: Mood, nearness: float) -> list[int]:
    """The palette of a layer: between the far pair and the near pair, light above and dark below."""
    pair = []
    for far, near in zip(mood.far, mood.near, strict=True):
        mixed = (round(a + (b - a) * nearness) for a, b in zip(colour(far), colour(near), strict=True))
        pair.append("".join(f"{c:02x}" for c in mixed))
    return ramp([(0.0, pair[0]), (1.0, pair[1])])


def _sky(
    size: Size, mood: Mood, random: Random, *, horizon: float, radius: float, halo: bool = True
) -> Image.Image:
    stops: Stops = [(i * horizon / 3, c) for i, c in enumerate(mood.sky)] + [(1.0, mood.sky[-1])]
    sky = vertical(size, stops)
    place = size[0] * random.uniform(0.28, 0.72), size[1] * (horizon - random.uniform(0.08, 0.2))
    light = Image.new("RGB", size, colour(mood.light))
    if halo:
        spread = glow(size, place, max(size) * radius, max(size) * 0.16)
        sky.paste(_halo(size, mood), (0, 0), spread.point(lambda v: v * 0.85))
    sky.paste(light, (0, 0), disc(size, place, max(size) * radius))
    return sky


def _halo(size: Size, mood: Mood) -> Image.Image:
    return Image.blend(
        Image.new("RGB", size, colour(mood.light)), Image.new("RGB", size, colour(mood.sky[2])), 0.5
    )


class _Layer:
    """One range of hills: its outline, and how the area below is painted."""

    def __init__(
        self,
        size: Size,
        random: Random,
        *,
        top: float,
        swing: float,
        bumps: float,
        rough: float,
        palette: list[int],
        pace: float,
        slope: float,
        shadow: float = 0.0,
        deep: float = 0.34,
    ) -> None:
        self.size, self.palette, self.pace, self.slope, self.shadow = size, palette, pace, slope, shadow
        bumps = bumps if size[0] >= size[1] else bumps * 0.6
        self.ridge = Ridge(random, size[0], bumps, rough)
        self.deep, self.line, self.swing = deep, top * size[1], swing * size[1]
        reach = self.swing * (1.3 + rough) + (14 if shadow else 2)
        self.first = max(0, min(size[1] - 2, int(self.line - reach)))
        self.band = size[0], size[1] - self.first
        self.rows = down(self.band)

    def draw(self, canvas: Image.Image, seconds: float) -> None:
        """Paint the layer over what lies behind it."""
        offset = 4.0 + self.pace * seconds
        heights = self.ridge.heights(offset)
        middle, swing = self.line - self.first, self.swing
        line = math_on(lambda e: e["h"] * swing + middle, h=heights).resize(self.band, NEAREST)
        below = math_on(lambda e: e["y"] - e["l"], y=self.rows, l=line)
        if self.shadow:
            strength = self.shadow
            dark = levels_of(math_on(lambda e: (e["d"] * 18.0 + 200.0) * strength, d=below))
            canvas.paste((20, 20, 40), (0, self.first), dark)
        depth = 255.0 / (self.deep * self.size[1])
        if self.slope:
            steep, slope = self._steepness(heights, offset), self.slope
            shade = math_on(lambda e: e["d"] * depth + e["s"] * slope + 70.0, d=below, s=steep)
        else:
            shade = math_on(lambda e: e["d"] * depth, d=below)
        edge = levels_of(math_on(lambda e: e["d"] * 170.0 + 128.0, d=below))
        canvas.paste(painted(levels_of(shade), self.palette), (0, self.first), edge)

    def _steepness(self, heights: Image.Image, offset: float) -> Image.Image:
        ahead = self.ridge.heights(offset + 0.02)
        return math_on(lambda e: e["h"] - e["a"], h=heights, a=ahead).resize(self.band, NEAREST)


def _stack(sky: Image.Image, layers: list[_Layer]) -> Scene:
    def frame(seconds: float) -> Image.Image:
        canvas = sky.copy()
        for layer in layers:
            layer.draw(canvas, seconds)
        return canvas

    return frame


def sea(size: Size, random: Random) -> Scene:
    """A low sun, or the moon, and its path on the water."""
    mood = random.choice(WATERS)
    width, height = size
    horizon = int(height * 0.58)
    place = width * random.uniform(0.32, 0.68), height * random.uniform(0.3, 0.46)
    radius = min(size) * 0.11
    still = vertical(size, [(i * 0.58 / 3, c) for i, c in enumerate(mood.sky)] + [(1.0, mood.sky[-1])])
    light = Image.new("RGB", size, colour(mood.light))
    still.paste(
        _halo(size, mood), (0, 0), glow(size, place, radius, max(size) * 0.13).point(lambda v: v * 0.75)
    )
    still.paste(_face(light, random) if mood.moon else light, (0, 0), disc(size, place, radius))
    pond = width, height - horizon
    still.paste(vertical(pond, [(0.0, mood.far[0]), (0.25, mood.far[1]), (1.0, mood.near[1])]), (0, horizon))
    return _water(still, pond, mood, place[0], random)


def _face(light: Image.Image, random: Random) -> Image.Image:
    mottle = levels_of(math_on(lambda e: e["n"] * 26.0 + 232.0, n=noise(random, light.size, (38, 22))))
    return ImageChops.multiply(light, Image.merge("RGB", (mottle,) * 3))


def _water(still: Image.Image, pond: Size, mood: Mood, middle: float, random: Random) -> Scene:
    width, height = pond
    waves = Drift(random, [_receding(random, pond) for _ in range(3)])
    waves.turns = [(random.uniform(1.5, 2.6), random.uniform(0, math.tau)) for _ in waves.noises]
    path = Image.new("F", (width, 64))
    path.putdata(
        [
            -118.0 + 185.0 * math.exp(-(((x - middle) / (width * (0.035 + 0.13 * (y / 64)))) ** 2))
            for y in range(64)
            for x in range(width)
        ]
    )
    path = path.resize(pond, BICUBIC)
    top = still.height - height
    shine = Image.new("RGB", pond, colour(mood.light))
    body = still.crop((0, top, width, still.height))
    dim = Image.new("F", pond, 222.0)

    def frame(seconds: float) -> Image.Image:
        canvas = still.copy()
        swell = levels_of(waves.at(seconds, dim, 34.0))
        water = ImageChops.multiply(body, Image.merge("RGB", (swell,) * 3))
        glints = waves.at(seconds, path, 150.0)
        water.paste(shine, (0, 0), levels_of(math_on(lambda e: e["g"] * 2.2 - 40.0, g=glints)))
        canvas.paste(water, (0, top))
        return canvas

    return frame


def _receding(random: Random, size: Size) -> Image.Image:
    """Wave noise that grows finer towards the horizon."""
    width, height = size
    field = Image.new("F", size)
    y, thick = 0, 1.0
    while y < height:
        cells = max(3, int(width / (10 + 9 * thick)))
        depth = max(1, round(thick))
        strip = noise(random, (width, depth + 2), (cells, 2)).crop((0, 1, width, depth + 1))
        field.paste(strip, (0, y))
        y += depth
        thick = min(9.0, thick * 1.075)
    return field
