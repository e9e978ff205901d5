"""Plans beside the rest: what a form has from elsewhere goes through them, and the line keeps its rules."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue, orders
from generations.decisions import approvals
from generations.decisions.approvals import Limits
from generations.models import LibraryUse, Plan, Review, State, Task, Verdict
from generations.money import ledger
from generations.orders import approval, line, plans
from generations.orders.waiting import EVERYBODY, Why, waits
from generations.views.plans.shown import page_of
from tests.library.conftest import preset as preset
from tests.library.pages import HTMX, fill, form_of, standing
from tests.page import read
from tests.plans.conftest import KLING, press, seen, wish
from tests.task_page.rows import ready


def test_tasks_of_a_plan_count_for_the_preset_that_filled_its_form(
    client: Client, preset: Any, creator: User
) -> None:
    client.force_login(creator)
    fill(client, preset("Fjord", prompt="Slow dolly", duration="10"))
    body = standing(client, prompt="At {dusk|noon}")
    assert client.post(form_of(KLING), body, headers=HTMX).status_code == 200
    assert not LibraryUse.objects.exists(), "nothing is ordered yet"
    press(Plan.objects.get())
    assert [use.task.prompt for use in LibraryUse.objects.order_by("task")] == ["At dusk", "At noon"]


def test_each_task_of_a_plan_answers_the_changes_that_its_form_was_opened_with(
    client: Client, creator: User, reviewer: User
) -> None:
    client.force_login(creator)
    asked = ready(creator, KLING)
    Review.objects.create(task=asked, person=reviewer, verdict=Verdict.CHANGES)
    page = read(client.get(f"{form_of(KLING)}?changes={asked.uuid}"))
    sent = page.part("order").sent | {"prompt": ["Softer"], "takes": ["2"]}
    assert client.post(form_of(KLING), sent).status_code == 302
    press(Plan.objects.get())
    tasks = Task.objects.exclude(pk=asked.pk)
    assert [(task.prompt, task.answers) for task in tasks] == [("Softer", asked)] * 2


def test_a_waiting_task_is_not_changed_into_one_that_needs_a_yes(creator: User, admin: User) -> None:
    approvals.set_limits(admin, Limits(order=Decimal(100)))
    spec = catalogue.models()[KLING]
    cheap = {**spec.defaults(), "prompt": "Dunes", "duration": "5"}
    task = orders.place(creator, spec, cheap)
    with pytest.raises(orders.NeedsYes, match="Order it in the studio"):
        line.change(task, creator, spec, {**cheap, "duration": "10"}, key=uuid.uuid4())
    task.refresh_from_db()
    assert (task.state, Task.objects.count()) == (State.QUEUED, 1)
    assert ledger.budget_of(creator).held == task.quote_credits == 55
    assert line.change(task, creator, spec, {**cheap, "prompt": "Sea"}, key=uuid.uuid4()).prompt == "Sea"


def test_a_task_that_is_held_in_a_paused_plan_waits_for_its_person_and_is_listed_once(
    client: Client, planned: Any, creator: User
) -> None:
    plan = press(planned(wish("At {dusk|noon}")))
    first, second = plan.tasks.order_by("id")
    assert line.hold(first, creator)
    plans.pause(plan)
    reasons = {pk: wait.why for pk, wait in waits([first, second]).items()}
    first.refresh_from_db()
    assert waits([first, second])[first.pk].why is Why.HELD
    assert reasons[second.pk] is Why.PLAN_PAUSED
    client.force_login(creator)
    rows = read(client.get("/queue/")).part("waiting")
    assert [rows.text.count(f"#{task.pk}") for task in (first, second)] == [1, 1]
    assert list(Task.objects.in_turn(EVERYBODY)) == []
    plans.resume(plan)
    assert list(Task.objects.in_turn(EVERYBODY).free_to_go()) == [second]


def changed(task: Task, person: User, **values: Any) -> Task:
    wanted = wish(**values)
    return line.change(task, person, wanted.spec, wanted.values, key=uuid.uuid4())


def test_a_changed_task_stays_in_its_plan_and_goes_by_what_is_done_with_that(
    planned: Any, creator: User
) -> None:
    plan = press(planned(wish("At {dusk|noon}")))
    plans.pause(plan)
    first, second = plan.tasks.order_by("id")
    made = changed(first, creator, prompt="At dawn", duration="10")
    assert list(Task.objects.in_turn(EVERYBODY)) == []
    page = page_of(creator, plan)
    assert [(shown.task, shown.row.prompt, shown.row.own) for shown in page.rows] == [
        (made, "At dawn", []),
        (second, "At noon", [[3, 7]]),
    ]
    assert page.cost == 165
    plans.resume(plan)
    assert list(Task.objects.in_turn(EVERYBODY)) == [made, second]
    assert plans.cancel(plan, creator) == (2, 0)


def test_a_task_that_is_changed_to_a_dearer_one_leaves_the_plan_that_an_admin_approved(
    client: Client, planned: Any, creator: User, admin: User
) -> None:
    """Else what it costs more would count in no day. It is held back by itself where the plan was paused."""
    approvals.set_limits(admin, Limits(day=Decimal(120)))
    plan = press(planned(wish(takes=3)))
    one, two, _ = approvals.say_yes(admin, plan, seen(plan), Decimal(165), "")
    plans.pause(plan)
    alike = changed(one, creator, prompt="Lake")
    assert (alike.plan, alike.held_at) == (plan, None)
    assert approval.ordered_today(creator) == 0
    dearer = changed(two, creator, duration="10")
    assert dearer.plan is None
    assert dearer.held_at
    assert approval.ordered_today(creator) == 110
    assert list(Task.objects.in_turn(EVERYBODY).free_to_go()) == []
    client.force_login(creator)
    assert f"Changed into #{dearer.pk}" in read(client.get(plan.get_absolute_url()))
