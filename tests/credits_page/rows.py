"""Reading the page as a person."""

from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.test import Client

from tests.page import Page, read

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def page(client: Client, person: User, query: str = "") -> Page:
    client.force_login(person)
    answer = client.get(f"/credits/{query}")
    assert answer.status_code == 200
    return read(answer)
