"""Tasks that Kie has made and charged, the cheap way: moved and booked as the worker does."""

from decimal import Decimal

from django.db import transaction

from generations.models import Happened, State, Task
from generations.money import ledger
from generations.money.observed import observe


def charged(task: Task, credits: Decimal | int, basis: str = "actual", end: State = State.SAVING) -> Task:
    """The task as Kie has finished it, at this figure of Kie's, or at our estimate."""
    task.move(State.SENDING, Happened.HANDED_OVER)
    task.move(State.RUNNING, Happened.TAKEN, task_id=f"kie-{task.pk}")
    with transaction.atomic():
        happened = Happened.FINISHED if end == State.SAVING else Happened.FAILED
        assert task.move(end, happened, charge_credits=Decimal(credits), charge_basis=basis)
        ledger.charge(task, Decimal(credits), basis)
        observe(task)
    return task
