"""One part of an image, as a file of the same type; runs in the process of `apart`."""

import hashlib
from pathlib import Path
from typing import Any

from PIL import Image

READ = ("JPEG", "PNG", "WEBP")
QUALITY = 95
MOST_PIXELS = 68_000_000


def work(path: str, box: list[int], target: str) -> dict[str, Any]:
    """The part `left, top, width, height` of an image, in its pixels. Raises for what is no such image."""
    left, top, width, height = box
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(path, formats=READ) as image:
        part = image.crop((left, top, left + width, top + height))
        more: dict[str, Any] = {"quality": QUALITY} if image.format != "PNG" else {"compress_level": 4}
        if image.format == "JPEG":
            more["subsampling"] = 0
        part.save(target, image.format, **more)
    data = Path(target).read_bytes()
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
