"""Above what an admin lets people order alone, an order waits for a yes: nothing is held, nothing expires."""

import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations import catalogue, orders, policy
from generations.decisions import approvals
from generations.decisions.approvals import Limits
from generations.models import Audit, Happened, Plan, PlanRow, State, Task
from generations.models.plan import Stage
from generations.money import ledger
from generations.orders import approval, changing, plans
from tests.page import read
from tests.plans.conftest import KLING, VEO, press, seen, wish

Make = Callable[..., Plan]


@pytest.fixture
def asked(planned: Make, admin: User) -> Plan:
    """A plan of 220 credits, above the 100 that creators order alone."""
    approvals.set_limits(admin, Limits(order=Decimal(100)))
    return press(planned())


def fresh(plan: Plan) -> Plan:
    return Plan.objects.get(pk=plan.pk)


def test_a_dear_plan_waits_and_holds_nothing(asked: Plan, creator: User, admin: User) -> None:
    assert asked.stage is Stage.ASKED
    assert asked.asked_credits == 220
    assert not Task.objects.exists()
    assert ledger.budget_of(creator).held == 0
    assert list(approvals.to_answer(admin)) == [asked]
    assert not approvals.to_answer(creator).exists()
    assert press(asked).stage is Stage.ASKED, "pressed again it goes on waiting"
    with pytest.raises(plans.Fixed, match="waits for an admin’s yes"):
        plans.drop(asked)


def test_a_yes_orders_exactly_that_in_the_same_breath(asked: Plan, creator: User, admin: User) -> None:
    tasks = approvals.say_yes(admin, asked, seen(asked), Decimal(220), "Go on")
    assert len(tasks) == 4
    assert ledger.budget_of(creator).held == 220
    now = fresh(asked)
    assert (now.stage, now.approved, now.answered_by, now.comment) == (Stage.ORDERED, True, admin, "Go on")
    row = Audit.objects.get(action=Audit.Action.YES)
    assert (row.person, row.whom) == (admin, creator)
    assert row.text == "4 tasks of Creator, 220 cr: “Go on”"


def test_a_no_is_seen_and_it_may_be_changed_and_asked_again(asked: Plan, admin: User) -> None:
    approvals.say_no(admin, asked, seen(asked), "Two are enough")
    now = fresh(asked)
    assert (now.stage, now.approved, now.comment) == (Stage.PLANNED, False, "Two are enough")
    assert not Task.objects.exists()
    again = press(asked)
    assert (again.stage, again.approved, again.comment) == (Stage.ASKED, None, "")


def test_an_answer_is_to_the_tasks_that_its_admin_saw(asked: Plan, admin: User) -> None:
    """They were taken back, changed and asked anew, at the same price, while the admin looked at them."""
    before = seen(asked)
    plans.withdraw(asked)
    changing.write(asked, {row.pk: "Something else" for row in asked.standing})
    again = press(asked)
    for answer in (
        lambda: approvals.say_yes(admin, asked, before, Decimal(220), ""),
        lambda: approvals.say_no(admin, asked, before, ""),
    ):
        with pytest.raises(approvals.NotPossible, match="asked anew meanwhile"):
            answer()
    assert (fresh(asked).stage, Task.objects.count()) == (Stage.ASKED, 0)
    tasks = approvals.say_yes(admin, asked, seen(again), Decimal(220), "")
    assert [task.prompt for task in tasks] == ["Something else"] * 4


@pytest.mark.parametrize("first", ["yes", "no"])
def test_of_two_admins_one_answer_stands(
    asked: Plan, admin: User, make_person: Callable[..., User], first: str
) -> None:
    other = make_person("admin", "other")
    if first == "yes":
        approvals.say_yes(admin, asked, seen(asked), Decimal(220), "")
    else:
        approvals.say_no(admin, asked, seen(asked), "")
    for answer in (
        lambda: approvals.say_yes(other, asked, seen(asked), Decimal(220), ""),
        lambda: approvals.say_no(other, asked, seen(asked), ""),
    ):
        with pytest.raises(approvals.NotPossible, match="Admin has answered it already"):
            answer()
    assert Task.objects.count() == (4 if first == "yes" else 0)
    assert Audit.objects.filter(action__in=["yes", "no"]).count() == 1


