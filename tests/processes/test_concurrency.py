"""Twenty processes at once on one budget, one task, one lease: never over, never twice."""

import hashlib
import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from threading import BrokenBarrierError
from typing import Any

import pytest
from django.db import connections, transaction

from generations import catalogue, orders
from generations.files import given, store
from generations.models import Asset, Budget, Entry, Happened, Lease, State, Task
from generations.models.in_line import free_to_go
from generations.money import ledger
from generations.orders import drafts, line

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
FORK = multiprocessing.get_context("fork")
MANY = 20


def at_once(work: Callable[[int], bool], count: int = MANY) -> int:
    """Do work in so many processes at the same moment. In how many it answered true."""
    connections.close_all()
    barrier = FORK.Barrier(count)
    yes = FORK.Value("i", 0)
    broken = FORK.Value("i", 0)

    def child(number: int) -> None:
        try:
            barrier.wait(timeout=30)
            if work(number):
                with yes.get_lock():
                    yes.value += 1
        except BaseException:
            traceback.print_exc(file=sys.stderr)
            with broken.get_lock():
                broken.value += 1
        finally:
            connections.close_all()
            os._exit(0)

    children = [FORK.Process(target=child, args=(n,)) for n in range(count)]
    for process in children:
        process.start()
    for process in children:
        process.join(timeout=60)
    assert broken.value == 0
    return int(yes.value)


def test_a_budget_is_never_overrun_by_orders_at_once(creator: Any) -> None:
    ledger.set_limit(creator, Decimal(300))
    spec = catalogue.find("kling-2.6/text-to-video")
    assert spec is not None

    def place(number: int) -> bool:
        try:
            orders.place(creator, spec, {**spec.defaults(), "prompt": f"number {number}"})
        except orders.NotAdmitted:
            return False
        return True

    assert at_once(place) == 5
    budget = Budget.objects.get(person=creator)
    assert budget.held == 275
    assert Task.objects.count() == Entry.objects.count() == 5
    assert ledger.differences() == []


def read_then_insert(person: Any, credits: Decimal) -> bool:
    """Admission as it must not be done: look first, write later."""
    budget = ledger.begin_month(person)
    if (budget.limit or 0) < budget.held + budget.spent + credits:
        return False
    budget.held += credits
    budget.save()
    return True


@pytest.mark.thorough
def test_the_same_check_finds_an_admission_that_reads_before_it_writes(creator: Any) -> None:
    """Negative control: more get in than there is room for."""
    ledger.set_limit(creator, Decimal(55))
    rounds = [_control_round(creator) for _ in range(10)]
    assert max(rounds) > 1


def _control_round(creator: Any) -> int:
    Budget.objects.update(held=0)
    return at_once(lambda _: read_then_insert(creator, Decimal(55)), count=8)


def test_one_of_many_moves_a_task(order: Any) -> None:
    key = order().pk
    assert at_once(lambda _: Task.objects.get(pk=key).move(State.SENDING, Happened.HANDED_OVER)) == 1


def test_the_same_form_sent_by_many_is_one_task(creator: Any) -> None:
    import uuid

    spec = catalogue.find("veo3_fast")
    assert spec is not None
    key = uuid.uuid4()
    values = {**spec.defaults(), "prompt": "Dunes"}
    at_once(lambda _: bool(orders.place(creator, spec, values, order_key=key)), count=8)
    assert Task.objects.count() == 1
    assert Budget.objects.get().held == 60


def test_one_wish_sent_by_twenty_at_once_is_one_order(creator: Any) -> None:
    """Each of the others is told what was ordered."""
    import uuid

    spec = catalogue.models()["veo3_fast"]
    key = uuid.uuid4()
    values = {**spec.defaults(), "prompt": "Dunes"}

    def send(number: int) -> bool:
        try:
            orders.place_wish(creator, spec, values, key=key)
        except orders.AlreadyOrdered as known:
            if known.same and len(known.tasks) == 1:
                return False
            raise
        return True

    assert at_once(send) == 1
    assert Task.objects.count() == 1
    assert Budget.objects.get().held == 60


def test_of_two_wishes_under_one_key_one_is_ordered(creator: Any) -> None:
    import uuid

    spec = catalogue.models()["veo3_fast"]
    key = uuid.uuid4()

    def send(number: int) -> bool:
        values = {**spec.defaults(), "prompt": f"Dunes {number % 2}"}
        try:
            orders.place_wish(creator, spec, values, key=key)
        except orders.AlreadyOrdered:
            return False
        return True

    assert at_once(send) == 1
    assert Task.objects.count() == 1


