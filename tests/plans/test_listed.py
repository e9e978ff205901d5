"""Plans in the queue: what waits or is on hold stays in sight, and what is not listed is counted."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.decisions import approvals
from generations.decisions.approvals import Limits
from generations.models import Plan
from generations.orders import plans
from generations.views.plans import listed
from tests.page import Part, read
from tests.plans.conftest import Make, press, wish


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let so many be listed at most."""
    return lambda count: monkeypatch.setattr(listed, "SHOWN", count)


def aged(plan: Plan, **fields: Any) -> Plan:
    Plan.objects.filter(pk=plan.pk).update(created_at=timezone.now() - timedelta(days=2), **fields)
    return plan


def shown(client: Client, key: str) -> Part:
    return read(client.get("/queue/")).part(key)


def test_what_is_on_hold_stays_in_the_list_and_what_nobody_touched_for_a_day_leaves_it(
    studio: Client, planned: Make, few: Callable[[int], None]
) -> None:
    held, forgotten = aged(planned(wish("Held"))), aged(planned(wish("Forgotten")))
    plans.keep(held)
    for n in range(3):
        planned(wish(f"New {n}"))
    assert shown(studio, "plans").names("link") == ["Held", "New 2", "New 1", "New 0"]
    few(3)
    part = shown(studio, "plans")
    assert part.names("link") == ["Held", "New 2", "New 1"]
    assert "My plans 4 3 are listed" in part
    plans.drop(held)
    planned(wish("Planned anew"), key=forgotten.key)
    assert "Planned anew" in shown(studio, "plans").names("link")


def test_all_that_wait_for_a_yes_are_counted_and_those_that_wait_longest_listed(
    client: Client, admin: User, planned: Make, few: Callable[[int], None]
) -> None:
    approvals.set_limits(admin, Limits(order=Decimal(50)))
    for n in range(3):
        press(planned(wish(f"Asked {n}")))
    few(2)
    client.force_login(admin)
    part = shown(client, "asked")
    assert "The 2 that wait longest are listed." in part
    assert [n for n in range(3) if f"Asked {n}" in part] == [0, 1]
    assert "Wait for a yes 3" in part
