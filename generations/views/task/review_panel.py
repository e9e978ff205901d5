"""The review of a task: everybody's stars and verdicts, and comments with their positions in the clip."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib.auth.models import User
from django.urls import reverse

from generations import policy
from generations.forms.review import STARS, CommentForm
from generations.models import Comment, Review, Task, Verdict, Video
from generations.views.gallery.cards import VERDICTS
from generations.wording.names import short_name


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A verdict that can be given."""

    value: str
    word: str
    said: str
    """The wording after it was given."""
    icon: str
    key: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Star:
    number: int
    lit: bool
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Vote:
    """One person's opinion."""

    person: User
    name: str
    mine: bool
    stars: int | None
    verdict: str
    icon: str
    word: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A comment; if it has a time, it has a timecode and a position on the timeline."""

    comment: Comment
    name: str
    code: str
    place: str


@dataclass(frozen=True, kw_only=True)
class ReviewPanel:
    task: Task
    person: User
    reviews: Sequence[Review]
    lines: Sequence[Line]
    form: CommentForm | None

    @classmethod
    def of(
        cls, task: Task, person: User, clip: Video | None, form: CommentForm | None = None
    ) -> "ReviewPanel":
        reviews = task.reviews.select_related("person").order_by("changed_at", "pk")
        comments = task.comments.select_related("person")
        lines = [_line(comment, clip, person) for comment in comments]
        return cls(task=task, person=person, reviews=list(reviews), lines=lines, form=form)

    @property
    def mine(self) -> Review | None:
        return next((r for r in self.reviews if r.person_id == self.person.pk), None)

    @property
    def choices(self) -> list[Choice]:
        words = {
            Verdict.APPROVED: ("Approve", "Approved", "check", "a"),
            Verdict.CHANGES: ("Changes", "Changes", "pencil-line", "e"),
            Verdict.REJECTED: ("Reject", "Rejected", "x", "r"),
        }
        mine = self.mine.verdict if self.mine else ""
        return [
            Choice(value=value, word=word, said=said, icon=icon, key=key, chosen=value == mine)
            for value, (word, said, icon, key) in words.items()
        ]

    @property
    def changes_url(self) -> str:
        """The studio with what was asked of the clip; empty: nothing was, or it cannot be ordered again."""
        asked = any(review.verdict == Verdict.CHANGES for review in self.reviews)
        if not asked or not self.task.reuse_url or not policy.may_order(self.person):
            return ""
        return f"{reverse('order', args=[self.task.model_id])}?{urlencode({'changes': self.task.uuid})}"

    @property
    def stars(self) -> list[Star]:
        mine = (self.mine.stars or 0) if self.mine else 0
        return [Star(number=n, lit=n <= mine, chosen=n == mine) for n in range(1, STARS + 1)]

    @property
    def comment_key(self) -> str:
        """Identifies one comment, however often it is sent."""
        return str((self.form and self.form["key"].value()) or uuid4())

    @property
    def votes(self) -> list[Vote]:
        return [
            Vote(
                person=review.person,
                name=_name(review.person, self.person),
                mine=review.person_id == self.person.pk,
                stars=review.stars,
                verdict=review.verdict,
                icon=VERDICTS[Verdict(review.verdict)][0] if review.verdict else "",
                word=VERDICTS[Verdict(review.verdict)][1] if review.verdict else "no verdict",
            )
            for review in self.reviews
            if review.stars or review.verdict
        ]

    @property
    def given(self) -> list[int]:
        return [review.stars for review in self.reviews if review.stars]

    @property
    def average(self) -> float | None:
        return sum(self.given) / len(self.given) if self.given else None

    @property
    def marks(self) -> list[Line]:
        return [line for line in self.lines if line.place]


def timecode(second: float, fps: float) -> str:
    """0:03.02: minutes, seconds, frames. The frame shown at that moment, as playback.js counts it too."""
    rate = max(1, round(fps or 24))
    frames = floor(second * rate + 0.05)
    minutes, rest = divmod(frames, rate * 60)
    return f"{minutes}:{rest // rate:02}.{rest % rate:02}"


def _line(comment: Comment, clip: Video | None, reader: User) -> Line:
    code = place = ""
    if comment.second is not None and clip:
        code = timecode(comment.second, clip.fps)
        place = f"{100 * min(1.0, comment.second / (clip.seconds or 1.0)):.2f}%"
    return Line(comment=comment, name=_name(comment.person, reader), code=code, place=place)


def _name(person: User, reader: User) -> str:
    return "You" if person == reader else short_name(person)
