"""The pictures behind the sign-in page."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from PIL import Image, UnidentifiedImageError


@dataclass(frozen=True, kw_only=True)
class Poster:
    """One picture of the contact sheet, by its path in the static files."""

    path: str
    ratio: str
    number: int


@cache
def pictures() -> tuple[Poster, ...]:
    """Our decorative pictures; no user's clip is shown before sign-in."""
    folders = [Path(folder) / "sheet" for folder in settings.STATICFILES_DIRS]
    found = [path for folder in folders for path in sorted(folder.glob("*.webp"))]
    return tuple(
        Poster(path=f"sheet/{path.name}", ratio=_ratio(path), number=1780 + 3 * n)
        for n, path in enumerate(found)
    )


def sheet_rows(rows: int = 5, length: int = 6) -> list[list[Poster]]:
    """The pictures in rows that fill a wide screen; neighbouring rows always differ."""
    frames = pictures()
    if not frames:
        return []
    return [[frames[(row * (length - 1) + n) % len(frames)] for n in range(length)] for row in range(rows)]


def _ratio(path: Path) -> str:
    try:
        with Image.open(path) as picture:
            shape = picture.width / picture.height
    except (OSError, UnidentifiedImageError):
        return "16:9"
    return "16:9" if shape > 1.3 else "9:16" if shape < 0.8 else "1:1"
