"""Links for guests as their makers see them: how they stand, who looked, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, IntegerField, Max, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from generations import policy
from generations.models import GuestComment, GuestReview, Share, ShareClip, ShareGuest, ShareLook, Task
from generations.wording.names import short_name

LISTED, LOGGED = 100, 100
"""Links of the list, and looks of the log."""


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
    """Comments, and opinions of guests on clips."""
    looked_at: datetime | None

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


def rows_of(shares: QuerySet[Share], reader: User) -> list[Row]:
    """The newest of these links."""
    counted: QuerySet[Any] = shares.select_related("person").annotate(
        clip_count=_count(ShareClip, "share"),
        guest_count=_count(ShareGuest, "share"),
        comment_count=_count(GuestComment, "clip__share"),
        review_count=_count(GuestReview, "clip__share"),
        looked_at=Subquery(
            ShareLook.objects.filter(share=OuterRef("pk"))
            .order_by()
            .values("share")
            .annotate(last=Max("at"))
            .values("last")
        ),
    )
    found = list(counted[:LISTED])
    usable = set(policy.open_shares().filter(pk__in=[s.pk for s in found]).values_list("pk", flat=True))
    return [_row(share, reader, "open" if share.pk in usable else "over") for share in found]


def _row(share: Any, reader: User, standing: str) -> Row:
    return Row(
        share=share,
        standing="withdrawn" if share.revoked_at else standing,
        maker="" if share.person_id == reader.pk else short_name(share.person),
        clips=share.clip_count,
        guests=share.guest_count,
        words=share.comment_count + share.review_count,
        looked_at=share.looked_at,
    )


def _count(model: type[Model], path: str) -> Coalesce:
    rows = model._default_manager.filter(**{path: OuterRef("pk")}).order_by().values(path)
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
