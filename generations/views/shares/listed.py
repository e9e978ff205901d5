"""Links for guests as their makers see them: how they stand, who looked, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from generations import policy
from generations.models import GuestComment, GuestReview, Share, ShareClip, ShareGuest, ShareLook, Task
from generations.wording.names import short_name

PAGE, LOGGED = 100, 100
"""Links of a page of the list, and looks of the log."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One link."""

    share: Share
    standing: str
    """open, over or withdrawn."""
    maker: str
    """Empty: the reader."""
    clips: int
    guests: int
    words: int
    """Comments, and opinions of guests on clips that they have not taken back."""
    looked_at: datetime | None
    may_last: bool
    """Whether it can be kept open."""

    @property
    def is_open(self) -> bool:
        return self.standing == "open"

    @property
    def may(self) -> str:
        """What guests may do, in a line."""
        share = self.share
        deeds = {
            "rate": share.may_rate,
            "approve": share.may_approve,
            "comment": share.may_comment,
            "download": share.may_download,
            "read the prompts": share.shows_prompts,
        }
        return ", ".join(word for word, allowed in deeds.items() if allowed) or "look"


@dataclass(frozen=True, kw_only=True)
class Look:
    name: str
    number: int
    at: datetime


def page_of(shares: QuerySet[Share], reader: User, number: int) -> "tuple[list[Row], Page[Share]]":
    """One page of these links, the open ones first, of each kind the newest."""
    page = Paginator(_counted(shares).order_by("-is_usable", "-made_at", "-pk"), PAGE).get_page(number)
    return [_row(share, reader) for share in page], page


def row_of(made: Share, reader: User) -> Row:
    return _row(_counted(Share.objects.filter(pk=made.pk)).get(), reader)


def _counted(shares: QuerySet[Share]) -> QuerySet[Any]:
    opinions = GuestReview.objects.exclude(stars=None, verdict="")
    return shares.select_related("person").annotate(
        is_usable=Exists(policy.open_shares().filter(pk=OuterRef("pk"))),
        may_last=Exists(policy.lasting_shares().filter(pk=OuterRef("pk"))),
        clip_count=_count(ShareClip.objects.all(), "share"),
        guest_count=_count(ShareGuest.objects.all(), "share"),
        comment_count=_count(GuestComment.objects.all(), "clip__share"),
        review_count=_count(opinions, "clip__share"),
        looked_at=Subquery(
            ShareLook.objects.filter(share=OuterRef("pk"))
            .order_by()
            .values("share")
            .annotate(last=Max("at"))
            .values("last")
        ),
    )


def _row(share: Any, reader: User) -> Row:
    standing = "open" if share.is_usable else "over"
    return Row(
        share=share,
        standing="withdrawn" if share.revoked_at else standing,
        maker="" if share.person_id == reader.pk else short_name(share.person),
        clips=share.clip_count,
        guests=share.guest_count,
        words=share.comment_count + share.review_count,
        looked_at=share.looked_at,
        may_last=share.may_last,
    )


def _count(every: QuerySet[Any], path: str) -> Coalesce:
    rows = every.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def looks_at(share: Share) -> Sequence[Look]:
    """Who looked at which clip, the newest first."""
    rows = share.looks.select_related("guest", "clip")[:LOGGED]
    return [Look(name=row.guest.name if row.guest else "", number=row.clip.number, at=row.at) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A clip of a link, and what its guests said of it."""

    clip: ShareClip
    task: Task
    comments: int
    stars: Sequence[int]
    verdicts: Sequence[str]


def clips_in(share: Share) -> Sequence[Spoken]:
    """The clips of a link in their order, each with what was said of it there."""
    rows = share.clips.select_related("video__task").prefetch_related("reviews", "comments")
    return [
        Spoken(
            clip=row,
            task=row.video.task,
            comments=len(row.comments.all()),
            stars=[review.stars for review in row.reviews.all() if review.stars],
            verdicts=[review.verdict for review in row.reviews.all() if review.verdict],
        )
        for row in rows
    ]
