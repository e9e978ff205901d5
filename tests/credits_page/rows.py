"""Reading the page as a person."""

from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.test import Client

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def page(client: Client, person: User, query: str = "") -> str:
    client.force_login(person)
    answer = client.get(f"/credits/{query}")
    assert answer.status_code == 200
    return answer.content.decode()
