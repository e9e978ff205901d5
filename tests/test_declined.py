"""Errors that Kie answers in JSON: probably nothing was taken. Nobody is stopped, one click closes all."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.decisions import cases, choices
from generations.models import (
    Audit,
    Budget,
    Happened,
    Hint,
    Lease,
    Obstacle,
    Pause,
    Runtime,
    State,
    Task,
)
from generations.money import clues, ledger
from generations.simulator import FaultProgram
from generations.worker.steps import run, send
from tests.case_rows import ago, reading, task_in, unconfirmed
from tests.page import read

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Internal Error, Please try again later."


def break_sends(simulator: Any, **fault: Any) -> None:
    simulator.break_by(FaultProgram.load({"rules": [{"on": "create", **fault}]}))


def declined(person: User, **fields: Any) -> Task:
    facts = {"text": TEXT, "code": 500, "status": 200}
    return task_in(person, State.UNCONFIRMED, obstacle=Obstacle.DECLINED, obstacle_facts=facts, **fields)


def quiet(person: User, minutes: int = 20) -> Task:
    """Answered with an error a while ago; the balance has stood still since."""
    task = declined(person, sent_at=ago(minutes=minutes))
    assert task.sent_at
    reading(1000, task.sent_at - timedelta(minutes=1))
    reading(1000, task.sent_at + timedelta(minutes=3))
    return task


@pytest.mark.parametrize(
    ("fault", "obstacle"),
    [
        ({"fault": "status", "code": 500, "text": TEXT}, Obstacle.DECLINED),
        ({"fault": "status", "code": 501, "text": "Generation failed"}, Obstacle.DECLINED),
        ({"fault": "accept_then_500"}, Obstacle.DECLINED),
        ({"fault": "http_503_html"}, Obstacle.LOST),
        ({"fault": "accept_then_cut_json"}, Obstacle.LOST),
    ],
)
def test_only_a_whole_error_of_kie_counts_as_declined(
    kie: Any, order: Callable[..., Task], simulator: Any, fault: dict[str, Any], obstacle: Obstacle
) -> None:
    task = order()
    break_sends(simulator, **fault)
    run(send(task, kie))
    task.refresh_from_db()
    assert (task.state, task.obstacle) == (State.UNCONFIRMED, obstacle)
    assert Runtime.row().reading_due_at, "the balance is read soon: it is the only witness"


def test_a_busy_day_stops_nobody(kie: Any, order: Callable[..., Task], simulator: Any) -> None:
    """Every answer to nine orders is a 500 in JSON: nine cases, and the tenth order goes out."""
    break_sends(simulator, fault="status", code=500, text=TEXT)
    tasks = [order(prompt=f"Number {n}") for n in range(9)]
    for task in tasks:
        run(send(task, kie))
    assert Runtime.row().paused_at is None
    simulator.break_by(FaultProgram.load({"rules": []}))
    last = order(prompt="The tenth")
    run(send(last, kie))
    last.refresh_from_db()
    assert last.state == State.RUNNING
    for task in tasks:
        run(send(task, kie))
        task.refresh_from_db()
        assert task.state == State.UNCONFIRMED, "it is never sent again by a machine"
    assert len(simulator.created()) == 1


def test_answers_that_are_lost_still_stop_sending(
    kie: Any, order: Callable[..., Task], simulator: Any
) -> None:
    break_sends(simulator, fault="http_503_html")
    for n in range(3):
        run(send(order(prompt=f"Number {n}"), kie))
    assert Runtime.row().paused_for == Pause.UNCONFIRMED


def test_what_stood_still_is_probably_not_sent(creator: User) -> None:
    task = quiet(creator)
    assert clues.untouched([task])[task.pk].after == timedelta(minutes=3)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda task: task.note(sent_at=task.sent_at - timedelta(hours=2)),
        lambda task: reading(945, task.sent_at + timedelta(minutes=4)),
        lambda task: reading(1500, task.sent_at + timedelta(minutes=4)),
        lambda task: Hint.hear(task, "k1"),
        lambda task: task.note(obstacle=Obstacle.LOST),
        lambda task: task.note(sent_at=timezone.now() - timedelta(seconds=30)),
    ],
    ids=["not read then", "fell", "rose", "an id was named", "answer lost", "too soon"],
)
def test_one_sign_less_and_it_is_a_case_like_any_other(creator: User, spoil: Callable[[Task], Any]) -> None:
    task = quiet(creator)
    spoil(task)
    assert clues.untouched([Task.objects.get(pk=task.pk)]) == {}


@pytest.mark.parametrize("takes", ["when it is sent", "when it ends"])
def test_what_other_tasks_took_meanwhile_does_not_hide_it(creator: User, takes: str) -> None:
    task = quiet(creator)
    assert task.sent_at
    other = task_in(creator, State.RUNNING, sent_at=task.sent_at + timedelta(seconds=20))
    if takes == "when it ends":
        ended = task.sent_at + timedelta(minutes=1)
        Task.objects.filter(pk=other.pk).update(state=State.SAVING, finished_at=ended, charge_credits=55)
        ledger.charge(other, Decimal(55), "actual")
    reading(945, task.sent_at + timedelta(minutes=4))
    assert clues.untouched([task])[task.pk].explained == 55


def test_one_click_closes_all_of_them_and_writes_down_each(
    client: Client, creator: User, admin: User
) -> None:
    Lease.take("sweep", timedelta(minutes=5))
    tasks = [quiet(creator, minutes) for minutes in (20, 60, 100)]
    doubtful = unconfirmed(creator, sent_at=ago(minutes=200))
    client.force_login(admin)
    shown = read(client.get("/queue/"))
    assert "3 were probably not sent, nothing was charged." in shown
    assert shown.button("Close all 3, free 165 cr")
    answer = client.post("/queue/not-sent/", {"task": [t.pk for t in [*tasks, doubtful]]}, follow=True)
    assert "3 tasks are closed. The 165 cr that were held are free again." in read(answer)
    assert "What has changed meanwhile stays here." in read(answer)
    assert set(Task.objects.filter(state=State.CLOSED)) == set(tasks)
    doubtful.refresh_from_db()
    assert doubtful.state == State.UNCONFIRMED
    entries = Audit.objects.filter(action=Audit.Action.CLOSED, person=admin)
    assert {entry.task_id for entry in entries} == {task.pk for task in tasks}
    assert "code 500" in entries[0].text
    assert Budget.objects.get(person=creator).held == 55
    assert ledger.differences() == []


def test_a_sign_that_came_meanwhile_is_heeded(creator: User, admin: User) -> None:
    task = quiet(creator)
    assert task.sent_at
    reading(945, task.sent_at + timedelta(minutes=4))
    settled = choices.close_quiet([task], admin)
    assert (settled.closed, settled.left) == ([], [task])


def test_people_close_their_own_only(client: Client, creator: User, make_person: Callable[..., User]) -> None:
    task = quiet(creator)
    for person in (make_person("creator", "another"), make_person("reviewer")):
        client.force_login(person)
        assert client.post("/queue/not-sent/", {"task": task.pk}).status_code in (302, 403)
        task.refresh_from_db()
        assert task.state == State.UNCONFIRMED
    client.force_login(creator)
    assert client.get("/queue/not-sent/").status_code == 405
    assert client.post("/queue/not-sent/").status_code == 400
    client.post("/queue/not-sent/", {"task": task.pk})
    task.refresh_from_db()
    assert task.state == State.CLOSED


def test_what_was_closed_so_still_turns_up(creator: User, admin: User) -> None:
    task = quiet(creator)
    choices.close_quiet([task], admin)
    task.refresh_from_db()
    assert task.move(State.RUNNING, Happened.TAKEN, task_id="k1", charge_credits=None, charge_basis="")
    assert ledger.differences() == []


def test_the_case_says_what_speaks_for_it(client: Client, creator: User) -> None:
    task = quiet(creator)
    case = cases.case_of(task)
    assert case
    client.force_login(creator)
    shown = read(client.get(f"/tasks/{task.uuid}/case/"))
    assert "Kie answered with an error, which does not say for sure that it took nothing." in shown
    assert f"“{TEXT} (code 500)”" in shown
    assert "The balance had not fallen 3 min later:" in shown
    assert "probably not sent, nothing was charged." in shown
