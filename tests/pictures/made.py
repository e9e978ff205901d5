"""Pictures that the tests make, and what is asked of those that were kept."""

import io
from typing import Any

from PIL import Image

from generations.catalogue.media import Media

ALL = ("image/jpeg", "image/png", "image/webp")
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 40), (30, 40, 210), (250, 250, 250)
AS_TAKEN = (RED, GREEN, BLUE, WHITE)


def quarters(width: int = 320, height: int = 180) -> Image.Image:
    """Red, green; blue, white: what is up and what is left can be seen in it."""
    image = Image.new("RGB", (width, height))
    for n, colour in enumerate((RED, GREEN, BLUE, WHITE)):
        left, top = n % 2 * width // 2, n // 2 * height // 2
        image.paste(colour, (left, top, left + width // 2, top + height // 2))
    return image


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def place(accept: tuple[str, ...] = ALL, **limits: Any) -> Media:
    return Media(name="image_url", label="Image", accept=accept, max_mb=10, **limits)


def alike(image: Image.Image, expected: tuple[tuple[int, int, int], ...], off: int = 14) -> bool:
    """Whether the middles of the four quarters have these colours."""
    width, height = image.size
    spots = [(width * x // 4, height * y // 4) for y in (1, 3) for x in (1, 3)]
    flat: Any = image.convert("RGB")
    pixels = [flat.getpixel(spot) for spot in spots]
    return all(
        abs(a - b) <= off for p, e in zip(pixels, expected, strict=True) for a, b in zip(p, e, strict=True)
    )
