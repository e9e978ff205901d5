"""One session as its page shows it to one person: the clip that is looked at, among the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse

from generations.forms.review import WITHDRAWN
from generations.library.review_sessions import InSession, Judged
from generations.models import Review, ReviewSession, Verdict
from generations.views.compare.panes import stars_of
from generations.views.gallery.cards import VERDICTS
from generations.views.task.review_panel import Star
from generations.wording.names import short_name

CHOICES = (
    (Verdict.APPROVED, "Approve", "a"),
    (Verdict.CHANGES, "Changes", "e"),
    (Verdict.REJECTED, "Reject", "r"),
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    word: str
    icon: str
    key: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class SessionPage:
    session: ReviewSession
    clips: Sequence[InSession]
    current: InSession

    @property
    def choices(self) -> list[Choice]:
        return [
            Choice(
                value=value, word=word, icon=VERDICTS[value][0], key=key, chosen=value == self.current.verdict
            )
            for value, word, key in CHOICES
        ]

    @property
    def withdrawn(self) -> str:
        return WITHDRAWN

    @property
    def stars(self) -> list[Star]:
        return stars_of(self.current.stars)

    @property
    def here_url(self) -> str:
        return self._url(self.current)

    @property
    def next_url(self) -> str:
        """The next clip; after the last one the summary."""
        later = self.clips[self.current.number :]
        return self._url(later[0]) if later else reverse("session-summary", args=[self.session.uuid])

    @property
    def earlier_url(self) -> str:
        """Empty at the first clip."""
        earlier = self.clips[: self.current.number - 1]
        return self._url(earlier[-1]) if earlier else ""

    @property
    def proof(self) -> str:
        return self.current.clip.proof if self.current.clip.play_url == self.current.clip.url else ""

    def _url(self, clip: InSession) -> str:
        return f"{self.session.get_absolute_url()}?at={clip.row.place}"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one person thinks of a clip."""

    name: str
    person: User
    stars: int | None
    verdict: str
    icon: str
    word: str


@dataclass(frozen=True, kw_only=True)
class SummaryRow:
    judged: Judged
    verdict_icon: str
    verdict_word: str
    said: Sequence[Said]


def summary_rows(judged: Sequence[Judged]) -> list[SummaryRow]:
    return [_summary_row(one) for one in judged]


def _summary_row(judged: Judged) -> SummaryRow:
    icon, word = VERDICTS.get(judged.verdict, ("", ""))
    said = [_said(review) for review in judged.reviews]
    return SummaryRow(judged=judged, verdict_icon=icon, verdict_word=word, said=said)


def _said(review: Review) -> Said:
    icon, word = VERDICTS.get(review.verdict, ("", ""))
    name = short_name(review.person)
    return Said(
        name=name, person=review.person, stars=review.stars, verdict=review.verdict, icon=icon, word=word
    )
