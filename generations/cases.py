"""What a machine may not decide, and the choices that people have. Every choice is an audit entry."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Prefetch, Q
from django.utils import timezone

from generations import background, catalogue, clues, journal, ledger, orders, pace, policy
from generations.models import Audit, Hint, State, Task
from generations.models.task import KEPT_BY_KIE, SOURCES, TaskQuerySet

Action = Audit.Action
STUCK_FACTOR = 4
STUCK_AT_LEAST = timedelta(minutes=10)
UNKNOWN_USUAL = 300
"""Seconds that a model may usually take of which nobody knows."""
AFTER_A_PROBLEM = timedelta(minutes=5)
"""A file that could not be saved, or a send that nobody finishes, for so long is shown to a person."""
WITHOUT_A_WORD = timedelta(minutes=15)
"""So is a file that is not saved although nothing was noted against it."""
WARNINGS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
UNKNOWN_HOST = re.compile(r"The result lies at (\S+?),")


class NotPossible(Exception):
    """The choice is not open any more, or not yet; the text says why."""


class BadInput(NotPossible):
    """What was typed cannot be taken; the text says why and belongs at its field."""


class Kind(StrEnum):
    """Why a task needs a person."""

    UNCONFIRMED = "unconfirmed"
    NO_FILE = "no file"
    HOST = "host"
    FILE = "file"
    STUCK = "stuck"


@dataclass(frozen=True, kw_only=True)
class Case:
    task: Task
    kind: Kind
    usual: int | None = None
    """Of a stuck one: seconds that the model usually takes at most; None when nobody knows."""


def open_cases(tasks: TaskQuerySet) -> list[Case]:
    """Those of the tasks that need a person, with their hints; the ones with least time left first."""
    hints = Prefetch("hints", Hint.objects.select_related("person").order_by("heard_at", "id"))
    rows = _candidates(tasks).select_related("person").prefetch_related(hints)
    return sorted(_judged(rows), key=lambda case: (kept_until(case.task), case.task.pk))


def count_open(tasks: TaskQuerySet) -> int:
    """How many of the tasks need a person; cheap enough for every page."""
    fields = ("state", "problem", "result_urls", "model_id", "changed_at", "accepted_at", "sent_at")
    return len(_judged(_candidates(tasks).only(*fields)))


def to_settle(person: policy.Person) -> TaskQuerySet:
    """The tasks whose cases a person may settle."""
    tasks = policy.visible_tasks(person)
    if policy.may_administer(person):
        return tasks
    return tasks.filter(person_id=person.pk) if policy.may_order(person) else tasks.none()


def _candidates(tasks: TaskQuerySet) -> TaskQuerySet:
    """A little more than the cases: of running ones only the clock of their model can tell."""
    now = timezone.now()
    unsaved = ~Q(problem="") & Q(changed_at__lt=now - AFTER_A_PROBLEM) | Q(
        changed_at__lt=now - WITHOUT_A_WORD
    )
    return tasks.filter(
        Q(state=State.UNCONFIRMED)
        | Q(state=State.SENDING, sent_at__lt=now - pace.SENDING_LIFE - AFTER_A_PROBLEM)
        | Q(state=State.RUNNING, accepted_at__lt=now - STUCK_AT_LEAST)
        | Q(unsaved, state=State.SAVING)
    )


def _judged(rows: TaskQuerySet) -> list[Case]:
    tasks = list(rows)
    usual = {m: usual_seconds(m) for m in {t.model_id for t in tasks if t.state == State.RUNNING}}
    found = ((task, usual.get(task.model_id)) for task in tasks)
    return [Case(task=t, kind=kind, usual=time) for t, time in found if (kind := _kind(t, time))]


def case_of(task: Task) -> Case | None:
    """The task as a case; None while a machine can go on with it."""
    return next(iter(open_cases(Task.objects.filter(pk=task.pk))), None)


def _kind(task: Task, usual: int | None) -> Kind | None:
    match task.state:
        case State.UNCONFIRMED | State.SENDING:
            return Kind.UNCONFIRMED
        case State.SAVING if not task.result_urls:
            return Kind.NO_FILE
        case State.SAVING:
            return Kind.HOST if unknown_host(task) else Kind.FILE
        case _:
            return Kind.STUCK if _is_stuck(task, usual) else None


def _is_stuck(task: Task, usual: int | None) -> bool:
    """Running for more than four times the usual time, and at least ten minutes."""
    if task.state != State.RUNNING or task.accepted_at is None:
        return False
    limit = max(timedelta(seconds=STUCK_FACTOR * (usual or UNKNOWN_USUAL)), STUCK_AT_LEAST)
    return timezone.now() - task.accepted_at > limit


def usual_seconds(model_id: str) -> int | None:
    """How long a model usually takes at most: by our own tasks, else by the catalogue."""
    spec = catalogue.find(model_id)
    usual = pace.usual(model_id) or (spec.usual_seconds if spec else None)
    return usual[1] if usual else None


def unknown_host(task: Task) -> str:
    """The host of the result that nobody has allowed; nothing when that is not what stands in the way."""
    found = UNKNOWN_HOST.match(task.problem)
    return found[1] if found else ""


def kept_until(task: Task) -> datetime:
    """Until when Kie keeps the result; of a task that may not have ended, at the least."""
    if task.state == State.SAVING:
        ended = task.finished_at or task.changed_at
        return max(ended, task.sent_at or ended) + KEPT_BY_KIE
    return (task.sent_at or task.changed_at) + KEPT_BY_KIE


def time_left(task: Task) -> timedelta:
    """How long Kie still keeps the result; negative when it is gone."""
    return kept_until(task) - timezone.now()


def warning(task: Task) -> timedelta | None:
    """The shortest of 7, 3 and 1 days that the time left is below."""
    return next((limit for limit in WARNINGS if time_left(task) < limit), None)


def balance_drop(task: Task) -> tuple[Decimal, timedelta] | None:
    """By how much the balance fell after the task was sent without any charge of ours, and how soon."""
    fall = clues.falls([task]).get(task.pk)
    return (fall.credits, fall.after) if fall and fall.credits else None


def paste_id(task: Task, person: User, task_id: str) -> Hint:
    """A person names the id under which the task runs at Kie; the worker proves it. Raises NotPossible."""
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
        transaction.on_commit(background.nudge)
    return hint


def close(task: Task, person: User, reason: str) -> None:
    """A person knows that Kie does not have it: its hold is released. Raises NotPossible.

    The journal is written while the row is held: after a restore it must not say “ended” of a task that runs.
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
            raise NotPossible(
                f"The journal cannot be written, so nothing was changed: {failure.strerror}."
            ) from failure
        event = f"{orders.name_of(person)} says that it was not sent: “{reason}”"
        task.move(State.CLOSED, event=event, due_at=None, charge_credits=0)
        ledger.release(task)
        Audit.objects.create(person=person, task=task, action=Action.CLOSED, text=reason)


