"""What a machine may not decide, and the choices that people have. Every choice is an audit entry."""

from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from generations import background, journal, ledger, orders
from generations.models import Audit, Hint, Reading, State, Task
from generations.models.task import KEPT_BY_KIE, TaskQuerySet

Action = Audit.Action
STUCK_FACTOR = 4
BALANCE_WITHIN = timedelta(minutes=5)


class NotPossible(Exception):
    """The choice is not open any more, or not yet; the text says why."""


def open_cases(tasks: TaskQuerySet) -> list[Task]:
    """The tasks among these that need a person, the ones with least time left first."""
    waiting = tasks.filter(state__in=[State.UNCONFIRMED, State.SAVING, State.RUNNING])
    rows = waiting.select_related("person").prefetch_related("hints").order_by("created_at")
    return [task for task in rows if needs_person(task)]


def needs_person(task: Task) -> bool:
    if task.state == State.UNCONFIRMED:
        return True
    if task.state == State.SAVING:
        return bool(task.problem) and timezone.now() - task.changed_at > timedelta(minutes=5)
    return is_stuck(task)


def is_stuck(task: Task) -> bool:
    """Running for more than four times the usual time, and at least ten minutes."""
    if task.state != State.RUNNING or task.accepted_at is None:
        return False
    usual = task.spec.usual_seconds if task.spec else None
    limit = max(STUCK_FACTOR * (usual[1] if usual else 300), 600)
    return timezone.now() - task.accepted_at > timedelta(seconds=limit)


def kept_until(task: Task) -> timedelta:
    """How long Kie still keeps the result; negative when it is gone."""
    return (task.finished_at or task.changed_at) + KEPT_BY_KIE - timezone.now()


def balance_drop(task: Task) -> tuple[Decimal, timedelta] | None:
    """By how much the balance fell after the task was sent without any charge of ours, and how soon."""
    if task.sent_at is None:
        return None
    before = Reading.objects.filter(at__lte=task.sent_at).order_by("-at").first()
    if before is None:
        return None
    after = Reading.objects.filter(at__gt=task.sent_at, at__lt=task.sent_at + BALANCE_WITHIN).order_by("at")
    for reading in after:
        drop = before.credits - reading.credits - ledger.spent_between(before, reading)
        if drop > 0:
            return drop, reading.at - task.sent_at
    return None


def paste_id(task: Task, person: User, task_id: str) -> Hint:
    """A person names the id under which the task runs at Kie; the worker proves it. Raises NotPossible."""
    task_id = task_id.strip()
    if not task_id or len(task_id) > 255 or not task_id.isprintable():
        raise NotPossible("Paste the task id as Kie’s log shows it.")
    if task.task_id:
        raise NotPossible("This task has its id already.")
    with transaction.atomic():
        hint = Hint.hear(task, task_id, person)
        Audit.objects.create(person=person, task=task, action=Action.PASTED, text=task_id)
        transaction.on_commit(background.nudge)
    return hint


def close(task: Task, person: User, reason: str) -> None:
    """A person knows that Kie does not have it: its hold is released. Raises NotPossible."""
    if not reason.strip():
        raise NotPossible("Say how you know that it was not sent.")
    journal.write(journal.ENDED, task)
    with transaction.atomic():
        event = f"{orders.name_of(person)} says that it was not sent: “{reason.strip()}”"
        if not task.move(State.CLOSED, event=event, due_at=None, charge_credits=0):
            raise NotPossible("It has moved on meanwhile; look at it again.")
        ledger.release(task)
        Audit.objects.create(person=person, task=task, action=Action.CLOSED, text=reason.strip())


def order_again(task: Task, person: User) -> Task:
    """Order the same once more although Kie may have it: it may be paid twice. Raises orders.NotAdmitted."""
    with transaction.atomic():
        again = orders.retry(task, person)
        Audit.objects.create(person=person, task=task, action=Action.ORDERED_AGAIN, text=f"#{again.pk}")
    return again


def try_again(task: Task, person: User) -> None:
    """Fetch the file, or ask for the task, now. Raises NotPossible."""
    if task.state not in (State.SAVING, State.RUNNING):
        raise NotPossible("There is nothing to fetch any more.")
    with transaction.atomic():
        task.note(due_at=timezone.now(), attempts=0)
        Audit.objects.create(person=person, task=task, action=Action.TRIED_AGAIN)
        transaction.on_commit(background.nudge)


def mark_lost(task: Task, person: User) -> None:
    """Give a paid result up, only after Kie has deleted it. Raises NotPossible."""
    if kept_until(task) > timedelta(0):
        raise NotPossible("Kie still keeps the file; it is tried again by itself.")
    with transaction.atomic():
        event = f"{orders.name_of(person)} gave it up: Kie has deleted it"
        if not task.move(State.LOST, event=event, due_at=None):
            raise NotPossible("It has moved on meanwhile; look at it again.")
        Audit.objects.create(person=person, task=task, action=Action.LOST)
