"""What Kie says late, or differently the second time, is booked once and right."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from generations import pace
from generations.decisions import choices
from generations.kie.errors import Ambiguous
from generations.kie.wire import Phase
from generations.models import Entry, Happened, State, Task
from generations.money import ledger
from generations.simulator import FaultProgram
from generations.worker.steps import refresh, run, send
from tests.test_moves import KIE, feed, report
from tests.test_road import travel

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_figure_that_comes_late_is_asked_for_and_booked(order: Any, kie: Any, simulator: Any) -> None:
    """On the road: Kie says nothing of the cost at first, and the stored task is asked for again."""
    rule = {"on": "record", "fault": "success_without_charge"}
    simulator.break_by(FaultProgram.load({"seed": 1, "rules": [rule]}))
    task = travel(order(), kie)
    assert (task.state, task.charge_basis) == (State.READY, Entry.Basis.ESTIMATE)
    assert task.due_at is not None
    simulator.break_by(None)
    run(refresh(task, kie))
    task.refresh_from_db()
    assert task.charge_basis == Entry.Basis.ACTUAL
    assert not Task.objects.exclude(due_at=None).exists()
    assert ledger.differences() == []


def test_a_failed_task_that_was_charged_and_succeeds_after_all_is_charged_the_difference(
    order: Any, kie: Any
) -> None:
    task = order()
    run(send(task, kie))
    feed(refresh(task, kie), report(task, Phase.FAILED, Decimal(12)))
    assert (task.state, task.charge_credits) == (State.FAILED, Decimal(12))
    feed(refresh(task, kie), report(task, Phase.SUCCESS, Decimal(55)))
    task.refresh_from_db()
    assert (task.state, task.charge_credits) == (State.SAVING, Decimal(55))
    assert ledger.differences() == []


def test_a_closed_task_that_turns_up_and_fails_is_settled(order: Any, admin: Any) -> None:
    task = order()
    Task.objects.update(state=State.UNCONFIRMED, sent_at=timezone.now())
    task.refresh_from_db()
    choices.close(task, admin, "not there")
    task.move(State.RUNNING, Happened.TAKEN, task_id="late", charge_credits=None)
    feed(refresh(task, KIE), report(task, Phase.FAILED, None))
    task.refresh_from_db()
    assert task.state == State.FAILED
    assert ledger.differences() == []


def test_nothing_is_free_until_kie_says_so_for_the_last_time(order: Any) -> None:
    """Kie has been seen to report 0 with the result and the price a little later."""
    task = order()
    task.move(State.SENDING, Happened.HANDED_OVER, sent_at=timezone.now())
    task.move(State.RUNNING, Happened.TAKEN, task_id="k1", accepted_at=timezone.now())
    feed(refresh(task, KIE), report(task, Phase.SUCCESS, Decimal(0)))
    assert (task.charge_credits, task.charge_basis) == (Decimal(55), Entry.Basis.ESTIMATE)
    task.move(State.READY, Happened.STORED, ready_at=timezone.now())
    feed(refresh(task, KIE), report(task, Phase.SUCCESS, Decimal(0)))
    assert task.due_at is not None
    feed(refresh(task, KIE), report(task, Phase.SUCCESS, Decimal(20)))
    assert (task.charge_credits, task.charge_basis) == (Decimal(20), Entry.Basis.ACTUAL)
    assert ledger.differences() == []


def test_a_look_at_a_stored_task_that_came_to_nothing_does_not_count(order: Any) -> None:
    """Kie may be out of order for hours at just the time when the figure is asked for."""
    task = order()
    task.move(State.SENDING, Happened.HANDED_OVER, sent_at=timezone.now())
    task.move(State.RUNNING, Happened.TAKEN, task_id="k1", accepted_at=timezone.now())
    feed(refresh(task, KIE), report(task, Phase.SUCCESS, None))
    last = timezone.now() - pace.LOOK_BACK[-1] - timedelta(seconds=1)
    task.move(State.READY, Happened.STORED, ready_at=last, due_at=timezone.now())
    for nothing in (Ambiguous("no answer"), report(task, Phase.PENDING, None)):
        feed(refresh(task, KIE), nothing)
        assert task.due_at is not None
        assert timezone.now() < task.due_at < timezone.now() + timedelta(hours=2)
    feed(refresh(task, KIE), report(task, Phase.SUCCESS, Decimal(20)))
    assert (task.charge_credits, task.charge_basis, task.due_at) == (Decimal(20), Entry.Basis.ACTUAL, None)


def test_what_kie_calls_free_a_day_later_is_free(order: Any) -> None:
    task = order()
    task.move(State.SENDING, Happened.HANDED_OVER, sent_at=timezone.now())
    task.move(State.RUNNING, Happened.TAKEN, task_id="k1", accepted_at=timezone.now())
    feed(refresh(task, KIE), report(task, Phase.SUCCESS, Decimal(0)))
    task.move(State.READY, Happened.STORED, ready_at=timezone.now() - timedelta(hours=25))
    feed(refresh(task, KIE), report(task, Phase.SUCCESS, Decimal(0)))
    assert (task.charge_credits, task.charge_basis) == (Decimal(0), Entry.Basis.ACTUAL)
    assert task.due_at is None
    assert ledger.differences() == []
