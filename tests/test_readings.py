"""Readings of the balance: a row for each figure, which says how long it stood."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone

from generations.models import Reading, State
from generations.money import clues, ledger, reconciliation
from generations.money.spending import Period
from tests.case_rows import reading, task_in, unconfirmed
from tests.migrating import migrate, migrate_to_newest

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def read(figures: dict[int, int]) -> datetime:
    """Have the balance read so many minutes from now; the moment of the first."""
    start = timezone.now()
    for minute, credits in figures.items():
        with time_machine.travel(start + minute * MINUTE, tick=False):
            ledger.record(Decimal(credits))
    return start


def rows() -> list[tuple[Decimal, datetime, datetime]]:
    return list(Reading.objects.order_by("at").values_list("credits", "at", "until"))


def test_a_figure_that_did_not_change_is_one_row() -> None:
    start = read({0: 100, 1: 100, 6: 100, 7: 90, 8: 100})
    spans = [(100, 0, 6), (90, 7, 7), (100, 8, 8)]
    assert rows() == [(Decimal(c), start + a * MINUTE, start + b * MINUTE) for c, a, b in spans]


def test_a_clock_that_was_set_back_makes_a_row_of_its_own() -> None:
    start = read({10: 100, 2: 100})
    assert rows() == [(Decimal(100), start + m * MINUTE, start + m * MINUTE) for m in (2, 10)]


def test_the_balance_is_as_old_as_its_last_confirmation() -> None:
    read({-30: 100, -1: 100})
    assert not ledger.balance().stale
    with time_machine.travel(timezone.now() + 10 * MINUTE):
        assert ledger.balance().stale


def test_how_long_a_figure_stood_may_change_and_nothing_else() -> None:
    read({0: 100})
    Reading.objects.update(until=timezone.now())
    for change in ({"credits": Decimal(1)}, {"at": timezone.now()}):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            Reading.objects.update(**change)


def test_a_task_of_long_before_the_send_explains_nothing(creator: User) -> None:
    """The figure stood for an hour: what was booked in it had left the balance before."""
    task = unconfirmed(creator)
    assert task.sent_at
    reading(1000, task.sent_at - 60 * MINUTE, task.sent_at + MINUTE)
    reading(945, task.sent_at + 2 * MINUTE)
    task_in(creator, State.READY, finished_at=task.sent_at - 30 * MINUTE)
    assert clues.falls([task])[task.pk].credits == 55


def test_a_task_sent_just_before_may_explain_a_fall(creator: User) -> None:
    task = unconfirmed(creator)
    assert task.sent_at
    reading(1000, task.sent_at - 60 * MINUTE, task.sent_at + timedelta(seconds=1))
    reading(945, task.sent_at + 2 * MINUTE)
    task_in(creator, State.RUNNING, sent_at=task.sent_at - timedelta(seconds=20))
    assert clues.falls([task])[task.pk].others == 1


def test_a_figure_that_stands_says_that_nothing_fell(creator: User) -> None:
    task = unconfirmed(creator)
    assert task.sent_at
    reading(1000, task.sent_at - 60 * MINUTE, task.sent_at + 60 * MINUTE)
    assert clues.falls([task])[task.pk] == clues.Fall(credits=Decimal(0), after=clues.WITHIN)


def test_a_period_within_one_figure_is_reconciled_at_its_borders(creator: User) -> None:
    now = timezone.now()
    reading(1000, now - timedelta(days=40), now)
    found = reconciliation.reconcile(Period.of("7"), [])
    assert found
    assert found.opening.at == Period.of("7").start
    assert found.unattributed == 0
    points = reconciliation.history(Period.of("7")).points
    assert [credits for _, credits in points] == [1000, 1000]


def test_one_moment_is_nothing_to_compare() -> None:
    read({0: 1000})
    assert reconciliation.reconcile(Period.of("7"), []) is None


@pytest.mark.thorough
@pytest.mark.long
def test_equal_readings_of_before_become_one(db: Any) -> None:
    start = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    try:
        old = migrate("0017_codes").get_model("generations", "Reading").objects
        for minute, credits in enumerate((100, 100, 90, 90, 90, 100)):
            old.create(credits=Decimal(credits), at=start + minute * MINUTE)
    finally:
        migrate_to_newest()
    spans = [(100, 0, 1), (90, 2, 4), (100, 5, 5)]
    assert rows() == [(Decimal(c), start + a * MINUTE, start + b * MINUTE) for c, a, b in spans]
    with pytest.raises(DatabaseError, match="only ever added"):
        Reading.objects.update(credits=1)
