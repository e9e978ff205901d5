"""What needs a person, since when, and what the choices of people do: once each, and written down."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from generations import orders
from generations.decisions import cases, choices
from generations.decisions.cases import Kind
from generations.decisions.choices import BadInput, NotPossible
from generations.models import Audit, Entry, Event, Happened, Hint, Obstacle, State, Task
from generations.models.task import renew_record
from generations.money import clues, ledger
from generations.safekeeping import journal
from generations.wording.history import told
from tests.case_rows import ago, at_unknown_host, no_file, reading, stuck, task_in, unconfirmed, unfetched
from tests.refusing import full

pytestmark = pytest.mark.django_db


def kinds() -> list[Kind]:
    return [case.kind for case in cases.open_cases(Task.objects.all())]


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (unconfirmed, Kind.UNCONFIRMED),
        (no_file, Kind.NO_FILE),
        (at_unknown_host, Kind.HOST),
        (unfetched, Kind.FILE),
        (stuck, Kind.STUCK),
    ],
)
def test_every_kind_is_found(creator: User, make: Callable[..., Task], kind: Kind) -> None:
    task = make(creator)
    assert kinds() == [kind]
    case = cases.case_of(task)
    assert case is not None
    assert case.task == task
    assert cases.count_open(Task.objects.all()) == 1


@pytest.mark.parametrize("state", [s for s in State if s not in (State.UNCONFIRMED, State.SAVING)])
def test_a_task_that_a_machine_goes_on_with_is_no_case(creator: User, state: State) -> None:
    task_in(creator, state, accepted_at=ago(minutes=9), sent_at=ago(minutes=1), due_at=timezone.now())
    assert kinds() == []


def test_a_file_is_a_case_five_minutes_after_it_arose_and_without_a_word_after_fifteen(creator: User) -> None:
    unfetched(creator, changed_at=ago(minutes=4))
    task_in(creator, State.SAVING, changed_at=ago(minutes=14))
    assert kinds() == []
    Task.objects.update(changed_at=ago(minutes=6))
    assert kinds() == [Kind.FILE]
    Task.objects.update(changed_at=ago(minutes=16))
    assert len(kinds()) == 2


def test_a_send_that_no_worker_finishes_is_a_case(creator: User) -> None:
    task_in(creator, State.SENDING, sent_at=ago(minutes=7))
    assert kinds() == []
    Task.objects.update(sent_at=ago(minutes=9))
    assert kinds() == [Kind.UNCONFIRMED]


def test_stuck_is_four_times_what_our_own_tasks_took(creator: User) -> None:
    task = stuck(creator, accepted_at=ago(minutes=19))
    assert kinds() == []  # by the catalogue it may take 5 min
    for _ in range(4):
        start = ago(days=1)
        task_in(creator, State.READY, sent_at=start, ready_at=start + timedelta(minutes=4))
    renew_record(task.model_id)
    assert kinds() == [Kind.STUCK]
    Task.objects.filter(pk=task.pk).update(accepted_at=ago(minutes=15))
    assert kinds() == []


def test_the_least_time_left_comes_first(creator: User) -> None:
    late = unfetched(creator, finished_at=ago(days=2))
    new = unconfirmed(creator)
    old = no_file(creator, finished_at=ago(days=13), sent_at=ago(days=13))
    assert [c.task for c in cases.open_cases(Task.objects.all())] == [old, late, new]


@pytest.mark.parametrize(("days", "limit"), [(1, None), (6.9, None), (7.1, 7), (11.1, 3), (13.1, 1), (15, 1)])
def test_warnings_come_at_seven_three_and_one_days(creator: User, days: float, limit: int | None) -> None:
    task = unfetched(creator, finished_at=ago(days=days), sent_at=ago(days=days))
    assert cases.warning(task) == (None if limit is None else timedelta(days=limit))


def test_a_clock_of_kie_that_is_wrong_does_not_end_the_time_early(creator: User) -> None:
    task = unfetched(creator, finished_at=ago(days=9000))
    assert cases.time_left(task) > timedelta(days=13)


def test_who_may_settle_what(creator: User, admin: User, reviewer: User) -> None:
    mine, other = unconfirmed(creator), unconfirmed(admin)
    assert set(cases.to_settle(creator)) == {mine}
    assert set(cases.to_settle(admin)) == {mine, other}
    assert not cases.to_settle(reviewer).exists()


def test_an_id_pasted_twice_is_asked_for_once_and_again_after_it_failed(creator: User) -> None:
    task = unconfirmed(creator)
    hint = choices.paste_id(task, creator, " abc ")
    assert choices.paste_id(task, creator, "abc") == hint
    assert Audit.objects.get().text == "abc"
    Hint.objects.update(due_at=None, obstacle=Obstacle.UNKNOWN)
    choices.paste_id(task, creator, "abc")
    assert Hint.objects.get().due_at
    assert Audit.objects.count() == 2


@pytest.mark.parametrize("text", ["", "  ", "a b", "a\nb", "x" * 256, "a\x00b"])
def test_what_is_no_id_is_refused_at_its_field(creator: User, text: str) -> None:
    with pytest.raises(BadInput):
        choices.paste_id(unconfirmed(creator), creator, text)
    assert not Audit.objects.exists()


def test_the_id_of_another_task_is_refused_at_once(creator: User) -> None:
    other = task_in(creator, State.RUNNING)
    with pytest.raises(BadInput, match=f"#{other.pk}"):
        choices.paste_id(unconfirmed(creator), creator, str(other.task_id))


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.READY, State.CANCELLED])
def test_only_what_may_run_at_kie_takes_an_id(creator: User, state: State) -> None:
    with pytest.raises(NotPossible):
        choices.paste_id(task_in(creator, state), creator, "abc")
    assert not Hint.objects.exists()


def test_a_closed_task_still_takes_an_id(creator: User) -> None:
    task = unconfirmed(creator)
    choices.close(task, creator, "Not in the log")
    assert choices.paste_id(task, creator, "abc").due_at


def test_closing_releases_once_and_is_written_down_once(creator: User) -> None:
    task = unconfirmed(creator)
    stale = Task.objects.get(pk=task.pk)
    choices.close(task, creator, " Not in the log ")
    with pytest.raises(NotPossible, match="closed already"):
        choices.close(stale, creator, "Not in the log")
    assert task.entries.filter(kind=Entry.Kind.RELEASE).count() == 1
    assert [(a.action, a.text, a.person) for a in task.audits.all()] == [
        ("closed", "Not in the log", creator)
    ]
    assert "“Not in the log”" in told(Event.objects.filter(task=task).latest("id"))
    assert ledger.differences() == []


def test_a_task_that_was_found_meanwhile_is_not_ended_in_the_journal(creator: User) -> None:
    task = unconfirmed(creator)
    stale = Task.objects.get(pk=task.pk)
    task.move(State.RUNNING, Happened.TAKEN, task_id="abc", accepted_at=timezone.now())
    with pytest.raises(NotPossible, match="running"):
        choices.close(stale, creator, "Not in the log")
    assert [line.event for line in journal.read()] == []
    assert not Audit.objects.exists()


def test_without_a_journal_nothing_is_closed(creator: User) -> None:
    task = unconfirmed(creator)
    with full(journal.path()), pytest.raises(NotPossible, match="the disk is full"):
        choices.close(task, creator, "Not in the log")
    task.refresh_from_db()
    assert task.state == State.UNCONFIRMED


def test_one_question_orders_once(creator: User) -> None:
    task = unconfirmed(creator)
    turn = orders.times_ordered(task)
    first = choices.order_again(task, creator, turn)
    assert choices.order_again(task, creator, turn) == first
    assert task.retries.count() == 1
    assert Audit.objects.get().text == f"#{first.pk}"
    second = choices.order_again(task, creator, orders.times_ordered(task))
    assert second != first
    task.refresh_from_db()
    assert task.state == State.UNCONFIRMED


def test_a_question_that_is_out_of_date_orders_nothing(creator: User) -> None:
    task = unconfirmed(creator)
    assert task.spec is not None
    orders.place(creator, task.spec, task.values, parent=task)
    with pytest.raises(NotPossible, match="meanwhile"):
        choices.order_again(task, creator, 0)
    assert not Audit.objects.exists()


def test_what_has_ended_is_not_ordered_again_here(creator: User) -> None:
    with pytest.raises(NotPossible):
        choices.order_again(task_in(creator, State.READY), creator)


def test_an_order_that_is_not_admitted_leaves_no_trace(creator: User) -> None:
    task = unconfirmed(creator)
    ledger.set_limit(creator, Decimal(60))
    with pytest.raises(orders.NotAdmitted):
        choices.order_again(task, creator)
    assert not Audit.objects.exists()
    assert ledger.differences() == []


def test_two_clicks_are_one_try_of_the_file(creator: User) -> None:
    task = unfetched(creator, attempts=7)
    choices.try_again(task, creator)
    choices.try_again(task, creator)
    task.refresh_from_db()
    assert task.due_at
    assert task.due_at <= timezone.now()
    assert task.attempts == 0
    assert Audit.objects.get().action == Audit.Action.TRIED_AGAIN
    with pytest.raises(NotPossible):
        choices.try_again(unconfirmed(creator), creator)


def test_a_look_is_due_at_once_and_no_decision(creator: User) -> None:
    task = stuck(creator)
    choices.look(task)
    assert task.due_at
    assert task.due_at <= timezone.now()
    assert not Audit.objects.exists()
    with pytest.raises(NotPossible):
        choices.look(unconfirmed(creator))


def test_a_result_is_given_up_once_and_only_when_kie_has_deleted_it(creator: User, admin: User) -> None:
    task = unfetched(creator, finished_at=ago(days=13), sent_at=ago(days=13))
    with pytest.raises(NotPossible, match="still keeps"):
        choices.mark_lost(task, admin)
    task.note(finished_at=ago(days=15), sent_at=ago(days=15))
    choices.mark_lost(task, admin)
    with pytest.raises(NotPossible):
        choices.mark_lost(task, admin)
    assert Audit.objects.get().action == Audit.Action.LOST
    assert ledger.differences() == []


def test_a_fall_of_the_balance_is_a_clue_unless_somebody_else_explains_it(creator: User) -> None:
    task = unconfirmed(creator)
    assert task.sent_at
    assert clues.falls([task]) == {}
    reading(1000, task.sent_at - timedelta(minutes=1))
    assert clues.falls([task]) == {}
    reading(1000, task.sent_at + timedelta(seconds=20))
    assert clues.falls([task])[task.pk].credits == 0
    reading(945, task.sent_at + timedelta(minutes=2))
    assert clues.falls([task])[task.pk] == clues.Fall(credits=Decimal(55), after=timedelta(minutes=2))
    task_in(creator, State.RUNNING, sent_at=task.sent_at + timedelta(seconds=30))
    assert clues.falls([task])[task.pk].others == 1


def test_what_our_ledger_spent_meanwhile_is_no_clue(creator: User) -> None:
    task = unconfirmed(creator)
    assert task.sent_at
    reading(1000, task.sent_at - timedelta(minutes=1))
    reading(945, task.sent_at + timedelta(minutes=2))
    task_in(creator, State.READY, finished_at=task.sent_at + timedelta(minutes=1))
    assert clues.falls([task])[task.pk].credits == 0


def test_the_cases_are_read_with_few_queries(creator: User, django_assert_max_num_queries: Any) -> None:
    for make in (unconfirmed, no_file, unfetched, stuck):
        for _ in range(4):
            make(creator)
    with django_assert_max_num_queries(4):
        assert len([list(c.task.hints.all()) for c in cases.open_cases(Task.objects.all())]) == 16
    with django_assert_max_num_queries(3):
        assert cases.count_open(Task.objects.all()) == 16
