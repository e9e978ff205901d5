"""One picture, decoded and rewritten: upright, sRGB, 8 bits per channel, without metadata.

    python clean.py SOURCE TARGET MOST_BYTES TYPE…

A separate program that knows nothing of the studio: here, decoders of untrusted files get little memory and
time, return all of it, and take nothing else down when they crash. It writes TARGET in one of the TYPEs and
prints one JSON object: `{"type", "width", "height", "size", "sha256"}`, or `{"refused": CODE, …}` with the
facts that the sentence for people needs.
"""

import contextlib
import hashlib
import io
import json
import os
import resource
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
from PIL import Image, ImageCms, UnidentifiedImageError

READ = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "GIF")
WRITTEN = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
LOSSLESS = ("PNG", "TIFF", "BMP", "GIF")
MOST_MEMORY = 385 * 1024 * 1024
MOST_CPU = 40
"""Seconds."""
MOST_PIXELS = 68_000_000
MOST_JPEG_PIXELS = 250_000_000
"""A JPEG can be decoded at half, a quarter or an eighth of its size."""
KEPT_PIXELS = 25_000_000
"""A larger picture is halved: three times the size of the largest model's output is enough to start from."""
MOST_WEBP_PIXELS = 12_000_000
"""The WebP encoder needs more than ten bytes per pixel."""
STRIP = 256
"""Rows per strip; even, so that halved strips join."""
QUALITIES = (95, 88, 80)
ORIENTATION = 0x0112
REDUCED_PAGE = 254
"""TIFF's NewSubfileType: a page that is a reduced version of another page."""
LINEAR, SCREEN = 1.0, 1 / 2.2
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refused(Exception):
    """The picture cannot be accepted; `facts` has the code and its details."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.facts = {"refused": code, **facts}


def main(source: str, target: str, most_bytes: str, *types: str) -> dict[str, object]:
    try:
        image = read(Path(source))
        kind, data = write(image, types or tuple(WRITTEN), int(most_bytes))
    except Refused as refused:
        return refused.facts
    except MemoryError:
        return {"refused": "memory"}
    try:
        Path(target).write_bytes(data)
    except OSError as failure:
        return {"refused": "disk", "why": failure.strerror}
    sha256 = hashlib.sha256(data).hexdigest()
    return {"type": kind, "width": image.width, "height": image.height, "size": len(data), "sha256": sha256}


def read(source: Path) -> Image.Image:
    """The picture as it should be seen, in mode L, LA, RGB or RGBA; `format` is the file's format."""
    try:
        image: Image.Image = Image.open(source, formats=READ)
    except UnidentifiedImageError as unknown:
        raise Refused("unknown") from unknown
    except Exception as broken:
        raise Refused("damaged", why=repr(broken)) from broken
    kind = image.format or ""
    _require_one_still(image)
    _require_pixels(image)
    try:
        turn = _orientation(image)
        if kind in ("JPEG", "MPO") and _pixels(image) > KEPT_PIXELS:
            image.draft(image.mode, _small_enough(image))
        image.load()
        profile, gamma = image.info.get("icc_profile"), image.info.get("gamma")
        if kind == "TIFF":
            turn = _orientation(image)
    except MemoryError:
        raise
    except Exception as broken:
        raise Refused("damaged", why=repr(broken), width=image.width, height=image.height) from broken
    image = _halved(_eight_bits(image))
    image = _in_srgb(image, profile, gamma)
    if turn in TURNS:
        image = image.transpose(TURNS[turn])
    image.format, image.info = kind, {}
    return image


def write(image: Image.Image, types: tuple[str, ...], most_bytes: int) -> tuple[str, bytes]:
    """Type and bytes of the best of the types that fits. Raises Refused."""
    smallest = 0
    for kind, data in _encoded(image, types):
        if not most_bytes or len(data) <= most_bytes:
            return kind, data
        smallest = min(smallest or len(data), len(data))
    raise Refused("large", bytes=smallest) if smallest else Refused("types")


def _require_one_still(image: Image.Image) -> None:
    """Refuse animations and documents: only one of their pictures would be sent."""
    frames = getattr(image, "n_frames", 1)
    if frames < 2 or image.format in ("HEIF", "MPO", "JPEG"):
        return
    if image.format != "TIFF":
        raise Refused("animated", frames=frames)
    for page in range(1, frames):
        image.seek(page)
        if not int(image.tag_v2.get(REDUCED_PAGE, 0)) & 1:  # type: ignore[attr-defined]
            raise Refused("pages", pages=frames)
    image.seek(0)


