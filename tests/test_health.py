"""/healthz and /readyz tell the truth, to whoever asks."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from generations.models import Lease
from generations.views import health
from generations.wake import LEASE


@pytest.fixture
def sweeping(db: None) -> None:
    Lease.take(LEASE, timedelta(seconds=15))


def test_healthz_needs_no_database_and_no_sign_in(client: Client) -> None:
    assert client.get("/healthz").json() == {"ok": True}


def test_healthz_does_not_even_look_at_the_session(client: Client) -> None:
    """The database is not there in this test: whoever touches it fails."""
    client.cookies["sessionid"] = "a" * 32
    for path in ("/healthz", "/healthz/"):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200


@pytest.mark.django_db
def test_readyz_is_503_without_a_worker_and_200_with_one(client: Client) -> None:
    silent = client.get("/readyz")
    assert silent.status_code == 503
    assert silent.json()["worker"] == "silent"
    Lease.take(LEASE, timedelta(seconds=15))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    facts: dict[str, Any] = answer.json()
    assert facts["mode"] == "sandbox"
    assert facts["worker_beat_age"] < 5
    assert facts["balance_age"] is None
    assert (facts["database"], facts["disk"], facts["worker"]) == ("ok", "ok", "ok")


@pytest.mark.usefixtures("sweeping")
@pytest.mark.parametrize("cookie", ["", "a" * 32])
def test_readyz_is_503_when_the_database_is_away(
    client: Client, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.cookies["sessionid"] = cookie

    def away() -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(connection, "ensure_connection", away)
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "OperationalError"


@pytest.mark.usefixtures("sweeping")
def test_readyz_is_503_when_the_disk_is_full(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "RESERVE", 2**62)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["disk"]) == (503, "full")


@pytest.mark.usefixtures("sweeping")
def test_readyz_is_503_when_nothing_can_be_written(client: Client, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "in-the-way"
    settings.MEDIA_ROOT.touch()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["disk"]) == (503, "not writable")


@pytest.mark.usefixtures("sweeping")
def test_asking_leaves_nothing_behind(client: Client, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    assert client.get("/readyz").status_code == 200
    assert sorted(tmp_path.iterdir()) == before
