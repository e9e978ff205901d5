"""Small versions of our own stills, for pages that are opened over slow lines."""

import io
from functools import lru_cache

from PIL import Image

from generations.files import store

WIDTHS = (240, 720)
"""Of a clip in a row of them, and of the one that can be played."""
QUALITY = 66


@lru_cache(maxsize=256)
def small(path: str, width: int) -> bytes:
    """A stored still as WebP, no wider than that. Some milliseconds of work. Raises OSError.

    Only for stills that were drawn here: what comes from elsewhere is decoded apart.
    """
    with store.opened(path) as file, Image.open(file) as still:
        still.thumbnail((width, width * 2))
        made = io.BytesIO()
        still.save(made, "WEBP", quality=QUALITY, method=4)
    return made.getvalue()
