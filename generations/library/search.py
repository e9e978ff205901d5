"""Which tasks are shown: filters, the words of a search, and paging through the results."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Self
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone

from generations import catalogue, policy
from generations.library.found import Search
from generations.library.narrowing import LABELS, Opinion, Stars, by_clip, by_stars, by_verdict
from generations.library.word_index import Mostly
from generations.models import State, Task
from generations.models.state import ENDED_BADLY, OPEN
from generations.models.task import TaskQuerySet
from generations.wording.names import short_name

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Shown(models.TextChoices):
    """Which tasks the gallery shows."""

    READY = "ready", "Ready"
    UNDER_WAY = "underway", "Under way"
    FAILED = "failed", "Failed"
    ALL = "all", "All"


@dataclass(frozen=True, kw_only=True)
class Filter:
    q: str = ""
    refusal: str = ""
    """Why the search for `q` was refused; the result is empty then."""
    person: User | None = None
    model: str = ""
    state: str = Shown.READY
    verdict: str = ""
    stars: str = ""
    shape: str = ""
    sound: str = ""
    length: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def pairs(self) -> dict[str, str]:
        """The query’s names and values; empty for the unfiltered gallery."""
        pairs = {
            "q": "" if self.refusal else self.q,
            "person": str(self.person.pk) if self.person else "",
            "model": self.model,
            "state": "" if self.state == Shown.READY else self.state,
            "verdict": self.verdict,
            **{name: getattr(self, name) for name in LABELS},
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
        }
        return {name: value for name, value in pairs.items() if value}

    @property
    def query(self) -> str:
        """The query string for this filter."""
        return urlencode(self.pairs)

    @property
    def active(self) -> dict[str, str]:
        """The label of every filter that is set, by the filter's name."""
        words = {
            "q": f"“{self.q}”" if self.q and not self.refusal else "",
            "person": short_name(self.person) if self.person else "",
            "model": model_label(self.model),
            "state": "" if self.state == Shown.READY else Shown(self.state).label,
            "verdict": Opinion(self.verdict).label if self.verdict else "",
            **{
                name: choices(getattr(self, name)).label
                for name, choices in LABELS.items()
                if getattr(self, name)
            },
            "date": _span_words(self.since, self.until),
        }
        return {name: word for name, word in words.items() if word}

    def without(self, name: str) -> "Filter":
        plain = Filter()
        names = ("since", "until") if name == "date" else (name,)
        return replace(self, **{n: getattr(plain, n) for n in names})

    @cached_property
    def search(self) -> Search:
        return Search.of(self.q)

    def count(self, person: User, most: int) -> int:
        """Number of tasks of the grid, or `most` + 1 when there are more."""
        tasks = self.ended(person)
        if self.q and not self.refusal and (some := counted(self.search.some_of(tasks), most)) > most:
            return some
        return counted(tasks, most)

    def ended(self, person: User) -> TaskQuerySet:
        """The tasks of the grid: those no longer under way."""
        states = {
            Shown.READY: frozenset({State.READY}),
            Shown.UNDER_WAY: frozenset(),
            Shown.FAILED: ENDED_BADLY,
            Shown.ALL: frozenset(State) - OPEN,
        }[Shown(self.state)]
        wanted: Q | Mostly = Q(state__in=states)
        if self.q and State.READY in states:
            wanted = Mostly(wanted)
        return self._narrowed(person, self._matching(person).filter(wanted))

    def under_way(self, person: User, since: datetime) -> TaskQuerySet:
        """The open tasks, and those that ended after `since`."""
        of_clips = self.shape or self.sound or self.length or self.stars not in ("", Stars.UNRATED)
        if self.state == Shown.FAILED or self.verdict not in ("", Opinion.REVIEW) or of_clips:
            return Task.objects.none()
        news = Q(changed_at__gt=since, state__in=ENDED_BADLY | {State.READY})
        return self._matching(person).filter(Q(state__in=OPEN) | news)

    def _matching(self, person: User) -> TaskQuerySet:
        tasks = policy.visible_tasks(person)
        if self.q:
            tasks = tasks.none() if self.refusal else self.search.among(tasks)
        if self.person:
            tasks = tasks.filter(person=self.person)
        if self.model:
            tasks = tasks.filter(model_id=self.model)
        if self.since:
            tasks = tasks.filter(created_at__gte=start_of(self.since))
        if self.until:
            tasks = tasks.filter(created_at__lt=start_of(self.until + timedelta(days=1)))
        return tasks

    def _narrowed(self, person: User, tasks: TaskQuerySet) -> TaskQuerySet:
        if self.stars:
            tasks = tasks.filter(by_stars(person, self.stars))
        if self.shape or self.sound or self.length:
            tasks = tasks.filter(by_clip(shape=self.shape, sound=self.sound, length=self.length))
        return tasks.filter(by_verdict(person, self.verdict)) if self.verdict else tasks


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """A position in the order of tasks, newest first."""

    at: datetime
    pk: int

    @classmethod
    def of(cls, task: Task) -> Self:
        return cls(at=task.created_at, pk=task.pk)

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for anything that is not a cursor."""
        try:
            at, pk = (int(part, 36) for part in text.split("-")) if len(text) < 40 else (-1, -1)
            return cls(at=EPOCH + at * MICROSECOND, pk=pk) if at >= 0 and 0 <= pk < 2**63 else None
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{_base36((self.at - EPOCH) // MICROSECOND)}-{_base36(self.pk)}"

    def older(self, tasks: TaskQuerySet) -> TaskQuerySet:
        return tasks.filter(Q(created_at__lt=self.at) | Q(pk__lt=self.pk), created_at__lte=self.at)

    def down_to(self, tasks: TaskQuerySet) -> TaskQuerySet:
        """The tasks from the newest down to and including this position."""
        return tasks.filter(Q(created_at__gt=self.at) | Q(pk__gte=self.pk), created_at__gte=self.at)

    def newer(self, tasks: TaskQuerySet) -> TaskQuerySet:
        return tasks.filter(Q(created_at__gt=self.at) | Q(pk__gt=self.pk), created_at__gte=self.at)


@dataclass(frozen=True)
class Way:
    """From one task to its neighbours within a filter. Queried only when a template asks for it."""

    tasks: TaskQuerySet
    task: Task

    @cached_property
    def newer(self) -> Task | None:
        rows = Cursor.of(self.task).newer(self.tasks.only("uuid", "created_at"))
        return rows.order_by("created_at", "pk").first()

    @cached_property
    def older(self) -> Task | None:
        rows = Cursor.of(self.task).older(self.tasks.only("uuid", "created_at"))
        return rows.order_by("-created_at", "-pk").first()


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def model_label(model_id: str) -> str:
    spec = catalogue.find(model_id)
    return spec.label if spec else model_id


def search(tasks: TaskQuerySet, asked: str) -> TaskQuerySet:
    """Tasks whose prompts and comments say what is asked for: library.asked has how it is written.

    Accents, case and encoding of a word make no difference (models.folded). A search without a single word
    finds nothing.
    """
    return Search.of(asked).among(tasks)


def counted(tasks: TaskQuerySet, most: int) -> int:
    """Number of tasks, or `most` + 1 when there are more: users never scroll far enough to need it."""
    return tasks.order_by()[: most + 1].count()


def _span_words(since: date | None, until: date | None) -> str:
    first, last = (f"{day.day} {day:%b}" if day else "" for day in (since, until))
    if first and last:
        return first if since == until else f"{first} – {last}"
    return f"since {first}" if first else f"until {last}" if last else ""


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
