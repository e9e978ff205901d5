"""Makes the rough cut of a board as one MP4."""

import uuid
from pathlib import Path
from typing import Any

from generations.deliver import film
from generations.deliver.frames import Cut, CutClip
from generations.files import apart, store
from generations.files.convert import BOX, even
from generations.files.poster import fit
from generations.models import Obstacle
from generations.wording.saving import sentence

LEAST, EACH = 600.0, 30.0
"""Seconds that it may take: at least, and for each second of the cut."""
MEBIBYTES = 3072
NICENESS = 10
"""Pages and paid files take precedence."""
NOT_HERE = {Obstacle.NO_DECODER: "Nothing here can decode it."}


class NotCut(Exception):
    """The film cannot be made. Its text is for people."""


def render(cut: Cut, target: Path) -> None:
    """Write the film to a file, which appears once it is whole.

    Its size is that of the first clip, at most 1920 pixels a side. Raises NotCut, and OSError.
    """
    gone = [clip.shot for clip in cut.clips if not clip.shot.is_here]
    if gone:
        raise NotCut(f"The file of clip {gone[0].number} ({gone[0].name}) is not on our disk just now.")
    target = target.absolute()
    if not target.parent.is_dir():
        raise NotCut(f"There is no folder {target.parent}.")
    part = target.parent / f".{uuid.uuid4()}.part"
    facts = {
        "parts": [_part(clip) for clip in cut.clips],
        "rate": [cut.rate.numerator, cut.rate.denominator],
        "size": _size(cut.clips[0]),
        "target": str(part),
    }
    try:
        seconds = LEAST + EACH * cut.seconds
        done = apart.do(film.__name__, facts, seconds=seconds, mebibytes=MEBIBYTES, nice=NICENESS)
        if why := _why_not(cut, done):
            raise NotCut(why)
        part.replace(target)
    except apart.Failed as failed:
        raise NotCut(sentence(Obstacle(failed.obstacle), failed.facts)) from failed
    finally:
        part.unlink(missing_ok=True)


def _why_not(cut: Cut, done: dict[str, Any]) -> str:
    """Empty: the film is made."""
    if unwritten := done.get("unwritten"):
        return f"The film could not be written: {unwritten}."
    if not (obstacle := done.get("obstacle")):
        return ""
    why = NOT_HERE.get(obstacle) or sentence(Obstacle(obstacle), done["facts"])
    if "part" not in done:
        return why
    shot = cut.clips[done["part"]].shot
    return f"Clip {shot.number} ({shot.name}): {why}"


def _part(clip: CutClip) -> dict[str, Any]:
    video = clip.shot.video
    return {
        "path": str(store.at(video.path).absolute()),
        "kind": video.container or "mp4",
        "frames": clip.frames,
        "has_sound": video.has_sound,
    }


def _size(clip: CutClip) -> list[int]:
    width, height = clip.shot.video.width or BOX[0], clip.shot.video.height or BOX[1]
    return [even(side) for side in fit(width, height, (min(width, BOX[0]), min(height, BOX[1])))]
