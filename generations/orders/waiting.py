"""Why a queued task waits: for each task, the one reason that holds it up now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

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
    PLAN_PAUSED = "plan paused"
    NO_WORKER = "no worker"
    PAUSED = "paused"
    KIE_SILENT = "kie silent"
    TRIED_AGAIN = "tried again"
    BALANCE_UNREAD = "balance unread"
    ID_NAMED = "id named"
    OWN_LIMIT = "own limit"
    PACE = "pace"
    IN_LINE = "in line"


ORDINARY = frozenset({Why.PACE, Why.IN_LINE, Why.OWN_LIMIT, Why.PLAN_PAUSED})
"""Nothing is wrong: the task goes once others have gone, or its person lets it."""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Why one task waits, and the facts that its sentence needs (wording.waits)."""

    task: Task
    why: Why
    place: int
    """Position in the whole team's line, from 1."""
    runtime: Runtime
    until: datetime | None = None
    """When the next try takes place."""

    @property
    def is_trouble(self) -> bool:
        return self.why not in ORDINARY


class Line:
    """Everything that waits, as of now. Each fact is read at most once for all tasks of a page."""

    def __init__(self) -> None:
        self.runtime = Runtime.now()
        self.alive = wake.alive()
        self.places = {
            pk: place
            for place, pk in enumerate(Task.objects.in_turn(EVERYBODY).values_list("pk", flat=True), 1)
        }

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
        facts: dict[str, Any] = {"until": task.due_at} if why is Why.TRIED_AGAIN else {}
        return Wait(task=task, why=why, place=self.places.get(task.pk, 1), runtime=self.runtime, **facts)

    def _why(self, task: Task) -> Why:
        if task.due_at is None or task.obstacle in STUCK_HERE:
            return Why.CANNOT_GO
        if task.plan_id and task.plan_id in self.paused_plans:
            return Why.PLAN_PAUSED
        if not self.alive:
            return Why.NO_WORKER
        if self.runtime.paused_at:
            return Why.PAUSED
        if self.runtime.waits_for_kie:
            return Why.KIE_SILENT
        if task.obstacle:
            return Why.TRIED_AGAIN
        if self.unread:
            return Why.BALANCE_UNREAD
        if task.pk in self.named:
            return Why.ID_NAMED
        if self.at_kie.get(task.person_id, 0) >= pace.AT_KIE_PER_PERSON:
            return Why.OWN_LIMIT
        return Why.IN_LINE if self.room else Why.PACE


def waits(tasks: Collection[Task]) -> dict[int, Wait]:
    """By task: why each queued one waits."""
    queued = [task for task in tasks if task.state == State.QUEUED]
    if not queued:
        return {}
    line = Line()
    return {task.pk: wait for task in queued if (wait := line.wait(task))}
