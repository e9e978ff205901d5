"""What a sweep owes to the next one, and a worker to its supervisor."""

import os
import socketserver
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from generations import pace, wake
from generations.kie.errors import KieError, NotSent
from generations.kie.wire import Phase, Report
from generations.models import Happened, Lease, Obstacle, State, Task
from generations.models.runtime import _mark
from generations.money import ledger
from generations.safekeeping import journal
from generations.simulator import FaultProgram
from generations.wording.obstacles import obstacle
from generations.worker import sweep
from generations.worker.steps import refresh, run, send
from generations.worker.supervisor import Process, Supervisor
from tests.refusing import full

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slow(kie: Any, order: Any) -> Iterator[threading.Event]:
    """A task that is being saved, whose file host says nothing until the event is set, and then hangs up."""
    go_on = threading.Event()

    class Host(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            go_on.wait(10)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Host) as host:
        threading.Thread(target=host.serve_forever, args=(0.05,)).start()
        task = order()
        task.move(State.SENDING, Happened.HANDED_OVER)
        task.move(State.RUNNING, Happened.TAKEN, task_id="k1")
        address = f"http://127.0.0.1:{host.server_address[1]}/a.mp4"
        task.move(State.SAVING, Happened.FINISHED, due_at=timezone.now(), result_urls=[address])
        yield go_on
        go_on.set()
        host.shutdown()


def test_a_slow_file_does_not_keep_the_next_window_from_sweeping(slow: Any, kie: Any) -> None:
    owners = []

    def next_window() -> None:
        owners.append(Lease.objects.get(name=wake.LEASE).owner)
        slow.set()

    assert sweep.window(0.3, lambda: True, next_window)
    assert owners == [""]
    assert Task.objects.get().obstacle == Obstacle.LINE


@pytest.mark.long
def test_of_two_that_would_finish_the_later_goes_on_sweeping(slow: Any, kie: Any) -> None:
    now = timezone.now()
    Lease.objects.create(name=sweep.REST, owner="another", until=now + timedelta(seconds=1.5), beat_at=now)
    began = timezone.now()

    def next_window() -> None:
        slow.set()

    assert sweep.window(0.2, lambda: True, next_window)
    assert timezone.now() - began > timedelta(seconds=1.4)


