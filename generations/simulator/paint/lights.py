"""Scenes of light alone: aurora, lamps out of focus, sun through water."""

import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from generations.simulator.paint.fields import (
    BICUBIC,
    NEAREST,
    Drift,
    Ridge,
    colour,
    disc,
    down,
    levels_of,
    math_on,
    noise,
    painted,
    ramp,
    vertical,
)

Scene = Callable[[float], Image.Image]
Size = tuple[int, int]

AURORAS = (
    (("02060f", "06202c", "0c3a3c"), ("000000", "0a4a3a", "22c486", "b6ffd8")),
    (("050314", "1a1040", "34245c"), ("000000", "3a1a6e", "b04ad0", "ffc8f4")),
    (("020814", "082444", "10406a"), ("000000", "0a3a6e", "30a6e0", "c8f6ff")),
)
LAMPS = (
    (("070a1a", "1a1c3c", "07070f"), ("ff9a5a", "ffd08a", "f06a7a", "6ac6d8", "ffe8c0")),
    (("0a0518", "301448", "0a0414"), ("c07aff", "ff7ac0", "7aa0ff", "ffd0f0", "ffb070")),
    (("041214", "0f3a36", "030c0c"), ("5ad0a0", "c8f08a", "ffe08a", "5ab0d0", "f0fff0")),
)
POOLS = (
    (("1f9ab0", "0d6a86", "06384e"), "d8fff8"),
    (("3ab6c8", "1a7fae", "0b3f78"), "f0ffff"),
    (("2a9a7c", "12685e", "063a3e"), "e8ffe0"),
)


def aurora(size: Size, random: Random) -> Scene:
    """Curtains of light over a dark shore and still water."""
    sky_colours, light_colours = random.choice(AURORAS)
    width, height = size
    shore = int(height * 0.76)
    sky = vertical((width, shore), [(i / 2, c) for i, c in enumerate(sky_colours)])
    _stars(sky, random)
    curtains = [_Curtain((width, shore), random, high) for high in (0.52, 0.68)]
    palette = ramp([(i / (len(light_colours) - 1), c) for i, c in enumerate(light_colours)])
    range_ = _silhouette((width, shore), random)
    water_tint = Image.new("RGB", (width, height - shore), (120, 132, 140))

    def frame(seconds: float) -> Image.Image:
        light = ImageChops.screen(*(curtain.at(seconds) for curtain in curtains))
        air = ImageChops.screen(sky, painted(light, palette))
        air.paste((3, 7, 12), (0, 0), range_)
        canvas = Image.new("RGB", size)
        canvas.paste(air, (0, 0))
        mirror = air.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, height - shore), BICUBIC)
        canvas.paste(ImageChops.multiply(mirror, water_tint), (0, shore))
        return canvas

    return frame


class _Curtain:
    """One sheet of aurora: a wandering lower edge, rays that come and go."""

    def __init__(self, size: Size, random: Random, high: float) -> None:
        self.size, self.line = size, high * size[1]
        self.edge = Ridge(random, size[0], 2.4, 0.12)
        self.rays = Ridge(random, size[0], 14.0, 0.55)
        self.veil = Ridge(random, size[0], 3.0, 0.0)
        self.rows = down(size)
        self.pace = random.choice((-1, 1)) * random.uniform(0.012, 0.03)

    def at(self, seconds: float) -> Image.Image:
        """How bright the sheet is at every place."""
        swing, line, tall = self.size[1] * 0.13, self.line, self.size[1] * 0.62
        moved = 3.0 + self.pace * seconds
        edge = math_on(lambda e: e["h"] * swing + line, h=self.edge.heights(moved)).resize(self.size, NEAREST)
        strength = math_on(
            lambda e: (e["r"] * 0.34 + 0.66) * (e["v"] * 0.55 + 0.72) * 300.0,
            r=self.rays.heights(3.0 - 2.2 * self.pace * seconds),
            v=self.veil.heights(2.0 + 1.6 * self.pace * seconds),
        )
        soft = math_on(lambda e: e["s"] * 330.0 / (e["s"] + 190.0), s=strength)
        rays = levels_of(soft).resize(self.size, NEAREST)
        over = math_on(lambda e: e["l"] - e["y"], l=edge, y=self.rows)
        fade = levels_of(math_on(lambda e: 255.0 - e["o"] * (255.0 / tall), o=over))
        foot = levels_of(math_on(lambda e: e["o"] * 9.0 + 40.0, o=over))
        return ImageChops.multiply(ImageChops.multiply(ImageChops.multiply(fade, fade), foot), rays)


def _stars(sky: Image.Image, random: Random) -> None:
    draw = ImageDraw.Draw(sky)
    for _ in range(90):
        grey = random.randint(50, 170)
        draw.point((random.randrange(sky.width), random.randrange(int(sky.height * 0.8))), (grey, grey, grey))


