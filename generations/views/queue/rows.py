"""Tasks as rows of the queue."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.contrib.auth.models import User

from generations import policy
from generations.models import State, Task
from generations.models.track_record import Span
from generations.orders.waiting import Wait, Why
from generations.wording import waits
from generations.wording.failures import Failure
from generations.wording.obstacles import obstacle

SHOWN_BY_COLUMNS = frozenset({Why.HELD, Why.WINDOW, Why.IN_LINE})
"""What the columns of the row show already; who cannot see them hears the sentence."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One task as a row of the queue."""

    task: Task
    since: datetime | None = None
    wait: Wait | None = None
    sent: bool = True
    """For an ended task: whether it was ever handed to Kie."""
    took: int | None = None
    failure: Failure | None = None
    may_change: bool = False
    mine: bool = False
    """Whether it waits in the line of whoever looks."""
    earlier: UUID | None = None
    """The one before it in that line; None: it is the first, or held back."""
    later: UUID | None = None
    times_ordered: int = 0

    @property
    def usual(self) -> Span | None:
        return self.task.usual if self.task.state == State.RUNNING else None

    @property
    def may_look(self) -> bool:
        return self.may_change and self.task.state == State.RUNNING

    @property
    def turn(self) -> str:
        return waits.turn(self.wait) if self.wait else ""

    @property
    def window(self) -> datetime | None:
        """Until when it can be changed before it is sent, if that is all that it waits for."""
        return self.wait.until if self.wait and self.wait.why is Why.WINDOW else None

    @property
    def starts(self) -> str:
        return waits.starts(self.wait) if self.wait else ""

    @property
    def why(self) -> str:
        """What holds the task up: if queued, why it waits; if under way, what the obstacle is."""
        return waits.why_it_waits(self.wait) if self.wait else obstacle(self.task)

    @property
    def why_tone(self) -> str:
        if self.wait and self.wait.why in SHOWN_BY_COLUMNS and not self.task.changing_at:
            return "sr"
        return "dim" if self.wait and not self.wait.is_trouble else "warn"

    @property
    def note(self) -> str:
        """What went wrong: our sentence, Kie's own words, and what helps."""
        if self.failure is None:
            return ""
        words = f"“{self.failure.words}”" if self.failure.words else ""
        return " ".join(filter(None, [self.failure.sentence, words, self.failure.advice]))

    @property
    def action(self) -> str:
        """The next action: open, edit, retry, or none for users who may not act."""
        if self.failure is None or self.task.changed_into_id:
            return "open"
        if not self.may_change:
            return ""
        return "retry" if self.failure.retry_helps else "edit"


def waiting_rows(person: User, tasks: Sequence[Task], reasons: Mapping[int, Wait]) -> Iterator[Row]:
    """Waiting tasks in the order of the line, each of the person's own between its neighbours there."""
    mine = [task for task in tasks if task.person_id == person.pk and policy.may_order(person)]
    line = sorted((task for task in mine if not task.held_at), key=lambda task: (task.place, task.pk))
    earlier = {task.pk: before.uuid for before, task in pairwise(line)}
    later = {task.pk: after.uuid for task, after in pairwise(line)}
    for task in tasks:
        yield Row(
            task=task,
            wait=reasons[task.pk],
            may_change=policy.may_change(person, task),
            mine=task in mine,
            earlier=earlier.get(task.pk),
            later=later.get(task.pk),
        )
