"""Tasks to be searched, and both ways in which they are found."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from generations.library import found
from generations.library.search import search
from generations.models import State, Task
from generations.money import ledger


@pytest.fixture
def write(creator: User) -> Callable[..., list[Task]]:
    """Make tasks with these prompts, in one statement; the last is the newest."""

    def make(*prompts: str) -> list[Task]:
        about = {"model_id": "veo3_fast", "endpoint": "veo", "label": "Veo", "quote_basis": "exact"}
        budget = ledger.begin_month(creator)
        return Task.objects.bulk_create(
            Task(person=creator, budget=budget, prompt=prompt, state=State.READY, **about)
            for prompt in prompts
        )

    return make


@pytest.fixture(params=[3000, 0], ids=["rare words", "common words"])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once through the index, and once along the tasks."""
    monkeypatch.setattr(found, "MANY", request.param)
    monkeypatch.setattr(found, "SOON", request.param)


def prompts(asked: str) -> list[str]:
    """Those of the tasks that are found, newest first."""
    rows = search(Task.objects.all(), asked).order_by("-created_at", "-pk")
    return list(rows.values_list("prompt", flat=True))
