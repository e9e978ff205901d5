"""A plan is ordered as a whole, as its person has seen it, or not at all; then it is followed as a whole."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations import orders
from generations.decisions import limits
from generations.models import Entry, Happened, Plan, PlanRow, Send, State, Task
from generations.models.plan import Stage
from generations.money import ledger
from generations.orders import changing, ordering, placing, plans
from generations.orders.ordering import look_at, total_of
from generations.orders.waiting import Why, waits
from generations.wording.waits import turn, why_it_waits
from generations.worker.steps import Step, run, send
from tests.given.clips import image
from tests.plans.conftest import KLING, VEO, press, wish
from tests.task_page.rows import COPY, ready

Make = Callable[..., Plan]
IMAGE_TO_VIDEO = "kling-2.6/image-to-video"
UNPRICED = "wan/2-6-flash-video-to-video"


def test_all_rows_are_ordered_at_the_total_that_was_shown(planned: Make, creator: User) -> None:
    plan = planned(wish("At {dusk|noon}", takes=2), wish("Dunes", VEO))
    shown = total_of(look_at(list(plan.standing)))
    ordered = press(plan)
    assert ordered.stage is Stage.ORDERED
    tasks = [row.task for row in plan.standing]
    assert [task.prompt for task in tasks if task] == ["At dusk", "At dusk", "At noon", "At noon", "Dunes"]
    assert shown == 280
    assert ledger.budget_of(creator).held == shown
    assert sum(Entry.objects.values_list("credits", flat=True)) == shown
    assert set(Task.objects.values_list("plan", flat=True)) == {plan.pk}


def test_pressed_again_it_is_the_same_order(planned: Make) -> None:
    plan = planned()
    first = press(plan)
    again = press(plan, total=Decimal(0), rows=[])
    assert again == first
    assert Task.objects.count() == 4


@pytest.mark.parametrize("spoil", ["budget", "a row", "price", "rows", "none left"])
def test_it_is_not_ordered_in_part(planned: Make, creator: User, spoil: str) -> None:
    plan = planned(wish("At {dusk|noon}", takes=2))
    how: dict[str, object] = {}
    row = plan.standing[3]
    match spoil:
        case "budget":
            ledger.set_limit(creator, Decimal(219))
        case "a row":
            PlanRow.objects.filter(pk=row.pk).update(values={"prompt": "x" * 1001})
        case "price":
            how = {"total": Decimal("219.999")}
        case "rows":
            changing.take_out(plan, row.pk)
            how = {"rows": [r.pk for r in plan.rows.all()]}
        case _:
            for each in plan.rows.all():
                changing.take_out(plan, each.pk)
    with pytest.raises(orders.NotAdmitted) as refused:
        press(plan, **how)
    said = {
        "budget": "has 219 cr left, this needs about 220 cr",
        "a row": "One task would not be taken",
        "price": "the price rose from 219.999 to 220 cr",
        "rows": "changed in another tab",
        "none left": "every task is taken out",
    }
    assert said[spoil] in str(refused.value)
    if isinstance(refused.value, plans.RowsRefused):
        assert "Shorten it by 1." in refused.value.refusals[row.pk]
    assert not Task.objects.exists()
    assert ledger.budget_of(creator).held == 0
    plan.refresh_from_db()
    assert plan.stage is Stage.PLANNED


def test_a_row_that_fails_while_it_is_placed_takes_all_others_back(
    planned: Make, creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judge was content, and the last placement is refused all the same."""
    plan = planned()
    real, placed = placing.place, list[Task]()

    def place(*args: Any, **how: Any) -> Task:
        if len(placed) == 3:
            raise orders.NotAdmitted("Not sent: no.")
        placed.append(real(*args, **how))
        return placed[-1]

    monkeypatch.setattr(placing, "place", place)
    with pytest.raises(plans.RowsRefused):
        press(plan)
    assert len(placed) == 3
    assert not Task.objects.exists()
    assert ledger.budget_of(creator).held == 0


def test_without_a_known_price_it_takes_a_yes_to_the_cap(planned: Make, creator: User, admin: User) -> None:
    plan = planned(wish("A lake", UNPRICED, video_urls=["https://a.example/a.mp4"]), wish())
    assert "No price is known" in look_at(list(plan.standing))[0].problem
    limits.set_unpriced_cap(admin, Decimal(30))
    with pytest.raises(plans.RowsRefused) as refused:
        press(plan)
    assert "Agree first that up to 30 cr are held" in next(iter(refused.value.refusals.values()))
    press(plan, agreed=Decimal(30))
    assert ledger.budget_of(creator).held == 85


def test_totals_quotes_and_holds_are_one_figure_whatever_is_planned(planned: Make, creator: User) -> None:
    """Random plans, trimmed at random: what was shown is what is held, and no budget is overrun."""
    drawn, limit = random.Random(7), Decimal(2000)
    ledger.set_limit(creator, limit)
    for _ in range(12):
        wishes = [
            wish("{a|b|c}" if drawn.random() < 0.5 else "a", model, takes=drawn.randint(1, 4))
            for model in drawn.sample([KLING, VEO], drawn.randint(1, 2))
        ]
        plan = planned(*wishes)
        for row in plan.rows.all()[1:]:
            if drawn.random() < 0.3:
                changing.take_out(plan, row.pk)
        looks, before = look_at(list(plan.standing)), ledger.budget_of(creator).held
        try:
            press(plan)
        except orders.NotAdmitted:
            assert before + total_of(looks) > limit
            assert not plan.tasks.exists()
            continue
        quotes = [look.credits for look in looks]
        assert [task.quote_credits for task in plan.tasks.order_by("id")] == quotes
        assert ledger.budget_of(creator).held - before == total_of(looks)
        assert ledger.budget_of(creator).held <= limit


