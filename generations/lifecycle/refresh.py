"""running → saving or failed. The state is always asked with our key; nothing else is believed."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from generations import crash, ledger, pace
from generations.kie.client import KieClient
from generations.kie.errors import KieError
from generations.kie.wire import Phase, Report
from generations.lifecycle.step import Question, Step
from generations.models import Entry, Runtime, State, Task
from generations.models.task import KEPT_BY_KIE

FORGET_AFTER = timedelta(minutes=2)
"""A new task can be unknown to Kie for a moment (docs.kie.ai, get task detail)."""
FIGURE_LOOKS = (timedelta(minutes=2), timedelta(minutes=30), timedelta(hours=24))
"""When Kie gave no figure of the cost, it is asked again so long after the task was stored."""
FAILED_LOOKS = (timedelta(minutes=10), timedelta(hours=24))
"""Kie has been seen to change its mind: a failed task is asked for again so long after it failed."""


def refresh(task: Task, kie: KieClient) -> Step:
    """Ask Kie for the task and move it if it has ended."""
    assert task.task_id
    try:
        report: Report = yield Question(kie.record, task.task_id, endpoint=endpoint_of(task))
    except KieError as failure:
        _look_again(task, f"Kie gave no usable answer: {failure}")
        return
    crash.point("refresh: the record came back")
    match report.phase:
        case _ if task.state == State.READY:
            _correct(task, report)
        case Phase.SUCCESS:
            _succeeded(task, report)
        case Phase.FAILED:
            _failed(task, report)
        case Phase.MISSING if timezone.now() - (task.accepted_at or task.changed_at) > FORGET_AFTER:
            _look_again(task, "Kie does not know this task")
        case _:
            _look_again(task, "")


def endpoint_of(task: Task) -> str:
    """The pair of calls for a task, also when its model has left the catalogue."""
    if task.spec:
        return task.spec.endpoint
    return "veo" if task.model_id.startswith("veo3") else "jobs"


def _look_again(task: Task, problem: str) -> None:
    if task.state == State.READY:
        task.note(due_at=next_figure(task))
        return
    due = timezone.now() + pace.next_look(task)
    if task.state != State.RUNNING:
        task.note(due_at=due if due < task.changed_at + KEPT_BY_KIE else None)
        return
    task.note(due_at=due, attempts=task.attempts + 1, problem=problem)


def _next_look_at_failed(task: Task) -> datetime | None:
    """When a task is asked for again that Kie has called failed once more. Other answers do not count."""
    now = timezone.now()
    return next((task.changed_at + after for after in FAILED_LOOKS if task.changed_at + after > now), None)


def _succeeded(task: Task, report: Report) -> None:
    now = timezone.now()
    price, basis = _price(task, report)
    with transaction.atomic():
        moved = task.move(
            State.SAVING,
            event="Kie finished it",
            finished_at=report.completed_at or now,
            result_urls=list(report.urls),
            due_at=now,
            failure_code="",
            failure_text="",
            charge_credits=price,
            charge_basis=basis,
        )
        crash.point("refresh: moved and not charged")
        if moved:
            ledger.charge(task, price, basis)
        crash.point("refresh: the charge is not committed")
    crash.point("refresh: saving and charged")
    Runtime.want_reading(timedelta(seconds=1))


def _correct(task: Task, report: Report) -> None:
    """Book Kie's figure where our estimate was booked, or ask for it again later.

    Nothing is free: a 0 is believed only when Kie still says so at the last look.
    """
    again = next_figure(task)
    if report.charge or (report.charge is not None and again is None):
        ledger.correct(task, report.charge)
        again = None
    task.note(due_at=again)


def next_figure(task: Task) -> datetime | None:
    """When Kie is asked again for what a stored task cost; empty when it is known or not asked any more."""
    if task.charge_basis != Entry.Basis.ESTIMATE:
        return None
    now, done = timezone.now(), task.ready_at or timezone.now()
    return next((done + after for after in FIGURE_LOOKS if done + after > now), None)


def _failed(task: Task, report: Report) -> None:
    if task.state == State.FAILED:
        task.note(due_at=_next_look_at_failed(task))
        return
    failure = report.failure
    text = failure.text if failure else ""
    price = report.charge or Decimal(0)
    with transaction.atomic():
        moved = task.move(
            State.FAILED,
            event=f"Kie failed: “{text}”" if text else "Kie failed without a word",
            finished_at=report.completed_at or timezone.now(),
            due_at=timezone.now() + FAILED_LOOKS[0],
            failure_code=failure.code if failure else "",
            failure_text=text,
            charge_credits=price,
            charge_basis=Entry.Basis.ACTUAL if price else Entry.Basis.NONE,
        )
        if moved and price:
            ledger.charge(task, price, Entry.Basis.ACTUAL)
        elif moved:
            ledger.release(task)
        crash.point("refresh: the failure is not committed")
    crash.point("refresh: failed")
    Runtime.want_reading(timedelta(seconds=1))


def _price(task: Task, report: Report) -> tuple[Decimal, str]:
    """What it cost: Kie's figure, else our quote marked as estimate; a 0 may only be early. Credits."""
    if report.charge:
        return report.charge, Entry.Basis.ACTUAL
    return task.quote_credits or Decimal(0), Entry.Basis.ESTIMATE
