"""Kie says no and takes the order all the same: nothing that is paid is lost, and nothing is called free."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from generations.kie.client import KieClient
from generations.models import Happened, Hint, State, Task
from generations.money import ledger
from generations.safekeeping import journal, recovery
from generations.simulator import FaultProgram
from generations.worker.steps import attach, run, send
from generations.worker.sweep import one_pass

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lied_to(order: Any, kie: KieClient, simulator: Any, settings: Any) -> Callable[..., tuple[Task, str]]:
    """Send a task that Kie takes under a “no”; the task, and the id that it has at Kie."""
    settings.PUBLIC_URL = "http://127.0.0.1:9"

    def lie(code: int = 429) -> tuple[Task, str]:
        rule = {"on": "create", "fault": "accept_then_status", "code": code, "count": 1}
        simulator.break_by(FaultProgram.load({"rules": [rule]}))
        task: Task = order()
        run(send(task, kie))
        task.refresh_from_db()
        return task, simulator.created()[-1]["id"]

    return lie


def until_ended() -> None:
    while Task.objects.open().exists():
        Task.objects.update(due_at=timezone.now())
        one_pass()


def test_a_callback_that_comes_before_the_second_send_prevents_it(
    lied_to: Any, kie: KieClient, simulator: Any
) -> None:
    task, kie_id = lied_to()
    assert task.state == State.QUEUED
    run(attach(Hint.hear(task, kie_id), kie))
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.RUNNING, kie_id)
    until_ended()
    assert len(simulator.created()) == 1
    assert ledger.differences() == []


def test_what_was_taken_twice_becomes_two_tasks_that_both_end_and_are_both_charged(
    lied_to: Any, kie: KieClient, simulator: Any
) -> None:
    task, first_id = lied_to()
    run(send(task, kie))
    task.refresh_from_db()
    assert task.state == State.RUNNING
    assert task.task_id != first_id
    hint = Hint.hear(task, first_id)
    run(attach(hint, kie))
    run(attach(hint, kie))
    until_ended()
    second = Task.objects.get(parent=task)
    assert second.task_id == first_id
    assert set(Task.objects.values_list("state", flat=True)) == {State.READY}
    assert task.person.budgets.get().spent == 110
    assert ledger.differences() == []
    assert task.events.filter(kind=Happened.TOOK_TWICE, facts__task=second.pk).exists()


def test_the_second_is_not_forgotten_by_a_restored_database(lied_to: Any, kie: KieClient) -> None:
    task, first_id = lied_to()
    run(send(task, kie))
    task.refresh_from_db()
    run(attach(Hint.hear(task, first_id), kie))
    second = Task.objects.get(parent=task)
    lines = journal.last_lines()
    assert lines[str(task.uuid)].facts["task_id"] == task.task_id
    assert lines[str(second.uuid)].facts["task_id"] == first_id
    assert lines[str(second.uuid)].facts["model"] == second.model_id
    assert recovery.forgotten() == []


def test_a_second_id_in_the_answer_itself_is_kept_too(order: Any, kie: KieClient, simulator: Any) -> None:
    """A callback named one id, Kie proved it, and then the answer to the order names another one."""
    task = order()
    step = send(task, kie)
    next(step)
    Task.objects.get().move(
        State.RUNNING, Happened.TAKEN, task_id="k1", accepted_at=timezone.now(), due_at=None
    )
    with pytest.raises(StopIteration):
        step.send("k2")
    assert set(Task.objects.values_list("task_id", "state")) == {("k1", "running"), ("k2", "running")}
    assert ledger.differences() == []
