"""Callbacks: a hint to look now, and nothing more."""

import io
import json
import logging
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.unreader import IterUnreader

from generations.kie.signature import sign
from generations.models import Hint, Send, State, Task
from generations.models.send import new_token
from generations.views.hooks import hook
from kiestudio.logs import WithoutTokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(order: Any) -> tuple[Task, str]:
    """A running task that would be looked at in an hour, and its callback address."""
    token, hashed = new_token()
    task = order()
    later = timezone.now() + timedelta(hours=1)
    Task.objects.filter(pk=task.pk).update(
        state=State.RUNNING, task_id="t1", accepted_at=timezone.now(), due_at=later
    )
    Send.objects.create(task=task, token_hash=hashed)
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


@pytest.mark.parametrize("state", [State.SENDING, State.UNCONFIRMED])
def test_while_nobody_knows_whether_kie_took_it_the_signature_need_not_fit(
    running: tuple[Task, str], settings: Any, state: State
) -> None:
    """A wrong key or clock must not hide a paid result; Kie's record is the proof, and few ids are taken."""
    settings.KIE_WEBHOOK_KEY = "secret"
    task, address = running
    Task.objects.filter(pk=task.pk).update(state=state, task_id=None)
    for number in range(9):
        assert post(address, {"data": {"taskId": f"id-{number}"}}).status_code == 200
    assert list(Hint.objects.values_list("kie_id", flat=True)) == [f"id-{n}" for n in range(5)]
    task.refresh_from_db()
    assert (task.state, task.task_id) == (state, None)


def test_an_id_that_we_do_not_know_is_looked_into_whatever_the_task_is(running: tuple[Task, str]) -> None:
    task, address = running
    for state, known in ((State.RUNNING, "t1"), (State.READY, "t1"), (State.QUEUED, None)):
        Task.objects.filter(pk=task.pk).update(state=state, task_id=known)
        assert post(address, {"data": {"taskId": f"other-{state}"}}).status_code == 200
    assert task.hints.filter(due_at__isnull=False).count() == 3
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.QUEUED, None)


def test_the_token_of_an_earlier_send_is_still_known(running: tuple[Task, str]) -> None:
    task, address = running
    Send.objects.create(task=task, token_hash="f" * 64)
    assert post(address, {"data": {"taskId": "t1"}}).status_code == 200
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


@pytest.mark.parametrize("key", ["", "secret"])
def test_a_callback_that_comes_in_chunks_is_read(
    running: tuple[Task, str], settings: Any, key: str, rf: Any
) -> None:
    settings.KIE_WEBHOOK_KEY = key
    task, address = running
    Task.objects.filter(pk=task.pk).update(state=State.UNCONFIRMED, task_id=None)
    now = str(int(time.time()))
    request = rf.generic("POST", address, headers={"X-Webhook-Timestamp": now})
    request.META["HTTP_X_WEBHOOK_SIGNATURE"] = sign("secret", "t9", now)
    assert "CONTENT_LENGTH" not in request.META
    body = io.BytesIO(b'{"data": {"taskId": "t9"}}')
    request.META |= {"wsgi.input": body, "wsgi.input_terminated": True}
    assert hook(request, address.split("/")[-2]).status_code == 200
    assert task.hints.get().kie_id == "t9"


@pytest.mark.parametrize(
    "broken", [b"zz\r\nhello", b"5\r\nhel", b"5\r\nhelloXX", b"-1\r\n", b"", b"5;\r\x00"]
)
def test_a_callback_whose_chunks_are_broken_still_says_look_now(
    running: tuple[Task, str], rf: Any, broken: bytes
) -> None:
    """With gunicorn’s own reader of chunks: what it raises is no error of ours."""
    task, address = running
    request = rf.generic("POST", address)
    reader = Body(ChunkedReader(None, IterUnreader([broken])))
    request.META |= {"wsgi.input": reader, "wsgi.input_terminated": True}
    assert hook(request, address.split("/")[-2]).status_code == 200
    assert due(task)


@pytest.mark.parametrize("length", ["x", "-5", "9" * 30, "1e3", "٣"])
def test_a_length_that_is_none_is_no_error(running: tuple[Task, str], rf: Any, length: str) -> None:
    request = rf.generic("POST", running[1], b"{}", "application/json")
    request.META["CONTENT_LENGTH"] = length
    assert hook(request, running[1].split("/")[-2]).status_code == 200


def test_a_callback_that_names_our_key_as_an_id_is_not_kept(running: tuple[Task, str], settings: Any) -> None:
    settings.KIE_API_KEY = "0123456789abcdef0123456789abcdef"
    assert post(running[1], {"data": {"taskId": "x-0123456789ABCDEF-0123456789abcdef"}}).status_code == 200
    assert not Hint.objects.exists()


def test_a_body_that_is_nested_without_end_is_no_error_of_ours(running: tuple[Task, str]) -> None:
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    assert Client().post(running[1], deep, content_type="application/json").status_code == 200


def test_no_token_is_in_a_log(running: tuple[Task, str], caplog: Any) -> None:
    token = running[1].split("/")[-2]
    record = logging.LogRecord("x", logging.WARNING, "", 0, "Not allowed: %s", (running[1],), None)
    assert WithoutTokens().filter(record)
    assert token not in record.getMessage()
    assert "/hooks/kie/…/" in record.getMessage()