def _require_pixels(image: Image.Image) -> None:
    most = MOST_JPEG_PIXELS if image.format in ("JPEG", "MPO") else MOST_PIXELS
    if _pixels(image) > most:
        raise Refused("pixels", width=image.width, height=image.height)


def _orientation(image: Image.Image) -> int:
    """How the picture has to be rotated; a damaged EXIF is ignored."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except MemoryError:
        raise
    except Exception:
        return 1


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if image.mode in ("I", "F"):
        raise Refused("depth")
    return image


def _halved(image: Image.Image) -> Image.Image:
    """Halve a picture that is too large, strip by strip: memory has no room for a second one of its size."""
    plain = _plain_mode(image) if image.mode in ("1", "P", "PA") else image.mode
    while _pixels(image) > KEPT_PIXELS:
        half = Image.new(plain, ((image.width + 1) // 2, (image.height + 1) // 2))
        for top in range(0, image.height, STRIP):
            strip = image.crop((0, top, image.width, min(top + STRIP, image.height)))
            half.paste(_as(plain, strip).reduce(2), (0, top // 2))
        image = half
    return _as(plain, image)


def _in_srgb(image: Image.Image, profile: bytes | None, gamma: float | None) -> Image.Image:
    """Convert the file's colours to sRGB."""
    plain, alpha = _plain_mode(image), None
    if plain in ("LA", "RGBA"):
        image = _as(plain, image)
        alpha = image.getchannel("A")
        image = image.convert(plain[:-1])
    if profile or image.mode == "LAB":
        image = _by_profile(image, profile)
    elif gamma and abs(gamma - SCREEN) > 0.02 and 0.01 < gamma <= LINEAR and image.mode in ("L", "RGB"):
        # A PNG states the gamma of its values: gAMA, 1.0 in files written by renderers.
        curve = [round(255 * (value / 255) ** (SCREEN / gamma)) for value in range(256)]
        image = image.point(curve * len(image.getbands()))
    image = _as(plain.removesuffix("A"), image)
    if alpha is not None:
        image.putalpha(alpha)
    return image


def _by_profile(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert through the file's profile; a damaged profile, or one of another colour space, is ignored."""
    flat = image if image.mode in ("L", "RGB", "CMYK", "LAB") else image.convert("RGB")
    target = "L" if flat.mode == "L" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else ImageCms.createProfile("LAB")
        screen = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(flat, source, screen, outputMode="RGB").convert(target)  # type: ignore[union-attr]
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return flat


def _plain_mode(image: Image.Image) -> str:
    clear = image.has_transparency_data
    if image.mode in ("1", "L", "LA", "La") or image.mode.startswith("I;16"):
        return "LA" if clear else "L"
    return "RGBA" if clear else "RGB"


def _encoded(image: Image.Image, types: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    clear = image.mode.endswith("A")
    own = "image/png" if clear or image.format in LOSSLESS else "image/jpeg"
    small = _pixels(image) <= MOST_WEBP_PIXELS or set(types) == {"image/webp"}
    own = "image/webp" if image.format == "WEBP" and small else own
    others = [kind for kind in WRITTEN if kind != "image/webp" or small]
    best = [kind for kind in (own, "image/png" if clear else "image/jpeg", *others) if kind in types]
    for kind in dict.fromkeys(best):
        for quality in QUALITIES if kind != "image/png" else QUALITIES[:1]:
            out = io.BytesIO()
            flat = _on_white(image) if clear and kind == "image/jpeg" else image
            flat.save(out, WRITTEN[kind], quality=quality, compress_level=4)
            yield kind, out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    paper = Image.new(image.mode[:-1], image.size, "white")
    paper.paste(image.convert(image.mode[:-1]), mask=image.getchannel("A"))
    return paper


def _as(mode: str, image: Image.Image) -> Image.Image:
    return image if image.mode == mode else image.convert(mode)


def _pixels(image: Image.Image) -> int:
    return image.width * image.height


def _small_enough(image: Image.Image) -> tuple[int, int]:
    """The size at which a JPEG is decoded: halved until it can be kept."""
    width, height = image.size
    while width * height > KEPT_PIXELS:
        width, height = (width + 1) // 2, (height + 1) // 2
    return width, height


def _modestly() -> None:
    """Give way to the pages, and exit rather than take the machine's memory, where the system enforces it."""
    os.nice(10)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU + 1))
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    Image.init()
    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)


if __name__ == "__main__":
    _modestly()
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