def test_a_failed_task_retried_by_twenty_at_once_is_one_order(order: Any, creator: Any) -> None:
    task = order()
    ledger.release(task)
    Task.objects.filter(pk=task.pk).update(state=State.FAILED, charge_credits=0)
    at_once(lambda _: bool(orders.retry(Task.objects.get(pk=task.pk), creator, 0)))
    assert task.retries.count() == 1


def test_twenty_tabs_that_write_at_once_lose_nothing_in_silence(creator: Any) -> None:
    """One is first; the others are told."""

    def write(number: int) -> bool:
        tab = drafts.Tab(name=f"tab {number}", turn=0, key=None)
        try:
            drafts.keep(creator, "veo3_fast", {"prompt": [f"words {number}"]}, tab)
        except drafts.ChangedElsewhere:
            return False
        return True

    assert at_once(write) == 1


def test_a_lease_has_one_holder() -> None:
    from datetime import timedelta

    assert at_once(lambda _: Lease.take("sweep", timedelta(seconds=30))) == 1


def test_a_change_and_a_send_of_a_waiting_task_at_once_have_one_outcome(order: Any, creator: Any) -> None:
    import uuid

    key, spec = order().pk, catalogue.models()["veo3_fast"]
    values = {**spec.defaults(), "prompt": "Changed"}

    def change_or_send(number: int) -> bool:
        task = Task.objects.get(pk=key)
        if number % 2:
            return task.move(State.SENDING, Happened.HANDED_OVER, only_if=free_to_go())
        try:
            return bool(line.change(task, creator, spec, values, key=uuid.uuid4()))
        except line.HasLeft:
            return False

    assert at_once(change_or_send) == 1
    sent = Task.objects.get(pk=key).state == State.SENDING
    assert Task.objects.count() == (1 if sent else 2)
    assert Budget.objects.get().held == (55 if sent else 60)
    assert ledger.differences() == []


@pytest.mark.parametrize("way", [line.hold, line.hold_to_change])
def test_a_task_that_is_held_back_and_sent_at_once_is_one_of_both(order: Any, creator: Any, way: Any) -> None:
    key = order().pk

    def hold_or_send(number: int) -> bool:
        task = Task.objects.get(pk=key)
        if number % 2:
            return task.move(State.SENDING, Happened.HANDED_OVER, only_if=free_to_go())
        return bool(way(task, creator))

    assert at_once(hold_or_send) >= 1
    task = Task.objects.get(pk=key)
    assert (task.state == State.SENDING) != bool(task.held_at)


def test_going_first_and_cancelling_at_once_never_wait_for_each_other(
    order: Any, creator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that goes first holds its price, then moves every waiting row; a cancelled one frees its price.

    Each stops between the two, until the other has come as far or cannot.
    """
    import uuid

    waiting, spec = order(), catalogue.models()["veo3_fast"]
    halfway, release = FORK.Barrier(2), ledger.release

    def stop() -> None:
        with suppress(BrokenBarrierError):
            halfway.wait(timeout=1)

    def stop_and_release(task: Task) -> None:
        stop()
        release(task)

    def cancel_or_go_first(number: int) -> bool:
        if number:
            return orders.cancel(waiting, creator)
        with transaction.atomic():
            made = orders.place_wish(creator, spec, {**spec.defaults(), "prompt": "First"}, key=uuid.uuid4())
            stop()
            return line.put_first([made])

    monkeypatch.setattr(ledger, "release", stop_and_release)
    assert at_once(cancel_or_go_first, count=2) == 2
    assert Budget.objects.get().held == 60
    assert ledger.differences() == []


def test_a_line_that_is_put_in_order_in_twenty_tabs_at_once_loses_nobody(order: Any) -> None:
    tasks = [order(prompt=f"{n}") for n in range(6)]
    Task.objects.update(place=1)

    def move(number: int) -> bool:
        one, other = tasks[number % 6], tasks[(number + 1) % 6]
        return (line.put_before, line.put_after)[number % 2](one, other)

    assert at_once(move) == MANY
    assert sorted(Task.objects.in_place().values_list("pk", flat=True)) == [t.pk for t in tasks]
    assert len(set(Task.objects.values_list("place", flat=True))) >= 5, (
        "only who never moved may share a place"
    )


def test_one_file_given_by_twenty_at_once_is_one_asset(creator: Any) -> None:
    digest = hashlib.sha256(b"picture").hexdigest()
    facts = {"name": "a.png", "content_type": "image/png", "size": 7, "width": 9, "height": 9}

    def give(number: int) -> bool:
        part = store.incoming() / f"{number}.given"
        part.write_bytes(b"picture")
        return bool(given.kept(creator, part, "png", digest, **facts))

    assert at_once(give) == MANY
    asset = Asset.objects.get()
    assert store.is_whole(asset.path, asset.size, asset.sha256)
