"""A small picture of an image or a video; runs in the process of `apart`."""

from pathlib import Path

from PIL import Image

from generations.files.container import kind_of_file
from generations.files.one_frame import frame_at
from generations.files.one_part import MOST_PIXELS, READ

BOX = (320, 320)
"""In pixels: twice what a list shows, for screens with two to a point."""
QUALITY = 80


def work(path: str, media: str, at: float, target: str) -> bool:
    """Write it as WebP: of a video the frame `at` so many seconds. False: there is no picture in it."""
    image = _image(Path(path)) if media == "image" else _frame(Path(path), at)
    if image is None:
        return False
    image.save(target, "WEBP", quality=QUALITY, method=4)
    return True


def _image(path: Path) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(path, formats=READ) as image:
        image.thumbnail(BOX)
        small = image.convert("RGBA")
    ground = Image.new("RGBA", small.size, (0, 0, 0, 255))
    return Image.alpha_composite(ground, small).convert("RGB")


def _frame(path: Path, at: float) -> Image.Image | None:
    found = frame_at(path, kind_of_file(path), at)
    if found is None:
        return None
    found[1].thumbnail(BOX)
    return found[1]
