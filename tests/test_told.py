"""Whoever ordered is told once when a task has ended, in the ways that they have chosen."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.models import Preferences, State
from generations.views import told as told_view
from tests.case_rows import task_in, unconfirmed
from tests.page import read

pytestmark = pytest.mark.django_db


def told(client: Client, since: int | str = "") -> Any:
    answer = client.get("/told/", {"since": since})
    assert answer.status_code == 200
    return answer.json()


def test_what_has_ended_since_is_told_of_its_person_alone(client: Client, creator: User, admin: User) -> None:
    client.force_login(creator)
    began = int(timezone.now().timestamp() * 1000)
    now = timezone.now()
    before = task_in(creator, State.READY, prompt="Long ago", changed_at=now - timedelta(minutes=9))
    ready = task_in(
        creator, State.READY, prompt="Silk  in\nstill air", changed_at=now + timedelta(milliseconds=1)
    )
    failed = task_in(
        creator,
        State.FAILED,
        prompt="x" * 99,
        failure_text="Flagged by the content policy",
        changed_at=now + timedelta(milliseconds=2),
    )
    doubt = unconfirmed(creator, prompt="Lost", changed_at=now + timedelta(milliseconds=3))
    task_in(admin, State.READY, prompt="Of the admin", changed_at=now + timedelta(milliseconds=4))
    task_in(creator, State.RUNNING, prompt="Goes on")
    news = told(client, began)
    assert [(t["id"], t["state"]) for t in news["ended"]] == [
        (ready.pk, "ready"),
        (failed.pk, "failed"),
        (doubt.pk, "unconfirmed"),
    ]
    assert [t["words"] for t in news["ended"]] == [
        "Ready: Silk in still air",
        f"Failed: {'x' * 79}…. Kie’s filter refused it.",
        "Needs you: Lost. Was it sent?",
    ]
    assert news["ended"][0]["url"] == ready.get_absolute_url()
    assert (news["open"], news["notifies"], news["sounds"]) == (1, False, False)
    assert before.pk not in [t["id"] for t in told(client, news["until"])["ended"]]
    assert ready.pk in [t["id"] for t in told(client, news["until"])["ended"]], (
        "what commits late is not missed"
    )
    for since in ("", "x", "9" * 18, "-1"):
        assert told(client, since)["ended"] == []


def test_of_many_that_ended_at_once_each_is_told(
    client: Client, creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer has so many; the next one goes on where it ended, and not later."""
    monkeypatch.setattr(told_view, "MOST", 3)
    client.force_login(creator)
    hour_ago = timezone.now() - timedelta(hours=1)
    ended = [
        task_in(creator, State.READY, changed_at=hour_ago + timedelta(milliseconds=10 * n)).pk
        for n in range(7)
    ]
    since, said, more = int((hour_ago - timedelta(seconds=1)).timestamp() * 1000), list[int](), True
    while more:
        news = told(client, since)
        said += [task["id"] for task in news["ended"] if task["id"] not in said]
        since, more = news["until"], news["more"]
    assert said == ended
    assert told(client, since)["ended"] == []


def test_a_person_chooses_how_to_be_told_and_only_what_the_form_shows_is_set(
    client: Client, creator: User
) -> None:
    client.force_login(creator)
    page = read(client.get("/accounts/notices/"))
    assert not page.field("Make a sound").is_checked
    client.post("/accounts/notices/", {"ways": "sounds", "sounds": "on"})
    said = client.post(
        "/accounts/notices/", {"ways": "notifies", "notifies": "on"}, headers={"X-Requested-With": "fetch"}
    )
    assert "You are told as you have chosen." in read(said)
    assert told(client)["notifies"] is told(client)["sounds"] is True
    page = read(Client().get("/accounts/notices/"))
    assert not page.has("checkbox")
    page = read(client.get("/accounts/notices/"))
    assert page.field("Make a sound").is_checked
    client.post("/accounts/notices/", page.part("notices").sent | {"sounds": []})
    assert list(Preferences.objects.values_list("notifies", "sounds")) == [(True, False)]
