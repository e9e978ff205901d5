"""People and rows for these tests."""

import pytest
from django.utils import timezone

from generations import policy
from generations.models import Lease
from tests.task_page.rows import person


@pytest.fixture(autouse=True)
def worker():
    now = timezone.now()
    Lease.objects.create(name="sweep", owner="me", until=now, beat_at=now)


@pytest.fixture
def author():
    return person("author", "Author", policy.Role.CREATOR)


@pytest.fixture
def colleague():
    return person("colleague", "Colleague", policy.Role.CREATOR)


@pytest.fixture
def judge():
    return person("judge", "Judge", policy.Role.REVIEWER)


@pytest.fixture
def as_author(client, author):
    client.force_login(author)
    return client
