"""Values from another catalogue: an answer at the place where they are ordered, a case where they wait."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue, first_start, orders
from generations.catalogue.checking import example
from generations.catalogue.judge import judge
from generations.catalogue.params import Choice
from generations.decisions import cases, choices
from generations.decisions.cases import Kind
from generations.models import Lease, Obstacle, Runtime, State, Task
from generations.money import ledger
from generations.orders.waiting import Why, waits
from generations.simulator import FaultProgram
from generations.worker import sweep
from generations.worker.steps import run, send
from tests.case_rows import KLING, task_in
from tests.page import read

pytestmark = pytest.mark.django_db(transaction=True)

OLD: list[dict[str, Any]] = [
    {"duration": "7"},
    {"duration": 5},
    {"duration": ["5"]},
    {"duration": None, "aspect_ratio": {"w": 1}},
    {"prompt": ["a", "list"]},
    {"prompt": ""},
    {"prompt": "x" * 100_000},
    {"sound": "yes"},
    {"camera_path": "orbit"},
]


@pytest.fixture
def new_catalogue(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put another entry, or none, in the place of Kling 2.6 from now on."""
    known = dict(catalogue.models())

    def change(spec: Any) -> None:
        entries = {k: v for k, v in known.items() if k != KLING} | ({KLING: spec} if spec else {})
        monkeypatch.setattr(catalogue, "models", lambda: entries)

    return change


def spoil(task: Task, values: dict[str, Any]) -> None:
    Task.objects.filter(pk=task.pk).update(values={**task.values, **values})
    task.refresh_from_db()


def test_what_the_form_takes_passes_for_every_model() -> None:
    """The same values that a form starts with, with a prompt and what the model cannot do without."""
    for spec in catalogue.models().values():
        values = example(spec, spec.defaults())
        assert values is not None, spec.id
        assert judge(spec, values) == [], spec.id


@pytest.mark.parametrize("values", OLD, ids=[str(v)[:30] for v in OLD])
def test_old_values_are_refused_with_a_sentence_where_they_are_ordered(
    client: Client, creator: User, values: dict[str, Any]
) -> None:
    task = task_in(creator, State.CANCELLED)
    ledger.release(task)
    doubtful = task_in(creator, State.UNCONFIRMED)
    for each in (task, doubtful):
        spoil(each, values)
    client.force_login(creator)
    answer = client.post(f"/tasks/{task.uuid}/retry/", follow=True)
    assert answer.status_code == 200
    assert "Not sent:" in read(answer)
    answer = client.post(f"/tasks/{doubtful.uuid}/case/again/", {"turn": "0"})
    assert answer.status_code == 422
    assert "Not sent:" in read(answer)
    assert Task.objects.count() == 2


