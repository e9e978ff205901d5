"""What the answer to its order makes of a task: running, queued again, refused, or unconfirmed."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from generations import crash, pace
from generations.catalogue.spec import ModelSpec
from generations.kie.errors import Ambiguous, Declined, KieError, NotSent, Refusal, Refused
from generations.models import Obstacle, Pause, Runtime, State, Task
from generations.money import ledger
from generations.safekeeping import journal
from generations.worker.steps.attach import take_over

log = logging.getLogger(__name__)
WAIT_AFTER_429 = timedelta(seconds=11)
DOUBTS, DOUBT_WINDOW = 3, timedelta(minutes=5)
SOON = timedelta(seconds=5)
PAUSING = {
    Refusal.UNAUTHORISED: (Obstacle.KEY, "Kie refused the key"),
    Refusal.NO_CREDITS: (Obstacle.CREDITS, "Kie has not enough credits"),
    Refusal.CAPPED: (Obstacle.CAP, "The key has used up its cap at Kie"),
}


class HeldUp(NotSent):
    """This process was too slow, or was suspended: nothing was sent."""


def accepted(task: Task, task_id: str) -> None:
    now = timezone.now()
    look = now + timedelta(seconds=1)
    try:
        moved = task.move(State.RUNNING, event="Kie took it", task_id=task_id, accepted_at=now, due_at=look)
        Runtime.end_pause(Pause.CAP)
        if not moved:
            take_over(task, task_id)
    except IntegrityError:
        log.error("Kie gave task %s the id %s, which another task has", task.pk, task_id)  # noqa: TRY400
        event = f"Kie answered with the id {task_id}, which belongs to another task"
        unconfirmed(task, Obstacle.ID_TAKEN, {"kie_id": task_id}, event=event)


def not_accepted(task: Task, spec: ModelSpec, failure: KieError) -> None:
    match failure:
        case HeldUp():
            again(task, Obstacle.HELD_UP, timedelta(seconds=1), failure.text)
        case NotSent():
            Runtime.unheard(str(failure))
            event = f"Kie could not be reached, nothing was sent: {failure.text}"
            again(task, Obstacle.UNREACHED, pace.back_off(task.attempts), event, failure.facts)
        case Refused(refusal=Refusal.UNAUTHORISED | Refusal.NO_CREDITS | Refusal.CAPPED):
            _pause(failure)
            obstacle, event = PAUSING[failure.refusal]
            again(task, obstacle, SOON, f"{event}; sending is paused")
        case Refused(refusal=Refusal.TOO_FAST):
            again(task, Obstacle.TOO_FAST, WAIT_AFTER_429, "Kie asked to wait: too many orders at once")
        case Refused(refusal=Refusal.PARAMETER):
            _refuse(task, failure, f"{spec.label} does not take this order")
        case Refused():
            Runtime.pause(Pause.MAINTENANCE, failure.text)
            _refuse(task, failure, "Kie is not taking orders")
        case Declined():
            event = f"Kie answered with an error that proves nothing: “{failure}”"
            unconfirmed(task, Obstacle.DECLINED, failure.facts, event=event)
        case Ambiguous() | KieError():
            event = f"Kie’s answer was lost: {failure}"
            unconfirmed(task, Obstacle.LOST, failure.facts, event=event)


def _pause(failure: Refused) -> None:
    """Stop sending for everybody: the next order would be refused for the same reason."""
    match failure.refusal:
        case Refusal.UNAUTHORISED:
            Runtime.pause(Pause.KEY, failure.text)
        case Refusal.CAPPED:
            Runtime.pause_for_cap(failure.text)
        case _:
            Runtime.pause(Pause.CREDITS, failure.text)
            Runtime.want_reading(timedelta(0))


def stays_here(task: Task, obstacle: Obstacle, **facts: object) -> None:
    """The task can never be sent as it is: a person has to cancel it."""
    task.note(due_at=None, obstacle=obstacle, obstacle_facts=facts, problem="")


def wait_for(task: Task, obstacle: Obstacle, facts: Mapping[str, object]) -> None:
    """Nothing was sent and the task stays queued; the next try comes later."""
    due = timezone.now() + pace.back_off(task.attempts)
    attempts = task.attempts + 1
    task.note(due_at=due, attempts=attempts, obstacle=obstacle, obstacle_facts=dict(facts), problem="")


def again(
    task: Task, obstacle: Obstacle, wait: timedelta, event: str, facts: Mapping[str, object] | None = None
) -> None:
    """Kie does not have the task: it may be sent again."""
    journal.note(journal.RETURNED, task)
    crash.point("send: the return is in the journal")
    task.move(
        State.QUEUED,
        event=event,
        obstacle=obstacle,
        obstacle_facts=dict(facts or {}),
        sent_at=None,
        due_at=timezone.now() + wait,
        attempts=task.attempts + 1,
    )
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


def unconfirmed(
    task: Task, obstacle: Obstacle, facts: Mapping[str, object] | None = None, *, event: str
) -> None:
    """Leave the task to a person; the worker never resends it. Many lost answers pause sending.

    An answer in plain JSON does not count as lost: Kie can be reached, whatever its answer is worth.
    """
    Runtime.want_reading(timedelta(seconds=2))
    found = {"obstacle": obstacle, "obstacle_facts": dict(facts or {})}
    if not task.move(State.UNCONFIRMED, only_from=State.SENDING, event=event, due_at=None, **found):
        return
    log.warning("Task %s is unconfirmed: %s", task.pk, event)
    crash.point("send: unconfirmed")
    if obstacle == Obstacle.DECLINED:
        return
    recent = Task.objects.filter(state=State.UNCONFIRMED, changed_at__gt=timezone.now() - DOUBT_WINDOW)
    if recent.exclude(obstacle=Obstacle.DECLINED).count() >= DOUBTS:
        Runtime.pause(Pause.UNCONFIRMED, f"{DOUBTS} answers were lost within five minutes.")
