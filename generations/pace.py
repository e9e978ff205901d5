"""When to look next, and how much may be sent."""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from generations.models import Entry, Reading, Runtime, Send, State, Task

SENDS = 18
"""In any 10 seconds; Kie takes 20 per account (docs.kie.ai, start page)."""
SEND_WINDOW = timedelta(seconds=10)
ANSWERS_WITHIN = timedelta(seconds=30)
"""After this time nothing waits for the answer to a send any more."""
AT_KIE_PER_PERSON = 12
"""Tasks that one person may have at Kie at once, on their way or running; the others wait their turn.

The whole team has no limit other than that of Kie's account: the number of sends in ten seconds.
"""
QUERIES_PER_SECOND = 8
"""Kie answers 10 per key (docs.kie.ai, get task detail)."""
QUERIES_AT_ONCE = 2
"""Per quarter of a second, so that delayed questions do not pile up with the ones that follow."""
SENDING_LIFE = timedelta(seconds=180)
"""How long a send may be under way before its outcome can no longer be known."""
SEND_BEGINS_WITHIN = timedelta(seconds=60)
"""A send that has waited longer for its turn is not begun: too little of its life would be left."""
CLAIM_LIFE = timedelta(seconds=30)
"""How long a row stays taken after its sweep has died; a living sweep renews the claim in time."""

LOOK_BACK = (timedelta(minutes=2), timedelta(minutes=30), timedelta(hours=24))
"""How long after a task was stored Kie is asked for it again."""

_LOOKS = (
    (timedelta(seconds=30), timedelta(seconds=2.5)),
    (timedelta(minutes=2), timedelta(seconds=7)),
    (timedelta(minutes=15), timedelta(seconds=20)),
    (timedelta(hours=24), timedelta(minutes=1)),
)
_ASKED_LOOKS = ((timedelta(seconds=15), timedelta(seconds=3)), *_LOOKS[2:])
"""The same where the order is a question: ready after 1–3 minutes, ask every 20–30 s (docs.kie.ai, get Veo 3
1080p video)."""
BACK_OFF = tuple(timedelta(seconds=s) for s in (2, 5, 15, 60, 300, 900, 3600, 10800))


def next_look(task: Task) -> timedelta:
    """Time until the state of a running task is asked again (docs.kie.ai, get task detail)."""
    age = timezone.now() - (task.accepted_at or task.changed_at)
    looks = _ASKED_LOOKS if task.is_asked else _LOOKS
    return next((gap for until, gap in looks if age < until), timedelta(hours=1))


def look_back(task: Task) -> datetime | None:
    """When to ask Kie about a stored task again; None when no look is left.

    Kie is asked once for files that it names late, and again for as long as our estimate stands in for its
    price. Where the order is a question, it never names either.
    """
    if task.is_asked:
        return None
    looks = LOOK_BACK if task.charge_basis == Entry.Basis.ESTIMATE else LOOK_BACK[:1]
    now, done = timezone.now(), task.ready_at or timezone.now()
    return next((done + after for after in looks if done + after > now), None)


def back_off(attempts: int) -> timedelta:
    """Wait after this many failed attempts."""
    return BACK_OFF[min(attempts, len(BACK_OFF) - 1)]


def room() -> int:
    """How many tasks may be sent right now. An unanswered send may still be on its way to Kie, so it counts.

    A send dated further ahead than servers' clocks differ was made under a clock that was ahead: its real
    time is unknown, and it does not count.
    """
    now = timezone.now()
    recent = Q(at__gt=now - SEND_WINDOW)
    on_its_way = Q(task__state=State.SENDING, at__gt=now - SEND_WINDOW - ANSWERS_WITHIN)
    made = Send.objects.filter(recent | on_its_way, at__lte=now + SEND_WINDOW)
    return max(0, SENDS - made.count())


def sends_at_once(runtime: Runtime) -> int:
    """How many orders may leave at once, regardless of the pace: none, one as a probe, or many."""
    if runtime.waits_for_kie or balance_unread(runtime):
        return 0
    if runtime.paused_at:
        return int(runtime.lets_one_out)
    return SENDS


def sends_ahead() -> int:
    """How many sends are dated in the future because of a clock that was ahead."""
    return Send.objects.filter(at__gt=timezone.now() + SEND_WINDOW).count()


def balance_unread(runtime: Runtime) -> bool:
    """Whether Kie was never asked for the balance: the books begin there, so nothing is sent before."""
    heard = runtime.silent_since or runtime.answered_at
    return not heard and not Reading.objects.exists()


def questions(wanted: int) -> int:
    """How many of `wanted` questions may be asked now. They count from now on, in every process."""
    now = time.time()
    with transaction.atomic():
        Runtime.row()
        runtime = Runtime.objects.select_for_update().get()
        recent = [at for at in runtime.asked if now - 1 < at <= now]
        just_now = sum(at > now - 0.25 for at in recent)
        granted: int = max(0, min(wanted, QUERIES_PER_SECOND - len(recent), QUERIES_AT_ONCE - just_now))
        if granted:
            Runtime.objects.update(asked=recent + [now] * granted)
    return granted
