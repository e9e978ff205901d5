"""Creates a task together with its hold: the only place where task rows are created."""

from typing import Any

from generations.models import Budget, Event, Happened, State, Task
from generations.models.obstacle import Facts
from generations.models.task_input import note_inputs
from generations.money import ledger


def make_task(budget: Budget, happened: Happened, facts: Facts, **fields: Any) -> Task:
    """A queued task whose quote was taken from the budget, with its hold entry and its first event.

    `fields` are those of the row, including `quote_credits`; `facts` are those of the event. Needs a
    transaction, as holding on the budget does.
    """
    task = Task.objects.create(budget=budget, **fields)
    note_inputs(task)
    ledger.hold(task, budget, task.quote_credits)
    Event.objects.create(task=task, state=State.QUEUED, kind=happened, facts=facts)
    return task
