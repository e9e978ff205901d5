"""Kie mixes things up: ids, orders of files, clocks, words. Each result still ends with its own task."""

import sys
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from generations.files.download import Gone
from generations.files.store import NotSaved
from generations.kie.errors import Ambiguous, KieError
from generations.kie.wire import Failure, Phase, Report
from generations.models import Entry, Happened, Hint, Obstacle, Send, State, Task, Video
from generations.models.send import new_token
from generations.money import ledger
from generations.wording.obstacles import obstacle
from generations.worker.steps import attach, refresh, save
from generations.worker.steps.attach import TRIES
from generations.worker.steps.save import links
from generations.worker.steps.step import Step
from tests.task_page.rows import add_video
from tests.test_moves import KIE, feed

pytestmark = pytest.mark.django_db(transaction=True)
A, B, C = (f"https://tempfile.aiquickdraw.com/{name}.mp4" for name in "abc")


def sent(order: Any, kie_id: str) -> tuple[Task, str]:
    """A running task, and the callback address that it was sent with."""
    task = order(prompt=f"Runs as {kie_id}")
    token, hashed = new_token()
    task.move(State.SENDING, Happened.HANDED_OVER, sent_at=timezone.now())
    Send.objects.create(task=task, token_hash=hashed)
    task.move(
        State.RUNNING, Happened.TAKEN, task_id=kie_id, accepted_at=timezone.now(), due_at=timezone.now()
    )
    return task, f"https://studio.example.com/hooks/kie/{token}/"


def pending(address: str) -> Report:
    return Report(phase=Phase.PENDING, callback_url=address)


def success(*urls: str, address: str | None = None, **more: Any) -> Report:
    return Report(phase=Phase.SUCCESS, urls=urls, callback_url=address, **more)


def test_two_ids_that_were_mixed_up_in_the_answers_find_their_own_tasks(order: Any) -> None:
    one, address_one = sent(order, "id-two")
    two, address_two = sent(order, "id-one")
    feed(refresh(one, KIE), pending(address_two))
    feed(refresh(two, KIE), pending(address_one))
    assert {one.state, two.state} == {State.UNCONFIRMED}
    for task, address in ((two, address_two), (one, address_one)):
        feed(attach(task.hints.get(), KIE), pending(address))
    for task, kie_id in ((one, "id-one"), (two, "id-two")):
        task.refresh_from_db()
        assert (task.state, task.task_id) == (State.RUNNING, kie_id)
    assert ledger.differences() == []


def answer(step: Step, *answers: Report | KieError) -> None:
    """Give the questions of a step one answer after the other."""
    with suppress(StopIteration):
        next(step)
        for one in answers:
            if isinstance(one, KieError):
                step.throw(one)
            else:
                step.send(one)
        pytest.fail("The step asks more.")


@pytest.fixture
def mixed_up(order: Any) -> tuple[Hint, str, str]:
    """Two tasks under each other's ids: the hint for the second, and both addresses."""
    one, address_one = sent(order, "id-two")
    two, address_two = sent(order, "id-one")
    Task.objects.update(due_at=None)
    feed(refresh(one, KIE), pending(address_two))
    return two.hints.get(), address_one, address_two


def test_the_owner_of_a_mixed_up_id_gives_its_own_away_first(mixed_up: tuple[Hint, str, str]) -> None:
    hint, address_one, address_two = mixed_up
    answer(attach(hint, KIE), pending(address_two), pending(address_one))
    hint.refresh_from_db()
    hint.task.refresh_from_db()
    assert hint.due_at
    assert hint.task.due_at
    assert hint.task.task_id == "id-one"
    assert Task.objects.count() == 2
    feed(refresh(hint.task, KIE), pending(address_one))
    answer(attach(hint, KIE), pending(address_two))
    hint.task.refresh_from_db()
    assert (hint.task.state, hint.task.task_id) == (State.RUNNING, "id-two")


