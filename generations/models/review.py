"""What the team thinks of a finished task: stars and a verdict per person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Avg, Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from generations.models.comment import Comment
from generations.models.task import Task, TaskQuerySet


class Verdict(models.TextChoices):
    APPROVED = "approved", "Approved"
    CHANGES = "changes", "Changes"
    REJECTED = "rejected", "Rejected"


STRICTNESS = (Verdict.APPROVED, Verdict.CHANGES, Verdict.REJECTED)
"""From the mildest to the strictest. The team's verdict is the strictest current one: one person who asks for
changes outweighs others who approve."""


class Review(models.Model):
    """One person's stars and verdict on one task."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="reviews")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    stars = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    verdict_at = models.DateTimeField(null=True)
    """When the verdict was given or changed last; empty: there never was one."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["task", "verdict"]),
            models.Index(fields=["verdict_at"], name="review_verdict_at"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "person"], name="one_review_per_person"),
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__gte=1, stars__lte=5), name="stars_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} on task {self.task_id}: {self.stars or '–'} {self.verdict}"


def team_verdict(reviews: Iterable[Review]) -> str:
    """The team's verdict in these reviews of one task; empty when there is none."""
    given = {Verdict(review.verdict) for review in reviews if review.verdict}
    return max(given, key=STRICTNESS.index, default="")


def judge_all(person: User, tasks: Iterable[Task], changes: Mapping[str, Any]) -> list[Review]:
    """Set a person’s `stars`, `verdict` or both on each task. What stood there before, where it differed."""
    mine = {r.task_id: r for r in Review.objects.filter(person=person, task__in=tasks).select_related("task")}
    before = [mine.get(task.pk) or Review(task=task, person=person) for task in tasks]
    before = [was for was in before if any(getattr(was, name) != new for name, new in changes.items())]
    _write([Review(task_id=was.task_id, person=person, **changes) for was in before], changes)
    return before


def put_back(person: User, before: Iterable[Review], names: Collection[str]) -> None:
    """Make these fields of a person’s reviews what they were."""
    rows = [Review(task_id=w.task_id, person=person, stars=w.stars, verdict=w.verdict) for w in before]
    _write(rows, names)


def judged(verdict: Verdict) -> Q:
    """Tasks with this team verdict."""
    stricter = STRICTNESS[STRICTNESS.index(verdict) + 1 :]
    return Q(Exists(_said(verdict))) & ~Q(Exists(_said(*stricter)))


def unjudged() -> Q:
    """Tasks without a verdict."""
    return ~Q(Exists(_said(*STRICTNESS)))


def judged_by(person: User, *verdicts: Verdict) -> Q:
    """Tasks on which this person has given one of these verdicts."""
    return Q(Exists(_said(*verdicts).filter(person=person)))


def with_opinions(tasks: TaskQuerySet) -> QuerySet[Task]:
    """Tasks annotated with `team_verdict`, `team_stars` (the mean) and `comment_count`."""
    reviews = Review.objects.filter(task=OuterRef("pk")).order_by().values("task")
    comments = Comment.objects.standing().filter(task=OuterRef("pk")).order_by().values("task")
    strictness = Case(*(When(verdict=verdict, then=rank) for rank, verdict in enumerate(STRICTNESS)))
    verdicts = _said(*STRICTNESS).order_by(strictness.desc())
    return tasks.select_related("person").annotate(
        team_verdict=Subquery(verdicts.values("verdict")[:1]),
        team_stars=Subquery(reviews.annotate(mean=Avg("stars")).values("mean")),
        comment_count=Subquery(comments.annotate(n=Count("pk")).values("n")),
    )


def _write(rows: Sequence[Review], names: Collection[str]) -> None:
    """Insert reviews, or set these fields of those that are there, in one statement."""
    moments = {"changed_at", "verdict_at"} if "verdict" in names else {"changed_at"}
    for row in rows:
        for name in moments:
            setattr(row, name, timezone.now())
    Review.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["task", "person"],
        update_fields=[*names, *moments],
    )


def _said(*verdicts: Verdict) -> QuerySet[Review]:
    return Review.objects.filter(task=OuterRef("pk"), verdict__in=verdicts)
