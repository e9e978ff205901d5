"""Why a queued task waits: for each task, the one reason that holds it up now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from django.db.models import Count

from generations import pace, wake
from generations.models import Hint, Plan, Runtime, State, Task
from generations.models.obstacle import STUCK_HERE
from generations.models.state import AT_KIE

EVERYBODY = 10**9
"""As the limit of tasks per person, this leaves no task out of the line."""


class Why(StrEnum):
    """What holds a task up, the longest-lasting reason first."""

    CANNOT_GO = "cannot go"
    HELD = "held"
    PLAN_PAUSED = "plan paused"
    NO_WORKER = "no worker"
    PAUSED = "paused"
    KIE_SILENT = "kie silent"
    TRIED_AGAIN = "tried again"
    BALANCE_UNREAD = "balance unread"
    ID_NAMED = "id named"
    WINDOW = "hold window"
    OWN_LIMIT = "own limit"
    PACE = "pace"
    IN_LINE = "in line"


ORDINARY = frozenset({Why.HELD, Why.PLAN_PAUSED, Why.WINDOW, Why.PACE, Why.IN_LINE, Why.OWN_LIMIT})
"""Nothing is wrong: its person holds it back, or it goes by itself once its time has come."""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Why one task waits, and the facts that its sentence needs (wording.waits)."""

    task: Task
    why: Why
    place: int
    """Position in the whole team's line, from 1; 0: held back, so it has none."""
    runtime: Runtime
    until: datetime | None = None
    """When the next try takes place, or its hold window ends."""
    seconds: int | None = None
    """After about so long it starts by Kie's pace and the line before it; None: it cannot be known."""

    @property
    def is_trouble(self) -> bool:
        return self.why not in ORDINARY


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What everything that waits depends on: how sending stands, and whether a worker sweeps."""

    runtime: Runtime
    works: bool

    @classmethod
    def now(cls) -> Self:
        return cls(runtime=Runtime.now(), works=wake.alive())


class Line:
    """Everything that waits, as of now. Each fact is read at most once for all tasks of a page."""

    def __init__(self, sending: Sending) -> None:
        self.runtime = sending.runtime
        self.alive = sending.works
        line = Task.objects.filter(held_at=None).in_turn(EVERYBODY).values_list("pk", "turn")  # type: ignore[misc]
        self.places = {pk: (place, turn) for place, (pk, turn) in enumerate(line, 1)}
        """By task: its position in the line, and how many its person has at Kie when it has gone."""

    @cached_property
    def unread(self) -> bool:
        return pace.balance_unread(self.runtime)

    @cached_property
    def room(self) -> int:
        return pace.room()

    @cached_property
    def at_kie(self) -> dict[int, int]:
        """By person: how many tasks Kie may be working on."""
        counts = Task.objects.filter(state__in=AT_KIE).values_list("person_id").order_by()
        return dict(counts.annotate(n=Count("pk")))

    @cached_property
    def paused_plans(self) -> set[int]:
        return set(Plan.objects.paused().values_list("pk", flat=True))

    @cached_property
    def named(self) -> set[int]:
        """Queued tasks for which an id at Kie was reported."""
        hints = Hint.objects.filter(due_at__isnull=False, task__state=State.QUEUED)
        return set(hints.values_list("task_id", flat=True))

    def wait(self, task: Task) -> Wait | None:
        """Why this task waits; None for a task that is not queued."""
        if task.state != State.QUEUED:
            return None
        why = self._why(task)
        place, turn = self.places.get(task.pk, (int(task.held_at is None), 0))
        facts: dict[str, Any] = {"seconds": self._seconds(why, place, turn)}
        if until := {Why.TRIED_AGAIN: task.due_at, Why.WINDOW: task.held_until}.get(why):
            facts["until"] = until
        return Wait(task=task, why=why, place=place, runtime=self.runtime, **facts)

    def _seconds(self, why: Why, place: int, turn: int) -> int | None:
        """How long the pace makes it wait. When one at Kie ends is not known, so that is no time."""
        if why not in (Why.PACE, Why.IN_LINE) or turn > pace.AT_KIE_PER_PERSON:
            return None
        windows = -(-max(0, place - self.room) // pace.SENDS)
        return windows * int(pace.SEND_WINDOW.total_seconds())

    def _nothing_goes(self) -> Why | None:
        """What holds up every task of everybody; None: nothing does."""
        if not self.alive:
            return Why.NO_WORKER
        if self.runtime.paused_at:
            return Why.PAUSED
        return Why.KIE_SILENT if self.runtime.waits_for_kie else None

    def _why(self, task: Task) -> Why:
        if task.due_at is None or task.obstacle in STUCK_HERE:
            return Why.CANNOT_GO
        if task.held_at:
            return Why.HELD
        if task.plan_id and task.plan_id in self.paused_plans:
            return Why.PLAN_PAUSED
        if nothing_goes := self._nothing_goes():
            return nothing_goes
        if task.obstacle:
            return Why.TRIED_AGAIN
        if self.unread:
            return Why.BALANCE_UNREAD
        if task.pk in self.named:
            return Why.ID_NAMED
        if task.in_window:
            return Why.WINDOW
        if self.at_kie.get(task.person_id, 0) >= pace.AT_KIE_PER_PERSON:
            return Why.OWN_LIMIT
        return Why.IN_LINE if self.room else Why.PACE


def waits(tasks: Collection[Task], sending: Sending | None = None) -> dict[int, Wait]:
    """By task: why each queued one waits. A page that knows how sending stands says so."""
    queued = [task for task in tasks if task.state == State.QUEUED]
    if not queued:
        return {}
    line = Line(sending or Sending.now())
    return {task.pk: wait for task in queued if (wait := line.wait(task))}
