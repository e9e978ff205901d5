"""unconfirmed → running: a task id that was heard of becomes ours when Kie's own record proves it."""

from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from django.db import IntegrityError
from django.utils import timezone

from generations import crash, journal, pace
from generations.kie.client import KieClient
from generations.kie.errors import KieError
from generations.kie.wire import Phase, Report
from generations.lifecycle.refresh import endpoint_of
from generations.lifecycle.step import Step
from generations.models import Hint, State, Task
from generations.models.task import token_hash

SENT_WITHIN = timedelta(minutes=15)
TRIES = 8


def attach(hint: Hint, kie: KieClient) -> Step:
    """Ask Kie for the id and take it over if its record carries our token.

    Without callbacks there is no token: then a person has to have named the id, and model, prompt and time of
    the record have to be the task's.
    """
    task = hint.task
    try:
        report: Report = yield partial(kie.record, hint.kie_id, endpoint=endpoint_of(task))
    except KieError as failure:
        _later(hint, f"Kie gave no usable answer: {failure}")
        return
    if report.phase is Phase.MISSING:
        _later(hint, "Kie does not know this task id")
        return
    doubt = doubts(task, report, named_by_person=hint.person_id is not None)
    if doubt:
        Hint.objects.filter(pk=hint.pk).update(due_at=None, problem=doubt)
        return
    _attach(hint, task)


def doubts(task: Task, report: Report, *, named_by_person: bool) -> str:
    """Why a record is not the task's, for people; nothing when it is proven to be."""
    if report.callback_url:
        segments = urlsplit(report.callback_url).path.split("/")
        if task.token_hash in {token_hash(s) for s in segments if s}:
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
    now = timezone.now()
    crash.point("attach: proven")
    journal.write(journal.ANSWER, task, task_id=hint.kie_id)
    crash.point("attach: the id is in the journal")
    by = f"{hint.person.get_username()} named" if hint.person else "A callback named"
    try:
        moved = task.move(
            State.RUNNING,
            event=f"Found at Kie after all: {by} its id, and Kie’s record proves it",
            task_id=hint.kie_id,
            accepted_at=task.sent_at or now,
            charge_credits=None,
            charge_basis="",
            due_at=now,
        )
    except IntegrityError:
        problem = "This id belongs to another task already"
        Hint.objects.filter(pk=hint.pk).update(due_at=None, problem=problem)
        return
    crash.point("attach: running")
    problem = "" if moved else "The task had moved on"
    Hint.objects.filter(pk=hint.pk).update(due_at=None, problem=problem)
    crash.point("attach: done")


def _later(hint: Hint, problem: str) -> None:
    attempts = hint.attempts + 1
    due = timezone.now() + pace.back_off(attempts) if attempts < TRIES else None
    Hint.objects.filter(pk=hint.pk).update(due_at=due, attempts=attempts, problem=problem)
