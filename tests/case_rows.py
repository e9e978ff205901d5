"""Tasks that need a person, made the cheap way: ordered, then put where the worker would have left them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from generations import catalogue, orders
from generations.models import Obstacle, Reading, State, Task
from generations.models.obstacle import held_up
from generations.money import ledger

KLING = "kling-2.6/text-to-video"
LOST = held_up(Obstacle.LOST, {"silence": "timed out", "host": "api.kie.ai"})
ELSEWHERE = held_up(Obstacle.HOST, {"host": "cdn.example.net"})
CUT = held_up(Obstacle.CUT, {"size": 6_291_456, "of": 21_012_233})
FILE = "https://tempfile.aiquickdraw.com/a.mp4"


def ago(**span: float) -> Any:
    return timezone.now() - timedelta(**span)


def reading(credits: Decimal | int, at: datetime, until: datetime | None = None) -> None:
    """The balance was this figure at a moment, or from then until another."""
    Reading.objects.create(credits=credits, at=at, until=until or at)


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
    return task_in(person, State.UNCONFIRMED, **LOST | fields)


def no_file(person: User, **fields: Any) -> Task:
    return task_in(person, State.SAVING, **held_up(Obstacle.NO_FILE) | fields)


def at_unknown_host(person: User, **fields: Any) -> Task:
    return task_in(person, State.SAVING, **ELSEWHERE | {"result_urls": [FILE]} | fields)


def unfetched(person: User, **fields: Any) -> Task:
    return task_in(person, State.SAVING, **CUT | {"result_urls": [FILE]} | fields)


def stuck(person: User, **fields: Any) -> Task:
    return task_in(person, State.RUNNING, **{"accepted_at": ago(hours=2), **fields})
