"""The gallery’s cards: everything a template shows of a task, precomputed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import log
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from generations import policy
from generations.catalogue.shapes import SPOKEN
from generations.library.durations import step_began, with_usual
from generations.library.narrowing import by_verdict
from generations.library.search import Cursor, start_of
from generations.models import Comment, Review, Seen, State, Task, Verdict, Video, Visit
from generations.models.review import with_opinions
from generations.models.state import ENDED_BADLY, UNDER_WAY
from generations.models.task import TaskQuerySet
from generations.wording.failures import Failure, explain
from generations.wording.figures import how_many

RATIOS = {
    "21:9": 21 / 9,
    "16:9": 16 / 9,
    "3:2": 3 / 2,
    "4:3": 4 / 3,
    "1:1": 1.0,
    "3:4": 3 / 4,
    "2:3": 2 / 3,
    "9:16": 9 / 16,
}
"""Aspect ratios that the style sheet knows."""
VERDICTS: dict[str, tuple[str, str]] = {
    Verdict.APPROVED: ("check", "Approved"),
    Verdict.CHANGES: ("pencil-line", "Changes asked"),
    Verdict.REJECTED: ("x", "Rejected"),
}


@dataclass(frozen=True, kw_only=True)
class Card:
    """One card."""

    task: Task
    url: str
    place: str
    """Position in the gallery’s order."""
    title: str
    ratio: str
    clip: Video | None
    files: int
    is_new: bool
    rates_first: bool
    """Whether what others think is hidden until the person has given stars: the verdict is their own then."""
    verdict: str
    verdict_icon: str
    verdict_word: str
    stars: float | None
    comments: int
    since: datetime | None
    failure: Failure | None

    @property
    def is_under_way(self) -> bool:
        return self.task.state in UNDER_WAY

    @property
    def tone(self) -> str:
        return "late" if self.task.is_late else self.task.state

    @classmethod
    def of(cls, task: Any, *, query: str, person: User) -> "Card":
        """The card of a task read by `cards_of`."""
        results = list(task.videos.all())
        clip = results[0] if results and task.state == State.READY else None
        verdict = (task.own_verdict if task.rates_first else task.team_verdict) or ""
        icon, word = VERDICTS.get(verdict, ("", ""))
        return cls(
            task=task,
            url=f"{task.get_absolute_url()}?{query}" if query else task.get_absolute_url(),
            place=str(Cursor.of(task)),
            title=" ".join(task.prompt.split()) or task.label,
            ratio=nearest_ratio(clip.width, clip.height) if clip else ordered_ratio(task),
            clip=clip,
            files=len(results),
            is_new=clip is not None and task.is_news and task.person_id != person.pk,
            rates_first=task.rates_first,
            verdict=verdict,
            verdict_icon=icon,
            verdict_word=word,
            stars=None if task.rates_first else task.team_stars,
            comments=0 if task.rates_first else task.comment_count or 0,
            since=step_began(task),
            failure=explain(task) if task.state in ENDED_BADLY | {State.UNCONFIRMED} else None,
        )


@dataclass(frozen=True, kw_only=True)
class Day:
    """The cards of one day, and how many that day has in total."""

    date: date
    word: str
    cards: Sequence[Card]
    count: int
    approved: int
    continues: bool
    """Whether the previous page ended within this day."""

    @property
    def count_text(self) -> str:
        return how_many(self.count)

    @property
    def approved_text(self) -> str:
        return how_many(self.approved)


def cards_of(tasks: TaskQuerySet, *, most: int, query: str, person: User) -> list[Card]:
    """The cards of the newest tasks, newest first.

    Which they are is found first: what is read beside a task is read for these alone.
    """
    newest = Task.objects.filter(pk__in=tasks.order_by("-created_at", "-pk").values("pk")[:most])
    rows = policy.blinded(with_news(with_opinions(newest), person), person)
    rows = rows.prefetch_related(Prefetch("videos", Video.objects.select_related("rendition")))
    found = with_usual(rows.order_by("-created_at", "-pk"))
    return [Card.of(task, query=query, person=person) for task in found]


def with_news(tasks: QuerySet[Task], person: User) -> QuerySet[Task]:
    """Tasks with `is_news`: ready since the person’s last visit, and not opened or reviewed by them yet."""
    mine = {"task": OuterRef("pk"), "person": person}
    known = [Exists(rows.filter(**mine)) for rows in (Seen.objects, Review.objects, Comment.objects)]
    late = Exists(Visit.objects.filter(person=person, known_until__lt=OuterRef("ready_at")))
    return tasks.annotate(is_news=late & ~known[0] & ~known[1] & ~known[2])


def days_of(cards: Iterable[Card], tasks: TaskQuerySet, *, person: User, continued: str = "") -> list[Day]:
    """Cards by day, newest first; `tasks` is the whole filter, for the counts."""
    by_day: dict[date, list[Card]] = {}
    for card in cards:
        by_day.setdefault(timezone.localdate(card.task.created_at), []).append(card)
    counts = _counts(tasks, by_day, person)
    return [
        Day(
            date=day,
            word=day_word(day),
            cards=its,
            count=counts.get(day, (0, 0))[0],
            approved=counts.get(day, (0, 0))[1],
            continues=day.isoformat() == continued,
        )
        for day, its in by_day.items()
    ]


def _counts(tasks: TaskQuerySet, days: Iterable[date], person: User) -> dict[date, tuple[int, int]]:
    """Tasks and approved tasks of each day, as far as the person may know."""
    wanted = sorted(days)
    if not wanted:
        return {}
    rows = tasks.filter(
        created_at__gte=start_of(wanted[0]), created_at__lt=start_of(wanted[-1] + timedelta(days=1))
    )
    per_day = rows.annotate(day=TruncDate("created_at")).order_by().values("day")
    good = Count("pk", filter=by_verdict(person, Verdict.APPROVED))
    counts = per_day.annotate(n=Count("pk"), good=good).values_list("day", "n", "good")
    return {day: (n, approved) for day, n, approved in counts}


def day_word(day: date) -> str:
    """Today, Yesterday, Fri 20 Nov, Fri 20 Nov 2025."""
    today = timezone.localdate()
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day:%a} {day.day} {day:%b}" + ("" if day.year == today.year else f" {day.year}")


def nearest_ratio(width: int, height: int) -> str:
    shape = log(max(width, 1) / max(height, 1))
    return min(RATIOS, key=lambda name: abs(log(RATIOS[name]) - shape))


def ordered_ratio(task: Task) -> str:
    """The ordered aspect ratio, 16:9 when unknown."""
    said = str(task.spec.value_of("shape", task.values) if task.spec else "")
    said = SPOKEN.get(said, said)
    return said if said in RATIOS else "16:9"
