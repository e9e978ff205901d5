"""Plans as the queue lists them: those that wait for an admin's yes, and a person's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Q

from generations import policy
from generations.decisions import approvals
from generations.models import Plan, PlanRow, State
from generations.models.plan import PlanQuerySet, Stage
from generations.models.state import UNSETTLED
from generations.money import ledger
from generations.orders.ordering import look_at
from generations.views.plans.sums import Total
from generations.wording.figures import cr

SHOWN = 20
"""Plans of a list at most."""
PROMPTS = 4
"""Prompts that are shown of a plan that waits for a yes; its page has all."""


@dataclass(frozen=True, kw_only=True)
class Asked(Total):
    """A plan that waits for the viewer's yes or no."""

    plan: Plan
    left: Decimal | None
    """What is left of its person's month; None: they have no limit."""

    @property
    def models(self) -> str:
        return ", ".join(dict.fromkeys(look.row.label for look in self.looks))

    @property
    def prompts(self) -> list[str]:
        """The first of its different prompts."""
        return list(dict.fromkeys(look.row.prompt or "No prompt" for look in self.looks))[:PROMPTS]

    @property
    def risen(self) -> Decimal:
        """By how much its price rose since it was asked; 0 when it did not."""
        return max(self.total - (self.plan.asked_credits or Decimal(0)), Decimal(0))

    @property
    def problem(self) -> str:
        """Why it could not be ordered now; empty when it could."""
        if wrong := next((look.problem for look in self.looks if look.problem), ""):
            return wrong
        if self.left is not None and self.total > self.left:
            return f"Over the budget: {cr(max(self.left, Decimal(0)))} cr are left this month."
        return ""


def asked_plans(viewer: User) -> list[Asked]:
    """The plans that wait for this person's answer, the longest waiting first."""
    waiting = list(approvals.to_answer(viewer).select_related("person")[:SHOWN])
    looks = look_at(list(PlanRow.objects.filter(plan__in=waiting, taken_out=False)))
    budgets = ledger.budgets_of([plan.person for plan in waiting])
    return [
        Asked(
            plan=plan,
            looks=[look for look in looks if look.row.plan_id == plan.pk],
            left=budgets[plan.person_id].left,
        )
        for plan in waiting
    ]


def asked_count(viewer: User, shown: Sequence[Asked]) -> int:
    """How many plans wait for this person's answer, shown or not."""
    return len(shown) if len(shown) < SHOWN else approvals.to_answer(viewer).count()


@dataclass(frozen=True, kw_only=True)
class OpenPlan:
    """A person's own plan, in one line."""

    plan: Plan
    count: int
    unsettled: int
    ready: int

    @property
    def words(self) -> str:
        if self.plan.stage is Stage.ASKED:
            return "waits for an admin’s yes"
        if self.plan.stage is Stage.PLANNED:
            return "an admin said no" if self.plan.approved is False else "not ordered"
        held = "paused, " if self.plan.paused_at else ""
        going = f"{self.unsettled} under way or waiting, " if self.unsettled else ""
        return f"{held}{going}{self.ready} ready"

    @property
    def sign(self) -> str:
        match self.plan.stage:
            case Stage.ASKED:
                return "hand"
            case Stage.PLANNED:
                return "list-video"
        if self.plan.paused_at:
            return "pause"
        return "loader-circle" if self.unsettled else "circle-check"


def open_plans(person: User) -> list[OpenPlan]:
    """The person's plans that are not ordered yet, under way or of the last day; the first of them."""
    counted = _listed(person).annotate(
        count=Count("rows", filter=Q(rows__taken_out=False)),
        unsettled=Count("rows", filter=Q(rows__task__state__in=UNSETTLED)),
        ready=Count("rows", filter=Q(rows__task__state=State.READY)),
    )
    rows: Iterable[Any] = counted[:SHOWN]
    return [OpenPlan(plan=p, count=p.count, unsettled=p.unsettled, ready=p.ready) for p in rows]


def open_count(person: User, shown: Sequence[OpenPlan]) -> int:
    """How many there are, shown or not."""
    return len(shown) if len(shown) < SHOWN else _listed(person).count()


def _listed(person: User) -> PlanQuerySet:
    listed: PlanQuerySet = policy.visible_plans(person).listed().filter(person=person)
    return listed
