"""Twenty processes at once on one plan: ordered once, answered once, and no budget overrun."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from generations import orders
from generations.decisions import approvals
from generations.decisions.approvals import Limits
from generations.models import Audit, Budget, Plan, Task
from generations.models.plan import Stage
from generations.money import ledger
from generations.orders import ordering, plans
from generations.orders.ordering import look_at, total_of
from tests.plans.conftest import seen, wish
from tests.processes.test_concurrency import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


def a_plan(person: Any, number: int, takes: int = 2) -> Plan:
    import uuid

    return plans.plan(person, uuid.UUID(int=number), [wish(f"Sea {number}", takes=takes)])


def test_twenty_posts_of_one_plan_order_it_once(creator: Any) -> None:
    plan = a_plan(creator, 1, takes=3)
    client = Client()
    client.force_login(creator)
    rows = [str(row.pk) for row in plan.standing]

    def send(number: int) -> bool:
        answer = client.post(plan.get_absolute_url(), {"do": "order", "total": "165", "row": rows})
        return answer.status_code == 302

    assert at_once(send) == 20
    assert Task.objects.count() == 3
    assert Budget.objects.get().held == 165
    assert ledger.differences() == []


def test_one_wish_planned_by_twenty_at_once_is_one_plan(creator: Any) -> None:
    at_once(lambda _: bool(a_plan(creator, 1)))
    assert Plan.objects.count() == 1
    assert Plan.objects.get().rows.count() == 2


def test_one_wish_at_once_as_a_task_and_as_its_plan_is_ordered_once(creator: Any) -> None:
    plan, sea = a_plan(creator, 1, takes=1), wish("Sea 1")

    def press(number: int) -> bool:
        try:
            if number % 2:
                return bool(orders.place_wish(creator, sea.spec, sea.values, key=plan.key))
            return bool(ordering.order(plan, [row.pk for row in plan.standing], Decimal(55)))
        except (orders.AlreadyOrdered, orders.NotAdmitted):
            return False

    assert at_once(press) >= 1
    assert Task.objects.count() == 1
    assert Budget.objects.get().held == 55
    assert ledger.differences() == []


def test_plans_and_orders_at_once_never_overrun_a_budget_and_none_is_ordered_in_part(creator: Any) -> None:
    ledger.set_limit(creator, Decimal(300))
    made = [a_plan(creator, number) for number in range(10)]

    def press(number: int) -> bool:
        try:
            if number % 2:
                orders.place(creator, wish().spec, {"prompt": f"Lake {number}"})
            else:
                looks = look_at(list(made[number // 2].standing))
                ordering.order(made[number // 2], [look.row.pk for look in looks], total_of(looks))
        except orders.NotAdmitted:
            return False
        return True

    at_once(press)
    assert Budget.objects.get().held <= 300
    assert {plan.tasks.count() for plan in Plan.objects.all()} <= {0, 2}
    assert all(bool(plan.ordered_at) == plan.tasks.exists() for plan in Plan.objects.all())
    assert ledger.differences() == []


def test_plans_at_once_do_not_outgrow_what_a_day_lets_without_a_yes(creator: Any, admin: Any) -> None:
    approvals.set_limits(admin, Limits(day=Decimal(250)))
    made = [a_plan(creator, number) for number in range(10)]

    def press(number: int) -> bool:
        looks = look_at(list(made[number % 10].standing))
        now = ordering.order(made[number % 10], [look.row.pk for look in looks], total_of(looks))
        return now.stage is Stage.ORDERED

    at_once(press)
    assert Task.objects.count() == 4
    assert Plan.objects.asked().count() == 8


def test_of_many_answers_at_once_one_stands(creator: Any, admin: Any, make_person: Any) -> None:
    approvals.set_limits(admin, Limits(order=Decimal(1)))
    plan = a_plan(creator, 1)
    looks = look_at(list(plan.standing))
    asked_at = seen(ordering.order(plan, [look.row.pk for look in looks], total_of(looks)))
    other = make_person("admin", "other")

    def answer(number: int) -> bool:
        try:
            if number % 2:
                approvals.say_yes(admin, plan, asked_at, Decimal(110), "")
            else:
                approvals.say_no(other, plan, asked_at, "")
        except approvals.NotPossible:
            return False
        return True

    assert at_once(answer) == 1
    now = Plan.objects.get()
    assert Task.objects.count() == (2 if now.approved else 0)
    assert Audit.objects.filter(action__in=["yes", "no"]).count() == 1
    assert ledger.differences() == []
