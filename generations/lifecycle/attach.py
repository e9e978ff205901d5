"""unconfirmed → running: a task id that was heard of becomes ours when Kie's own record proves it."""

import logging
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils import timezone

from generations import crash, journal, ledger, pace
from generations.kie.client import KieClient
from generations.kie.errors import KieError
from generations.kie.wire import Phase, Report
from generations.lifecycle.refresh import endpoint_of
from generations.lifecycle.step import Question, Step
from generations.models import Event, Hint, State, Task
from generations.models.send import token_hash
from generations.models.task import KEPT_BY_KIE, SOURCES

log = logging.getLogger(__name__)

SENT_WITHIN = timedelta(minutes=15)
TRIES = 8
"""So often Kie may say that it does not know an id; no answer at all ends nothing."""


def attach(hint: Hint, kie: KieClient) -> Step:
    """Ask Kie for the id and take it over if its record carries our token.

    Without callbacks there is no token: then a person has to have named the id, and model, prompt and time of
    the record have to be the task's.
    """
    task = hint.task
    try:
        report: Report = yield Question(kie.record, hint.kie_id, endpoint=endpoint_of(task))
    except KieError as failure:
        again = timezone.now() < hint.heard_at + KEPT_BY_KIE
        _later(hint, f"Kie gave no usable answer: {failure}", again=again)
        return
    if report.phase is Phase.MISSING:
        _later(hint, "Kie does not know this task id", again=hint.attempts + 1 < TRIES)
        return
    doubt = doubts(task, report, named_by_person=hint.person_id is not None)
    if doubt:
        _end(hint, doubt)
        return
    _attach(hint, task)


def doubts(task: Task, report: Report, *, named_by_person: bool) -> str:
    """Why a record is not the task's, for people; nothing when it is proven to be."""
    if report.callback_url:
        segments = urlsplit(report.callback_url).path.split("/")
        if task.sends.filter(token_hash__in={token_hash(s) for s in segments if s}).exists():
            return ""
        return "Kie’s record of this id belongs to another order: its callback address is not this task’s"
    if not named_by_person:
        return "Kie’s record of this id carries no callback address, so a person has to confirm it"
    if report.model and report.model != task.model_id:
        return f"Kie’s record of this id is of {report.model}"
    if (report.prompt or "").strip() != task.prompt.strip():
        return "Kie’s record of this id has another prompt"
    if report.created_at is None or task.sent_at is None:
        return "Kie’s record of this id has no time"
    if abs(report.created_at - task.sent_at) > SENT_WITHIN:
        return (
            f"Kie’s record of this id was made at {report.created_at:%d %b %H:%M} UTC, not when this was sent"
        )
    return ""


def _attach(hint: Hint, task: Task) -> None:
    crash.point("attach: proven")
    task.refresh_from_db()
    by = f"{hint.person.get_username()} named" if hint.person else "A callback named"
    try:
        if not (task.state in SOURCES[State.RUNNING] and _goes_on(task, hint.kie_id, by)):
            take_over(task, hint.kie_id)
    except IntegrityError:
        _end(hint, "This id belongs to another task already")
        return
    crash.point("attach: running")
    _end(hint, "")
    crash.point("attach: done")


def _goes_on(task: Task, kie_id: str, by: str) -> bool:
    """The task runs under this id. False: it has moved on meanwhile."""
    journal.write(journal.ANSWER, task, task_id=kie_id)
    crash.point("attach: the id is in the journal")
    now = timezone.now()
    return task.move(
        State.RUNNING,
        event=f"Found at Kie after all: {by} its id, and Kie’s record proves it",
        task_id=kie_id,
        sent_at=task.sent_at or now,
        accepted_at=task.sent_at or now,
        charge_credits=None,
        charge_basis="",
        due_at=now,
    )


def take_over(task: Task, kie_id: str) -> None:
    """Make a task of its own of what Kie took beside the one that we know, so that its result is kept too.

    It happens only when an answer of Kie was a lie: two ids for one order, or a “no” that was a yes. What it
    costs is held whatever the budget says, for it is spent. Raises IntegrityError when the id is a task's.
    """
    task.refresh_from_db()
    if task.task_id == kie_id:
        return
    now = timezone.now()
    with transaction.atomic():
        credits = task.quote_credits or Decimal(0)
        second = Task.objects.create(
            person=task.person,
            parent=task,
            budget=ledger.hold_anyway(task.person, credits),
            model_id=task.model_id,
            label=task.label,
            prompt=task.prompt,
            values=task.values,
            quote_credits=credits,
            quote_basis=task.quote_basis,
            quote_text=task.quote_text,
        )
        ledger.hold(second, second.budget, credits)
        Event.objects.create(task=second, state=State.QUEUED, text=f"Kie took #{task.pk} a second time")
        event = "Kie’s word proves it"
        second.move(
            State.RUNNING, event=event, task_id=kie_id, sent_at=task.sent_at, accepted_at=now, due_at=now
        )
        Event.objects.create(task=task, text=f"Kie took it a second time, as {kie_id}: that is #{second.pk}")
        crash.point("attach: the second is not committed")
    log.error("Kie took task %s a second time, as %s: that is task %s now", task.pk, kie_id, second.pk)
    journal.note(journal.ANSWER, second, **journal.describe(second), task_id=kie_id)
    if task.task_id:
        journal.note(journal.ANSWER, task, task_id=task.task_id)
    crash.point("attach: the second is in the journal")


def _later(hint: Hint, problem: str, *, again: bool) -> None:
    attempts = hint.attempts + 1
    due = timezone.now() + pace.back_off(attempts) if again else None
    Hint.objects.filter(pk=hint.pk).update(due_at=due, attempts=attempts, problem=problem)


def _end(hint: Hint, problem: str) -> None:
    """It is known now; a problem says why the id was not attached."""
    Hint.objects.filter(pk=hint.pk).update(due_at=None, problem=problem)
