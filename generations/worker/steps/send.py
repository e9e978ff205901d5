"""queued → sending → running, refused, unconfirmed, or queued again. The only irreversible call."""

import logging
import time
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, transaction
from django.urls import reverse
from django.utils import timezone

from generations import crash, pace
from generations.catalogue.judge import judge
from generations.catalogue.spec import ModelSpec
from generations.files import store
from generations.kie.client import KieClient
from generations.kie.errors import KieError
from generations.models import Asset, Happened, Obstacle, Pause, Runtime, Send, State, Task
from generations.models.asset import assets_of, missing_assets
from generations.models.in_line import free_to_go
from generations.models.runtime import Mismatch
from generations.models.send import new_token, token_hash
from generations.safekeeping import journal
from generations.worker.steps.outcome import (
    HeldUp,
    accepted,
    again,
    asked,
    not_accepted,
    stays_here,
    unconfirmed,
    wait_for,
)
from generations.worker.steps.step import Step, Work

log = logging.getLogger(__name__)


UPLOAD_FOLDER = "kiestudio"
TRY_AGAIN = 1.0


def send(task: Task, kie: KieClient) -> Step:
    """Order the task at Kie, at most once.

    `sending` is committed before the first byte leaves. After that, only a plain refusal or proof that no
    byte left brings the task back; silence makes it unconfirmed, for a person to decide.
    """
    spec = task.spec
    media = yield from _made_ready(task, spec, kie)
    if spec is None or media is None:
        return
    params = spec.wire(task.values, media)
    crash.point("send: before the intent")
    if journal.was_sent(task):
        Runtime.pause(Pause.RESTORE, {"mismatch": Mismatch.SENT, "task": task.pk})
        return
    token = _intend(task, spec)
    if token is None or not _written_down(task, token):
        return
    create = partial(
        kie.create,
        endpoint=task.endpoint,
        model=spec.id,
        params=params,
        callback_url=_callback_url(token),
    )
    try:
        answer = yield partial(_in_time, task.sent_at or timezone.now(), create)
    except KieError as failure:
        crash.point("send: no task id came back")
        not_accepted(task, spec, failure)
    else:
        crash.point("send: a task id came back")
        yield from _take_down(task, str(answer))
        crash.point("send: running")


def _made_ready(
    task: Task, spec: ModelSpec | None, kie: KieClient
) -> Generator[Work, Any, dict[str, str] | None]:
    """Kie's links for the files of a task that can be sent; None, with the reason noted, otherwise."""
    if spec is None:
        stays_here(task, Obstacle.MODEL)
        return None
    if missing := missing_assets(task.values):
        stays_here(task, Obstacle.IMAGES, count=len(missing))
        return None
    if refusals := judge(spec, task.values):
        stays_here(task, Obstacle.VALUES, text=refusals[0].text)
        return None
    try:
        return (yield from _links(task, kie))
    except KieError as failure:
        wait_for(task, Obstacle.UPLOAD, failure.facts)
    except OSError:
        log.exception("A file of task %s cannot be read", task.pk)
        wait_for(task, Obstacle.UNREADABLE, {})
    return None


def age(task: Task) -> None:
    """Give up on a send that can no longer be finished: its process is gone, and Kie may have the task.

    Its time may lie in the future when the clock was set back since: then its age is unknown.
    """
    if not task.sent_at or abs(timezone.now() - task.sent_at) < pace.SENDING_LIFE:
        return
    if task_id := _answered(task):
        accepted(task, task_id)
    elif task.is_asked:
        asked(task, Obstacle.ENDED)
    else:
        unconfirmed(task, Obstacle.ENDED)


def _answered(task: Task) -> str:
    """The task id that Kie gave for this very send, when only the journal recorded it."""
    line = journal.last_lines().get(str(task.uuid))
    if line is None or line.event != journal.ANSWER:
        return ""
    last = task.sends.order_by("at", "id").last()
    if last is None or line.facts.get("token_hash") != last.token_hash:
        return ""
    return str(line.facts["task_id"])


def _links(task: Task, kie: KieClient) -> Generator[Work, Any, dict[str, str]]:
    """Kie's links for the task's assets, renewed when they are old."""
    links: dict[str, str] = {}
    for asset in assets_of(task.values):
        link = asset.fresh_link
        if not link:
            link = yield partial(_upload, kie, asset)
            asset.kie_url, asset.kie_url_at = link, timezone.now()
            asset.save(update_fields=["kie_url", "kie_url_at"])
        links[asset.reference] = link
    return links


def _upload(kie: KieClient, asset: Asset) -> str:
    with store.opened(asset.stored_at) as file:
        name = f"{asset.uuid}{PurePath(asset.stored_at).suffix}"
        return kie.upload(file, name=name, folder=UPLOAD_FOLDER, content_type=asset.content_type)


def _intend(task: Task, spec: ModelSpec) -> str | None:
    """Commit that the task is being sent; returns its callback token, or None when it must not go now.

    The row lock lets one process at a time count the sends of the last seconds. A task that is held back
    meanwhile, or whose plan is paused, stays.
    """
    now = timezone.now()
    token, hashed = new_token()
    with transaction.atomic(durable=True):
        Runtime.row()
        if not _may_go(Runtime.objects.select_for_update().get()) or not pace.room():
            task.note(due_at=now + timedelta(seconds=1))
            return None
        moved = task.move(
            State.SENDING,
            Happened.HANDED_OVER,
            only_if=free_to_go(),
            endpoint=spec.endpoint,
            sent_at=now,
            due_at=now + pace.SENDING_LIFE,
            attempts=task.attempts,
        )
        if moved:
            Send.objects.create(task=task, token_hash=hashed, at=now)
        crash.point("send: the intent is not committed")
    crash.point("send: the intent is committed")
    return token if moved else None


def _may_go(runtime: Runtime) -> bool:
    """Whether sending is on, or one order may probe whether it can be resumed."""
    if runtime.paused_at is None:
        return True
    return runtime.lets_one_out and not Task.objects.filter(state=State.SENDING).exists()


def _written_down(task: Task, token: str) -> bool:
    """Write the intent to the journal before the first byte leaves. False: it failed, and nothing is sent."""
    try:
        journal.write(journal.INTENT, task, **journal.describe(task), token_hash=token_hash(token))
    except OSError:
        log.exception("Task %s is not sent: the journal cannot be written", task.pk)
        again(task, Obstacle.JOURNAL, pace.back_off(3))
        return False
    crash.point("send: the intent is in the journal")
    return True


def _in_time(sent_at: datetime, create: Callable[[], str]) -> str:
    """Send the order, unless so much time has passed that a person may have decided it was not sent."""
    late = timezone.now() - sent_at
    if late > pace.SEND_BEGINS_WITHIN:
        raise HeldUp(f"Not sent: this server was held up for {late.total_seconds():.0f} s")
    return create()


def _callback_url(token: str) -> str | None:
    return f"{settings.PUBLIC_URL}{reverse('hook', args=[token])}" if settings.PUBLIC_URL else None


def _take_down(task: Task, task_id: str) -> Step:
    """Record the id in the journal and in the database.

    While neither can be written, say on a full disk, this process is the only one that knows the id, and it
    keeps trying.
    """
    while True:
        noted = journal.note(journal.ANSWER, task, task_id=task_id)
        crash.point("send: the answer is in the journal")
        try:
            accepted(task, task_id)
            return
        except DatabaseError:
            if noted:
                raise
            log.exception("The id %s of task %s can be written down nowhere; trying again", task_id, task.pk)
            close_old_connections()
            yield partial(time.sleep, TRY_AGAIN)
