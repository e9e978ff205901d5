"""The journal: on the disk before a byte leaves, and enough to know a forgotten task again."""

import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from generations.files import store
from generations.kie.client import KieClient
from generations.models import Happened, Pause, Runtime, State, Task
from generations.models.runtime import Mismatch
from generations.money import ledger
from generations.safekeeping import journal, recovery
from generations.simulator import FaultProgram
from generations.wording.obstacles import obstacle
from generations.wording.pauses import reason
from generations.worker.steps import age, run, send
from generations.worker.sweep import one_pass

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
    assert "journal" in obstacle(task)
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
        person=creator,
        model_id="veo3_fast",
        endpoint="veo",
        label="Veo 3.1 Fast",
        prompt="Dunes",
        values={"prompt": "Dunes"},
    )
    ghost.quote_credits, ghost.quote_basis = Decimal(60), "estimate"
    journal.write(journal.INTENT, ghost, **(journal.describe(ghost) | {"token_hash": "f" * 64}))
    journal.write(journal.ANSWER, ghost, task_id="veo_task_1")

    assert recovery.remember() is Mismatch.FORGOTTEN
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
    Task.objects.update(state=State.QUEUED, task_id=None, sent_at=None)
    assert recovery.remember() is Mismatch.FORGOTTEN
    recovery.reconcile()
    task.refresh_from_db()
    assert task.state == State.RUNNING
    run(send(task, kie))
    time.sleep(0.05)
    assert len(simulator.created()) == 1


@pytest.mark.parametrize("last", [journal.INTENT, journal.ANSWER, journal.ENDED])
def test_whoever_puts_an_old_database_back_by_hand_sends_nothing_twice(
    order: Any, kie: Any, simulator: Any, last: str
) -> None:
    """No start command ran, no sweep looked: the send itself asks the journal."""
    task = order()
    assert not journal.was_sent(task)
    journal.write(journal.INTENT, task, **journal.describe(task), token_hash="a" * 64)
    if last != journal.INTENT:
        journal.write(last, task)
    run(send(task, kie))
    task.refresh_from_db()
    assert task.state == State.QUEUED
    assert simulator.created() == []
    assert Runtime.row().paused_for == "restore"
    assert f"#{task.pk} was sent" in reason(Runtime.row())


def test_a_task_that_was_refused_or_closed_since_the_backup_ends_and_gives_its_hold_back(order: Any) -> None:
    task = order()
    journal.write(journal.INTENT, task, **journal.describe(task), token_hash="a" * 64)
    journal.write(journal.ENDED, task)
    Runtime.pause(Pause.RESTORE)
    recovery.reconcile()
    task.refresh_from_db()
    assert (task.state, task.budget.held) == (State.REFUSED, 0)
    assert recovery.forgotten() == []
    assert ledger.differences() == []


def test_a_reconciled_task_knows_the_token_it_was_sent_with(order: Any) -> None:
    task = order()
    journal.write(journal.INTENT, task, **journal.describe(task), token_hash="a" * 64)
    Runtime.pause(Pause.RESTORE)
    recovery.reconcile()
    task.refresh_from_db()
    assert task.state == State.UNCONFIRMED
    assert task.sends.get().token_hash == "a" * 64


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.REFUSED, State.CLOSED])
def test_an_id_that_only_the_journal_knows_is_taken_over_at_the_next_start(order: Any, state: State) -> None:
    """The backup is from before the callback: no other one will come."""
    task = order()
    task.move(State.SENDING, Happened.HANDED_OVER, sent_at=timezone.now())
    Task.objects.update(state=state)
    journal.write(journal.INTENT, task, **journal.describe(task), token_hash="a" * 64)
    journal.write(journal.ANSWER, task, task_id="k1")
    assert not recovery.remember()
    assert not recovery.remember()
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.RUNNING, "k1")
    assert Runtime.row().paused_at is None