@pytest.mark.parametrize("silence", [Ambiguous("no answer"), Report(phase=Phase.MISSING)])
def test_nothing_is_taken_for_a_second_while_kie_does_not_say_whose_the_first_is(
    mixed_up: tuple[Hint, str, str], silence: Report | KieError
) -> None:
    hint, _, address_two = mixed_up
    for _ in range(TRIES):
        answer(attach(hint, KIE), pending(address_two), silence)
        hint.refresh_from_db()
        assert hint.due_at
        assert Task.objects.count() == 2
    answer(attach(hint, KIE), pending(address_two), silence)
    assert Task.objects.get(parent=hint.task).task_id == "id-two"


def test_an_address_that_is_nobodys_changes_nothing(order: Any) -> None:
    """It was written down otherwise, or the task is from before a restore."""
    task, _ = sent(order, "id-one")
    feed(refresh(task, KIE), success(A, address="https://studio.example.com/hooks/kie/other/"))
    assert task.state == State.SAVING


@pytest.fixture
def two_files(order: Any) -> Task:
    """A task of two files, the first of which is stored."""
    task, _ = sent(order, "id-one")
    feed(refresh(task, KIE), success(A, B))
    add_video(task, number=0)
    Video.objects.update(source_url=A)
    return task


@pytest.mark.parametrize("named", [(B, A), (A, B), (f"{B}?new", f"{A}?new"), (C, B, A)])
def test_files_that_are_named_in_another_order_are_each_stored_once(
    two_files: Task, named: tuple[str, ...]
) -> None:
    found = links(two_files, named)
    assert found[0] == A
    assert sorted(url.split("?")[0] for url in found[1:]) == sorted({u.split("?")[0] for u in named} - {A})


def test_addresses_that_are_all_new_are_taken_by_their_places(two_files: Task) -> None:
    assert links(two_files, ("https://x.redpandaai.co/1", "https://x.redpandaai.co/2")) == [
        A,
        "https://x.redpandaai.co/2",
    ]


def test_fewer_addresses_than_before_forget_none(two_files: Task) -> None:
    assert links(two_files, (A,)) == [A, B]


def test_a_link_that_is_odd_and_not_dead_is_asked_for_anew_too(order: Any) -> None:
    """A host that says 400, or shows a page, where others say 404."""
    task, _ = sent(order, "id-one")
    feed(refresh(task, KIE), success(A))
    for _ in range(3):
        step = save(task, KIE)
        next(step)
        with suppress(StopIteration):
            step.throw(NotSaved(Obstacle.LINE, silence="cut"))
            step.send(success(f"{A}?fresh"))
    assert task.result_urls == [f"{A}?fresh"]


def test_files_that_are_named_after_the_first_ones_are_stored_later(order: Any, monkeypatch: Any) -> None:
    task, _ = sent(order, "id-one")
    feed(refresh(task, KIE), success(A, charge=Decimal(55)))
    add_video(task, number=0)
    Video.objects.update(source_url=A)
    task.move(State.READY, Happened.STORED, ready_at=timezone.now(), due_at=timezone.now())
    stored: list[tuple[str, int]] = []

    def obtain(task: Task, url: str, kie: Any, number: int, *, rounds: int) -> Any:
        stored.append((url, number))
        yield lambda: None

    monkeypatch.setattr(sys.modules[refresh.__module__], "obtain", obtain)
    step = refresh(task, KIE)
    next(step)
    step.send(success(B, A, C, charge=Decimal(55)))
    for _ in step:
        pass
    assert stored == [(B, 1), (C, 2)]
    assert task.result_urls == [A, B, C]
    assert task.state == State.READY


@pytest.mark.parametrize("said", [timedelta(days=-9000), timedelta(hours=8), timedelta(hours=-8), None])
def test_a_clock_that_cannot_be_right_does_not_end_the_tries(order: Any, said: timedelta | None) -> None:
    task, _ = sent(order, "id-one")
    completed = timezone.now() + said if said else None
    feed(refresh(task, KIE), success(A, completed_at=completed))
    assert task.finished_at
    assert abs(task.finished_at - timezone.now()) < timedelta(minutes=1)
    step = save(task, KIE)
    next(step)
    step.throw(Gone(Obstacle.LINK, status=404))
    step.throw(Gone(Obstacle.LINK, status=404))
    with suppress(StopIteration):
        step.send(success(A))
    assert task.due_at is not None


