"""People, and takes to compare."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Task
from tests.plans.conftest import planned as planned
from tests.task_page.rows import KLING, ready

Takes = Callable[..., list[Task]]


@pytest.fixture
def takes(creator: User) -> Takes:
    """So many finished clips: `takes(3, prompt="Dunes")`."""

    def make(count: int, model: str = KLING, **values: object) -> list[Task]:
        return [ready(creator, model, **{"prompt": "A ribbon of silk", **values}) for _ in range(count)]

    return make


@pytest.fixture
def judge(client: Client, reviewer: User) -> Client:
    """Signed in as a reviewer, who ordered none of it."""
    client.force_login(reviewer)
    return client
