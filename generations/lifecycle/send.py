"""queued → sending → running, refused, unconfirmed, or queued again. The only irreversible call."""

import logging
import time
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, close_old_connections, transaction
from django.urls import reverse
from django.utils import timezone

from generations import crash, journal, ledger, pace
from generations.catalogue.spec import ModelSpec
from generations.kie.client import KieClient
from generations.kie.errors import Ambiguous, KieError, NotSent, Refusal, Refused
from generations.lifecycle.attach import take_over
from generations.lifecycle.step import Step, Work
from generations.models import Pause, Runtime, Send, State, Task, Upload
from generations.models.send import new_token, token_hash
from generations.models.upload import media_root, missing_uploads, uploads_of

log = logging.getLogger(__name__)


class HeldUp(NotSent):
    """This process was too slow, or stood still: nothing was sent."""


WAIT_AFTER_429 = timedelta(seconds=11)
DOUBTS, DOUBT_WINDOW = 3, timedelta(minutes=5)
UPLOAD_FOLDER = "kiestudio"
TRY_AGAIN = 1.0


def send(task: Task, kie: KieClient) -> Step:
    """Order the task at Kie, at most once.

    `sending` is committed before the first byte leaves. After that only a plain refusal, or the proof that
    no byte left, brings the task back; silence makes it unconfirmed, for a person.
    """
    spec = task.spec
    if spec is None:
        task.note(due_at=None, problem=f"{task.label} has left the catalogue. Cancel this task.")
        return
    if missing := missing_uploads(task.values):
        task.note(
            due_at=None, problem=f"{len(missing)} of its images are not here any more. Cancel this task."
        )
        return
    try:
        media = yield from _links(task, kie)
    except (KieError, OSError) as failure:
        _wait(task, f"An image could not be handed to Kie: {failure}")
        return
    params = spec.wire(task.values, media)
    crash.point("send: before the intent")
    if journal.was_sent(task):
        Runtime.pause(Pause.RESTORE, f"The journal says that #{task.pk} was sent. Run manage.py reconcile.")
        return
    token = _intend(task)
    if token is None or not _written_down(task, token):
        return
    create = partial(
        kie.create,
        endpoint=spec.endpoint,
        model=spec.id,
        params=params,
        callback_url=_callback_url(token),
    )
    try:
        answer = yield partial(_in_time, task.sent_at or timezone.now(), create)
    except KieError as failure:
        crash.point("send: no task id came back")
        _not_accepted(task, spec, failure)
    else:
        crash.point("send: a task id came back")
        yield from _take_down(task, str(answer))
        crash.point("send: running")


def age(task: Task) -> None:
    """Give up on a send that nobody can finish any more: whoever made it is gone, and Kie may have it."""
    if not task.sent_at or timezone.now() - task.sent_at < pace.SENDING_LIFE:
        return
    if task_id := _answered(task):
        _accepted(task, task_id)
    else:
        _unconfirmed(task, "The process that sent it ended before Kie answered")


def _answered(task: Task) -> str:
    """The task id that Kie gave to this very send, when only the journal learnt of it."""
    line = journal.last_lines().get(str(task.uuid))
    if line is None or line.event != journal.ANSWER:
        return ""
    last = task.sends.order_by("at", "id").last()
    if last is None or line.facts.get("token_hash") != last.token_hash:
        return ""
    return str(line.facts["task_id"])


def _links(task: Task, kie: KieClient) -> Generator[Work, Any, dict[str, str]]:
    """Kie's links for the task's uploads, made anew when they are old."""
    links: dict[str, str] = {}
    for upload in uploads_of(task.values):
        link = upload.fresh_link
        if not link:
            link = yield partial(_upload, kie, upload)
            upload.kie_url, upload.kie_url_at = link, timezone.now()
            upload.save(update_fields=["kie_url", "kie_url_at"])
        links[upload.reference] = link
    return links


def _upload(kie: KieClient, upload: Upload) -> str:
    with (media_root() / upload.path).open("rb") as file:
        name = f"{upload.uuid}{upload.path[upload.path.rindex('.') :]}"
        return kie.upload(file, name=name, folder=UPLOAD_FOLDER, content_type=upload.content_type)


def _intend(task: Task) -> str | None:
    """Commit that the task is being sent; its callback token, or None when it must not go now.

    The row lock lets one process at a time count the sends of the last seconds.
    """
    now = timezone.now()
    token, hashed = new_token()
    with transaction.atomic(durable=True):
        Runtime.row()
        if Runtime.objects.select_for_update().get().paused_at or not pace.room():
            task.note(due_at=now + timedelta(seconds=1))
            return None
        moved = task.move(
            State.SENDING,
            event="Handed to Kie",
            sent_at=now,
            due_at=now + pace.SENDING_LIFE,
            attempts=task.attempts,
        )
        if moved:
            Send.objects.create(task=task, token_hash=hashed, at=now)
        crash.point("send: the intent is not committed")
    crash.point("send: the intent is committed")
    return token if moved else None


