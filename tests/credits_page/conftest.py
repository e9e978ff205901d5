"""People and rows for these tests."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from generations.models import State, Task
from generations.money import ledger
from tests.credits_page.rows import NOON


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def bought(order: Callable[..., Task], noon: Any) -> Callable[..., Task]:
    """A finished task of some days ago."""

    def make(days: float = 0, cost: int = 55, basis: str = "actual", **how: Any) -> Task:
        noon.move_to(NOON - timedelta(days=days))
        task = order(**how)
        ledger.charge(task, Decimal(cost), basis)
        now = timezone.now()
        Task.objects.filter(pk=task.pk).update(
            state=State.READY,
            sent_at=now,
            ready_at=now,
            changed_at=now,
            charge_credits=Decimal(cost),
            charge_basis=basis,
        )
        noon.move_to(NOON)
        task.refresh_from_db()
        return task

    return make


@pytest.fixture
def reading(noon: Any) -> Callable[[float, int], None]:
    def make(days: float, credits: int) -> None:
        noon.move_to(NOON - timedelta(days=days))
        ledger.record(Decimal(credits))
        noon.move_to(NOON)

    return make
