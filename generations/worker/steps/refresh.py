"""running → saving or failed. The state is always asked with our key; no other source is believed."""

import logging
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import DatabaseError, transaction
from django.utils import timezone

from generations import crash, pace
from generations.kie.client import KieClient
from generations.kie.errors import KieError
from generations.kie.wire import Phase, Report
from generations.models import Entry, Event, Happened, Hint, Obstacle, Runtime, Send, State, Task
from generations.models.obstacle import Facts, free, held_up
from generations.models.task import KEPT_BY_KIE
from generations.money import ledger
from generations.money.observed import observe
from generations.worker.steps.save import links, not_saved, obtain
from generations.worker.steps.step import Question, Step

log = logging.getLogger(__name__)

FORGET_AFTER = timedelta(minutes=2)
"""Kie may not know a new task for a moment (docs.kie.ai, get task detail)."""
LONGEST_CODE = 20
CLOCKS_DIFFER = timedelta(minutes=5)
FAILED_LOOKS = (timedelta(minutes=10), timedelta(hours=24))
"""Kie has been seen to change its mind: how long after its failure a failed task is asked about again."""


def refresh(task: Task, kie: KieClient) -> Step:
    """Ask Kie about the task and move it if it has ended."""
    if not task.task_id:
        raise ValueError(f"{task} has no id at Kie: it cannot be asked for")
    try:
        report: Report = yield Question(kie.record, task.task_id, endpoint=task.endpoint)
    except KieError as failure:
        _look_again(task, Obstacle.NO_ANSWER, failure.facts)
        return
    crash.point("refresh: the record came back")
    match report.phase:
        case _ if task.state == State.READY and report.phase is not Phase.PENDING:
            _correct(task, report)
            yield from _fetch_the_rest(task, report, kie)
        case _ if owner := _owner(task, report):
            _give_away(task, owner)
        case Phase.SUCCESS:
            _succeeded(task, report)
        case Phase.FAILED:
            _failed(task, report)
        case Phase.MISSING if timezone.now() - (task.accepted_at or task.changed_at) > FORGET_AFTER:
            _look_again(task, Obstacle.UNKNOWN)
        case _:
            _look_again(task)


def _owner(task: Task, report: Report) -> Task | None:
    """The other task of ours whose callback address the record carries: Kie has mixed up the two ids."""
    send = Send.of_another(task, report.callback_url) if task.state == State.RUNNING else None
    return send.task if send else None


def _give_away(task: Task, owner: Task) -> None:
    """Hand the id over to the task it belongs to. This task is in doubt again until its own id is known."""
    kie_id = task.task_id or ""
    log.error("Kie gave task %s the id %s, which is of task %s", task.pk, kie_id, owner.pk)
    facts = {"kie_id": kie_id, "task": owner.pk}
    with transaction.atomic():
        moved = task.move(
            State.UNCONFIRMED,
            Happened.ID_OF_ANOTHER,
            facts,
            only_from=State.RUNNING,
            **held_up(Obstacle.ID_TAKEN, facts),
            task_id=None,
            accepted_at=None,
            due_at=None,
        )
        if not moved:
            return
        Hint.hear(owner, kie_id)
        crash.point("refresh: the id is not given away")
    crash.point("refresh: the id is given away")


def _fetch_the_rest(task: Task, report: Report, kie: KieClient) -> Step:
    """Store files that Kie named only after the task was ready."""
    if len(report.urls) <= len(task.result_urls):
        return
    urls = links(task, report.urls)
    try:
        for number in range(len(task.result_urls), len(urls)):
            yield from obtain(task, urls[number], kie, number, rounds=task.attempts)
    except DatabaseError:
        raise
    except Exception as failure:
        task.note(due_at=pace.look_back(task) or timezone.now() + pace.back_off(task.attempts))
        task.note(attempts=task.attempts + 1)
        obstacle, facts = not_saved(failure)
        found = {"obstacle": obstacle} | facts
        Event.objects.create(task=task, kind=Happened.MORE_UNSAVED, facts=found)
        return
    Event.objects.create(task=task, kind=Happened.MORE_FILES, facts={"count": len(urls)})
    task.note(result_urls=urls)


def _look_again(task: Task, obstacle: Obstacle | None = None, facts: Facts | None = None) -> None:
    """The answer says nothing usable: this look does not count."""
    due = timezone.now() + pace.next_look(task)
    if task.state != State.RUNNING:
        task.note(due_at=due if due < task.changed_at + KEPT_BY_KIE else None)
        return
    found = held_up(obstacle, facts) if obstacle else free()
    task.note(due_at=due, attempts=task.attempts + 1, **found)


def _next_look_at_failed(task: Task) -> datetime | None:
    """When to ask again about a task that Kie has called failed once more. Other answers do not count."""
    now = timezone.now()
    return next((task.changed_at + after for after in FAILED_LOOKS if task.changed_at + after > now), None)


def _succeeded(task: Task, report: Report) -> None:
    now = timezone.now()
    price, basis = _price(task, report)
    with transaction.atomic():
        moved = task.move(
            State.SAVING,
            Happened.FINISHED,
            finished_at=_finished(task, report),
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
            observe(task)
        crash.point("refresh: the charge is not committed")
    crash.point("refresh: saving and charged")
    Runtime.want_reading(timedelta(seconds=1))


def _correct(task: Task, report: Report) -> None:
    """Book Kie's figure in place of our estimate, or ask for it again later.

    No task is free: a charge of 0 is believed only when Kie still reports it at the last look.
    """
    again = pace.look_back(task)
    if report.charge or (report.charge is not None and again is None):
        with transaction.atomic():
            if ledger.correct(task, report.charge):
                observe(task)
        again = None
    task.note(due_at=again)


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
            Happened.FAILED,
            {"text": text},
            finished_at=_finished(task, report),
            due_at=timezone.now() + FAILED_LOOKS[0],
            failure_code=failure.code[:LONGEST_CODE] if failure else "",
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


def _finished(task: Task, report: Report) -> datetime:
    """When Kie finished the task, by Kie's clock if plausible: it decides how long saving is tried."""
    now = timezone.now()
    began, said = task.sent_at or task.created_at, report.completed_at or now
    return said if began - CLOCKS_DIFFER < said < now + CLOCKS_DIFFER else now


def _price(task: Task, report: Report) -> tuple[Decimal, str]:
    """Cost in credits: Kie's figure, else our quote marked as an estimate; a 0 may only be premature."""
    if report.charge:
        return report.charge, Entry.Basis.ACTUAL
    return task.charge_credits or task.quote_credits or Decimal(0), Entry.Basis.ESTIMATE