def test_answers_are_taken_when_the_database_fails_the_sweep_meanwhile(
    kie: Any, order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease cannot be renewed: what was sent is still taken down before the window ends."""
    ledger.record(kie.credits())
    order()
    real, calls = Lease.take.__func__, []  # type: ignore[attr-defined]

    def take(name: str, life: timedelta) -> bool:
        calls.append(name)
        if len(calls) > 2:
            raise OperationalError("the server is gone")
        return bool(real(Lease, name, life))

    monkeypatch.setattr(Lease, "take", take)
    monkeypatch.setattr(sweep, "TICK", 0.0)
    with pytest.raises(OperationalError):
        sweep.window(5.0, lambda: True)
    assert Task.objects.get().task_id


def test_a_send_that_was_held_up_is_not_begun(kie: Any, simulator: Any, order: Any) -> None:
    """The process stood still after the intent: meanwhile a person may have ordered the same again."""
    task = order()
    step = send(task, kie)
    create: Any = next(step)
    task.sent_at -= pace.SEND_BEGINS_WITHIN
    with pytest.raises(NotSent) as held_up:
        create.func(task.sent_at, *create.args[1:])
    with pytest.raises(StopIteration):
        step.throw(held_up.value)
    task.refresh_from_db()
    assert task.state == State.QUEUED
    assert simulator.created() == []


def test_two_processes_with_one_number_are_two_owners(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Lease.take("sweep", timedelta(seconds=30))
    _mark.cache_clear()
    assert not Lease.take("sweep", timedelta(seconds=30))


def test_the_lease_of_a_worker_that_was_killed_here_is_ended(settings: Any) -> None:
    Lease.take("sweep", timedelta(seconds=30))
    _mark.cache_clear()
    Lease.end_here("sweep")
    assert Lease.take("sweep", timedelta(seconds=30))
    Lease.objects.update(owner="elsewhere:1:x", until=timezone.now() + timedelta(seconds=30))
    Lease.end_here("sweep")
    assert not Lease.take("sweep", timedelta(seconds=30))


def test_the_supervisor_survives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(name: str) -> timedelta:
        raise OperationalError("the server is gone")

    monkeypatch.setattr(Lease, "age", away)
    worker = Process("worker", ["true"])
    Supervisor([worker], worker)._look_after_sweep()


def test_the_supervisor_queues_a_window_when_nobody_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    queued = []
    monkeypatch.setattr(wake, "start", lambda: queued.append(os.getpid()))
    worker = Process("worker", ["true"])
    worker.started = time.monotonic()
    Supervisor([worker], worker)._look_after_sweep()
    assert len(queued) == 1
    Lease.take(wake.LEASE, timedelta(seconds=15))
    Supervisor([worker], worker)._look_after_sweep()
    assert len(queued) == 1


def test_a_clock_that_is_set_back_stops_nobody() -> None:
    later = timezone.now() + timedelta(hours=1)
    Lease.objects.create(name=wake.LEASE, owner="another", until=later, beat_at=later)
    assert not wake.alive(), "a beat in the future proves nothing"
    assert Lease.take(wake.LEASE, timedelta(seconds=15))
    Lease.objects.update(owner="", until=later)
    assert Lease.take(wake.LEASE, timedelta(seconds=15))


def test_only_who_is_seen_frozen_twice_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the whole machine slept, every beat is old for a moment."""
    long_ago = timezone.now() - timedelta(hours=1)
    Lease.objects.create(name=wake.LEASE, owner="another", until=long_ago, beat_at=long_ago)
    restarted = []
    worker = Process("worker", ["true"], started=time.monotonic() - 100)
    monkeypatch.setattr(Supervisor, "_restart", lambda self, process, what: restarted.append(what))
    supervisor = Supervisor([worker], worker)
    supervisor._look_after_sweep()
    assert restarted == []
    supervisor._look_after_sweep()
    assert restarted == ["froze"]


def test_an_id_that_can_be_written_down_nowhere_is_kept_until_it_can(
    kie: Any, order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: the journal and the database refuse, and this process alone knows the id."""
    task = order()
    step = send(task, kie)
    create: Any = next(step)
    kie_id = create()

    def away(*_: Any, **__: Any) -> bool:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as database, full(journal.path()):
        database.setattr(Task, "move", away)  # A connection that refuses would be closed and opened again.
        for answer in (kie_id, None):
            waits: Any = step.send(answer)
            assert waits.func is time.sleep
    with pytest.raises(StopIteration):
        step.send(None)
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.RUNNING, kie_id)


def test_a_journal_that_cannot_be_read_stops_no_asking_and_no_saving(
    kie: Any, order: Any, simulator: Any
) -> None:
    ledger.record(kie.credits())
    paid, stuck = order(), order(prompt="Stuck")
    run(send(paid, kie))
    long_ago = timezone.now() - timedelta(hours=1)
    stuck.move(State.SENDING, Happened.HANDED_OVER, sent_at=long_ago, due_at=long_ago)
    journal.path().unlink()
    journal.path().mkdir()
    ends = time.monotonic() + 20
    while paid.state != State.READY and time.monotonic() < ends:
        Task.objects.filter(pk=paid.pk).update(due_at=timezone.now())
        sweep.one_pass()
        paid.refresh_from_db()
    assert paid.state == State.READY


def test_an_order_whose_image_is_gone_is_not_sent(kie: Any, order: Any, simulator: Any) -> None:
    """An older database was put back: the name of an image is no address for Kie."""
    task = order()
    task.values["image_urls"] = [f"upload:{uuid.uuid4()}"]
    run(send(task, kie))
    task.refresh_from_db()
    assert (task.state, task.due_at) == (State.QUEUED, None)
    assert "not here any more" in obstacle(task)
    assert simulator.created() == []


def test_a_failure_that_kie_takes_back_is_looked_for_again(kie: Any, simulator: Any, order: Any) -> None:
    """Nobody may tell us: the callback was lost. What Kie charged must not stay called failed."""
    simulator.break_by(
        FaultProgram.load({"rules": [{"on": "record", "fault": "fail_then_success", "looks": 1}]})
    )
    task = order()
    run(send(task, kie))
    while task.state == State.RUNNING:
        time.sleep(1 / pace.QUERIES_PER_SECOND)
        run(refresh(task, kie))
        task.refresh_from_db()
    assert task.state == State.FAILED
    wait = task.due_at - timezone.now()
    assert timedelta(minutes=9) < wait < timedelta(minutes=11)
    ends = time.monotonic() + 10
    while task.state == State.FAILED and time.monotonic() < ends:
        time.sleep(1 / pace.QUERIES_PER_SECOND)
        run(refresh(task, kie))
        task.refresh_from_db()
    assert task.state == State.SAVING


@pytest.mark.parametrize("answer", [KieError("away"), Phase.PENDING, Phase.MISSING])
def test_only_a_second_failure_ends_the_looks_at_a_failed_task(kie: Any, order: Any, answer: Any) -> None:
    """An outage, or an answer that contradicts it, says nothing: Kie may have finished it."""
    task = order()
    long_ago = timezone.now() - timedelta(days=2)
    task.move(State.SENDING, Happened.HANDED_OVER)
    task.move(State.RUNNING, Happened.TAKEN, task_id="k1", accepted_at=long_ago)
    task.move(State.FAILED, Happened.FAILED, due_at=timezone.now())
    task.changed_at = long_ago
    Task.objects.update(changed_at=long_ago)
    feed(refresh(task, kie), answer)
    assert task.due_at
    assert task.due_at - timezone.now() < timedelta(hours=2)
    feed(refresh(task, kie), Phase.FAILED)
    assert task.due_at is None


def feed(step: Any, answer: Any) -> None:
    next(step)
    with suppress(StopIteration):
        if isinstance(answer, Exception):
            step.throw(answer)
        else:
            step.send(Report(phase=answer))
