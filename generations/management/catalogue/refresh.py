"""manage.py catalogue refresh: reads list, schemas and prices of Kie's catalogue now, and waits."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils import timezone

from generations import connection
from generations.models import MarketModel, MarketState
from generations.wording.market import reason
from generations.worker import steps
from generations.worker.steps.market import CLAIM, is_due, look_up

HELP = "Read Kie's list, schemas and prices now, and wait."
FIELDS = ("schema", "price")
PATIENCE = 340.0
"""Seconds in which a look-up may begin: the last one ends a minute later at most."""
BETWEEN = 0.05


def arguments(parser: ArgumentParser) -> None:
    """None."""


def run(say: Callable[[str], object], **options: Any) -> None:
    """Ask Kie anew, beside a sweep that may do part of it. Raises CommandError when not all was answered."""
    began = timezone.now()
    try:
        MarketState.ask()
        whole = _wait(began)
        _require(began, whole=whole)
    except DatabaseError as failure:
        raise CommandError(f"The database does not answer: {failure}") from failure
    known = MarketModel.objects.filter(gone_at=None).count()
    changes = MarketModel.objects.filter(first_seen_at__gte=began).count()
    say(f"Read {known} models of Kie, {changes} of them new.")


def _wait(began: datetime) -> bool:
    """Look things up until nothing is due, or the list was refused. False: the time ran out first."""
    kie, ends = connection.client(), time.monotonic() + PATIENCE
    try:
        while time.monotonic() < ends:
            state = MarketState.now()
            if state.failed_at and state.failed_at >= began:
                return True
            if state.read_at and state.read_at >= began and not _under_way(began):
                return True
            if is_due(FIELDS) and MarketState.may_look():
                steps.run(look_up(kie, FIELDS))
            else:
                time.sleep(BETWEEN)
    finally:
        kie.close()
    return False


def _under_way(began: datetime) -> bool:
    """Whether a look-up is due, or another process has one under way."""
    rows = MarketModel.objects.filter(gone_at=None)
    late = timezone.now() + CLAIM
    return any(rows.filter(**{f"{field}_due_at__lte": late}).exists() for field in FIELDS)


def _require(began: datetime, *, whole: bool) -> None:
    """Raises CommandError with what is missing."""
    state = MarketState.now()
    if state.failed_at and state.failed_at >= began:
        why = reason(state.failed_why)
        raise CommandError(f"Kie’s list was not read: {why}. What was known before stands.")
    if not state.read_at or state.read_at < began:
        raise CommandError("Kie’s list was not read in time. What was known before stands.")
    rows = MarketModel.objects.filter(gone_at=None)
    missing = rows.exclude(schema_at__gte=began).count()
    if missing or not whole:
        raise CommandError(
            f"{missing} of {rows.count()} models gave no answer. The sweep asks for them again."
        )
