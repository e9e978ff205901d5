"""Callbacks: a hint to look now, and nothing more."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from generations.kie.signature import sign
from generations.models import State, Task
from generations.models.task import new_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(order: Any) -> tuple[Task, str]:
    """A running task that would be looked at in an hour, and its callback address."""
    token, hashed = new_token()
    task = order()
    later = timezone.now() + timedelta(hours=1)
    Task.objects.filter(pk=task.pk).update(
        state=State.RUNNING, token_hash=hashed, task_id="t1", accepted_at=timezone.now(), due_at=later
    )
    task.refresh_from_db()
    return task, reverse("hook", args=[token])


def post(address: str, body: object, **headers: str) -> Any:
    return Client().post(address, json.dumps(body), content_type="application/json", headers=headers)


def due(task: Task) -> bool:
    return Task.objects.due().filter(pk=task.pk).exists()


def test_a_callback_makes_its_task_due_now_and_changes_nothing_else(running: tuple[Task, str]) -> None:
    task, address = running
    body = {"code": 200, "data": {"taskId": "t1", "state": "success", "resultJson": "{}"}}
    assert post(address, body).status_code == 200
    assert due(task)
    task.refresh_from_db()
    assert task.state == State.RUNNING
    assert task.charge_credits is None


def test_an_unknown_token_is_told_nothing(running: tuple[Task, str]) -> None:
    task, _ = running
    assert post(reverse("hook", args=["x" * 43]), {}).status_code == 404
    assert not due(task)


def test_only_post_is_taken(running: tuple[Task, str]) -> None:
    assert Client().get(running[1]).status_code == 405


def test_with_a_webhook_key_the_signature_has_to_fit(running: tuple[Task, str], settings: Any) -> None:
    settings.KIE_WEBHOOK_KEY = "secret"
    task, address = running
    body, now = {"data": {"taskId": "t1"}}, str(int(time.time()))
    assert post(address, body).status_code == 401
    bad = {"X-Webhook-Timestamp": now, "X-Webhook-Signature": sign("other", "t1", now)}
    assert post(address, body, **bad).status_code == 401
    old = str(int(time.time()) - 3600)
    replayed = {"X-Webhook-Timestamp": old, "X-Webhook-Signature": sign("secret", "t1", old)}
    assert post(address, body, **replayed).status_code == 401
    assert not due(task)
    good = {"X-Webhook-Timestamp": now, "X-Webhook-Signature": sign("secret", "t1", now)}
    assert post(address, body, **good).status_code == 200
    assert due(task)


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'"text"', b"\xff\xfe", b'{"data": 3}'])
def test_nonsense_is_never_an_error_of_ours(running: tuple[Task, str], settings: Any, body: bytes) -> None:
    settings.KIE_WEBHOOK_KEY = "secret"
    answer = Client().post(running[1], body, content_type="application/json")
    assert answer.status_code == 401


def test_a_callback_for_an_ended_task_changes_nothing(running: tuple[Task, str]) -> None:
    task, address = running
    Task.objects.filter(pk=task.pk).update(state=State.READY, due_at=None)
    assert post(address, {}).status_code == 200
    assert not due(task)
