"""What is said where something costs more than is left of a person's month."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.utils import timezone

from generations import policy
from generations.models import Budget
from generations.wording.figures import cr
from generations.wording.names import short_name


@dataclass(frozen=True, kw_only=True)
class OverBudget:
    title: str
    text: str
    links_to_credits: bool


def over_budget(
    person: User, budget: Budget, total: Decimal, *, freed: Decimal = Decimal(0)
) -> OverBudget | None:
    """Which budget does not cover so much, what is left of it, when it starts again, and whom to ask.

    `freed` is what is held already by a task whose place the order takes.
    """
    if budget.left is None or budget.limit is None or total <= budget.left + freed:
        return None
    left, limit = budget.left + freed, budget.limit
    reset = next_month(budget.month)
    return OverBudget(
        title=f"Over your {budget.month:%B} budget.",
        text=(
            f"{cr(max(left, Decimal(0)))} of {cr(limit)} cr are left, this needs about {cr(total)} cr. "
            f"It starts again on {reset.day} {reset:%b}, 00:00 {timezone.localtime():%Z}. {_whom(person)}"
        ),
        links_to_credits=policy.may_administer(person),
    )


def next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _whom(person: User) -> str:
    if policy.may_administer(person):
        return "You can raise it in Credits."
    admin = policy.admins().first()
    return f"{short_name(admin)} can raise it." if admin else "An admin can raise it."