def test_a_failure_code_may_be_long(order: Any) -> None:
    task, _ = sent(order, "id-one")
    failure = Failure(code="CONTENT_POLICY_VIOLATION_DETECTED_BY_PROVIDER", text="no")
    feed(refresh(task, KIE), Report(phase=Phase.FAILED, failure=failure))
    task.refresh_from_db()
    assert task.state == State.FAILED
    assert len(task.failure_code) == 20


def test_a_charge_for_a_failure_then_none_and_then_the_real_one_is_booked(order: Any) -> None:
    task, _ = sent(order, "id-one")
    failure = Failure(code="500", text="no")
    feed(refresh(task, KIE), Report(phase=Phase.FAILED, failure=failure, charge=Decimal(5)))
    feed(refresh(task, KIE), success(A))
    assert (task.charge_credits, task.charge_basis) == (Decimal(5), Entry.Basis.ESTIMATE)
    assert ledger.differences() == []
    task.move(State.READY, Happened.STORED, ready_at=timezone.now())
    feed(refresh(task, KIE), success(A, charge=Decimal(60)))
    assert (task.charge_credits, task.charge_basis) == (Decimal(60), Entry.Basis.ACTUAL)
    assert task.budget.entries.count() == 3
    assert ledger.differences() == []


def test_more_files_that_cannot_be_stored_are_tried_again_and_told(order: Any) -> None:
    task, _ = sent(order, "id-one")
    feed(refresh(task, KIE), success(A, charge=Decimal(55)))
    add_video(task, number=0)
    Video.objects.update(source_url=A)
    task.move(State.READY, Happened.STORED, ready_at=timezone.now(), due_at=timezone.now())
    step = refresh(task, KIE)
    next(step)
    step.send(success(A, B, charge=Decimal(55)))
    with suppress(StopIteration):
        step.throw(NotSaved(Obstacle.LINE, silence="cut"))
        while True:
            step.send(success(A, B))
    task.refresh_from_db()
    assert task.state == State.READY
    assert (task.attempts, task.result_urls) == (1, [A])
    assert task.due_at
    assert task.due_at > timezone.now()
    assert task.events.filter(kind=Happened.MORE_UNSAVED, facts__obstacle=Obstacle.LINE).exists()


def test_a_file_whose_link_is_dead_is_fetched_by_a_new_one(order: Any) -> None:
    task, _ = sent(order, "id-one")
    feed(refresh(task, KIE), success(A))
    step = save(task, KIE)
    next(step)
    step.throw(Gone(Obstacle.LINK, status=404))
    stores: Any = step.send(B)
    assert stores.args[0] == B, "the link that Kie gave for it"


def test_a_failure_that_kie_names_only_after_it_was_done_is_told(order: Any) -> None:
    task, _ = sent(order, "id-one")
    feed(refresh(task, KIE), success(A))
    step = save(task, KIE)
    next(step)
    step.throw(Gone(Obstacle.LINK, status=404))
    step.throw(Gone(Obstacle.LINK, status=404))
    with suppress(StopIteration):
        step.send(Report(phase=Phase.FAILED, failure=Failure(code="500", text="Lost it")))
    task.refresh_from_db()
    assert task.state == State.SAVING
    assert "Kie says by now that it failed: “Lost it”" in obstacle(task)
    step = save(task, KIE)
    next(step)
    step.throw(Gone(Obstacle.LINK, status=404))
    step.throw(Gone(Obstacle.LINK, status=404))
    with suppress(StopIteration):
        step.throw(Ambiguous("the line broke"))
    task.refresh_from_db()
    assert (task.state, task.attempts) == (State.SAVING, 2)
