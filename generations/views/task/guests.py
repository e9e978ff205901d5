"""What guests said of a task's clips by links: shown beside the team's opinions, counted nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from generations.models import GuestComment, GuestReview, ShareClip, ShareGuest, Task
from generations.models.task import TaskQuerySet
from generations.views.gallery.cards import VERDICTS


@dataclass(frozen=True, kw_only=True)
class GuestOpinion:
    stars: int | None
    verdict: str
    icon: str
    word: str


@dataclass(frozen=True, kw_only=True)
class GuestLine:
    """A comment of a guest."""

    text: str
    second: float | None
    at: datetime
    file: int
    """Which file of the task it is about, from 2; 0 for the first, which needs no word."""


@dataclass(frozen=True, kw_only=True)
class GuestVoice:
    """All that one guest said by one link."""

    name: str
    opinions: Sequence[GuestOpinion]
    lines: Sequence[GuestLine]


def with_shared(tasks: TaskQuerySet) -> QuerySet[Task]:
    """Tasks with `is_shared`: whether a link shows one of their clips, or did."""
    return tasks.annotate(is_shared=Exists(ShareClip.objects.filter(video__task=OuterRef("pk"))))


def voices_of(task: Any) -> list[GuestVoice]:
    """The guests who said something of a task read by `with_shared`, in the order in which they came.

    Few tasks are shared: the others cost no query.
    """
    if not task.is_shared:
        return []
    reviews = GuestReview.objects.filter(clip__video__task=task)
    comments = GuestComment.objects.filter(clip__video__task=task).select_related("clip__video")
    spoke = Q(pk__in=reviews.values("guest")) | Q(pk__in=comments.values("guest"))
    guests = ShareGuest.objects.filter(spoke).order_by("at", "pk")
    found: QuerySet[Any] = guests.prefetch_related(
        Prefetch("reviews", reviews, to_attr="said"), Prefetch("comments", comments, to_attr="wrote")
    )
    return [
        GuestVoice(
            name=guest.name,
            opinions=[_opinion(review) for review in guest.said if review.stars or review.verdict],
            lines=[_line(comment) for comment in guest.wrote],
        )
        for guest in found
    ]


def _opinion(review: GuestReview) -> GuestOpinion:
    icon, word = VERDICTS.get(review.verdict, ("", ""))
    return GuestOpinion(stars=review.stars, verdict=review.verdict, icon=icon, word=word)


def _line(comment: GuestComment) -> GuestLine:
    number = comment.clip.video.number
    file = number + 1 if number else 0
    return GuestLine(text=comment.text, second=comment.second, at=comment.at, file=file)
