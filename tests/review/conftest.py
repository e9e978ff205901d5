"""People, a clip of one of them, and comments by another."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import policy
from generations.models import Task
from tests.task_page.rows import person, ready


@pytest.fixture
def author(db: None) -> User:
    return person("author", "Author", policy.Role.CREATOR)


@pytest.fixture
def mara(db: None) -> User:
    return person("mara", "Mara", policy.Role.REVIEWER)


@pytest.fixture
def admin(db: None) -> User:
    return person("boss", "Boss", policy.Role.ADMIN)


@pytest.fixture
def task(author: User) -> Task:
    return ready(author)


@pytest.fixture
def as_mara(client: Client, mara: User) -> Client:
    client.force_login(mara)
    return client


@pytest.fixture
def say(as_mara: Client, task: Task) -> Callable[..., Any]:
    """Post a comment of Mara's, a reviewer; with `deed`, do it with that comment."""

    def post(deed: str = "", headers: Any = None, **data: Any) -> Any:
        return as_mara.post(f"{task.get_absolute_url()}comments/{deed}", data, headers=headers or {})

    return post


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client
