"""Tasks that need a person, made the cheap way: ordered, then put where the worker would have left them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from generations import catalogue, orders
from generations.models import State, Task
from generations.money import ledger

KLING = "kling-2.6/text-to-video"
HOST_PROBLEM = "The result lies at cdn.example.net, which is not among KIE_MEDIA_HOSTS. An admin can add it."
FILE = "https://tempfile.aiquickdraw.com/a.mp4"


def ago(**span: float) -> Any:
    return timezone.now() - timedelta(**span)


def task_in(person: User, state: State, **fields: Any) -> Task:
    """A task of Kling 2.6 at 55 cr in a state, with the money where that state has it."""
    spec = catalogue.find(KLING)
    assert spec
    values = {**spec.defaults(), "prompt": fields.pop("prompt", "A quiet sea at dusk")}
    task = orders.place(person, spec, values)
    found = {"state": state, "sent_at": ago(minutes=20), "changed_at": ago(minutes=19), "due_at": None}
    if state in (State.SAVING, State.READY):
        ledger.charge(task, Decimal(55), "actual")
        charged = {"charge_credits": Decimal(55), "charge_basis": "actual", "task_id": f"id-{task.pk}"}
        found |= charged | {"finished_at": ago(minutes=19)}
    if state == State.RUNNING:
        found |= {"accepted_at": found["sent_at"], "task_id": f"id-{task.pk}"}
    Task.objects.filter(pk=task.pk).update(**(found | fields))
    task.refresh_from_db()
    return task


def unconfirmed(person: User, **fields: Any) -> Task:
    problem = "Kie’s answer was lost: no whole answer from api.kie.ai: ReadTimeoutError"
    return task_in(person, State.UNCONFIRMED, **{"problem": problem, **fields})


def no_file(person: User, **fields: Any) -> Task:
    return task_in(person, State.SAVING, **{"problem": "Kie says it is done but names no file.", **fields})


def at_unknown_host(person: User, **fields: Any) -> Task:
    return task_in(person, State.SAVING, **{"problem": HOST_PROBLEM, "result_urls": [FILE], **fields})


def unfetched(person: User, **fields: Any) -> Task:
    problem = "The file ended at 6,291,456 of 21,012,233 bytes."
    return task_in(person, State.SAVING, **{"problem": problem, "result_urls": [FILE], **fields})


def stuck(person: User, **fields: Any) -> Task:
    return task_in(person, State.RUNNING, **{"accepted_at": ago(hours=2), **fields})
