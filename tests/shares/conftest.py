"""People, and a browser of a guest."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.policy import Role
from tests.task_page.rows import person


@pytest.fixture
def author(db: None) -> User:
    return person("author-login", "Ada", Role.CREATOR)


@pytest.fixture
def as_author(client: Client, author: User) -> Client:
    client.force_login(author)
    return client


@pytest.fixture
def guest() -> Client:
    return Client()
