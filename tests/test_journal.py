"""The journal: on the disk before a byte leaves, and enough to know a forgotten task again."""

import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from generations import journal, ledger, recovery
from generations.kie.client import KieClient
from generations.lifecycle import age, run, send
from generations.models import Runtime, State, Task

pytestmark = pytest.mark.django_db(transaction=True)


def events() -> list[str]:
    return [line.event for line in journal.read()]


def test_the_intent_is_on_the_disk_before_the_first_byte_leaves(order: Any, kie: Any, simulator: Any) -> None:
    step = send(order(), kie)
    next(step)
    assert events() == ["intent"]
    assert simulator.created() == []
    step.close()


def test_what_kie_answered_is_written_down(order: Any, kie: Any, simulator: Any) -> None:
    task = order()
    run(send(task, kie))
    last = journal.last_lines()[str(task.uuid)]
    assert last.event == "answer"
    assert last.facts["task_id"] == simulator.created()[0]["id"]
    assert last.facts["prompt"] == task.prompt


def test_without_a_journal_nothing_is_sent(order: Any, kie: Any, simulator: Any, settings: Any) -> None:
    task = order()
    settings.DATA_DIR = Path("/proc/nowhere")
    run(send(task, kie))
    task.refresh_from_db()
    assert task.state == State.QUEUED
    assert "journal" in task.problem
    assert simulator.created() == []


def test_an_answer_that_only_the_journal_learnt_of_is_found_again(order: Any, kie: Any) -> None:
    task = order()
    step = send(task, kie)
    create = next(step)
    task_id = create()
    journal.write(journal.ANSWER, task, task_id=task_id)
    step.close()
    Task.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    age(Task.objects.get())
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.RUNNING, task_id)


def test_a_line_that_a_crash_has_cut_spoils_no_other(order: Any) -> None:
    task = order()
    journal.write(journal.INTENT, task, token_hash="a")
    with journal.path().open("ab") as file:
        file.write(b'\n{"event": "answer", "task": "cut')
    journal.write(journal.RETURNED, task)
    assert events() == ["intent", "returned"]


def test_after_a_refusal_to_take_it_the_task_may_be_sent_again(order: Any, simulator: Any, kie: Any) -> None:
    task = order()
    run(send(task, KieClient(api_url="http://127.0.0.1:9", upload_url="http://127.0.0.1:9", key="x")))
    assert events() == ["intent", "returned"]
    assert recovery.forgotten() == []


def test_a_task_that_the_database_has_forgotten_comes_back_and_is_not_sent_again(
    order: Any, kie: Any, simulator: Any, creator: Any
) -> None:
    """As after a restore: the journal has lines of a task that no row belongs to."""
    ghost = Task(
        person=creator, model_id="veo3_fast", label="Veo 3.1 Fast", prompt="Dunes", values={"prompt": "Dunes"}
    )
    ghost.quote_credits, ghost.quote_basis = Decimal(60), "estimate"
    journal.write(journal.INTENT, ghost, **(journal.describe(ghost) | {"token_hash": "f" * 64}))
    journal.write(journal.ANSWER, ghost, task_id="veo_task_1")

    assert recovery.hold_sending()
    assert Runtime.row().paused_for == "restore"
    back = recovery.reconcile()

    assert [t.uuid for t in back] == [ghost.uuid]
    again = Task.objects.get()
    assert (again.state, again.task_id, again.prompt) == (State.RUNNING, "veo_task_1", "Dunes")
    assert again.budget.held == 60
    assert simulator.created() == []
    assert recovery.forgotten() == []
    assert ledger.differences() == []


def test_a_task_that_is_queued_in_the_backup_but_was_sent_is_not_sent_again(
    order: Any, kie: Any, simulator: Any
) -> None:
    task = order()
    run(send(task, kie))
    Task.objects.update(state=State.QUEUED, task_id=None, token_hash=None, sent_at=None)
    assert recovery.hold_sending()
    recovery.reconcile()
    task.refresh_from_db()
    assert task.state == State.RUNNING
    run(send(task, kie))
    time.sleep(0.05)
    assert len(simulator.created()) == 1
