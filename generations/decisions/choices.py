"""The choices people have where a machine must not decide. Every choice is an audit entry."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from generations import orders, wake
from generations.decisions import cases
from generations.models import Audit, Event, Happened, Hint, State, Task
from generations.models.state import SOURCES
from generations.money import clues, ledger
from generations.safekeeping import journal
from generations.wording import disk
from generations.wording.names import short_name

log = logging.getLogger(__name__)
Action = Audit.Action
SAME_CLICK = timedelta(seconds=30)
"""Two clicks within this time count as one try. A try costs nothing, so the clock may decide."""


class NotPossible(Exception):
    """The choice is no longer available, or not yet; the text says why."""


class BadInput(NotPossible):
    """The input cannot be used; the text says why and is shown at its field."""


def paste_id(task: Task, person: User, task_id: str) -> Hint:
    """A person names the id under which the task runs at Kie; the worker verifies it. Raises NotPossible."""
    task_id = task_id.strip()
    if not task_id or len(task_id) > 255 or not task_id.isprintable() or " " in task_id:
        raise BadInput("Paste the task id alone, as Kie’s log shows it.")
    with transaction.atomic():
        now = _locked(task)
        if now.task_id:
            raise NotPossible(f"#{task.pk} has its id already: it was found meanwhile.")
        if now.state not in SOURCES[State.RUNNING] - {State.QUEUED}:
            raise NotPossible(f"#{task.pk} was not sent, so Kie has no id for it.")
        if other := Task.objects.filter(task_id=task_id).first():
            raise BadInput(f"This id belongs to #{other.pk} already.")
        asked = Hint.objects.filter(task=task, kie_id=task_id, person__isnull=False, due_at__isnull=False)
        if hint := asked.first():
            return hint
        hint = Hint.hear(task, task_id, person)
        Audit.objects.create(person=person, task=task, action=Action.PASTED, text=task_id)
        transaction.on_commit(wake.nudge)
    return hint


def close(task: Task, person: User, reason: str) -> None:
    """A person knows that Kie does not have the task: its hold is released. Raises NotPossible.

    The journal is written while the row is locked: otherwise, after a restore, it could say “ended” about a
    task that is running.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput("Say how you know that it was not sent.")
    with transaction.atomic():
        now = _locked(task)
        if now.state == State.CLOSED:
            raise NotPossible(f"#{task.pk} is closed already.")
        if now.state != State.UNCONFIRMED:
            raise NotPossible(f"#{task.pk} has moved on meanwhile: it is {now.get_state_display().lower()}.")
        try:
            journal.write(journal.ENDED, task)
        except OSError as failure:
            log.exception("Task %s is not closed: the journal cannot be written", task.pk)
            why = disk.reason(failure.errno)
            raise NotPossible(f"The journal cannot be written, so nothing was changed: {why}.") from failure
        said = {"by": short_name(person), "reason": reason}
        task.move(State.CLOSED, Happened.NOT_SENT, said, due_at=None, charge_credits=0)
        ledger.release(task)
        Audit.objects.create(person=person, task=task, action=Action.CLOSED, text=reason)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The result of closing several cases with one click."""

    closed: list[Task]
    left: list[Task]
    """Cases whose signs have changed meanwhile: each needs a look of its own."""


def close_quiet(tasks: Iterable[Task], person: User) -> Settled:
    """Close every task that Kie answered with an error without taking anything. One audit entry each.

    The signs are read anew: tasks whose signs have changed since the page was made are left alone.
    """
    tasks = list(tasks)
    quiet = clues.untouched(tasks)
    closed, left = [], []
    for task in tasks:
        try:
            if task.pk not in quiet:
                raise NotPossible(f"#{task.pk} does not look unsent any more.")
            close(
                task, person, f"Kie answered with an error{_code(task)}, and the balance did not move for it"
            )
        except NotPossible:
            left.append(task)
        else:
            closed.append(task)
    return Settled(closed=closed, left=left)


def _code(task: Task) -> str:
    code = task.obstacle_facts.get("code")
    return f" (code {code})" if code is not None else ""


def order_again(task: Task, person: User, turn: int | None = None) -> Task:
    """Order the same again although Kie may already have it: it may be paid for twice.

    `turn` is the value of `orders.times_ordered` when the person was asked, so one question is answered once.
    Raises NotPossible, orders.NotAdmitted.
    """
    with transaction.atomic():
        now = _locked(task)
        before = orders.times_ordered(now)
        turn = before if turn is None else turn
        if known := orders.ordered_again(now, turn):
            return known
        if turn != before:
            raise NotPossible(f"#{task.pk} was ordered again meanwhile. Look at that one first.")
        if now.state not in (State.UNCONFIRMED, State.RUNNING, State.SAVING):
            raise NotPossible(f"#{task.pk} has ended meanwhile: look at it before you order it again.")
        again = orders.place_again(now, person, turn)
        Audit.objects.create(person=person, task=task, action=Action.ORDERED_AGAIN, text=f"#{again.pk}")
    return again


def try_again(task: Task, person: User) -> None:
    """Retry fetching the file now. Two clicks are one try. Raises NotPossible."""
    with transaction.atomic():
        now, missing = _locked(task), task.videos.missing()
        if now.state != State.SAVING and not missing.exists():
            raise NotPossible(f"#{task.pk} has no file to fetch any more.")
        recent = Audit.objects.filter(task=task, action=Action.TRIED_AGAIN)
        if recent.filter(at__gt=timezone.now() - SAME_CLICK).exists():
            return
        missing.update(due_at=timezone.now(), attempts=0)
        if now.state == State.SAVING:
            now.note(due_at=timezone.now(), attempts=0)
        Audit.objects.create(person=person, task=task, action=Action.TRIED_AGAIN)
        transaction.on_commit(wake.nudge)


def look(task: Task) -> None:
    """Ask Kie now for the state of a running task. Raises NotPossible.

    There is no audit entry: this decides and costs nothing, and the sweep does the same every minute anyway.
    """
    if task.state != State.RUNNING or not task.note(due_at=timezone.now()):
        raise NotPossible(f"#{task.pk} is not running any more.")
    wake.nudge()


def mark_lost(task: Task, person: User) -> None:
    """Give up a result or, if the task is stored, its missing files; only after Kie has deleted them.

    What was paid stays spent. A task that never ended releases its hold, because Kie charges for results.
    Raises NotPossible.
    """
    with transaction.atomic():
        now = _locked(task)
        stored = now.state == State.READY
        if stored and not now.videos.missing().exists():
            raise NotPossible(f"#{task.pk} is stored: there is nothing to give up.")
        if cases.time_left(task) > timedelta(0):
            raise NotPossible("Kie still keeps the file; it is tried again by itself.")
        given_up = _give_up_stored(now, person) if stored else _give_up(now, person)
        if not given_up:
            raise NotPossible(f"#{task.pk} has moved on meanwhile: look at it again.")
        Audit.objects.create(person=person, task=task, action=Action.LOST)


def _give_up(task: Task, person: User) -> bool:
    paid = task.state == State.SAVING
    fields: dict[str, Any] = {} if paid else {"charge_credits": 0}
    moved = task.move(State.LOST, Happened.GIVEN_UP, {"by": short_name(person)}, due_at=None, **fields)
    if moved and not paid:
        ledger.release(task)
    return moved


def _give_up_stored(task: Task, person: User) -> bool:
    """Give up a stored task's missing files. False: there are none."""
    if not task.videos.missing().update(given_up_at=timezone.now(), due_at=None):
        return False
    Event.objects.create(task=task, kind=Happened.FILE_GIVEN_UP, facts={"by": short_name(person)})
    return True


def _locked(task: Task) -> Task:
    """The row as it is now, locked until this transaction ends."""
    return Task.objects.select_for_update().get(pk=task.pk)
