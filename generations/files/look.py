"""Examines a media file in a separate process: what it is, and stills of it where they can be drawn."""

import logging
import sys
import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import av
import PIL
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from generations.files import apart, tone
from generations.files.kinds import KINDS
from generations.files.poster import POSTER_BOX, STRIP_FRAMES, Film, watch
from generations.files.probe import Probe, Short, probe

log = logging.getLogger(__name__)

DECODER = f"PyAV {av.__version__}, Pillow {PIL.__version__}"
"""The software that looks: a newer version may read what this one cannot."""
PILLOW = {
    "gif": "GIF",
    "webp": "WEBP",
    "png": "PNG",
    "jpg": "JPEG",
    "avif": "AVIF",
    "bmp": "BMP",
    "tiff": "TIFF",
    "jp2": "JPEG2000",
    "j2k": "JPEG2000",
    "psd": "PSD",
}
"""By kind of picture, the one decoder that reads it; other kinds have none."""
UNSUPPORTED = (av.PatchWelcomeError, av.DemuxerNotFoundError, av.DecoderNotFoundError)
MOVING = frozenset({"gif", "webp", "png", "avif"})
"""Kinds that can be animated. In others a second picture is a page or a layer."""
HEAD = 16 * 1024
"""Number of bytes in which an image made of boxes says what it is."""
ORIENTATION = 0x0112
LYING = frozenset({5, 6, 7, 8})
"""The EXIF orientations that turn a picture onto its side."""
SECONDS = 90.0
MEBIBYTES = 2048
_two_at_a_time = threading.BoundedSemaphore(2)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was found in a file."""

    probe: Probe
    drawn: bool
    """Whether the stills were drawn."""
    ends_at: tuple[float, float] | None = None
    """Seconds at which the pictures end, and at which they should; None: they end where they should."""
    damage: str = ""
    """What cannot be read although it should be, `index` or `spoilt`; empty: nothing."""


def look(path: Path, kind: str, poster: Path, strip: Path) -> Look:
    """Examine a file and draw its stills. Never raises: whatever cannot be determined is left out."""
    places = {"path": path, "poster": poster, "strip": strip}
    facts = {"kind": kind} | {name: str(place.absolute()) for name, place in places.items()}
    try:
        with _two_at_a_time:
            seen = apart.do(__name__, facts, seconds=SECONDS, mebibytes=MEBIBYTES)
    except apart.Failed as failed:
        log.warning("No stills of %s: %s", path.name, failed)
        return Look(probe=_facts_alone(path, kind), drawn=False)
    return Look(**seen | {"probe": Probe(**seen["probe"])})


def _facts_alone(path: Path, kind: str) -> Probe:
    """The file's properties alone, after the look did not finish."""
    facts = {"path": str(path.absolute()), "kind": kind}
    try:
        return Probe(**apart.do(probe.__module__, facts, seconds=SECONDS, mebibytes=MEBIBYTES))
    except apart.Failed:
        return Probe(container=kind)


def work(path: str, kind: str, poster: str, strip: str) -> dict[str, Any]:
    """The part of `look` that runs in the other process."""
    places = Path(poster), Path(strip)
    seen = _picture(Path(path), kind, *places) if KINDS[kind].is_picture else _film(Path(path), kind, *places)
    return asdict(seen)


def _film(path: Path, kind: str, poster: Path, strip: Path) -> Look:
    ends_at = None
    try:
        found = probe(path, kind)
    except Short as failure:
        found, ends_at = failure.found, failure.ends_at
    except UNSUPPORTED:
        return Look(probe=Probe(container=kind), drawn=False)
    except av.FFmpegError:
        return Look(probe=Probe(container=kind), drawn=False, damage="index")
    try:
        film = watch(path, kind, found.seconds)
        if film.turned:
            found = replace(found, width=found.height, height=found.width)
        return Look(probe=found, drawn=film.save(poster, strip), ends_at=ends_at, damage=film.damage)
    except Exception as failure:  # Stills are optional: no error in them may keep a file out of its place.
        sys.stderr.write(f"{failure!r}\n")
        return Look(probe=found, drawn=False, ends_at=ends_at)


def _picture(path: Path, kind: str, poster: Path, strip: Path) -> Look:
    found, film = Probe(container=kind, video_codec=kind), Film()
    if kind not in PILLOW:
        return Look(probe=found, drawn=False)
    try:
        with Image.open(path, formats=[PILLOW[kind]]) as image:
            count = getattr(image, "n_frames", 1) if kind in MOVING else 1
            lying = image.getexif().get(ORIENTATION, 1) in LYING
            width, height = (image.height, image.width) if lying else image.size
            found = replace(found, width=width, height=height)
            moments, seconds = {count * n // STRIP_FRAMES for n in range(STRIP_FRAMES)}, 0.0
            for number, frame in enumerate(ImageSequence.Iterator(image)):
                if number == count:
                    break
                frame.load()
                seconds += frame.info.get("duration", 0) / 1000 if count > 1 else 0.0
                if number in moments:
                    film.take(_flat(frame))
        fps = round(count / seconds, 3) if seconds else 0.0
        found = replace(found, seconds=round(seconds, 3), fps=fps)
        if kind == "avif" and _is_hdr_image(path):
            film = watch(path, kind, found.seconds)
    except UnidentifiedImageError:
        return Look(probe=found, drawn=False)
    except (OSError, SyntaxError, ValueError, EOFError):
        film.damage = "spoilt"
    except Exception as failure:
        sys.stderr.write(f"{failure!r}\n")
        return Look(probe=found, drawn=False)
    return Look(probe=found, drawn=film.save(poster, strip), damage=film.damage)


def _is_hdr_image(path: Path) -> bool:
    """Whether an AVIF names an HDR transfer (ISO/IEC 14496-12, `colr` with `nclx`) and is in one piece."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    at = head.find(b"colrnclx")
    return at > 0 and b"grid" not in head and int.from_bytes(head[at + 10 : at + 12]) in tone.HDR


def _flat(frame: Image.Image) -> Image.Image:
    """Scaled down, turned upright, and without transparency."""
    small = frame.convert("RGBA")
    small.thumbnail(POSTER_BOX)
    small.getexif()[ORIENTATION] = frame.getexif().get(ORIENTATION, 1)
    ImageOps.exif_transpose(small, in_place=True)
    ground = Image.new("RGBA", small.size, (0, 0, 0, 255))
    return Image.alpha_composite(ground, small).convert("RGB")
