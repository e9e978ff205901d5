"""A send whose answer was lost finds its task again, and never anybody else's."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generations.decisions import cases, choices
from generations.kie.errors import Ambiguous
from generations.kie.wire import Phase, Report
from generations.models import Audit, Budget, Happened, Hint, Obstacle, Runtime, State, Task
from generations.money import clues, ledger
from generations.wording.obstacles import obstacle
from generations.worker.steps import attach, run, send
from tests.case_rows import reading
from tests.test_moves import KIE, feed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lost(order: Any, kie: Any, settings: Any) -> Any:
    """Send a task and lose the answer; the task, and the id that Kie has for it."""

    def lose(public: str = "http://127.0.0.1:9", **values: Any) -> tuple[Task, str]:
        settings.PUBLIC_URL = public
        task = order(**values)
        step = send(task, kie)
        create = next(step)
        task_id = create()
        with pytest.raises(StopIteration):
            step.throw(Ambiguous("the line broke"))
        task.refresh_from_db()
        assert task.state == State.UNCONFIRMED
        return task, task_id

    return lose


def test_a_callback_for_our_token_attaches_the_task(lost: Any, kie: Any) -> None:
    task, task_id = lost()
    run(attach(Hint.hear(task, task_id), kie))
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.RUNNING, task_id)
    assert ledger.differences() == []


def test_a_lost_answer_does_not_undo_what_a_callback_has_proven_meanwhile(
    order: Any, kie: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    task = order()
    step = send(task, kie)
    task_id = next(step)()
    run(attach(Hint.hear(Task.objects.get(), task_id), kie))
    with pytest.raises(StopIteration):
        step.throw(Ambiguous("the line broke"))
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.RUNNING, task_id)
    assert not cases.open_cases(Task.objects.all())


def test_the_id_of_another_order_is_not_attached(lost: Any, kie: Any, creator: Any) -> None:
    task, _ = lost()
    _, other_id = lost(prompt="Another order")
    hint = choices.paste_id(task, creator, other_id)
    run(attach(hint, kie))
    task.refresh_from_db()
    hint.refresh_from_db()
    assert task.state == State.UNCONFIRMED
    assert hint.obstacle == Obstacle.OTHER_ORDER


def test_an_id_that_kie_does_not_know_is_asked_for_a_while_and_then_reported(lost: Any, kie: Any) -> None:
    task, _ = lost()
    hint = Hint.hear(task, "nothing")
    run(attach(hint, kie))
    hint.refresh_from_db()
    assert hint.obstacle == Obstacle.UNKNOWN
    assert hint.due_at is not None
    task.refresh_from_db()
    assert task.state == State.UNCONFIRMED


def test_without_callbacks_a_pasted_id_has_to_agree_in_model_prompt_and_time(
    lost: Any, kie: Any, creator: Any
) -> None:
    task, task_id = lost(public="")
    run(attach(choices.paste_id(task, creator, f"  {task_id} "), kie))
    task.refresh_from_db()
    assert task.state == State.RUNNING
    assert Audit.objects.get().text == task_id

    other, _ = lost(public="", prompt="Another prompt")
    late, late_id = lost(public="", prompt="Sent at another time")
    Task.objects.filter(pk=late.pk).update(sent_at=timezone.now() - timedelta(days=1))
    wrong = choices.paste_id(other, creator, late_id)
    run(attach(wrong, kie))
    wrong.refresh_from_db()
    assert wrong.obstacle == Obstacle.OTHER_PROMPT
    late.refresh_from_db()
    old = choices.paste_id(late, creator, late_id)
    old.task = late
    run(attach(old, kie))
    old.refresh_from_db()
    assert old.obstacle == Obstacle.OTHER_TIME


def test_a_callback_alone_does_not_attach_without_a_token_in_the_record(lost: Any, kie: Any) -> None:
    task, task_id = lost(public="")
    hint = Hint.hear(task, task_id)
    run(attach(hint, kie))
    task.refresh_from_db()
    assert task.state == State.UNCONFIRMED


def test_a_task_closed_as_not_sent_is_found_again_when_it_turns_up(lost: Any, kie: Any, admin: Any) -> None:
    task, task_id = lost()
    choices.close(task, admin, "Not in Kie's log")
    assert Budget.objects.get(person=task.person).held == 0
    run(attach(Hint.hear(task, task_id), kie))
    task.refresh_from_db()
    assert task.state == State.RUNNING
    assert ledger.differences() == []


def test_closing_wants_a_reason_and_happens_once(lost: Any, admin: Any) -> None:
    task, _ = lost()
    with pytest.raises(choices.NotPossible):
        choices.close(task, admin, " ")
    choices.close(task, admin, "Not in Kie's log")
    with pytest.raises(choices.NotPossible):
        choices.close(task, admin, "Again")
    assert ledger.differences() == []


def test_ordering_again_is_a_new_task_and_the_old_one_stays_attachable(
    lost: Any, kie: Any, creator: Any
) -> None:
    task, task_id = lost()
    again = choices.order_again(task, creator)
    assert (again.parent, again.state) == (task, State.QUEUED)
    run(attach(Hint.hear(task, task_id), kie))
    task.refresh_from_db()
    assert task.state == State.RUNNING


def test_three_lost_answers_pause_sending(lost: Any) -> None:
    for number in range(3):
        lost(prompt=f"number {number}")
        if number < 2:
            assert Runtime.row().paused_at is None
    assert Runtime.row().paused_for == "unconfirmed"


def test_a_result_is_given_up_only_after_kie_has_deleted_it(order: Any, admin: Any) -> None:
    task = order()
    Task.objects.update(state=State.SAVING, finished_at=timezone.now() - timedelta(days=13))
    task.refresh_from_db()
    with pytest.raises(choices.NotPossible):
        choices.mark_lost(task, admin)
    task.finished_at = timezone.now() - timedelta(days=15)
    choices.mark_lost(task, admin)
    task.refresh_from_db()
    assert task.state == State.LOST


def test_a_fall_of_the_balance_after_a_lost_answer_is_a_hint(lost: Any) -> None:
    from decimal import Decimal

    task, _ = lost()
    reading(1000, task.sent_at - timedelta(minutes=1))
    reading(945, task.sent_at + timedelta(minutes=2))
    assert clues.falls([task])[task.pk] == clues.Fall(credits=Decimal(55), after=timedelta(minutes=2))


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"model": "veo3_fast"}, "is of veo3_fast"),
        ({"prompt": "Something else"}, "has another prompt"),
        ({}, "says too little to prove it"),
        ({"prompt": "A quiet sea at dusk", "created_at": timezone.now() - timedelta(days=2)}, "was made at"),
    ],
)
def test_a_record_without_our_token_is_held_against_the_task(
    order: Any, creator: Any, record: dict[str, Any], words: str
) -> None:
    task = order()
    task.move(State.SENDING, Happened.HANDED_OVER, sent_at=timezone.now())
    task.move(State.UNCONFIRMED, Happened.HELD_UP)
    hint = Hint.hear(task, "id-one", creator)
    feed(attach(hint, KIE), Report(phase=Phase.PENDING, **record))
    hint.refresh_from_db()
    assert words in obstacle(hint)
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.UNCONFIRMED, None)