def _written_down(task: Task, token: str) -> bool:
    """Have the intent in the journal before the first byte leaves. False: it cannot be, nothing is sent."""
    try:
        journal.write(journal.INTENT, task, **journal.describe(task), token_hash=token_hash(token))
    except OSError as failure:
        log.exception("Task %s is not sent: the journal cannot be written", task.pk)
        _again(task, f"Not sent: the journal cannot be written ({failure})", pace.back_off(3))
        return False
    crash.point("send: the intent is in the journal")
    return True


def _in_time(sent_at: datetime, create: Callable[[], str]) -> str:
    """Send it, unless so long has passed that somebody may have decided meanwhile that it was not sent."""
    late = timezone.now() - sent_at
    if late > pace.SEND_BEGINS_WITHIN:
        raise HeldUp(f"Not sent: this server was held up for {late.total_seconds():.0f} s")
    return create()


def _callback_url(token: str) -> str | None:
    return f"{settings.PUBLIC_URL}{reverse('hook', args=[token])}" if settings.PUBLIC_URL else None


def _take_down(task: Task, task_id: str) -> Step:
    """Have the id in the journal and in the database.

    While neither can be written, say on a full disk, this process is the only one that knows it, and goes on.
    """
    while True:
        noted = journal.note(journal.ANSWER, task, task_id=task_id)
        crash.point("send: the answer is in the journal")
        try:
            _accepted(task, task_id)
            return
        except DatabaseError:
            if noted:
                raise
            log.exception("The id %s of task %s can be written down nowhere; trying again", task_id, task.pk)
            close_old_connections()
            yield partial(time.sleep, TRY_AGAIN)


def _accepted(task: Task, task_id: str) -> None:
    now = timezone.now()
    look = now + timedelta(seconds=1)
    try:
        moved = task.move(State.RUNNING, event="Kie took it", task_id=task_id, accepted_at=now, due_at=look)
        if not moved:
            take_over(task, task_id)
    except IntegrityError:
        log.error("Kie gave task %s the id %s, which another task has", task.pk, task_id)  # noqa: TRY400
        _unconfirmed(task, f"Kie answered with the id {task_id}, which belongs to another task")


def _not_accepted(task: Task, spec: ModelSpec, failure: KieError) -> None:
    match failure:
        case HeldUp():
            _again(task, failure.text, timedelta(seconds=1))
        case NotSent():
            Runtime.unheard(str(failure))
            _again(task, "Kie could not be reached; nothing was sent", pace.back_off(task.attempts))
        case Refused(refusal=Refusal.UNAUTHORISED):
            Runtime.pause(Pause.KEY, failure.text)
            _again(task, "Kie refused the key; sending is paused", timedelta(seconds=5))
        case Refused(refusal=Refusal.NO_CREDITS):
            Runtime.pause(Pause.CREDITS, failure.text)
            Runtime.want_reading(timedelta(0))
            _again(task, "Kie has not enough credits; sending is paused", timedelta(seconds=5))
        case Refused(refusal=Refusal.TOO_FAST):
            _again(task, "Kie asked to wait: too many orders at once", WAIT_AFTER_429)
        case Refused(refusal=Refusal.PARAMETER):
            _refuse(task, failure, f"{spec.label} does not take this order")
        case Refused():
            Runtime.pause(Pause.MAINTENANCE, failure.text)
            _refuse(task, failure, "Kie is not taking orders")
        case Ambiguous() | KieError():
            _unconfirmed(task, f"Kie’s answer was lost: {failure}")


def _wait(task: Task, why: str) -> None:
    """Nothing was sent and the task stays queued; the next try comes later."""
    due = timezone.now() + pace.back_off(task.attempts)
    task.note(due_at=due, attempts=task.attempts + 1, problem=why)


def _again(task: Task, why: str, wait: timedelta) -> None:
    """Kie does not have it: it may be sent again."""
    journal.note(journal.RETURNED, task)
    crash.point("send: the return is in the journal")
    due = timezone.now() + wait
    task.move(State.QUEUED, event=why, problem=why, sent_at=None, due_at=due, attempts=task.attempts + 1)
    crash.point("send: queued again")


def _refuse(task: Task, failure: KieError, what: str) -> None:
    journal.note(journal.ENDED, task)
    crash.point("send: the refusal is in the journal")
    with transaction.atomic():
        moved = task.move(
            State.REFUSED,
            event=f"{what}: “{failure.text}”",
            due_at=None,
            failure_code=str(failure.code or failure.status or ""),
            failure_text=failure.text,
            charge_credits=0,
        )
        if moved:
            ledger.release(task)
        crash.point("send: the refusal is not committed")
    crash.point("send: refused")


def _unconfirmed(task: Task, why: str) -> None:
    Runtime.want_reading(timedelta(seconds=2))
    if not task.move(State.UNCONFIRMED, only_from=State.SENDING, event=why, problem=why, due_at=None):
        return
    log.warning("Task %s is unconfirmed: %s", task.pk, why)
    crash.point("send: unconfirmed")
    recent = Task.objects.filter(state=State.UNCONFIRMED, changed_at__gt=timezone.now() - DOUBT_WINDOW)
    if recent.count() >= DOUBTS:
        Runtime.pause(Pause.UNCONFIRMED, f"{DOUBTS} answers were lost within five minutes.")
