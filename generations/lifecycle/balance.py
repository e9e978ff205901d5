"""Readings of the balance."""

import time
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from generations import ledger
from generations.kie.client import KieClient
from generations.kie.errors import KieError
from generations.lifecycle.step import Step
from generations.models import Pause, Reading, Runtime, Task

WHILE_OPEN = timedelta(minutes=1)
WHILE_IDLE = timedelta(minutes=5)


def read_balance(kie: KieClient) -> Step:
    """Ask Kie for the balance and keep the answer. More credits than before end a pause for credits."""

    def ask() -> tuple[Decimal, int]:
        began = time.monotonic()
        credits = kie.credits()
        return credits, round((time.monotonic() - began) * 1000)

    wait = WHILE_OPEN if Task.objects.open().exists() else WHILE_IDLE
    Runtime.objects.filter(pk=1).update(reading_due_at=timezone.now() + wait)
    try:
        credits, took = yield ask
    except KieError as failure:
        Runtime.unheard(str(failure))
        return
    Runtime.heard(took)
    before = Reading.objects.order_by("-at", "-id").first()
    ledger.record(credits)
    Runtime.end_pause(Pause.KEY)
    if before is not None and credits > before.credits:
        Runtime.end_pause(Pause.CREDITS)
