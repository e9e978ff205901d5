"""Frames of clips as images that can be given: cut out of our own files, in full size."""

import logging
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User

from generations.files import apart, made, one_frame, store
from generations.files.given import NotTaken, place
from generations.files.poster import STILL, STRIP_FRAMES
from generations.models import Asset, Video

log = logging.getLogger(__name__)

FIRST, LAST = 0.0, math.inf
"""Moments, in seconds."""
CUT_WITHIN = 60.0
MEBIBYTES = 2048
WAIT_FOR_TURN = 20.0
SENTENCES = {
    "gone": "The file of #{number} is not on our disk just now. Try again when it is back.",
    "sound": "#{number} has no picture, so no frame of it can be cut.",
    "unread": "No frame of #{number} could be cut: its pictures cannot be read here.",
    "busy": "Many frames are being cut just now. Try again in a minute.",
}
_two_at_a_time = threading.BoundedSemaphore(2)


def moment_of(text: str) -> float | None:
    """“first”, “last” or seconds as a moment; None for anything else."""
    if text in ("first", "last"):
        return FIRST if text == "first" else LAST
    try:
        seconds = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def poster_moment(clip: Video) -> float:
    """The moment that the poster of a clip shows."""
    return clip.seconds * STILL / STRIP_FRAMES


def cut(person: User, clip: Video, at: float) -> Asset:
    """The frame that a clip shows at a moment, as an image of its own. Raises NotTaken.

    The same frame is the same asset, whoever asks for it; a clip that is an image is itself.
    """
    if clip.is_picture:
        return Asset.of(clip, person)
    if clip.is_sound:
        raise _not_taken("sound", clip)
    if at == FIRST and (first := made.known(**_frame(clip, 0))):
        return first
    if clip.missing_since or not store.has_size(clip.path, clip.size):
        raise _not_taken("gone", clip)
    name = f"#{clip.task_id}"
    with place(name) as part, _in_turn():
        facts = _cut_apart(clip, at, part)
        what = _frame(clip, facts.pop("at_ms"))
        if known := made.known(**what):
            return known
        name = f"{name} at {what['at_ms'] / 1000:.2f} s.jpg"
        return made.keep(part, "jpg", what, facts, person=person, name=name, content_type="image/jpeg")


def _frame(clip: Video, at_ms: int) -> dict[str, Any]:
    return {"frame_of": clip, "at_ms": at_ms, "cropped_from": None}


def _not_taken(code: str, clip: Video) -> NotTaken:
    return NotTaken(SENTENCES[code].format(number=clip.task_id))


def _cut_apart(clip: Video, at: float, part: Path) -> dict[str, Any]:
    """The frame, written to a file, and what it is. Raises NotTaken."""
    files = {"path": str(store.at(clip.path).absolute()), "target": str(part.absolute())}
    facts = {**files, "kind": clip.container or "mp4", "at": at}
    try:
        found: dict[str, Any] = apart.do(one_frame.__name__, facts, seconds=CUT_WITHIN, mebibytes=MEBIBYTES)
    except apart.Failed as failed:
        log.warning("No frame of %s: %s", clip.path, failed)
        raise _not_taken("unread", clip) from failed
    if not found:
        raise _not_taken("unread", clip)
    return found


@contextmanager
def _in_turn() -> Iterator[None]:
    """Raises NotTaken when others wait as well."""
    if not _two_at_a_time.acquire(timeout=WAIT_FOR_TURN):
        raise NotTaken(SENTENCES["busy"])
    try:
        yield
    finally:
        _two_at_a_time.release()