def order_again(task: Task, person: User, turn: int | None = None) -> Task:
    """Order the same once more although Kie may have it: it may be paid twice.

    `turn` is what `times_ordered` said when the person was asked, so one question is answered once.
    Raises NotPossible, orders.NotAdmitted.
    """
    with transaction.atomic():
        now = _locked(task)
        before = times_ordered(now)
        turn = before if turn is None else turn
        key = uuid.uuid5(task.uuid, f"again {turn}")
        if known := Task.objects.filter(order_key=key, parent=task).first():
            return known
        if turn != before:
            raise NotPossible(f"#{task.pk} was ordered again meanwhile. Look at that one first.")
        if now.state not in (State.UNCONFIRMED, State.RUNNING, State.SAVING):
            raise NotPossible(f"#{task.pk} has ended meanwhile: look at it before you order it again.")
        if task.spec is None:
            raise orders.NotAdmitted(f"{task.label} has left the catalogue.")
        again = orders.place(person, task.spec, task.values, order_key=key, parent=task)
        Audit.objects.create(person=person, task=task, action=Action.ORDERED_AGAIN, text=f"#{again.pk}")
    return again


def times_ordered(task: Task) -> int:
    """How often the task was ordered again."""
    return task.retries.count()


def try_again(task: Task, person: User) -> None:
    """Fetch the file now. Two clicks are one try. Raises NotPossible."""
    with transaction.atomic():
        if _locked(task).state != State.SAVING:
            raise NotPossible(f"#{task.pk} has no file to fetch any more.")
        recent = Audit.objects.filter(task=task, action=Action.TRIED_AGAIN)
        if recent.filter(at__gt=timezone.now() - orders.SAME_CLICK).exists():
            return
        task.note(due_at=timezone.now(), attempts=0)
        Audit.objects.create(person=person, task=task, action=Action.TRIED_AGAIN)
        transaction.on_commit(background.nudge)


def look(task: Task) -> None:
    """Ask Kie now how a running task stands. Raises NotPossible.

    No audit entry: it decides and costs nothing, and the sweep does the same every minute by itself.
    """
    if task.state != State.RUNNING or not task.note(due_at=timezone.now()):
        raise NotPossible(f"#{task.pk} is not running any more.")
    background.nudge()


def mark_lost(task: Task, person: User) -> None:
    """Give a paid result up, only after Kie has deleted it. Raises NotPossible."""
    if time_left(task) > timedelta(0):
        raise NotPossible("Kie still keeps the file; it is tried again by itself.")
    with transaction.atomic():
        event = f"{orders.name_of(person)} gave it up: Kie has deleted it"
        if not task.move(State.LOST, event=event, due_at=None):
            raise NotPossible(f"#{task.pk} has moved on meanwhile: look at it again.")
        Audit.objects.create(person=person, task=task, action=Action.LOST)


def _locked(task: Task) -> Task:
    """The row as it is now, which nobody else changes before this transaction ends."""
    return Task.objects.select_for_update().get(pk=task.pk)
