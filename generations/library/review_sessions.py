"""Review sessions as people see them: what is listed, what each has still to see, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery

from generations import policy
from generations.models import Review, ReviewSession, SessionClip, SessionSeen, State, Task, Video
from generations.models.review import team_verdict

MOST_LISTED = 50


@dataclass(frozen=True, kw_only=True)
class Listed:
    session: ReviewSession
    clips: int
    seen: int
    """By the person who looks."""


@dataclass(frozen=True, kw_only=True)
class InSession:
    """A clip of a session for one person."""

    row: SessionClip
    number: int
    """From 1, of those that the person may see."""
    clip: Video
    stars: int
    """Their own; 0: none."""
    verdict: str
    """Their own; empty: none."""
    is_seen: bool

    @property
    def task(self) -> Task:
        return self.row.task


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What everybody says of a clip."""

    row: SessionClip
    clip: Video
    rates_first: bool
    """Whether what others say is hidden until the person who looks has given stars."""
    reviews: Sequence[Review]
    """Of all, or only the person’s own where they rate first."""

    @property
    def task(self) -> Task:
        return self.row.task

    @property
    def average(self) -> float | None:
        given = [review.stars for review in self.reviews if review.stars]
        return sum(given) / len(given) if given else None

    @property
    def verdict(self) -> str:
        return team_verdict(self.reviews)


@dataclass(frozen=True, kw_only=True)
class Watcher:
    person: User
    seen: int


def listed(person: User) -> list[Listed]:
    """The newest sessions of the team."""
    clips = SessionClip.objects.filter(session=OuterRef("pk")).order_by().values("session")
    seen = SessionSeen.objects.filter(clip__session=OuterRef("pk"), person=person).values("clip__session")
    rows = policy.visible_sessions(person).annotate(
        clip_count=Subquery(clips.annotate(n=Count("pk")).values("n")),
        seen_count=Subquery(seen.annotate(n=Count("pk")).values("n")),
    )
    return [
        Listed(session=row, clips=row.clip_count or 0, seen=row.seen_count or 0) for row in rows[:MOST_LISTED]
    ]


def clips_of(session: ReviewSession, person: User) -> list[InSession]:
    """Those that the person may see and that are still there, in order."""
    seen = SessionSeen.objects.filter(clip=OuterRef("pk"), person=person)
    rows = _rows(session, person).annotate(is_seen=Exists(seen))
    said = {r.task_id: r for r in Review.objects.filter(person=person, task__in=rows.values("task"))}
    nothing = Review()
    shown = [(row, clip, said.get(row.task_id, nothing)) for row in rows if (clip := _clip(row))]
    return [
        InSession(
            row=row, number=n, clip=clip, stars=mine.stars or 0, verdict=mine.verdict, is_seen=row.is_seen
        )
        for n, (row, clip, mine) in enumerate(shown, 1)
    ]


def summary_of(session: ReviewSession, person: User) -> list[Judged]:
    """The clip with the most stars first; those without any at the end, in the order of the session."""
    reviews = Review.objects.select_related("person").order_by("changed_at", "pk")
    rows = _rows(session, person).prefetch_related(Prefetch("task__reviews", reviews))
    tasks = policy.blinded(Task.objects.filter(pk__in=[row.task_id for row in rows]), person)
    first = {task.pk for task in tasks if task.rates_first}
    found = [
        _judged(row, clip, person, rates_first=row.task_id in first) for row in rows if (clip := _clip(row))
    ]
    return sorted(found, key=lambda one: -(one.average or 0))


def _judged(row: SessionClip, clip: Video, person: User, *, rates_first: bool) -> Judged:
    said = [r for r in row.task.reviews.all() if r.stars or r.verdict]
    shown = [r for r in said if not rates_first or r.person_id == person.pk]
    return Judged(row=row, clip=clip, rates_first=rates_first, reviews=shown)


def watchers_of(session: ReviewSession) -> list[Watcher]:
    """Who has seen any of it, and how much."""
    counts = dict(
        SessionSeen.objects.filter(clip__session=session).values_list("person").annotate(n=Count("pk"))
    )
    people = User.objects.filter(pk__in=counts).order_by("first_name", "username")
    return [Watcher(person=who, seen=counts[who.pk]) for who in people]


def _rows(session: ReviewSession, person: User) -> QuerySet[SessionClip]:
    files = Prefetch("task__videos", Video.objects.select_related("rendition"))
    rows = session.clips.filter(task__in=policy.visible_tasks(person), task__state=State.READY)
    return rows.select_related("task__person").prefetch_related(files)


def _clip(row: SessionClip) -> Video | None:
    return next(iter(row.task.videos.all()), None)
