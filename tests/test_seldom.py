"""Turns that the road takes seldom: each leaves it, the books and the journal as they should be."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.utils import timezone

from generations.files import store, volume
from generations.kie.errors import KieError, Refusal, Refused
from generations.kie.wire import Phase, Report
from generations.models import Asset, Happened, Obstacle, Pause, Runtime, State, Task
from generations.money import ledger
from generations.safekeeping import backups, journal, recovery
from generations.simulator import FaultProgram
from generations.worker.steps import read_balance, run, send
from generations.worker.steps.attach import doubts, take_over
from generations.worker.steps.send import age
from generations.worker.steps.step import Step
from generations.worker.sweep import Sweep
from tests.test_steps_that_fail import picture, with_image

__all__ = ["picture", "with_image"]
pytestmark = pytest.mark.django_db(transaction=True)


# An id is taken over


def test_an_id_that_the_task_has_by_now_makes_no_second_task(order: Any, kie: Any) -> None:
    task = order()
    run(send(task, kie))
    task.refresh_from_db()
    take_over(task, task.task_id)
    assert Task.objects.count() == 1
    assert ledger.differences() == []


def test_a_record_without_our_token_is_no_task_that_was_never_sent(order: Any) -> None:
    task = order()
    now = timezone.now()
    record = Report(phase=Phase.PENDING, model=task.model_id, prompt=task.prompt, created_at=now)
    assert doubts(task, record, named_by_person=True) == (Obstacle.OTHER_TIME, {"at": now.isoformat()})


@pytest.mark.parametrize(("apart", "same"), [(0, True), (8 * 60, True), (9 * 60 + 58, True), (30, False)])
def test_a_veo_record_may_tell_its_time_in_another_zone(order: Any, apart: int, same: bool) -> None:
    """Its timestamps name no zone: whole hours are no contradiction."""
    task = order("veo3_fast")
    Task.objects.update(sent_at=timezone.now())
    task.refresh_from_db()
    made = task.sent_at + timedelta(minutes=apart)
    record = Report(phase=Phase.PENDING, model=task.model_id, prompt=task.prompt, created_at=made)
    assert (doubts(task, record, named_by_person=True) is None) == same


# The balance


@pytest.mark.parametrize(("code", "pauses"), [(401, True), (429, False), (500, False)])
def test_a_refusal_of_the_balance_is_an_answer_and_stops_sending_only_for_the_key(
    kie: Any, simulator: Any, code: int, pauses: bool
) -> None:
    simulator.break_by(FaultProgram.load({"rules": [{"on": "credit", "fault": "status", "code": code}]}))
    run(read_balance(kie))
    runtime = Runtime.row()
    assert runtime.silent_since is None
    assert runtime.paused_for == (Pause.KEY if pauses else "")
    assert ledger.balance().reading is None


def test_a_balance_that_is_not_told_is_silence(kie: Any, simulator: Any) -> None:
    simulator.break_by(FaultProgram.load({"rules": [{"on": "credit", "fault": "reset"}]}))
    run(read_balance(kie))
    assert Runtime.row().silent_since
    assert ledger.balance().reading is None


# A send


def answered_by(task: Task, token: str) -> None:
    """The process died between the journal's line and the row."""
    journal.write(journal.INTENT, task, **journal.describe(task), token_hash=token)
    journal.write(journal.ANSWER, task, task_id="kie-of-that-send", token_hash=token)


def test_an_answer_to_an_earlier_send_is_not_that_of_this_one(order: Any, kie: Any) -> None:
    task = order()
    step = send(task, kie)
    next(step)
    step.close()
    answered_by(task, "a" * 64)
    Task.objects.update(sent_at=timezone.now() - timedelta(hours=1), due_at=timezone.now())
    task.refresh_from_db()
    age(task)
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.UNCONFIRMED, None)


def test_a_send_of_which_the_journal_has_lost_the_line_is_in_doubt(order: Any, kie: Any) -> None:
    task = order()
    step = send(task, kie)
    next(step)
    step.close()
    journal.path().write_bytes(b"")
    Task.objects.update(sent_at=timezone.now() - timedelta(hours=1), due_at=timezone.now())
    task.refresh_from_db()
    age(task)
    task.refresh_from_db()
    assert task.state == State.UNCONFIRMED


