"""The review of a task: everybody's stars and verdicts, and comments with their positions in the clip."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.forms import Form
from django.urls import reverse

from generations import policy
from generations.forms.review import STARS
from generations.models import Review, Task, Verdict, Video
from generations.views.gallery.cards import VERDICTS
from generations.views.task.threads import Box, Line, Reader, Thread
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
    at: datetime
    """When they said so last; of a verdict, when it was given."""


@dataclass(frozen=True, kw_only=True)
class ReviewPanel:
    task: Task
    person: User
    reviews: Sequence[Review]
    """All of the task, or only the reader's own where they rate first."""
    threads: Sequence[Thread]
    composer: Box
    rates_first: bool
    """Whether what others think is hidden until the reader has given stars."""

    @classmethod
    def of(cls, task: Task, person: User, clip: Video | None, form: Form | None = None) -> "ReviewPanel":
        reviews = list(task.reviews.select_related("person").order_by("changed_at", "pk"))
        blind = policy.rates_first(person, task, reviews)
        reader = Reader(person=person, clip=clip, form=form)
        threads = reader.threads(task, own_alone=blind)
        return cls(
            task=task,
            person=person,
            reviews=[r for r in reviews if not blind or r.person_id == person.pk],
            threads=threads,
            composer=reader.composer(threads),
            rates_first=blind,
        )

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
    def votes(self) -> list[Vote]:
        return [
            Vote(
                person=review.person,
                name="You" if review.person == self.person else short_name(review.person),
                mine=review.person_id == self.person.pk,
                stars=review.stars,
                verdict=review.verdict,
                icon=VERDICTS.get(review.verdict, ("", ""))[0],
                word=VERDICTS.get(review.verdict, ("", "no verdict"))[1],
                at=review.verdict_at or review.changed_at,
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
    def lines(self) -> list[Line]:
        return [line for thread in self.threads for line in thread.lines]

    @property
    def open_count(self) -> int:
        """How many threads nobody has marked done."""
        return sum(thread.is_open for thread in self.threads)

    @property
    def marks(self) -> list[Line]:
        return [line for line in self.lines if line.place]

    @property
    def people(self) -> QuerySet[User]:
        """Who may be named in a comment."""
        return policy.viewers_of(self.task)
