"""What the answer to its order makes of a task: running, queued again, refused, or unconfirmed."""

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from generations import crash, pace
from generations.catalogue.spec import ModelSpec
from generations.kie.errors import Ambiguous, Declined, KieError, NotSent, Refusal, Refused
from generations.models import Happened, Obstacle, Pause, Runtime, State, Task
from generations.models.obstacle import Facts, held_up
from generations.models.send import new_asked_id
from generations.money import ledger
from generations.safekeeping import journal
from generations.worker.steps.attach import take_over

log = logging.getLogger(__name__)
WAIT_AFTER_429 = timedelta(seconds=11)
DOUBTS, DOUBT_WINDOW = 3, timedelta(minutes=5)
SOON = timedelta(seconds=5)
PAUSING = {
    Refusal.UNAUTHORISED: Obstacle.KEY,
    Refusal.NO_CREDITS: Obstacle.CREDITS,
    Refusal.CAPPED: Obstacle.CAP,
}


class HeldUp(NotSent):
    """This process was too slow, or was suspended: nothing was sent."""


def accepted(task: Task, task_id: str) -> None:
    now = timezone.now()
    look = now + timedelta(seconds=1)
    try:
        moved = task.move(State.RUNNING, Happened.TAKEN, task_id=task_id, accepted_at=now, due_at=look)
        Runtime.end_pause(Pause.CAP)
        if not moved:
            take_over(task, task_id)
    except IntegrityError:
        log.error("Kie gave task %s the id %s, which another task has", task.pk, task_id)  # noqa: TRY400
        unconfirmed(task, Obstacle.ID_TAKEN, {"kie_id": task_id})


def not_accepted(task: Task, spec: ModelSpec, failure: KieError) -> None:
    match failure:
        case HeldUp():
            again(task, Obstacle.HELD_UP, timedelta(seconds=1))
        case NotSent():
            Runtime.unheard(failure.facts)
            again(task, Obstacle.UNREACHED, pace.back_off(task.attempts), failure.facts)
        case Refused(refusal=Refusal.UNAUTHORISED | Refusal.NO_CREDITS | Refusal.CAPPED):
            _pause(failure)
            again(task, PAUSING[failure.refusal], SOON)
        case Refused(refusal=Refusal.TOO_FAST):
            again(task, Obstacle.TOO_FAST, WAIT_AFTER_429)
        case Refused(refusal=Refusal.PARAMETER):
            _refuse(task, failure, Happened.REFUSED, {"label": spec.label})
        case Refused():
            Runtime.pause(Pause.MAINTENANCE, failure.facts)
            _refuse(task, failure, Happened.NOT_TAKEN)
        case Ambiguous() if task.is_asked:
            asked(task, Obstacle.NO_ANSWER, failure.facts)
        case Declined():
            unconfirmed(task, Obstacle.DECLINED, failure.facts)
        case Ambiguous() | KieError():
            unconfirmed(task, Obstacle.LOST, failure.facts)


def asked(task: Task, obstacle: Obstacle, facts: Facts | None = None) -> None:
    """Go on asking although the answer to the first question is not known: that costs nothing more.

    Kie may have begun, so the task is no longer one that can be cancelled and its hold given back.
    """
    task_id, now = new_asked_id(task), timezone.now()
    journal.note(journal.ANSWER, task, task_id=task_id)
    crash.point("send: what is asked is in the journal")
    task.move(
        State.RUNNING,
        Happened.HELD_UP,
        {"obstacle": obstacle} | (facts or {}),
        only_from=State.SENDING,
        **held_up(obstacle, facts),
        task_id=task_id,
        accepted_at=now,
        due_at=now + SOON,
    )


def _pause(failure: Refused) -> None:
    """Stop sending for everybody: the next order would be refused for the same reason."""
    match failure.refusal:
        case Refusal.UNAUTHORISED:
            Runtime.pause(Pause.KEY, failure.facts)
        case Refusal.CAPPED:
            Runtime.pause_for_cap(failure.facts)
        case _:
            Runtime.pause(Pause.CREDITS, failure.facts)
            Runtime.want_reading(timedelta(0))


def stays_here(task: Task, obstacle: Obstacle, **facts: object) -> None:
    """The task can never be sent as it is: a person has to cancel it."""
    task.note(due_at=None, **held_up(obstacle, facts))


def wait_for(task: Task, obstacle: Obstacle, facts: Facts) -> None:
    """Nothing was sent and the task stays queued; the next try comes later."""
    due = timezone.now() + pace.back_off(task.attempts)
    task.note(due_at=due, attempts=task.attempts + 1, **held_up(obstacle, facts))


def again(task: Task, obstacle: Obstacle, wait: timedelta, facts: Facts | None = None) -> None:
    """Kie does not have the task: it may be sent again."""
    journal.note(journal.RETURNED, task)
    crash.point("send: the return is in the journal")
    task.move(
        State.QUEUED,
        Happened.HELD_UP,
        {"obstacle": obstacle} | (facts or {}),
        **held_up(obstacle, facts),
        sent_at=None,
        due_at=timezone.now() + wait,
        attempts=task.attempts + 1,
    )
    crash.point("send: queued again")


def _refuse(task: Task, failure: KieError, happened: Happened, facts: Facts | None = None) -> None:
    journal.note(journal.ENDED, task)
    crash.point("send: the refusal is in the journal")
    with transaction.atomic():
        moved = task.move(
            State.REFUSED,
            happened,
            {"text": failure.text} | (facts or {}),
            due_at=None,
            failure_code=str(failure.code or failure.status or ""),
            failure_text=failure.text,
            charge_credits=0,
        )
        if moved:
            ledger.release(task)
        crash.point("send: the refusal is not committed")
    crash.point("send: refused")


def unconfirmed(task: Task, obstacle: Obstacle, facts: Facts | None = None) -> None:
    """Leave the task to a person; the worker never resends it. Many lost answers pause sending.

    An answer in plain JSON does not count as lost: Kie can be reached, whatever its answer is worth.
    """
    Runtime.want_reading(timedelta(seconds=2))
    event, found = {"obstacle": obstacle} | (facts or {}), held_up(obstacle, facts)
    if not task.move(
        State.UNCONFIRMED, Happened.HELD_UP, event, only_from=State.SENDING, due_at=None, **found
    ):
        return
    log.warning("Task %s is unconfirmed: %s", task.pk, event)
    crash.point("send: unconfirmed")
    if obstacle == Obstacle.DECLINED:
        return
    recent = Task.objects.filter(state=State.UNCONFIRMED, changed_at__gt=timezone.now() - DOUBT_WINDOW)
    if recent.exclude(obstacle=Obstacle.DECLINED).count() >= DOUBTS:
        Runtime.pause(Pause.UNCONFIRMED, {"count": DOUBTS})
