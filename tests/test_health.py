"""/healthz and /readyz."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from generations.models import Lease
from generations.sweep import LEASE


def test_healthz_needs_no_database_and_no_sign_in(client: Client) -> None:
    assert client.get("/healthz").json() == {"ok": True}


@pytest.mark.django_db
def test_readyz_is_503_without_a_worker_and_200_with_one(client: Client) -> None:
    assert client.get("/readyz").status_code == 503
    Lease.take(LEASE, timedelta(seconds=15))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    facts: dict[str, Any] = answer.json()
    assert facts["mode"] == "sandbox"
    assert facts["worker_beat_age"] < 5
    assert facts["balance_age"] is None
