"""Images that people give: decoded and rewritten by a separate program, then stored."""

import contextlib
import fcntl
import json
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from generations.catalogue.limits import MEBIBYTE, Measured, misfit
from generations.catalogue.media import Media
from generations.files.given import File, NotTaken, disk, kept, name_of, place, require_size
from generations.models import Asset

log = logging.getLogger(__name__)

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
CHOOSABLE = "image/*,.heic,.heif,.avif,.tif,.tiff"
"""What a file dialogue offers: every readable type, including ones the operating system does not know."""
CLEAN = Path(__file__).with_name("clean.py")
CLEAN_WITHIN = 60.0
WAIT_FOR_TURN = 20.0
"""Seconds an image waits for those before it: images are read one at a time, to bound memory."""
LARGE = 25_000_000
"""Number of pixels from which an unreadable file may simply be too large for us."""

SENTENCES = {
    "unknown": "{name} is not an image that can be read here. Save it as JPEG, PNG, WebP or HEIC.",
    "damaged": "{name} is damaged and cannot be read.",
    "large and damaged": "{name} is damaged, or too large to be read here. Make it smaller.",
    "animated": "{name} is animated ({frames} frames). Save the one frame that you mean.",
    "pages": "{name} has {pages} pages. Save the one page that you mean.",
    "depth": "{name} has 32 bits a channel. Save it with 8 or 16.",
    "pixels": "{name} is {width:,} × {height:,} pixels, which is too many. Make it smaller.",
    "memory": "{name} needs too much memory to be read here. Make it smaller or save it as JPEG.",
    "large": "{name} is over {most} MB once it is cleaned. Make it smaller.",
    "types": "{name} cannot be given to this model, which takes {types}.",
    "busy": "Many images are being read just now. Add {name} again in a minute.",
    "slow": "{name} took too long to read. Make it smaller or save it as JPEG.",
}
"""By the codes of `clean.py`, and two of our own."""


def take(person: User, file: File, param: Media) -> Asset:
    """Accept an image for a parameter, if it is not larger than the model takes. Raises NotTaken."""
    require_size(file, param)
    return keep(person, file, param)


def keep(person: User, file: File, param: Media) -> Asset:
    """Store it upright, in sRGB, without metadata, and within the model's limits. Raises NotTaken."""
    name = name_of(file)
    with place(name) as cleaned, _on_disk(file) as source:
        facts = _clean(source, cleaned, param)
        if "refused" in facts:
            log.info("An image was refused: %s", facts)
            raise NotTaken(_sentence(name, facts, param))
        shape = {"size": facts["size"], "width": facts["width"], "height": facts["height"]}
        if refusal := misfit(param, Measured(media="image", content_type=facts["type"], **shape)):
            raise NotTaken(f"{name} {refusal}")
        extension, digest = EXTENSIONS[facts["type"]], facts["sha256"]
        about = {"name": name[:200], "content_type": facts["type"], **shape}
        return kept(person, cleaned, extension, digest, **about)


def _clean(source: Path, target: Path, param: Media) -> dict[str, Any]:
    """What the program reports about the file; no report is also an answer."""
    types = [kind for kind in EXTENSIONS if not param.accept or kind in param.accept]
    most = (param.max_mb or 0) * MEBIBYTE
    command = [sys.executable, "-I", str(CLEAN), str(source), str(target), str(most), *types]
    with _in_turn() as mine:
        if not mine:
            return {"refused": "busy"}
        try:
            done = subprocess.run(command, capture_output=True, timeout=CLEAN_WITHIN, check=False)  # noqa: S603 our own program
        except subprocess.TimeoutExpired:
            return {"refused": "slow"}
    try:
        facts: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        log.warning("An image ended its reader (%s): %s", done.returncode, done.stderr[-500:])
        return {"refused": "damaged", "why": done.returncode}
    return facts


@contextlib.contextmanager
def _in_turn() -> Iterator[bool]:
    """Wait for a turn: True if this is the only image being read in any process of the studio."""
    ends = time.monotonic() + WAIT_FOR_TURN
    with (Path(settings.DATA_DIR) / "pictures.lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > ends:
                    yield False
                    return
                time.sleep(0.05)
                continue
            yield True
            return


@contextlib.contextmanager
def _on_disk(file: File) -> Iterator[Path]:
    """A path to the given file, as the program needs it."""
    if hasattr(file, "temporary_file_path"):
        yield Path(file.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile() as copy:
        file.seek(0)
        copy.writelines(file.chunks())
        copy.flush()
        yield Path(copy.name)


def _sentence(name: str, facts: dict[str, Any], param: Media) -> str:
    """Why the file was not accepted, and what would be."""
    code = facts["refused"]
    if code == "disk":
        return disk(name, facts["why"])
    if code == "damaged" and facts.get("width", 0) * facts.get("height", 0) > LARGE:
        code = "large and damaged"
    return SENTENCES[code].format(name=name, most=param.max_mb, types=", ".join(param.accept), **facts)
