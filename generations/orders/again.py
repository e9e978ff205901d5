"""Reordering what has ended badly: a new task with the old one as its parent."""

import uuid
from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count

from generations import catalogue
from generations.catalogue.quote import Basis
from generations.models import State, Task
from generations.models.state import ENDED_BADLY
from generations.orders.placing import NotAdmitted, check_live, place

RETRYABLE = ENDED_BADLY | {State.CANCELLED, State.CLOSED}


def retry(task: Task, person: User, turn: int = 0) -> Task:
    """Order the same again after it has ended badly: a new task. Raises NotAdmitted.

    `turn` is the value of `times_ordered` when the person was asked, so one question is answered once:
    answering it again, in another tab or an hour later, returns the task that was ordered then.
    """
    with transaction.atomic():
        now = Task.objects.select_for_update().get(pk=task.pk)
        if known := ordered_again(now, turn):
            return known
        if turn != times_ordered(now):
            raise NotAdmitted(f"#{task.pk} was ordered again meanwhile. Look at that one first.")
        if now.state not in RETRYABLE:
            raise NotAdmitted("Only a task that has ended without a result can be ordered again here.")
        return place_again(now, person, turn)


def times_ordered(task: Task) -> int:
    """How many times the task was ordered again."""
    return task.retries.count()


def times_ordered_each(tasks: Collection[Task]) -> dict[int, int]:
    """The same for many tasks in one query, by task id; tasks never reordered are left out."""
    again = Task.objects.filter(parent__in=[t.pk for t in tasks]).order_by()
    return dict(again.values_list("parent").annotate(Count("pk")))


def ordered_again(task: Task, turn: int) -> Task | None:
    """The task that was ordered when the question with this turn was answered."""
    return Task.objects.filter(order_key=_again_key(task, turn), parent=task).first()


def place_again(task: Task, person: User, turn: int) -> Task:
    """Queue the same values as a new task with this one as its parent. Raises NotAdmitted.

    Without a known price it may hold what the first one held, and no more.
    """
    spec = catalogue.find(task.model_id)
    if spec is None:
        raise NotAdmitted(f"{task.label} has left the catalogue.")
    check_live(spec)
    agreed = task.quote_credits if task.quote_basis == Basis.UNKNOWN else None
    key = _again_key(task, turn)
    return place(person, spec, task.values, order_key=key, parent=task, agreed=agreed, answers=task.answers)


def _again_key(task: Task, turn: int) -> uuid.UUID:
    return uuid.uuid5(task.uuid, f"again {turn}")
