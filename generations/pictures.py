"""Images that people give: checked, turned upright, written anew without metadata, kept."""

import hashlib
import io
import uuid
import warnings
from pathlib import PurePath

from django.contrib.auth.models import User
from PIL import Image, ImageOps, UnidentifiedImageError

from generations.catalogue.fields import File
from generations.catalogue.params import Media
from generations.models import Upload
from generations.models.upload import media_root

FORMATS = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "WEBP": ("image/webp", ".webp")}
MAX_PIXELS = 80_000_000


class BadPicture(Exception):
    """The file is no image that the model takes; the text says what it is and what fits."""


def take(person: User, file: File, param: Media) -> Upload:
    """Keep an image of a person for a parameter. Raises BadPicture."""
    name = PurePath(file.name or "image").name
    image = _open(file, name)
    kind, ending = FORMATS[image.format or ""]
    if param.accept and kind not in param.accept:
        raise BadPicture(f"{name} is {_word(kind)}. This model takes {_words(param.accept)}.")
    _check_shape(image, name, param)
    data = _clean(image)
    if param.max_mb and len(data) > param.max_mb * 1024 * 1024:
        raise BadPicture(f"{name} is over {param.max_mb} MB after cleaning. Make it smaller.")
    key = uuid.uuid4()
    path = f"uploads/{key.hex[:2]}/{key}{ending}"
    (media_root() / path).parent.mkdir(parents=True, exist_ok=True)
    (media_root() / path).write_bytes(data)
    upright = ImageOps.exif_transpose(image)
    return Upload.objects.create(
        uuid=key,
        person=person,
        name=name[:200],
        path=path,
        content_type=kind,
        size=len(data),
        width=upright.width,
        height=upright.height,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _open(file: File, name: str) -> Image.Image:
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(file, formats=list(FORMATS))
            if image.width * image.height > MAX_PIXELS:
                raise BadPicture(f"{name} has {image.width} × {image.height} pixels, which is too many.")
            image.load()
    except UnidentifiedImageError as unknown:
        raise BadPicture(f"{name} is not a JPEG, PNG or WebP image.") from unknown
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as broken:
        raise BadPicture(f"{name} is damaged and cannot be read.") from broken
    return image


def _check_shape(image: Image.Image, name: str, param: Media) -> None:
    if param.min_px and min(image.size) < param.min_px:
        raise BadPicture(
            f"{name} is {image.width} × {image.height}. At least {param.min_px} pixels a side are needed."
        )
    if param.aspect_range:
        low, high = param.aspect_range
        if not float(low) <= image.width / image.height <= float(high):
            raise BadPicture(f"{name} is {image.width} × {image.height}: too long and narrow for this model.")


def _clean(image: Image.Image) -> bytes:
    """The picture alone: upright, no EXIF, no comments; the colour profile stays."""
    kind = image.format or "PNG"
    upright = ImageOps.exif_transpose(image)
    if kind == "JPEG" and upright.mode not in ("RGB", "L"):
        upright = upright.convert("RGB")
    elif upright.mode not in ("RGB", "RGBA", "L", "LA"):
        upright = upright.convert("RGBA")
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, kind, quality=95, icc_profile=image.info.get("icc_profile"))
    return out.getvalue()


def _word(kind: str) -> str:
    return {"image/jpeg": "a JPEG", "image/png": "a PNG", "image/webp": "a WebP"}.get(kind, kind)


def _words(kinds: tuple[str, ...]) -> str:
    return ", ".join(_word(k).split()[-1] for k in kinds)
