"""Readings of the balance."""

import time
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from generations.kie.client import KieClient
from generations.kie.errors import Declined, KieError, Refusal, Refused
from generations.models import Pause, Reading, Runtime, State, Task
from generations.models.state import OPEN
from generations.money import ledger
from generations.worker.steps.step import Step

WHILE_OPEN = timedelta(minutes=1)
WHILE_IDLE = timedelta(minutes=5)
WHILE_IN_DOUBT = timedelta(minutes=10)
"""How long after a send with a lost answer the balance is read as often as for an open task."""


def read_balance(kie: KieClient) -> Step:
    """Ask Kie for the balance and keep the answer. A higher balance ends a pause for credits.

    A refusal is an answer too: Kie is not silent then, and if it refuses the key, sending is paused.
    """

    def ask() -> tuple[Decimal | KieError, int]:
        began = time.monotonic()
        try:
            answer: Decimal | KieError = kie.credits()
        except (Refused, Declined) as no:
            answer = no
        return answer, round((time.monotonic() - began) * 1000)

    Runtime.objects.filter(pk=1).update(reading_due_at=timezone.now() + _wait())
    try:
        answer, took = yield ask
    except KieError as failure:
        Runtime.unheard(failure.facts)
        return
    Runtime.heard(took)
    if isinstance(answer, KieError):
        if isinstance(answer, Refused) and answer.refusal is Refusal.UNAUTHORISED:
            Runtime.pause(Pause.KEY, answer.facts)
        return
    before = Reading.last()
    ledger.record(answer)
    Runtime.end_pause(Pause.KEY)
    if before is not None and answer > before.credits:
        Runtime.end_pause(Pause.CREDITS)


def _wait() -> timedelta:
    """Time until the next reading."""
    doubted = Q(state=State.UNCONFIRMED, sent_at__gt=timezone.now() - WHILE_IN_DOUBT)
    busy = Task.objects.filter(doubted | Q(state__in=OPEN)).exists()
    return WHILE_OPEN if busy else WHILE_IDLE