def test_a_paused_plan_waits_and_says_so_and_others_go(
    planned: Make, creator: User, order: Callable[..., Task]
) -> None:
    plan = press(planned())
    other = order(person=creator)
    plans.pause(plan)
    assert list(Task.objects.in_turn(at_most=12)) == [other]
    held_back = list(Task.objects.in_paused_plans())
    assert len(held_back) == 4
    wait = waits(held_back)[held_back[0].pk]
    assert wait.why is Why.PLAN_PAUSED
    assert turn(wait) == "paused"
    assert "plan is paused" in why_it_waits(wait)
    assert waits([other])[other.pk].why is not Why.PLAN_PAUSED
    plans.resume(plan)
    assert Task.objects.in_turn(at_most=12).count() == 5


def test_cancelling_takes_what_is_still_queued_and_says_what_had_left(planned: Make, creator: User) -> None:
    plan = press(planned())
    gone = plan.tasks.earliest("id")
    gone.move(State.SENDING, Happened.HANDED_OVER)
    assert plans.cancel(plan, creator) == (3, 1)
    assert plans.cancel(plan, creator) == (0, 1)
    assert ledger.budget_of(creator).held == 55


def test_what_has_ended_does_not_go_on_when_a_plan_is_cancelled_and_what_leaves_just_then_does(
    planned: Make, creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = press(planned(wish(takes=5)))
    ended, running, leaves, *_ = plan.tasks.order_by("id")
    for task, states in ((ended, (State.RUNNING, State.FAILED)), (running, (State.RUNNING,))):
        for state in (State.SENDING, *states):
            task.move(state, Happened.HANDED_OVER, charge_credits=0 if state == State.FAILED else None)
    ledger.release(ended)
    real = placing.cancel

    def cancel(task: Task, person: User) -> bool:
        if task == leaves:
            Task.objects.get(pk=task.pk).move(State.SENDING, Happened.HANDED_OVER)
        return real(task, person)

    monkeypatch.setattr(placing, "cancel", cancel)
    assert plans.cancel(plan, creator) == (2, 2)
    assert plans.cancel(plan, creator) == (0, 2)


def test_a_plan_can_be_ordered_only_once_even_when_its_tasks_have_ended(planned: Make, creator: User) -> None:
    plan = press(planned())
    plans.cancel(plan, creator)
    press(plan, rows=[], total=Decimal(0))
    assert Task.objects.count() == 4


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (PlanRow(model_id="sora-2-text-to-video", values={"prompt": "Sea"}), "Sora 2 is retired"),
        (PlanRow(model_id=COPY, values={}, take=2, takes=2), "Kie makes one"),
        (PlanRow(model_id="gone/model"), "gone/model has left the catalogue."),
    ],
)
def test_a_row_that_cannot_be_ordered_says_why(row: PlanRow, said: str) -> None:
    assert said in look_at([row])[0].problem


def test_a_price_that_rises_while_the_plan_is_placed_takes_all_back(
    planned: Make, creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is read once more for each task: what it says then counts."""
    plan = planned()
    real = orders.price
    monkeypatch.setattr(placing, "price", lambda *what: replace(real(*what), credits=Decimal(56)))
    with pytest.raises(ordering.Risen, match="from 220 to 224 cr"):
        press(plan)
    assert not Task.objects.exists()
    assert ledger.budget_of(creator).held == 0


def test_resuming_what_is_not_paused_changes_nothing(planned: Make) -> None:
    plan = press(planned())
    plans.resume(plan)
    assert Task.objects.in_turn(at_most=12).count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("paused", [True, False])
def test_a_task_whose_plan_is_paused_while_its_files_go_up_is_not_sent(
    kie: Any, planned: Make, creator: User, *, paused: bool
) -> None:
    """The one whose plan goes on shows that it would have gone."""
    plan = press(planned(wish("Waves", IMAGE_TO_VIDEO, image_urls=[image(creator).reference])))
    task = plan.tasks.get()

    def sent(step: Step) -> Step:
        link = yield next(step)
        if paused:
            plans.pause(plan)
        with suppress(StopIteration):
            step.send((yield step.send(link)))

    run(sent(send(task, kie)))
    task.refresh_from_db()
    assert task.state == (State.QUEUED if paused else State.RUNNING)
    assert Send.objects.count() == int(not paused)


def test_more_rows_with_files_and_clips_take_no_more_queries_to_be_judged(creator: User) -> None:
    clip = ready(creator, VEO)
    given = [image(creator, size=(300 + n, 300)).reference for n in range(8)]

    def queries(count: int) -> int:
        rows = plans.rows_of(
            [
                *(wish("Waves", IMAGE_TO_VIDEO, image_urls=[reference]) for reference in given[:count]),
                wish("It goes on", "veo/extend", takes=count, task_id=clip.task_id),
                wish("No price", UNPRICED, takes=count, video_urls=["https://a.example/a.mp4"]),
            ]
        )
        with CaptureQueriesContext(connection) as asked:
            looks = look_at(rows)
        assert [look.row.prompt for look in looks if look.problem] == ["No price"] * count
        return len(asked)

    assert queries(2) == queries(8)
