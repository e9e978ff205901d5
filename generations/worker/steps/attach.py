"""unconfirmed → running: a reported task id becomes ours once Kie's own record proves it."""

import logging
from collections.abc import Generator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from generations import crash, pace
from generations.kie.client import KieClient
from generations.kie.endpoints import ENDPOINTS
from generations.kie.errors import KieError
from generations.kie.wire import Phase, Report
from generations.models import Event, Happened, Hint, Obstacle, Send, State, Task
from generations.models.obstacle import Facts, free, held_up
from generations.models.state import SOURCES
from generations.models.task import KEPT_BY_KIE
from generations.money import ledger
from generations.money.held import make_task
from generations.safekeeping import journal
from generations.worker.steps.step import Question, Step, Work

log = logging.getLogger(__name__)

SENT_WITHIN = timedelta(minutes=15)
HOUR, FARTHEST_ZONE = timedelta(hours=1), timedelta(hours=15)
Doubt = tuple[Obstacle, Facts]
TRIES = 8
"""How many times Kie may say that it does not know an id; a missing answer never counts."""


def attach(hint: Hint, kie: KieClient) -> Step:
    """Ask Kie about the id and take it over if its record carries our token.

    Without callbacks there is no token. Then a person must have named the id, and the model, prompt and time
    in the record must match the task.
    """
    task = hint.task
    if task.is_asked:  # Kie gives it no id, so whatever was named is another's.
        _end(hint, held_up(Obstacle.TOO_LITTLE))
        return
    try:
        report: Report = yield Question(kie.record, hint.kie_id, endpoint=task.endpoint)
    except KieError as failure:
        again = timezone.now() < hint.heard_at + KEPT_BY_KIE
        _later(hint, Obstacle.NO_ANSWER, failure.facts, again=again)
        return
    if report.phase is Phase.MISSING:
        _later(hint, Obstacle.UNKNOWN, {}, again=hint.attempts + 1 < TRIES)
        return
    doubt = doubts(task, report, named_by_person=hint.person_id is not None)
    if doubt:
        _end(hint, held_up(*doubt))
        return
    if (yield from _runs_as_another(hint, kie)):
        _later(hint, Obstacle.IN_DOUBT, {}, again=True)
        return
    _attach(hint, task)


def _runs_as_another(hint: Hint, kie: KieClient) -> Generator[Work, Any, bool]:
    """Whether the task's id is, or may be, another task's: then the reported id is not a second one."""
    task = hint.task
    task.refresh_from_db()
    if task.state != State.RUNNING or task.task_id == hint.kie_id:
        return False
    try:
        report: Report = yield Question(kie.record, task.task_id, endpoint=task.endpoint)
    except KieError:
        return hint.attempts < TRIES
    if report.phase is Phase.MISSING:
        return hint.attempts < TRIES
    if not Send.of_another(task, report.callback_url):
        return False
    task.note(due_at=timezone.now())
    return True


def doubts(task: Task, report: Report, *, named_by_person: bool) -> Doubt | None:
    """Why a record does not belong to the task; None when it is proven to."""
    if report.callback_url:
        if Send.to_address(report.callback_url).filter(task=task).exists():
            return None
        return Obstacle.OTHER_ORDER, {}
    if not named_by_person:
        return Obstacle.NO_TOKEN, {}
    return _contradiction(task, report)


def _contradiction(task: Task, report: Report) -> Doubt | None:
    """What in a record without our token contradicts the person who named its id."""
    if report.model and report.model != task.model_id:
        return Obstacle.OTHER_MODEL, {"model": report.model}
    if report.prompt and report.prompt.strip() != task.prompt.strip():
        return Obstacle.OTHER_PROMPT, {}
    if report.created_at and not _sent_then(task, report.created_at):
        return Obstacle.OTHER_TIME, {"at": report.created_at.isoformat()}
    if not report.prompt and not (report.model and report.created_at):
        return Obstacle.TOO_LITTLE, {}
    return None


def _sent_then(task: Task, created_at: datetime) -> bool:
    """Whether a record was made when the task was sent; its time may name no time zone."""
    if task.sent_at is None:
        return False
    apart = abs(created_at - task.sent_at)
    if not ENDPOINTS[task.endpoint].zone_known and apart < FARTHEST_ZONE:
        apart = min(apart % HOUR, HOUR - apart % HOUR)
    return apart <= SENT_WITHIN


def _attach(hint: Hint, task: Task) -> None:
    crash.point("attach: proven")
    task.refresh_from_db()
    by = hint.person.get_username() if hint.person else ""
    try:
        if not (task.state in SOURCES[State.RUNNING] and _goes_on(task, hint.kie_id, by)):
            take_over(task, hint.kie_id)
    except IntegrityError:
        _end(hint, held_up(Obstacle.ID_KNOWN))
        return
    crash.point("attach: running")
    _end(hint, free())
    crash.point("attach: done")


def _goes_on(task: Task, kie_id: str, by: str) -> bool:
    """The task runs under this id. False: the task has moved on meanwhile."""
    journal.write(journal.ANSWER, task, task_id=kie_id)
    crash.point("attach: the id is in the journal")
    now = timezone.now()
    return task.move(
        State.RUNNING,
        Happened.FOUND,
        {"by": by},
        task_id=kie_id,
        sent_at=task.sent_at or now,
        accepted_at=task.sent_at or now,
        charge_credits=None,
        charge_basis="",
        due_at=now,
    )


def take_over(task: Task, kie_id: str) -> None:
    """Create a separate task for what Kie took in addition to the task we know, so its result is kept too.

    This happens only when one of Kie's answers was wrong: two ids for one order, or a “no” that was a yes.
    Its cost is held whatever the budget says, because the credits are spent. Raises IntegrityError when a
    task already has the id.
    """
    task.refresh_from_db()
    if task.task_id == kie_id:
        return
    now = timezone.now()
    with transaction.atomic():
        credits = task.quote_credits or Decimal(0)
        second = make_task(
            ledger.hold_anyway(task.person, credits),
            Happened.SECOND,
            {"task": task.pk},
            person=task.person,
            parent=task,
            model_id=task.model_id,
            endpoint=task.endpoint,
            label=task.label,
            prompt=task.prompt,
            values=task.values,
            quote_credits=credits,
            quote_basis=task.quote_basis,
            quote_text=task.quote_text,
            priced=task.priced,
        )
        sent: Facts = {"task_id": kie_id, "sent_at": task.sent_at, "accepted_at": now, "due_at": now}
        second.move(State.RUNNING, Happened.PROVEN, **sent)
        facts = {"kie_id": kie_id, "task": second.pk}
        Event.objects.create(task=task, kind=Happened.TOOK_TWICE, facts=facts)
        crash.point("attach: the second is not committed")
    log.error("Kie took task %s a second time, as %s: that is task %s now", task.pk, kie_id, second.pk)
    journal.note(journal.ANSWER, second, **journal.describe(second), task_id=kie_id)
    if task.task_id:
        journal.note(journal.ANSWER, task, task_id=task.task_id)
    crash.point("attach: the second is in the journal")


def _later(hint: Hint, obstacle: Obstacle, facts: Facts, *, again: bool) -> None:
    attempts = hint.attempts + 1
    due = timezone.now() + pace.back_off(attempts) if again else None
    Hint.objects.filter(pk=hint.pk).update(due_at=due, attempts=attempts, **held_up(obstacle, facts))


def _end(hint: Hint, found: Facts) -> None:
    """Close the hint; what it was held up by says why the id was not attached."""
    Hint.objects.filter(pk=hint.pk).update(due_at=None, **found)
