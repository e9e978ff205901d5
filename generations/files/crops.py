"""Parts of images as images of their own: always cut out of the original, never out of a part of it."""

import logging
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any

from django.contrib.auth.models import User

from generations.files import apart, made, one_part, store
from generations.files.given import NotTaken, place
from generations.models import Asset

log = logging.getLogger(__name__)

Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the original."""
TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
"""Of the images that can be cropped."""
CROP_WITHIN = 30.0
MEBIBYTES = 1024


def centred(original: Asset, ratio: Fraction) -> Box:
    """The largest part of that shape, from the middle."""
    width, height = _largest(original, ratio)
    return (original.width - width) // 2, (original.height - height) // 2, width, height


def fitted(original: Asset, ratio: Fraction, left: float, top: float, width: float) -> Box:
    """A part of that shape as near as can be to what was asked for, all of it within the image."""
    most, _ = _largest(original, ratio)
    wide = round(max(1.0, min(width, float(most))))
    high = min(original.height, max(1, round(wide / ratio)))
    x = round(max(0.0, min(left, float(original.width - wide))))
    y = round(max(0.0, min(top, float(original.height - high))))
    return x, y, wide, high


def crop(person: User, original: Asset, box: Box) -> Asset:
    """That part of an image; the same part is the same asset, whoever asks for it. Raises NotTaken."""
    if original.kind != Asset.Kind.IMAGE or original.content_type not in TYPES:
        raise NotTaken(f"{original.name} cannot be cropped here. Add it as JPEG, PNG or WebP.")
    what = {"cropped_from": original, "box": ",".join(map(str, box))}
    if known := made.known(**what):
        return known
    same = ("name", "content_type", "frame_of", "at_ms")
    with place(original.name) as part:
        file = {"width": box[2], "height": box[3], **_cut_apart(original, box, part)}
        more = {name: getattr(original, name) for name in same}
        return made.keep(part, PurePath(original.stored_at).suffix[1:], what, file, person=person, **more)


def _cut_apart(original: Asset, box: Box, part: Path) -> dict[str, Any]:
    """Its size and hash, once it is written to a file. Raises NotTaken."""
    files = {"path": str(store.at(original.stored_at).absolute()), "target": str(part.absolute())}
    try:
        found: dict[str, Any] = apart.do(
            one_part.__name__, {**files, "box": box}, seconds=CROP_WITHIN, mebibytes=MEBIBYTES
        )
    except apart.Failed as failed:
        log.warning("%s could not be cropped: %s", original.stored_at, failed)
        raise NotTaken(f"{original.name} could not be cropped. Use it whole, or add it again.") from failed
    return found


def _largest(original: Asset, ratio: Fraction) -> tuple[int, int]:
    width = min(original.width, round(original.height * ratio))
    return max(1, width), max(1, min(original.height, round(width / ratio)))
