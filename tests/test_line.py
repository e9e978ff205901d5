"""A person's own line: what is held back is not sent, its order is theirs, and what waits can be changed."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from generations import catalogue, orders, pace
from generations.models import (
    Budget,
    Entry,
    Event,
    Happened,
    Lease,
    Pause,
    PutAway,
    Runtime,
    Send,
    State,
    Task,
)
from generations.models.in_line import LONGEST_WINDOW
from generations.money import ledger
from generations.orders import line
from generations.orders.waiting import EVERYBODY, Wait, Why, waits
from generations.wording.history import told
from generations.wording.waits import briefly, starts, why_it_waits
from generations.worker import sweep
from generations.worker.steps import run, send

pytestmark = pytest.mark.django_db(transaction=True)
VEO = catalogue.models()["veo3_fast"]
Order = Callable[..., Task]


def window(seconds: int) -> None:
    Runtime.row()
    Runtime.objects.update(hold_seconds=seconds)


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def in_turn(**rows: Any) -> list[int]:
    return list(Task.objects.filter(**rows).in_turn(EVERYBODY).values_list("pk", flat=True))


def wait_of(task: Task) -> Wait:
    return waits([fresh(task)])[task.pk]


@pytest.fixture
def swept(kie: Any) -> Callable[[], None]:
    """One look of the worker at all that is due."""
    ledger.record(kie.credits())

    def once() -> None:
        with sweep.Sweep(kie) as one:
            one.begin_due()

    return once


# Held back


def test_an_order_goes_when_its_window_ends_and_not_before(swept: Callable[[], None], order: Order) -> None:
    window(30)
    task = order()
    swept()
    assert fresh(task).state == State.QUEUED
    Task.objects.filter(pk=task.pk).update(held_until=timezone.now())
    swept()
    assert fresh(task).task_id


def test_a_task_goes_at_once_where_no_window_is_set_or_a_clock_was_ahead(
    swept: Callable[[], None], order: Order
) -> None:
    at_once, dated = order(), order()
    Task.objects.filter(pk=dated.pk).update(held_until=timezone.now() + LONGEST_WINDOW + timedelta(minutes=1))
    swept()
    assert fresh(at_once).task_id
    assert fresh(dated).task_id


def test_what_its_person_holds_back_waits_for_the_person_alone(
    swept: Callable[[], None], order: Order, creator: User
) -> None:
    window(600)
    task, other = order(), order()
    assert line.hold(task, creator)
    assert line.hold(task, creator), "twice is once"
    assert line.release(other, creator), "it is sent now, whatever is left of its window"
    swept()
    assert fresh(task).state == State.QUEUED
    assert fresh(other).task_id
    assert Budget.objects.get().held == sum(t.quote_credits or 0 for t in (task, other)), (
        "its price stays held"
    )
    assert line.release(task, creator)
    swept()
    assert fresh(task).task_id
    said = [told(event) for event in Event.objects.filter(task=task).order_by("id")]
    assert said[:3] == ["Ordered by Creator", "Held back by Creator", "Released by Creator"]
    assert not line.hold(task, creator), "it has left"
    assert not line.release(task, creator)


@pytest.mark.parametrize("held", [True, False])
def test_what_is_held_back_while_its_step_runs_is_not_sent(
    kie: Any, order: Order, creator: User, *, held: bool
) -> None:
    """The worker has read the row already. The one that nobody holds back shows that it would have gone."""
    read_before = fresh(order())
    if held:
        line.hold(read_before, creator)
    run(send(read_before, kie))
    assert fresh(read_before).state == (State.QUEUED if held else State.RUNNING)
    assert Send.objects.count() == int(not held)


def test_what_holds_a_task_back_is_said_with_when_it_starts(
    order: Order, creator: User, admin: User, kie: Any
) -> None:
    Lease.take("sweep", timedelta(minutes=5))
    ledger.record(kie.credits())
    window(40)
    task = order()
    wait = wait_of(task)
    assert (wait.why, wait.until, wait.is_trouble) == (Why.WINDOW, fresh(task).held_until, False)
    assert why_it_waits(wait).startswith("It can be changed or cancelled for free, and goes ")
    line.hold(task, creator)
    wait = wait_of(task)
    assert (wait.why, wait.place, wait.is_trouble) == (Why.HELD, 0, False)
    assert why_it_waits(wait) == "It waits for Creator, who holds it back. Nothing was sent or spent."
    assert starts(wait) == "until Creator releases it"
    window(0)
    after = order()
    assert (wait_of(after).place, starts(wait_of(after))) == (1, "in a moment"), "what is held has no place"
    Send.objects.bulk_create(Send(task=after, token_hash=f"{n}") for n in range(pace.SENDS))
    assert starts(wait_of(after)) == "about 10 s"
    for n in range(pace.SENDS):
        order(person=admin, prompt=f"{n}")
    last = order(person=admin)
    assert starts(wait_of(last)) == "when others have ended", "the thirteenth of a person"
    Runtime.pause(Pause.PERSON, {"by": "Mara", "reason": ""})
    assert starts(wait_of(after)) == "when sending goes on"


# The order of the line


def test_a_person_puts_their_own_tasks_in_order_and_fairness_stays(
    order: Order, creator: User, admin: User
) -> None:
    a, b, c = (order(prompt=word) for word in "abc")
    theirs = order(person=admin)
    Task.objects.update(place=7)  # As after a migration: all share a place.
    assert line.put_before(c, b)
    assert line.put_before(c, b), "twice is once"
    assert in_turn(person=creator) == [a.pk, c.pk, b.pk]
    assert line.put_first([fresh(b)])
    assert line.put_first([fresh(b)])
    assert in_turn(person=creator) == [b.pk, a.pk, c.pk]
    assert line.put_after(b, c)
    assert in_turn(person=creator) == [a.pk, c.pk, b.pk]
    assert line.put_first([b, c])
    assert in_turn(person=creator) == [b.pk, c.pk, a.pk]
    assert in_turn() == [b.pk, theirs.pk, c.pk, a.pk], "one of each person in turn"
    new = order(prompt="new")
    assert in_turn(person=creator)[-1] == new.pk, "what is ordered later goes later"


def test_nothing_is_moved_beside_what_has_left_or_is_of_somebody_else(
    order: Order, creator: User, admin: User
) -> None:
    a, b, theirs = order(), order(), order(person=admin)
    before = in_turn()
    assert not line.put_before(b, theirs)
    assert not line.put_after(b, b)
    Task.objects.filter(pk=a.pk).update(state=State.RUNNING, accepted_at=timezone.now())
    assert not line.put_before(b, a)
    assert not line.put_first([a])
    Task.objects.filter(pk=a.pk).update(state=State.QUEUED)
    assert in_turn() == before


# Changing what waits


def change(task: Task, person: User, key: uuid.UUID | None = None, **values: Any) -> Task:
    wanted = {**VEO.defaults(), "prompt": "Changed", **values}
    return line.change(task, person, VEO, wanted, key=key or uuid.uuid4())


def test_a_changed_task_keeps_its_place_and_the_books_agree(order: Order, creator: User) -> None:
    failed = order(prompt="Failed before")
    ledger.release(failed)
    Task.objects.filter(pk=failed.pk).update(state=State.FAILED, charge_credits=0)
    old = orders.retry(failed, creator, 0)
    behind = order(prompt="behind")
    line.hold(old, creator)
    ledger.set_limit(creator, Decimal(60 + 55))  # Room for the new one once the old one's hold is free.
    made = change(old, creator)
    assert in_turn() == [made.pk, behind.pk]
    assert (made.parent, made.quote_credits, made.held_at) == (failed, 60, fresh(old).held_at)
    assert (fresh(old).state, fresh(old).changed_into, fresh(old).charge_credits) == (
        State.CANCELLED,
        made,
        0,
    )
    assert Budget.objects.get().held == 60 + 55
    kinds = list(Entry.objects.filter(task=old).order_by("id").values_list("kind", flat=True))
    assert kinds == [Entry.Kind.HOLD, Entry.Kind.RELEASE]
    assert ledger.differences() == []
    assert told(Event.objects.filter(task=old).latest("id")).startswith("Changed by Creator")
    assert PutAway.objects.filter(task=old, person=creator).exists(), "its card goes"
    with pytest.raises(orders.NotAdmitted, match=f"#{old.pk} was changed into #{made.pk}"):
        orders.retry(old, creator, 0)


def test_what_is_opened_to_be_changed_is_not_sent_until_it_is_left(
    swept: Callable[[], None], order: Order, creator: User, admin: User
) -> None:
    Lease.take("sweep", timedelta(minutes=5))
    task = order()
    for _ in range(2):  # Twice is once.
        assert line.hold_to_change(task, creator)
    swept()
    wait = wait_of(task)
    assert (wait.why, starts(wait), briefly(wait)) == (
        Why.HELD,
        "until Creator has changed it",
        "Open to be changed",
    )
    assert why_it_waits(wait).startswith("It is open to be changed")
    line.leave(admin, task.uuid)
    assert fresh(task).held_at, "it is not theirs"
    line.leave(creator, task.uuid)
    swept()
    assert fresh(task).task_id
    assert not line.hold_to_change(task, creator), "it has left"
    said = [told(event) for event in Event.objects.filter(task=task).order_by("id")]
    assert said[:3] == ["Ordered by Creator", "Held back by Creator", "Released by Creator"]


def test_a_change_lets_go_what_was_held_for_it_alone(order: Order, creator: User) -> None:
    opened, before, after = order(), order(), order()
    line.hold(before, creator)
    for task in (opened, before, after):
        line.hold_to_change(task, creator)
    line.hold(after, creator)  # As the queue in another tab can.
    for task in (before, after):
        line.leave(creator, task.uuid)
        assert fresh(task).held_at
    made = [change(task, creator) for task in (opened, before, after)]
    assert [bool(task.held_at) for task in made] == [False, True, True]
    assert not any(task.changing_at for task in made)


def test_one_key_changes_once(order: Order, creator: User) -> None:
    old, key = order(), uuid.uuid4()
    made = change(old, creator, key)
    with pytest.raises(orders.AlreadyOrdered) as known:
        change(old, creator, key)
    assert (known.value.tasks, known.value.same) == ([made], True)
    assert Task.objects.count() == 2


def test_what_has_left_is_not_changed_and_what_cannot_be_ordered_changes_nothing(
    order: Order, creator: User
) -> None:
    old = order()
    ledger.set_limit(creator, Decimal(59))
    with pytest.raises(orders.NotAdmitted, match="has 59 cr left, this needs about 60 cr"):
        change(old, creator)
    assert (fresh(old).state, Budget.objects.get().held) == (State.QUEUED, 55)
    ledger.set_limit(creator, None)
    assert old.move(State.SENDING, Happened.HANDED_OVER)
    with pytest.raises(line.HasLeft, match=f"Nothing was ordered: #{old.pk} has left the line"):
        change(old, creator)
    assert Task.objects.count() == 1
    assert ledger.differences() == []