def test_a_link_that_kie_still_keeps_is_used_again(with_image: Task, kie: Any, simulator: Any) -> None:
    upload = Asset.objects.get()
    run(send(with_image, kie))
    link = Asset.objects.get(pk=upload.pk).kie_url
    again = Task.objects.get(pk=with_image.pk)
    simulator.break_by(FaultProgram.load({"rules": [{"on": "upload", "fault": "reset"}]}))
    Task.objects.filter(pk=again.pk).update(state=State.QUEUED, task_id=None, sent_at=None)
    again.refresh_from_db()
    again.pk, again.uuid, again.order_key = None, uuid4(), None
    again.save()
    run(send(again, kie))
    again.refresh_from_db()
    assert again.state == State.RUNNING
    assert Asset.objects.get(pk=upload.pk).kie_url == link


# The sweep


@pytest.mark.parametrize(
    ("failure", "silent"),
    [
        (None, False),
        (KieError("the line broke"), True),
        (Refused("not this", refusal=Refusal.PARAMETER), False),
    ],
)
def test_only_a_question_without_an_answer_counts_as_silence(
    kie: Any, failure: Exception | None, silent: bool
) -> None:
    with Sweep(kie) as sweep:
        sweep._listen(failure, 0.25)
    assert (Runtime.row().silent_since is not None) == silent


@pytest.mark.parametrize(("broken", "waits"), [(ValueError("ours"), True), (OperationalError("away"), False)])
def test_a_step_that_breaks_puts_its_row_off_unless_the_database_broke_it(
    order: Any, kie: Any, broken: Exception, waits: bool
) -> None:
    task = order()

    def step() -> Step:
        if broken:
            raise broken
        yield lambda: None

    with Sweep(kie) as sweep:
        sweep.claims["send"] = task
        assert sweep._advance("send", step(), None, None) == 1
        assert sweep._advance("of no row", step(), None, None) == 1
        assert not sweep.claims
    task.refresh_from_db()
    assert bool(task.attempts) == waits


# What comes back


@pytest.mark.parametrize("marked", [True, False])
def test_files_come_back_with_the_mark_of_their_database_if_there_was_one(
    tmp_path: Path, marked: bool
) -> None:
    kept = tmp_path / "backup" / "media"
    kept.mkdir(parents=True)
    (kept / "clip.mp4").write_bytes(b"bytes")
    if marked:
        (kept / volume.mark().name).write_text("mark")
    backups.put_back_media(tmp_path / "backup")
    assert store.at("clip.mp4").read_bytes() == b"bytes"
    assert volume.mark().exists() == marked


def test_an_id_that_another_task_has_is_not_taken_from_the_journal(order: Any, kie: Any) -> None:
    first, second = order(), order(prompt="Second")
    run(send(first, kie))
    first.refresh_from_db()
    second.move(State.SENDING, Happened.HANDED_OVER, sent_at=timezone.now())
    Task.objects.filter(pk=second.pk).update(state=State.UNCONFIRMED)
    third = order(prompt="Not in the journal")
    Task.objects.filter(pk=third.pk).update(state=State.CLOSED)
    journal.write(journal.INTENT, second, **journal.describe(second), token_hash="b" * 64)
    journal.write(journal.ANSWER, second, task_id=first.task_id)
    recovery.remember()
    assert set(Task.objects.exclude(pk=first.pk).values_list("state", "task_id")) == {
        (State.UNCONFIRMED, None),
        (State.CLOSED, None),
    }


def test_a_line_without_a_token_brings_a_task_back_without_a_send(order: Any) -> None:
    task = order()
    journal.write(journal.INTENT, task, **journal.describe(task))
    Runtime.pause(Pause.RESTORE)
    recovery.reconcile()
    task.refresh_from_db()
    assert task.state == State.UNCONFIRMED
    assert not task.sends.exists()


def test_a_line_that_describes_no_order_brings_nothing_back(order: Any, creator: User) -> None:
    gone = order()
    gone.uuid = uuid4()
    journal.write(journal.INTENT, gone, token_hash="c" * 64)
    Runtime.pause(Pause.RESTORE)
    assert recovery.reconcile() == []
    assert Task.objects.count() == 1
    assert ledger.budget_of(creator).held == Decimal(55)