def test_a_first_start_leaves_out_a_sample_that_the_catalogue_does_not_take(
    monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(first_start, "SAMPLES", ((KLING, "Old", {"duration": "7"}), (KLING, "New", {})))
    first_start.fill_sandbox()
    assert [task.prompt for task in Task.objects.all()] == ["New"]
    assert "“7” is not offered" in caplog.text


def test_an_image_that_is_gone_is_said_where_it_is_ordered(creator: User) -> None:
    task = task_in(creator, State.UNCONFIRMED)
    spoil(task, {"image_urls": ["upload:5d3f3a1e-7d1c-4c0e-9a59-111111111111"]})
    with pytest.raises(orders.NotAdmitted, match="not here any more"):
        choices.order_again(task, creator)


@pytest.mark.parametrize("values", OLD, ids=[str(v)[:30] for v in OLD])
def test_a_queued_task_with_old_values_is_a_case_and_never_an_exception(
    kie: Any, creator: User, order: Callable[..., Task], simulator: Any, values: dict[str, Any], caplog: Any
) -> None:
    ledger.record(kie.credits())
    task = order()
    spoil(task, values)
    sweep.one_pass()
    sweep.one_pass()
    task.refresh_from_db()
    assert (task.state, task.due_at, task.obstacle) == (State.QUEUED, None, Obstacle.VALUES)
    assert simulator.created() == []
    assert "broke" not in caplog.text
    case = cases.case_of(task)
    assert case
    assert case.kind is Kind.UNSENT
    assert waits([task])[task.pk].why is Why.CANNOT_GO
    assert orders.cancel(task, creator)
    assert ledger.budget_of(creator).held == 0
    assert ledger.differences() == []


def test_a_model_that_left_and_one_that_changed_are_cases_with_ways_out(
    client: Client, kie: Any, creator: User, order: Callable[..., Task], new_catalogue: Callable[..., None]
) -> None:
    Lease.take("sweep", timedelta(minutes=5))
    spec = catalogue.find(KLING)
    assert spec
    gone = order(prompt="Its model leaves")
    new_catalogue(None)
    run(send(gone, kie))
    client.force_login(creator)
    shown = read(client.get("/queue/"))
    assert "It cannot be sent as it is" in shown
    assert "Kling 2.6 has left the catalogue. Cancel this task." in shown
    assert "Cancel, free 55 cr" in shown
    assert "Order it anew" not in shown
    five = tuple(
        replace(p, options=("6", "10"), default="6") if isinstance(p, Choice) and p.name == "duration" else p
        for p in spec.params
    )
    new_catalogue(None)
    Task.objects.filter(pk=gone.pk).update(obstacle="", due_at=gone.created_at)
    new_catalogue(replace(spec, params=five))
    gone.refresh_from_db()
    run(send(gone, kie))
    shown = read(client.get("/queue/"))
    assert "“5” is not offered. It takes 6, 10." in shown
    assert "Order it anew with its words" in shown
    client.post(f"/tasks/{gone.uuid}/cancel/", {"next": "/queue/"})
    gone.refresh_from_db()
    assert gone.state == State.CANCELLED
    assert "Needs a person" not in read(client.get("/queue/"))


def test_a_step_that_breaks_is_tried_less_and_less_often_and_becomes_a_case(
    kie: Any, order: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours that nobody foresaw: no loop every half minute, and a person hears of it."""
    ledger.record(kie.credits())
    task = order()

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(sys.modules["generations.worker.steps.send"], "missing_assets", broken)
    waited = []
    for _ in range(4):
        Task.objects.filter(pk=task.pk).update(due_at=task.created_at)
        with sweep.Sweep(kie) as one:
            one.begin_due()
        task.refresh_from_db()
        assert task.due_at
        waited.append(round((task.due_at - task.created_at).total_seconds()))
    assert (task.state, task.obstacle, task.attempts) == (State.QUEUED, Obstacle.BROKE, 4)
    assert waited == sorted(waited)
    assert waited[-1] > 30
    case = cases.case_of(task)
    assert case
    assert case.kind is Kind.UNSENT


def test_an_image_that_kie_refuses_again_and_again_is_a_case_and_an_outage_is_none(creator: User) -> None:
    refused = {
        "obstacle_facts": {"text": "File type is not allowed", "code": 400},
        "obstacle": Obstacle.UPLOAD,
    }
    silence = {"obstacle_facts": {"silence": "timed out", "host": "x"}, "obstacle": Obstacle.UPLOAD}
    for facts, found in ((refused, 1), (silence, 0)):
        task = task_in(creator, State.QUEUED)
        task.note(attempts=cases.TRIED_OFTEN, due_at=task.created_at, **facts)
        assert cases.count_open(Task.objects.filter(pk=task.pk)) == found


# The cap of a key


def test_a_key_over_its_cap_pauses_until_the_cap_may_be_free_again(
    client: Client, kie: Any, order: Callable[..., Task], simulator: Any, admin: User
) -> None:
    Lease.take("sweep", timedelta(minutes=5))
    ledger.record(kie.credits())
    simulator.break_by(FaultProgram.load({"rules": [{"on": "create", "fault": "status", "code": 433}]}))
    tasks = [order(prompt=f"Number {n}") for n in range(3)]
    with sweep.Sweep(kie) as one:
        one.begin_due()
    runtime = Runtime.row()
    assert runtime.paused_for == "cap"
    assert runtime.paused_until
    assert runtime.paused_at
    assert timedelta(0) < runtime.paused_until - runtime.paused_at <= timedelta(minutes=61)
    client.force_login(admin)
    shown = read(client.get("/queue/"))
    assert "The key has used up its cap at Kie" in shown
    assert "by itself. An admin can resume it at once." in shown
    assert "not enough credits" not in shown
    sends = sum(task.sends.count() for task in tasks)
    Runtime.objects.update(paused_until=runtime.paused_at)
    Task.objects.update(due_at=runtime.paused_at)
    with sweep.Sweep(kie) as one:
        one.begin_due()
    assert sum(task.sends.count() for task in tasks) == sends + 1, "one order finds out for all"
    assert Runtime.row().paused_for == "cap"
    simulator.break_by(FaultProgram.load({"rules": []}))
    Runtime.objects.update(paused_until=runtime.paused_at)
    Task.objects.update(due_at=runtime.paused_at)
    sweep.one_pass()
    assert Runtime.row().paused_at is None
    assert not Task.objects.filter(state=State.QUEUED).exists()


def test_more_credits_do_not_end_a_pause_for_the_cap(kie: Any) -> None:
    from generations.worker.steps import read_balance

    Runtime.pause_for_cap({"text": "daily limit"})
    ledger.record(Decimal(1))
    run(read_balance(kie))
    assert Runtime.row().paused_for == "cap"
