"""What others and guests have said to a person: who named or answered them, or spoke of a clip of theirs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from generations.models.comment import Comment, Mention
from generations.models.preferences import Notice, Preferences
from generations.models.review import Review
from generations.models.share import GuestComment, GuestReview, ShareGuest
from generations.models.task import Task

KEPT = timedelta(days=14)
"""So long something said counts as new, however long its person has not looked."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing, told once: as a mention before an answer, and as an answer before a comment on a clip."""

    notice: Notice
    by: User | ShareGuest
    task: Task
    at: datetime
    comment: int | None = None
    verdict: str = ""

    @property
    def key(self) -> str:
        """The same for the same thing; a verdict that is changed is another."""
        if self.comment:
            return f"c{self.comment}-{self.notice}"
        return f"v{self.task.pk}-{self.by.pk}-{self.notice}-{self.at.timestamp():.0f}"

    @property
    def url(self) -> str:
        comment = f"#c{self.comment}" if self.comment else ""
        return self.task.get_absolute_url() + ("#guests" if self.notice == Notice.GUEST else comment)


def said_to(person: User, wanted: Collection[Notice], since: datetime) -> list[Said]:
    """What was said to a person after `since`, of the kinds that they want, the oldest first."""
    mention = Mention.objects.filter(comment=OuterRef("pk"), person=person)
    facts = {"mentioned_at": Subquery(mention.values("at")[:1]), "is_answer": Exists(_threads_of(person))}
    found = [_of_review(row) for row in _verdicts(person, wanted, since).select_related("person", "task")]
    for rows in (_comments(person, wanted, since), _named_later(person, wanted, since)):
        comments = rows.annotate(**facts).select_related("person", "task")
        found += [_of_comment(row, wanted) for row in comments]
    for by_guests in (_guest_comments, _guest_verdicts):
        rows_of_guests = by_guests(person, wanted, since).select_related("guest", "clip__video__task")
        found += [_of_guest(row) for row in rows_of_guests]
    return sorted(found, key=lambda one: one.at)


def unheard(person: User, chosen: Preferences) -> int:
    """How much was said to a person since they looked at it last."""
    since = max(chosen.heard_until or person.date_joined, timezone.now() - KEPT)
    rows = [
        found(person, chosen.wanted, since).order_by().values_list("pk")
        for found in (_comments, _named_later, _verdicts, _guest_comments, _guest_verdicts)
    ]
    return rows[0].union(*rows[1:], all=True).count()


def _comments(person: User, wanted: Collection[Notice], since: datetime) -> QuerySet[Comment]:
    """Comments of others, written since then, that are one of these kinds to the person."""
    ways = {
        Notice.MENTION: Q(Exists(Mention.objects.filter(comment=OuterRef("pk"), person=person))),
        Notice.ANSWER: Q(Exists(_threads_of(person))),
        Notice.COMMENT: Q(task__person=person),
    }
    kinds = [way for kind, way in ways.items() if kind in wanted]
    rows = Comment.objects.standing().exclude(person=person).filter(at__gt=since)
    return rows.filter(reduce(or_, kinds)) if kinds else rows.none()


def _named_later(person: User, wanted: Collection[Notice], since: datetime) -> QuerySet[Comment]:
    """Older comments of others in which the person has been named since then."""
    named = Mention.objects.filter(person=person, at__gt=since).values("comment")
    rows = Comment.objects.standing().exclude(person=person).filter(pk__in=named, at__lte=since)
    return rows if Notice.MENTION in wanted else rows.none()


def _threads_of(person: User) -> QuerySet[Comment]:
    """For a comment: what the person had said before it in its thread."""
    thread = Q(pk=OuterRef("reply_to")) | Q(reply_to=OuterRef("reply_to"))
    return Comment.objects.filter(thread, person=person, at__lt=OuterRef("at"))


def _verdicts(person: User, wanted: Collection[Notice], since: datetime) -> QuerySet[Review]:
    """Standing verdicts of others on clips of the person, given or changed since then."""
    rows = Review.objects.filter(task__person=person, verdict_at__gt=since).exclude(verdict="")
    return rows.exclude(person=person) if Notice.VERDICT in wanted else rows.none()


def _guest_comments(person: User, wanted: Collection[Notice], since: datetime) -> QuerySet[GuestComment]:
    """What guests have written since then by links of the person."""
    rows = GuestComment.objects.filter(clip__share__person=person, at__gt=since)
    return rows if Notice.GUEST in wanted else rows.none()


def _guest_verdicts(person: User, wanted: Collection[Notice], since: datetime) -> QuerySet[GuestReview]:
    """Standing verdicts of guests by links of the person, given or changed since then."""
    rows = GuestReview.objects.filter(clip__share__person=person, verdict_at__gt=since).exclude(verdict="")
    return rows if Notice.GUEST in wanted else rows.none()


def _of_comment(row: Comment, wanted: Collection[Notice]) -> Said:
    named, answers = getattr(row, "mentioned_at", None), getattr(row, "is_answer", False)
    if named and Notice.MENTION in wanted:
        notice, at = Notice.MENTION, named
    elif answers and Notice.ANSWER in wanted:
        notice, at = Notice.ANSWER, row.at
    else:
        notice, at = Notice.COMMENT, row.at
    return Said(notice=notice, by=row.person, task=row.task, at=at, comment=row.pk)


def _of_review(row: Review) -> Said:
    at = row.verdict_at or row.changed_at
    return Said(notice=Notice.VERDICT, by=row.person, task=row.task, at=at, verdict=row.verdict)


def _of_guest(row: GuestComment | GuestReview) -> Said:
    """Which verdict it is stays on the page of the clip: who rates blind is told by no notice."""
    task = row.clip.video.task
    if isinstance(row, GuestComment):
        return Said(notice=Notice.GUEST, by=row.guest, task=task, at=row.at, comment=row.pk)
    return Said(notice=Notice.GUEST, by=row.guest, task=task, at=row.verdict_at or row.changed_at)
