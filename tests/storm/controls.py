"""Negative controls: three ways in which it must not be done. The oracle has to find each of them."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from generations.kie.client import KieClient
from generations.kie.errors import Ambiguous
from generations.models import Entry, Happened, State, Task
from generations.money import ledger
from generations.worker.steps import send
from generations.worker.steps.step import Step


def send_again_on_error(task: Task, kie: KieClient) -> Step:
    """Sends again when the answer is lost, as every queue with automatic retries does."""
    step = send(task, kie)
    work = next(step)
    while True:
        try:
            step.send((yield partial(_stubborn, work)))
        except StopIteration:
            return


def _stubborn(create: Callable[[], Any]) -> Any:
    for _ in range(5):
        try:
            return create()
        except Ambiguous:
            continue
    return create()


def admit_by_reading(person: User, credits: Decimal, *, meanwhile: Callable[[], None]) -> bool:
    """Looks whether there is room, and writes later: what others do in between is not seen."""
    budget = ledger.begin_month(person)
    if (budget.limit or 0) < budget.held + budget.spent + credits:
        return False
    meanwhile()
    budget.refresh_from_db(fields=["held"])
    budget.held += credits
    budget.save()
    return True


def believe_callback(task: Task, body: dict[str, Any]) -> None:
    """Takes a signed callback at its word: its state, its addresses, its price."""
    data = body["data"]
    if data.get("state") == "success":
        now = timezone.now()
        urls = list(data.get("resultUrls", ()))
        task.move(
            State.SAVING, Happened.FINISHED, due_at=now, finished_at=now, result_urls=urls, charge_credits=0
        )
        ledger.charge(task, Decimal(0), Entry.Basis.ACTUAL)
    else:
        task.move(State.FAILED, Happened.FAILED, due_at=None, failure_text="Kie said so", charge_credits=0)
        ledger.release(task)
