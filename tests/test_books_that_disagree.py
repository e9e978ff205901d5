"""`ledger --check` names whatever does not agree, and is silent when everything does."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from generations.models import Entry, State, Task
from generations.money import ledger

pytestmark = pytest.mark.django_db
Order = Callable[..., Task]


def checked() -> list[str]:
    """What the command finds, a line each: it ends with 1 when it finds anything."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("ledger", check=True, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    found = err.getvalue().splitlines()
    assert (code, out.getvalue() == "") == (int(bool(found)), bool(found))
    return found


def charged(task: Task, **fields: Any) -> None:
    ledger.charge(task, Decimal(55), Entry.Basis.ACTUAL)
    Task.objects.filter(pk=task.pk).update(**{"charge_credits": Decimal(55)} | fields)


def without_a_hold(task: Task) -> None:
    of_model = {"model_id": task.model_id, "endpoint": task.endpoint, "label": "Slipped in"}
    Task.objects.create(person=task.person, budget=task.budget, **of_model)


def settled_too_early(task: Task) -> None:
    charged(task, state=State.RUNNING)


def given_back_too_early(task: Task) -> None:
    ledger.release(task)


BROKEN: dict[str, tuple[Callable[[Task], Any], str]] = {
    "no hold": (without_a_hold, "has no hold"),
    "never charged": (lambda task: Task.objects.update(state=State.READY), "is not charged"),
    "charged otherwise": (
        lambda task: charged(task, state=State.READY, charge_credits=Decimal(54)),
        "says 54, its entries say 55",
    ),
    "charged without an entry": (
        lambda task: Task.objects.update(charge_credits=7),
        "says 7, its entries say",
    ),
    "failed": (lambda task: Task.objects.update(state=State.FAILED), "its hold is not released"),
    "cancelled": (lambda task: Task.objects.update(state=State.CANCELLED), "its hold is not released"),
    "charged while it runs": (settled_too_early, "is settled before it ended"),
    "given back while it waits": (given_back_too_early, "is settled before it ended"),
    "more held than the budget knows": (lambda task: type(task.budget).objects.update(held=0), "held is 0"),
    "more spent than was charged": (lambda task: type(task.budget).objects.update(spent=9), "spent is 9"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_does_not_agree_is_found_and_named(order: Order, how: str) -> None:
    task, (break_it, words) = order(), BROKEN[how]
    assert checked() == []
    break_it(task)
    assert any(words in line for line in checked()), checked()
