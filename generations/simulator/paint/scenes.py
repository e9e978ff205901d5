"""Moving pictures without a camera: families of scenes, each painted in one of several palettes."""

import math
import re
from collections.abc import Callable
from hashlib import sha256
from random import Random

from PIL import Image, ImageChops

from generations.simulator.paint import landscapes, lights
from generations.simulator.paint.fields import Drift, levels_of, math_on, painted, ramp, sampled

Scene = Callable[[float], Image.Image]
Family = Callable[[tuple[int, int], Random], Scene]

SILKS = (
    ("3a1a10", "6e3a22", "a8663f", "d79a6b", "f3d3b0", "c98a5c", "8a5232", "4a2415"),
    ("06302a", "12564a", "2f8a76", "74bfa2", "d6f2e2", "6db89c", "1f6f5e", "0a3d34"),
    ("24103a", "43206a", "74449e", "b07ad0", "edd6f6", "a06cc4", "5c3288", "2c1546"),
    ("12204a", "22407e", "4672b8", "86aee6", "e2eefc", "7aa2dc", "325a9e", "182a5c"),
    ("43090d", "741a1c", "a83a34", "dc7264", "fbd3c4", "cc6254", "8a2626", "500d11"),
    ("33290c", "5f4f1c", "92793a", "c9ae62", "f5e9c0", "bda256", "7c672c", "403410"),
)
INKS = (
    ("2e0f4a", "6a1a64", "c8462f", "f7b267", "fff3e0", "d0506a", "521556"),
    ("062a44", "0f4f76", "2a8a9c", "a8dcd8", "f4fbfa", "4a9ab0", "0d4464"),
    ("1d2b4a", "3a5580", "8fa8c8", "f0ebd8", "e0a07c", "7a6a86", "2a3656"),
    ("173d2a", "2f6e4a", "86b478", "f2f0c9", "e6c06a", "6a9a5e", "24543a"),
)
DEPTHS = (
    ("020617", "0b2a6b", "2f6fe4", "bfe0ff", "2a5fc4", "071640"),
    ("14040f", "5a1346", "d14a86", "ffd9e6", "8d1f5e", "210718"),
    ("07120d", "14513f", "3fbf8f", "e0fff1", "1b6e54", "0a1d15"),
)


def scene(prompt: str, chance: str, size: tuple[int, int]) -> Scene:
    """A scene that suits the prompt when it names something we can paint, else any.

    The same prompt and chance give the same pictures.
    """
    digest = sha256(f"{prompt}\n{chance}".encode()).digest()
    words = (WORDS.get(word) for word in re.findall(r"[a-z]+", prompt.lower()))
    family = next((f for f in words if f), FAMILIES[int.from_bytes(digest[:4], "big") % len(FAMILIES)])
    return family(size, Random(digest))


def silk(size: tuple[int, int], random: Random) -> Scene:
    """Folds of cloth that breathe."""
    lean = random.uniform(0.9, 2.2)
    scale = max(size)
    along, across = math.cos(lean) * size[0] / scale, math.sin(lean) * size[1] / scale
    base = sampled(size, lambda x, y: 256 * 2.6 * (along * x + across * y))
    wide = Drift.of_waves(random, size, 0.9, lean, 1.1)
    fine = Drift.of_waves(random, size, 2.6, lean, 0.7)
    return _folds(size, random, base, _loop(random.choice(SILKS)), (wide, 150.0), (fine, 42.0), speed=12.0)


def ink(size: tuple[int, int], random: Random) -> Scene:
    """Colours that run into each other in water."""
    base = sampled(size, lambda x, y: 220.0 * (x + y))
    wide, fine = Drift.of_waves(random, size, 1.7), Drift.of_waves(random, size, 4.0)
    return _folds(size, random, base, _loop(random.choice(INKS)), (wide, 100.0), (fine, 24.0), speed=9.0)


def depth(size: tuple[int, int], random: Random) -> Scene:
    """Rings of light that come nearer."""
    width, height = size
    x0, y0 = width * random.uniform(0.4, 0.6), height * random.uniform(0.42, 0.58)

    def rings(x: float, y: float) -> float:
        away = math.hypot(x * width - x0, y * height - y0) / max(size)
        return 320.0 * math.log(away + 0.045)

    base = sampled(size, rings)
    wide, fine = Drift.of_waves(random, size, 1.0), Drift.of_waves(random, size, 2.5)
    return _folds(size, random, base, _loop(random.choice(DEPTHS)), (wide, 20.0), (fine, 5.0), speed=-52.0)


def _loop(colours: tuple[str, ...]) -> list[int]:
    return ramp([(i / len(colours), c) for i, c in enumerate((*colours, colours[0]))])


def _folds(
    size: tuple[int, int],
    random: Random,
    base: Image.Image,
    palette: list[int],
    wide: tuple[Drift, float],
    fine: tuple[Drift, float],
    *,
    speed: float,
) -> Scene:
    shade = Drift.of_waves(random, size, 1.3)
    flat = Image.new("F", size, 200.0)

    def frame(seconds: float) -> Image.Image:
        bent = fine[0].at(seconds, wide[0].at(seconds, base, wide[1]), fine[1])
        moved = seconds * speed + 256 * 64
        phase = math_on(lambda e: (e["f"] + moved) % 256.0, f=bent)
        light = levels_of(shade.at(seconds, flat, 58.0))
        return ImageChops.multiply(painted(levels_of(phase), palette), Image.merge("RGB", (light,) * 3))

    return frame


FAMILIES: tuple[Family, ...] = (
    silk,
    landscapes.dunes,
    lights.aurora,
    lights.bokeh,
    landscapes.sea,
    ink,
    landscapes.hills,
    lights.caustics,
    landscapes.paper,
    depth,
)

WORDS: dict[str, Family] = {
    word: family
    for family, words in (
        (silk, "silk fabric cloth dress velvet satin perfume ribbon"),
        (landscapes.dunes, "dune dunes desert sand camel sahara"),
        (lights.aurora, "aurora arctic northern iceland polar"),
        (lights.bokeh, "city street neon traffic rain tokyo lanterns"),
        (landscapes.sea, "sea ocean moon lake sunset lighthouse beach waves harbour"),
        (ink, "ink smoke paint marble lava"),
        (landscapes.hills, "mountain mountains hills fog mist valley forest"),
        (lights.caustics, "underwater pool reef coral whale jellyfish"),
        (landscapes.paper, "paper papercut origami cartoon"),
        (depth, "tunnel portal vinyl speaker hyperspace"),
    )
    for word in words.split()
}