def _silhouette(size: Size, random: Random) -> Image.Image:
    hills = Ridge(random, size[0], 5.0, 0.25).heights(3.0)
    line = math_on(lambda e: e["h"] * (size[1] * 0.05) + size[1] * 0.91, h=hills).resize(size, NEAREST)
    return levels_of(math_on(lambda e: (e["y"] - e["l"]) * 170.0 + 128.0, y=down(size), l=line))


def bokeh(size: Size, random: Random) -> Scene:
    """The lamps of a town at night, out of focus, and their light on wet ground."""
    ground, colours = random.choice(LAMPS)
    back = vertical(size, [(0.0, ground[0]), (0.52, ground[1]), (1.0, ground[2])])
    lamps = [_Lamp(size, random, colour(random.choice(colours))) for _ in range(30)]
    streaks = _streaks(size, lamps)
    back = ImageChops.screen(back, streaks)

    def frame(seconds: float) -> Image.Image:
        canvas = back.copy()
        for lamp in lamps:
            lamp.draw(canvas, seconds)
        return canvas

    return frame


class _Lamp:
    """One disc of light that drifts and breathes."""

    def __init__(self, size: Size, random: Random, shade: tuple[int, int, int]) -> None:
        scale = max(size)
        self.radius = scale * random.choice((0.009, 0.012, 0.016, 0.022, 0.03, 0.042))
        self.x, self.y = random.uniform(0.02, 0.98) * size[0], random.gauss(0.5, 0.1) * size[1]
        self.dx, self.dy = random.uniform(-1.0, 1.0) * scale * 0.009, random.uniform(3, 9) * scale / 900
        self.turn, self.start = random.uniform(0.4, 0.9), random.uniform(0, math.tau)
        self.shade = shade
        self.side = int(self.radius * 2) + 8
        middle = (self.side / 2, self.side / 2)
        rim = disc((self.side, self.side), middle, self.radius)
        core = disc((self.side, self.side), middle, self.radius * 0.86)
        mask = ImageChops.subtract(rim, core.point(lambda v: v * 0.3)).filter(ImageFilter.GaussianBlur(0.6))
        power = random.uniform(0.36, 0.7) if self.radius > scale * 0.014 else random.uniform(0.7, 1.0)
        self.light = Image.merge(
            "RGB", [mask.point([int(v * c * power / 255) for v in range(256)]) for c in shade]
        )

    def draw(self, canvas: Image.Image, seconds: float) -> None:
        """Add the lamp's light where it stands now."""
        x = self.x + self.dx * seconds - self.side / 2
        y = self.y + self.dy * math.sin(self.turn * seconds + self.start) - self.side / 2
        left, top = math.floor(x), math.floor(y)
        shift = (1, 0, left - x, 0, 1, top - y)
        light = self.light.transform(
            self.light.size, Image.Transform.AFFINE, shift, Image.Resampling.BILINEAR
        )
        power = 0.82 + 0.18 * math.sin(self.turn * 1.7 * seconds + self.start)
        light = light.point([int(v * power) for v in range(256)] * 3)
        box = (left, top, left + self.side, top + self.side)
        canvas.paste(ImageChops.screen(canvas.crop(box), light), (left, top))


def _streaks(size: Size, lamps: list[_Lamp]) -> Image.Image:
    """Long reflections below the lamps."""
    layer = Image.new("RGB", size)
    draw = ImageDraw.Draw(layer)
    for lamp in lamps[::2]:
        width = max(2, int(lamp.radius * 0.5))
        dark = tuple(int(c * 0.5) for c in lamp.shade)
        top = size[1] * 0.6
        draw.rectangle((lamp.x - width / 2, top, lamp.x + width / 2, top + size[1] * 0.32), fill=dark)
    ripple = levels_of(math_on(lambda e: e["n"] * 70.0 + 150.0, n=noise(Random(7), size, (16, 48))))
    soft = layer.filter(ImageFilter.GaussianBlur(max(size) / 120))
    return ImageChops.multiply(soft, Image.merge("RGB", (ripple,) * 3))


def caustics(size: Size, random: Random) -> Scene:
    """Sunlight on the floor of shallow water."""
    colours, shine = random.choice(POOLS)
    floor = vertical(size, [(i / 2, c) for i, c in enumerate(colours)])
    nets = [Drift.of_waves(random, size, count) for count in (3.0, 4.4)]
    for net in nets:
        net.turns = [(speed * 1.6, start) for speed, start in net.turns]
    light = Image.new("RGB", size, colour(shine))

    def frame(seconds: float) -> Image.Image:
        canvas = floor.copy()
        first, second = (net.at(seconds) for net in nets)
        bright = math_on(
            lambda e: 15.0 / (abs(e["a"]) + 0.075) + 12.0 / (abs(e["b"]) + 0.08) - 34.0, a=first, b=second
        )
        canvas.paste(light, (0, 0), levels_of(bright))
        return canvas

    return frame
