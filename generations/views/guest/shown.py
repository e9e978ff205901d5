"""Everything that the page of a link shows: nothing of a clip but what its guests are meant to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import uuid4

from django.urls import reverse

from generations.forms.review import STARS
from generations.forms.shares import SayForm
from generations.models import GuestReview, Share, ShareClip, Verdict, Video
from generations.views.guest.entrance import Entrance
from generations.views.guest.said import Line, lines_of

WORDS = {
    Verdict.APPROVED: ("Good", "check"),
    Verdict.CHANGES: ("Changes", "pencil-line"),
    Verdict.REJECTED: ("No", "x"),
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A clip in the row of all."""

    number: int
    url: str
    still: str
    """Empty: it has no picture."""
    verdict: str
    word: str
    icon: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    word: str
    icon: str
    chosen: bool


@dataclass(frozen=True)
class Shown:
    here: Entrance
    clip: ShareClip
    form: SayForm | None = None

    @property
    def share(self) -> Share:
        return self.here.share

    @property
    def video(self) -> Video:
        return self.clip.video

    @property
    def maker(self) -> str:
        """The full name of who made the link; empty without one: a name to sign in with is not for guests."""
        return self.share.person.get_full_name()

    @property
    def prompt(self) -> str:
        return self.video.task.prompt if self.share.shows_prompts else ""

    @cached_property
    def places(self) -> list[Place]:
        rows = self.share.clips.select_related("video").only("number", "share_id", "video__poster_path")
        said = {number: review.verdict for number, review in self._said.items()}
        return [self._place(row, said.get(row.pk, "")) for row in rows]

    def _place(self, row: ShareClip, verdict: str) -> Place:
        word, icon = WORDS[Verdict(verdict)] if verdict else ("", "")
        return Place(
            number=row.number,
            url=reverse("guest-clip", args=[self.here.token, row.number]),
            still=self._address("guest-still", row.number, 240) if row.video.poster_path else "",
            verdict=verdict,
            word=word,
            icon=icon,
            current=row.number == self.clip.number,
        )

    @property
    def before(self) -> Place | None:
        return self._beside(-1)

    @property
    def after(self) -> Place | None:
        return self._beside(1)

    def _beside(self, by: int) -> Place | None:
        return next((place for place in self.places if place.number == self.clip.number + by), None)

    @property
    def still(self) -> str:
        return self._address("guest-still", self.clip.number, 720) if self.video.poster_path else ""

    @property
    def film(self) -> str:
        return self._address("guest-film", self.clip.number)

    @property
    def picture(self) -> str:
        """What is shown of an image: its still, which is small."""
        return self.still or self.whole

    @property
    def whole(self) -> str:
        """An image itself; empty for all else, and where few browsers show its kind."""
        is_shown = self.video.is_picture and not self.video.is_preview
        return self.film if is_shown and not self.video.missing_since else ""

    @property
    def file(self) -> str:
        """Where the original can be had; empty: the link gives no files."""
        may = self.share.may_download and not self.video.missing_since
        return self._address("guest-download", self.clip.number) if may else ""

    @property
    def form_url(self) -> str:
        return self._address("guest-say", self.clip.number)

    @property
    def forget_url(self) -> str:
        return reverse("guest-forget", args=[self.here.token])

    def _address(self, name: str, *more: int) -> str:
        return reverse(name, args=[self.here.token, *more])

    @cached_property
    def _said(self) -> dict[int, GuestReview]:
        """What the guest thinks of the clips of this link, by clip."""
        guest = self.here.guest
        return {review.clip_id: review for review in guest.reviews.all()} if guest else {}

    @property
    def mine(self) -> GuestReview | None:
        return self._said.get(self.clip.pk)

    @property
    def choices(self) -> list[Choice]:
        mine = self.mine.verdict if self.mine else ""
        return [
            Choice(value=value, word=word, icon=icon, chosen=value == mine)
            for value, (word, icon) in WORDS.items()
        ]

    @property
    def stars(self) -> list[tuple[int, bool, bool]]:
        """Of each star: its number, whether it is lit, whether it is the one that was given."""
        mine = (self.mine.stars or 0) if self.mine else 0
        return [(number, number <= mine, number == mine) for number in range(1, STARS + 1)]

    @cached_property
    def comments(self) -> Sequence[Line]:
        return lines_of(self.clip, self.here.guest)

    @property
    def key(self) -> str:
        """Identifies what is sent, however often it is."""
        return str((self.form and self.form["key"].value()) or uuid4())
