"""Planning orders nothing: which rows a wish makes, and which plan it is when it is planned again."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from generations import catalogue, orders
from generations.models import Asset, Entry, Plan, Task
from generations.models.asset import UNUSED_LIFE
from generations.models.plan import Stage
from generations.orders import changing, plans
from generations.orders.expansion import Unclear
from generations.orders.plans import Wish
from tests.plans.conftest import KLING, VEO, press, wish

Make = Callable[..., Plan]


def prompts(plan: Plan) -> list[str]:
    return [row.prompt for row in plan.standing]


def test_alternatives_models_and_takes_are_rows_and_nothing_is_held(planned: Make) -> None:
    plan = planned(wish("At {dusk|noon}", takes=2), wish("Dunes", VEO))
    rows = [(row.model_id, row.prompt, row.take, row.takes) for row in plan.standing]
    assert rows == [
        (KLING, "At dusk", 1, 2),
        (KLING, "At dusk", 2, 2),
        (KLING, "At noon", 1, 2),
        (KLING, "At noon", 2, 2),
        (VEO, "Dunes", 1, 1),
    ]
    assert plan.title == "At dusk"
    assert not Task.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("seed", "seeds"),
    [
        (10_000, [10_000, 10_001, 10_002]),
        (99_998, [99_998, 99_999, 10_000]),
        (5, [5, 5, 5]),
        (None, [None, None, None]),
    ],
)
def test_a_given_seed_is_spread_over_the_takes_within_its_limits(
    planned: Make, seed: int | None, seeds: list[int | None]
) -> None:
    given: dict[str, Any] = {"seeds": seed} if seed else {}
    plan = planned(wish("Dunes", VEO, takes=3, **given))
    assert [row.values.get("seeds") for row in plan.standing] == seeds


def test_more_tasks_than_a_plan_takes_are_refused(creator: User) -> None:
    with pytest.raises(Unclear, match="This makes 60 tasks"):
        plans.plan(creator, uuid.uuid4(), [wish("{a|b|c|d|e}", takes=12)])
    assert not Plan.objects.exists()


def test_the_same_wish_under_its_key_is_the_same_plan_and_another_takes_its_place(planned: Make) -> None:
    key = uuid.uuid4()
    first = planned(wish("Sea"), key=key)
    assert planned(wish("Sea"), key=key) == first
    second = planned(wish("Lake"), key=key)
    assert second == first
    assert prompts(second) == ["Lake"]


@pytest.mark.parametrize("touch", [plans.keep, lambda plan: changing.take_out(plan, plan.standing[0].pk)])
def test_a_plan_that_was_kept_or_changed_by_hand_is_not_replaced(
    planned: Make, touch: Callable[[Plan], None]
) -> None:
    key = uuid.uuid4()
    first = planned(wish("Sea", takes=2), key=key)
    touch(first)
    assert planned(wish("Sea", takes=2), key=key) == first
    second = planned(wish("Lake"), key=key)
    assert second != first
    assert second.key == orders.next_key(key)


def test_another_wish_under_a_key_that_has_ordered_is_not_planned(planned: Make, creator: User) -> None:
    key = uuid.uuid4()
    press(planned(wish("Sea", takes=2), key=key))
    with pytest.raises(orders.AlreadyOrdered) as known:
        planned(wish("Lake"), key=key)
    assert len(known.value.tasks) == 2
    with pytest.raises(orders.AlreadyOrdered):
        orders.place_wish(creator, catalogue.models()[KLING], {"prompt": "Lake"}, key=key)


def test_what_its_form_ordered_as_a_task_is_ordered_as_a_plan_only_from_hold(
    planned: Make, creator: User
) -> None:
    """The plan is open in one tab, and Generate is pressed in another."""
    key, sea = uuid.uuid4(), wish("Sea")
    plan = planned(sea, key=key)
    task = orders.place_wish(creator, sea.spec, sea.values, key=key)
    with pytest.raises(orders.NotAdmitted, match=f"its form ordered #{task.pk} already"):
        press(plan)
    for again, same in ((sea, True), (wish("Lake"), False)):
        with pytest.raises(orders.AlreadyOrdered) as known:
            planned(again, key=key)
        assert (known.value.tasks, known.value.same) == ([task], same)
    assert prompts(plan) == ["Sea"]
    assert Task.objects.count() == 1
    plans.keep(plan)
    press(plan)
    assert Task.objects.count() == 2, "its person wants both"


def test_rows_are_taken_out_and_put_back_and_their_words_written(planned: Make) -> None:
    plan = planned(wish("At {dusk|noon}"))
    dusk, noon = plan.standing
    changing.take_out(plan, dusk.pk)
    assert prompts(plan) == ["At noon"]
    changing.put_back(plan, dusk.pk)
    changing.write(plan, {noon.pk: "At \\{midnight|3\\}"})
    assert prompts(plan) == ["At dusk", "At {midnight|3}"]
    assert [row.own for row in plan.standing] == [[[3, 7]], []]
    changing.write(plan, {noon.pk: "At \\{midnight|3\\}"})
    with pytest.raises(plans.RowsRefused, match="Nothing was ordered") as refused:
        changing.write(plan, {noon.pk: "At {noon|night}", dusk.pk: "Dusk"})
    assert "makes 2 prompts" in refused.value.refusals[noon.pk]
    assert prompts(plan) == ["Dusk", "At {midnight|3}"]


def test_the_same_prompts_go_to_another_model_too(planned: Make) -> None:
    plan = planned(wish("At {dusk|noon}", duration="10"))
    dropped = changing.add_model(plan, catalogue.models()[VEO])
    assert [(row.model_id, row.prompt) for row in plan.standing][2:] == [(VEO, "At dusk"), (VEO, "At noon")]
    assert dropped == ["10 s"]


def test_an_ordered_or_dropped_plan_is_fixed(planned: Make) -> None:
    ordered, dropped = press(planned()), planned()
    plans.drop(dropped)
    dropped.refresh_from_db()
    assert dropped.stage is Stage.DROPPED
    for plan in (ordered, dropped):
        row = plan.rows.first()
        assert row
        with pytest.raises(plans.Fixed):
            changing.take_out(plan, row.pk)
        with pytest.raises(plans.Fixed):
            changing.write(plan, {row.pk: "Something else"})


def test_a_plan_ordered_again_is_a_plan_of_its_own_and_pressed_twice_it_is_one(
    planned: Make, creator: User
) -> None:
    first = press(planned(wish("At {dusk|noon}")))
    again = plans.order_again(first, creator)
    assert plans.order_again(first, creator) == again
    assert again.parent == first
    assert prompts(again) == ["At dusk", "At noon"]
    press(again)
    assert plans.order_again(first, creator) not in (first, again)
    assert Task.objects.count() == 4


def test_a_file_that_only_a_plan_names_is_not_cleared_away(creator: User) -> None:
    old = {"created_at": timezone.now() - 2 * UNUSED_LIFE, "size": 5, "width": 640, "height": 640}
    asset = Asset.objects.create(
        person=creator, name="a.png", content_type="image/png", sha256="0" * 64, **old
    )
    assert list(Asset.objects.unused()) == [asset]
    spec = catalogue.models()["kling-2.6/image-to-video"]
    values = {**spec.defaults(), "prompt": "Waves", "image_urls": [asset.reference]}
    plan = plans.plan(creator, uuid.uuid4(), [Wish(spec=spec, values=values)])
    assert list(Asset.objects.unused()) == []
    plans.drop(plan)
    assert list(Asset.objects.unused()) == [asset]


def test_what_is_added_twice_is_there_once_and_no_plan_grows_too_long(planned: Make) -> None:
    plan = planned(wish("Sea", takes=12))
    for _ in range(2):
        changing.add_model(plan, catalogue.models()[VEO])
        changing.add(plan, [wish("{a|b|c}")])
    assert plan.standing.count() == 27
    with pytest.raises(Unclear, match="That makes 51 tasks, and a plan has up to 48"):
        changing.add(plan, [wish("{d|e}", takes=12)])
    assert plan.standing.count() == 27