def test_nothing_is_reconciled_while_tasks_are_sent(order: Any) -> None:
    journal.write(journal.INTENT, order(), token_hash="a" * 64)
    with pytest.raises(recovery.NotPaused):
        recovery.reconcile()


def test_a_task_that_moved_on_while_it_was_reconciled_stays_where_it_is(
    order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = order()
    journal.write(journal.INTENT, task, **journal.describe(task), token_hash="a" * 64)
    Runtime.pause(Pause.RESTORE)
    found = recovery.forgotten()
    task.move(State.RUNNING, Happened.TAKEN, task_id="k1")
    monkeypatch.setattr(recovery, "forgotten", lambda: found)
    assert recovery.reconcile() == []
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.RUNNING, "k1")


def test_a_copy_of_the_data_sends_nothing_before_a_person_says_so(order: Any, settings: Any) -> None:
    """The whole folder was put back, or moved: what waits in it may have been sent from the original."""
    assert recovery.remember() is None
    order()
    assert recovery.remember() is None
    copy = journal.path().read_bytes()
    journal.path().rename(settings.DATA_DIR / "original")
    journal.path().write_bytes(copy)
    assert recovery.remember() is Mismatch.COPIED
    assert Runtime.row().paused_for == "restore"
    Runtime.resume()
    assert recovery.remember() is None


def test_a_journal_that_is_gone_pauses_sending(order: Any, kie: Any) -> None:
    recovery.remember()
    run(send(order(), kie))
    journal.path().unlink()
    assert recovery.remember() is Mismatch.LOST


def test_more_tasks_than_a_query_takes_parameters_are_compared(order: Any) -> None:
    task = order()
    with journal.path().open("a") as file:
        for n in range(40_000):
            file.write(f'{{"event": "returned", "task": "{n}", "at": "2026-11-25T10:00:00+00:00"}}\n')
    journal.write(journal.INTENT, task, **journal.describe(task))
    assert [item.task for item in recovery.forgotten()] == [task]


def test_what_others_write_meanwhile_is_read_and_half_a_line_waits(order: Any) -> None:
    task = order()
    journal.write(journal.INTENT, task)
    assert journal.was_sent(task)
    with journal.path().open("ab") as file:
        file.write(b'\n{"event": "returned", "task": "%s", ' % str(task.uuid).encode())
        file.flush()
        assert journal.was_sent(task)
        file.write(b'"at": "2026-11-25T10:00:00+00:00"}\n')
    assert not journal.was_sent(task)


def test_a_file_whose_row_was_lost_is_taken_from_the_disk_even_when_kie_has_deleted_it(
    order: Any, kie: Any, simulator: Any
) -> None:
    task = finished(order, kie)
    video = task.videos.get()
    task.videos.all().delete()
    Task.objects.update(state=State.SAVING, due_at=timezone.now())
    simulator.break_by(FaultProgram.load({"rules": [{"on": "file", "fault": "http_404", "links": True}]}))
    one_pass()
    again = Task.objects.get().videos.get()
    assert (again.uuid, again.sha256, again.path) == (video.uuid, video.sha256, video.path)
    assert Task.objects.get().state == State.READY
    assert served(simulator) == 1


def test_a_file_on_the_disk_that_is_not_the_one_that_was_stored_is_fetched_again(
    order: Any, kie: Any, simulator: Any
) -> None:
    task = finished(order, kie)
    video = task.videos.get()
    task.videos.all().delete()
    path = store.root() / video.path
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    Task.objects.update(state=State.SAVING, due_at=timezone.now())
    one_pass()
    again = Task.objects.get().videos.get()
    assert again.sha256 == video.sha256
    assert again.path != video.path
    assert served(simulator) == 2


def finished(order: Any, kie: Any) -> Task:
    ledger.record(kie.credits())
    order()
    while Task.objects.open().exists():
        Task.objects.update(due_at=timezone.now())
        one_pass()
    return Task.objects.get()


def served(simulator: Any) -> int:
    return int(simulator.truth()["tasks"][0]["served_whole"])
