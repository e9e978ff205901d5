"""What tests of plans share: plans to order, and books that agree when a test has ended."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue
from generations.models import Plan
from generations.money import ledger
from generations.orders import ordering, plans
from generations.orders.ordering import look_at, total_of
from generations.orders.plans import Wish

KLING = "kling-2.6/text-to-video"
"""55 credits at its defaults."""
VEO = "veo3_fast"
"""60 credits at its defaults."""
Make = Callable[..., Plan]


@pytest.fixture(autouse=True)
def books_agree(db: None) -> Iterator[None]:
    yield
    assert ledger.differences() == []


def wish(prompt: str = "A quiet sea", model_id: str = KLING, takes: int = 1, **values: Any) -> Wish:
    spec = catalogue.models()[model_id]
    return Wish(spec=spec, values={**spec.defaults(), "prompt": prompt, **values}, takes=takes)


@pytest.fixture
def planned(creator: User) -> Callable[..., Plan]:
    """A plan of wishes: `planned(wish(takes=3), wish("Dunes", VEO))`."""

    def make(*wishes: Wish, person: User | None = None, key: uuid.UUID | None = None) -> Plan:
        return plans.plan(person or creator, key or uuid.uuid4(), wishes or [wish(takes=4)])

    return make


def press(plan: Plan, **how: Any) -> Plan:
    """Order a plan as somebody does who sees it as it is now."""
    looks = look_at(list(plan.standing))
    seen: dict[str, Any] = {"rows": [look.row.pk for look in looks], "total": total_of(looks)}
    return ordering.order(plan, **seen | how)


def seen(plan: Plan) -> datetime:
    """What an admin's form says that it answers."""
    assert plan.asked_at
    return plan.asked_at


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client
