"""Creates a task together with its hold: the only place where task rows are created."""

from typing import Any

from generations.models import Budget, Event, State, Task
from generations.models.upload import mark_used
from generations.money import ledger


def make_task(budget: Budget, *, event: str, **facts: Any) -> Task:
    """A queued task whose quote was taken from the budget, with its hold entry and its first event.

    `facts` are fields of the row, including `quote_credits`. Needs a transaction, as holding on the budget
    does.
    """
    task = Task.objects.create(budget=budget, **facts)
    mark_used(task.values)
    ledger.hold(task, budget, task.quote_credits)
    Event.objects.create(task=task, state=State.QUEUED, text=event)
    return task
