"""How fast we send and ask, all processes together, and who is kept back by whom."""

import threading
import time
from collections import Counter
from typing import Any, cast

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from generations import pace
from generations.kie.wire import Report
from generations.models import Happened, Hint, Obstacle, Runtime, Send, State, Task
from generations.money import ledger
from generations.simulator import FaultProgram
from generations.worker import sweep

pytestmark = pytest.mark.django_db(transaction=True)


def test_twelve_tasks_that_cannot_go_keep_no_other_one_back(kie: Any, order: Any) -> None:
    ledger.record(kie.credits())
    for n in range(pace.AT_KIE_PER_PERSON):
        order(prompt=f"Waits {n}").note(due_at=None)
    goes = order(prompt="Goes")
    with sweep.Sweep(kie) as one:
        one.begin_due()
    goes.refresh_from_db()
    assert goes.task_id


@pytest.mark.long
def test_two_sweeps_together_ask_no_more_than_kie_answers(
    kie: Any, order: Any, simulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    real = kie.record

    def record(task_id: str, *, endpoint: str) -> Report:
        asked.append(time.monotonic())
        return cast("Report", real(task_id, endpoint=endpoint))

    monkeypatch.setattr(kie, "record", record)
    for n in range(30):
        task = order(prompt=f"Number {n}")
        task.move(State.SENDING, Happened.HANDED_OVER)
        task.move(
            State.RUNNING, Happened.TAKEN, task_id=f"k{n}", due_at=timezone.now(), accepted_at=timezone.now()
        )
    granted: dict[float, int] = {}
    grant = pace.questions

    def questions(wanted: int) -> int:
        number = grant(wanted)
        granted.update(Counter(Runtime.row().asked))
        return number

    monkeypatch.setattr(pace, "questions", questions)
    ends = time.monotonic() + 2.5
    with sweep.Sweep(kie) as one, sweep.Sweep(kie) as other:
        while time.monotonic() < ends:
            for each in (one, other):
                each.begin_due()
                each.settle(0.02)
    most = max(sum(n for at, n in granted.items() if end - 1 < at <= end) for end in granted)
    assert most <= pace.QUERIES_PER_SECOND
    assert 2 * pace.QUERIES_PER_SECOND < len(asked) <= sum(granted.values())
    assert simulator.truth()["over_limit"]["queries"] == 0


def test_a_kie_that_does_not_answer_leaves_threads_to_send(
    kie: Any, order: Any, simulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.record(kie.credits())
    go_on = threading.Event()
    monkeypatch.setattr(kie, "record", lambda *_, **__: go_on.wait(10))
    monkeypatch.setattr(pace, "questions", lambda wanted: wanted)
    for n in range(20):
        task = order(prompt=f"Number {n}")
        task.move(State.SENDING, Happened.HANDED_OVER)
        task.move(
            State.RUNNING, Happened.TAKEN, task_id=f"k{n}", due_at=timezone.now(), accepted_at=timezone.now()
        )
    fresh = order(prompt="Fresh", person=User.objects.create_user("another"))
    with sweep.Sweep(kie) as one:
        ends = time.monotonic() + 8
        while not simulator.created() and time.monotonic() < ends:
            one.begin_due()
            one.settle(0.02)
        go_on.set()
    fresh.refresh_from_db()
    assert fresh.task_id


def test_a_refused_send_counts_for_the_pace_like_any_other(kie: Any, order: Any, simulator: Any) -> None:
    """Kie counts what it refuses to queue, too: asking on would only keep the door shut."""
    ledger.record(kie.credits())
    rule = {"on": "create", "fault": "status", "code": 429}
    simulator.break_by(FaultProgram.load({"rules": [rule]}))
    for n in range(3):
        person = User.objects.create_user(f"person-{n}")
        for m in range(10):
            order(prompt=f"Number {n} {m}", person=person)
    with sweep.Sweep(kie) as one:
        for _ in range(40):
            one.begin_due()
            one.settle(0.02)
    assert Send.objects.count() == pace.SENDS
    assert Task.objects.filter(state=State.QUEUED).count() == 30


def test_a_task_whose_id_was_named_is_not_sent_before_kie_was_asked(
    kie: Any, order: Any, simulator: Any
) -> None:
    """Its first send was refused, and yet there is a callback for it: the refusal may have been a lie."""
    ledger.record(kie.credits())
    task = order()
    hint = Hint.hear(task, "k1")
    with sweep.Sweep(kie) as one:
        for _ in range(10):
            one.begin_due()
            one.settle(0.02)
            hint.refresh_from_db()
        assert hint.obstacle == Obstacle.UNKNOWN
        assert simulator.created() == []
        Hint.objects.update(due_at=None)
        one.begin_due()
    task.refresh_from_db()
    assert task.task_id