def test_what_was_taken_back_is_not_ordered_by_a_yes(asked: Plan, admin: User) -> None:
    plans.withdraw(asked)
    assert fresh(asked).stage is Stage.PLANNED
    with pytest.raises(approvals.NotPossible, match="Creator has taken it back"):
        approvals.say_yes(admin, asked, seen(asked), Decimal(220), "")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("price", "the price rose from 219 to 220 cr"),
        ("budget", "has 100 cr left"),
        ("row", "One task would not be taken"),
        ("role", "may not order any more"),
    ],
)
def test_a_yes_to_what_cannot_be_ordered_leaves_it_waiting(
    asked: Plan, creator: User, admin: User, spoil: str, said: str
) -> None:
    total = Decimal(219 if spoil == "price" else 220)
    if spoil == "budget":
        ledger.set_limit(creator, Decimal(100))
    if spoil == "row":
        PlanRow.objects.filter(pk=asked.standing[0].pk).update(model_id="gone/model")
    if spoil == "role":
        policy.give_role(creator, policy.Role.REVIEWER)
    with pytest.raises((orders.NotAdmitted, approvals.NotPossible)) as refused:
        approvals.say_yes(admin, asked, seen(asked), total, "")
    assert said in str(refused.value)
    assert fresh(asked).stage is Stage.ASKED
    assert not Task.objects.exists()
    assert not Audit.objects.filter(action=Audit.Action.YES).exists()


def test_only_an_admin_answers(asked: Plan, creator: User) -> None:
    for answer in (
        lambda: approvals.say_yes(creator, asked, seen(asked), Decimal(220), ""),
        lambda: approvals.say_no(creator, asked, seen(asked), ""),
    ):
        with pytest.raises(PermissionDenied):
            answer()


def test_a_day_has_a_limit_of_its_own_in_which_approved_orders_do_not_count(
    planned: Make, creator: User, admin: User
) -> None:
    approvals.set_limits(admin, Limits(day=Decimal(120)))
    assert press(planned(wish(takes=2))).stage is Stage.ORDERED
    dear = press(planned(wish()))
    assert dear.stage is Stage.ASKED
    approvals.say_yes(admin, dear, seen(dear), Decimal(55), "")
    assert approval.ordered_today(creator) == 110
    need = approval.needed(creator, Decimal(11))
    assert need
    assert need.text.endswith("Today it is 110 cr so far.")
    assert approval.needed(creator, Decimal(10)) is None
    plans.cancel(fresh(Plan.objects.earliest("id")), creator)
    assert approval.ordered_today(creator) == 0


def test_no_other_way_leads_around_it(admin: User, creator: User, order: Callable[..., Task]) -> None:
    """Neither a single order, nor one that is ordered again; orders of admins never wait."""
    task = order()
    task.move(State.CANCELLED, Happened.CANCELLED, charge_credits=0)
    ledger.release(task)
    approvals.set_limits(admin, Limits(order=Decimal(54)))
    spec = catalogue.models()[KLING]
    with pytest.raises(orders.NeedsYes, match="An order above 54 cr waits for an admin’s yes"):
        orders.place_wish(creator, spec, {"prompt": "Sea"}, key=uuid.uuid4())
    with pytest.raises(orders.NeedsYes):
        orders.retry(task, creator)
    assert ledger.budget_of(creator).held == 0
    assert orders.place_wish(admin, spec, {"prompt": "Sea"}, key=uuid.uuid4())


def test_what_waits_for_a_yes_is_not_ordered_beside_it_under_its_key(
    planned: Make, creator: User, admin: User
) -> None:
    """The limit is lifted meanwhile, and the form is sent once more."""
    key = uuid.uuid4()
    approvals.set_limits(admin, Limits(order=Decimal(54)))
    press(planned(wish("Sea"), key=key))
    approvals.set_limits(admin, Limits())
    with pytest.raises(orders.NeedsYes, match="waits for an admin’s yes already"):
        orders.place_wish(creator, catalogue.models()[KLING], {"prompt": "Sea"}, key=key)


def test_setting_the_limits_is_one_audit_row(admin: User) -> None:
    for _ in range(2):
        approvals.set_limits(admin, Limits(order=Decimal(100), day=Decimal(500)))
    row = Audit.objects.get(action=Audit.Action.APPROVAL)
    assert row.text == "creators: orders above 100 cr each or above 500 cr a day wait for a yes"
    approvals.set_limits(admin, Limits())
    assert approvals.limits() == Limits()


def test_ten_plans_that_wait_cost_the_queue_no_more_queries_than_one(
    planned: Make, make_person: Callable[..., User], admin: User, client: Client
) -> None:
    approvals.set_limits(admin, Limits(order=Decimal(100)))
    client.force_login(admin)
    counts = []
    for begin, end in ((0, 1), (1, 10)):
        for n in range(begin, end):
            wishes = wish(f"Dunes {n}", takes=2), wish(f"Sea {n}", VEO)
            press(planned(*wishes, person=make_person("creator", f"creator{n}")))
        with CaptureQueriesContext(connection) as asked:
            shown = read(client.get("/queue/"))
        counts.append(len(asked))
    assert len([button for button in shown.all("button") if button.text.startswith("Yes, ")]) == 10
    assert counts[1] == counts[0], counts
