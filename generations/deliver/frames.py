"""Clips counted in frames: how long each is, and at which rate a cut of several runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from django.contrib.auth.models import User
from django.db.models import Q

from generations.deliver.shots import Shot
from generations.models import Comment
from generations.wording.names import short_name

NTSC = Fraction(1000, 1001)
WHOLE = tuple(map(Fraction, (24, 25, 30, 48, 50, 60)))
EDITED = (*WHOLE, *(rate * NTSC for rate in (24, 30, 60)))
"""Rates that editing programs have timelines for, and timecode counts (SMPTE ST 12-1)."""
NEAR = 0.002
"""Frames a second by which a rate that was rounded may differ."""
SLACK = 0.05
"""Frames: players round the time at which a comment was made."""
LONGEST_MARKER = 200
"""Characters."""


class NothingToCut(Exception):
    """No clip of the board moves. Its text is for people."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A comment at its moment."""

    frame: int
    """Of the timeline’s rate, from the beginning of the clip."""
    comment: Comment


@dataclass(frozen=True, kw_only=True)
class CutClip:
    """A clip in a cut: all of it, counted in frames."""

    shot: Shot
    rate: Fraction
    """Its own: frames a second."""
    own_frames: int
    frames: int
    """Of the timeline’s rate: never more than there is of the clip."""
    begin: int
    """Where it begins in the cut, in frames of the timeline."""
    marks: Sequence[Mark]


@dataclass(frozen=True, kw_only=True)
class Cut:
    """The clips of a board one after the other."""

    title: str
    """In one line, never empty."""
    rate: Fraction
    """Frames a second: those of the first clip, or the next ones that editing programs know."""
    clips: Sequence[CutClip]
    left_out: Sequence[Shot]
    """What does not move, such as images and sounds."""

    @property
    def frames(self) -> int:
        return sum(clip.frames for clip in self.clips)

    @property
    def seconds(self) -> float:
        return float(self.frames / self.rate)


def cut_of(title: str, shots: Sequence[Shot], viewer: User | None) -> Cut:
    """The cut of what `shots_of` gave this viewer. Raises NothingToCut. One query, for the comments."""
    moving = [shot for shot in shots if shot.moves]
    if not moving:
        raise NothingToCut("There is nothing to cut: no clip of this board has moving pictures.")
    rate = timeline_rate(next((exact(s.video.fps) for s in moving if s.video.fps), Fraction(24)))
    said = _said(moving, viewer)
    clips: list[CutClip] = []
    for shot in moving:
        begin = clips[-1].begin + clips[-1].frames if clips else 0
        clips.append(_clip(shot, rate, begin, said.get(shot.task.pk, [])))
    left_out = [shot for shot in shots if not shot.moves]
    return Cut(title=one_line(title) or "Board", rate=rate, clips=clips, left_out=left_out)


def _said(shots: Sequence[Shot], viewer: User | None) -> dict[int, list[Comment]]:
    """Comments at a moment, by task; the viewer’s own alone where they rate first."""
    timed = Comment.objects.standing().filter(task__in=[shot.task.pk for shot in shots], second__isnull=False)
    told = ~Q(task__in=[shot.task.pk for shot in shots if shot.rates_first]) | Q(person=viewer)
    said: dict[int, list[Comment]] = {}
    for comment in timed.filter(told).select_related("person").order_by("second", "pk"):
        said.setdefault(comment.task_id, []).append(comment)
    return said


def exact(fps: float) -> Fraction:
    """A measured rate as it was meant: 23.976 is 24,000 frames in 1,001 seconds."""
    for rate in EDITED:
        if abs(fps - float(rate)) < NEAR:
            return rate
    return Fraction(fps).limit_denominator(1000)


def timeline_rate(rate: Fraction) -> Fraction:
    """The rate itself where editing programs have it; else the next whole one, at most 60."""
    return rate if rate in EDITED else next((known for known in WHOLE if known >= rate), WHOLE[-1])


def _clip(shot: Shot, rate: Fraction, begin: int, comments: Sequence[Comment]) -> CutClip:
    video = shot.video
    own = exact(video.fps) or rate
    own_frames = max(1, round(video.seconds * own))
    frames = max(1, floor(own_frames / own * rate))
    marks = [
        Mark(frame=min(frames - 1, floor((c.second or 0.0) * rate + SLACK)), comment=c) for c in comments
    ]
    return CutClip(shot=shot, rate=own, own_frames=own_frames, frames=frames, begin=begin, marks=marks)


def one_line(text: str) -> str:
    """A text for formats whose lines mean something, and that take no control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(text.split())).strip()


def marker_text(mark: Mark) -> str:
    """Who said what, in one line."""
    said = f"{short_name(mark.comment.person)}: {mark.comment.text}"
    return one_line(said)[:LONGEST_MARKER]
