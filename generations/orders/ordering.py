"""Ordering a plan: judged and priced once more, then placed in one transaction, or not at all."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial

from django.db import transaction
from django.utils import timezone

from generations import aside, catalogue
from generations.catalogue.quote import Quote
from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec
from generations.kie.endpoints import ENDPOINTS
from generations.models import Budget, Plan, PlanRow, Task
from generations.models.asset import assets_in
from generations.models.plan import Stage
from generations.money import ledger
from generations.money.observed import observed_prices
from generations.orders import approval, continuing, placing, plans, presets
from generations.orders.changing import makes
from generations.orders.plans import RowsRefused
from generations.orders.pricing import Pricing, unpriced_cap
from generations.orders.sources import facts_of
from generations.wording.figures import cr

NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Look:
    """One row as it stands today."""

    row: PlanRow
    problem: str = ""
    """Why it would not be taken; empty when it would."""
    param: str = ""
    """The parameter at which the problem is, if it is at one."""
    offer: Quote | None = None
    credits: Decimal | None = None
    """What it would hold."""

    @property
    def unpriced(self) -> bool:
        return self.credits is not None and self.offer is not None and self.offer.credits is None


def look_at(rows: Sequence[PlanRow]) -> list[Look]:
    """How each row would be taken today: its price, and what the one judge says of it.

    The files of all rows are read at once, and rows whose prices depend on the same share one look-up.
    """
    today = _Today(rows)
    return [_look(row, today) for row in rows]


class _Today:
    """What rows are judged by, each fact read once for all of them."""

    def __init__(self, rows: Sequence[PlanRow]) -> None:
        self.date = timezone.localdate()
        self.assets = assets_in(row.values for row in rows)
        self.observed = observed_prices({row.model_id for row in rows})
        self._offers: dict[str, Quote] = {}
        self._unfit: dict[str, str] = {}

    def offer(self, spec: ModelSpec, row: PlanRow) -> Quote:
        name = _priced(row)
        if name not in self._offers:
            sources = facts_of(spec, row.values, self.assets)
            prices = Pricing(spec=spec, today=self.date, sources=sources, observed=self.observed)
            self._offers[name] = prices.quote(row.values)
        return self._offers[name]

    @cached_property
    def cap(self) -> Decimal | None:
        return unpriced_cap()

    def unfit(self, spec: ModelSpec, values: Values) -> str:
        """Why the model does not go on from the clip that the values name; empty when it may."""
        name = f"{spec.id} {spec.value_of('task', values)!r}"
        if name not in self._unfit:
            self._unfit[name] = continuing.refusal(spec, values)
        return self._unfit[name]


def _look(row: PlanRow, today: _Today) -> Look:
    spec = row.spec
    if spec is None:
        return Look(row=row, problem=f"{row.model_id} has left the catalogue.")
    try:
        placing.check_live(spec)
    except placing.NotAdmitted as refusal:
        return Look(row=row, problem=str(refusal).removeprefix("Not sent: "))
    if row.take > 1 and ENDPOINTS[spec.endpoint].asked:
        return Look(row=row, problem=f"Kie makes one {spec.label} of a clip.")
    offer = today.offer(spec, row)
    credits = today.cap if offer.credits is None else offer.credits
    param, problem = placing.judged(spec, row.values, today.assets)
    problem = problem or today.unfit(spec, row.values)
    if not problem and credits is None:
        problem = f"No price is known for this choice of {spec.label}."
    return Look(row=row, problem=problem, param=param, offer=offer, credits=credits)


def _priced(row: PlanRow) -> str:
    """What a price may depend on: the model, and everything but words and seeds."""
    offered = catalogue.models()[row.model_id].offered
    words = {param.name for param in offered if param.role in ("prompt", "seed")}
    values = sorted((name, repr(value)) for name, value in row.values.items() if name not in words)
    return f"{row.model_id} {values!r}"


def total_of(looks: Collection[Look]) -> Decimal:
    """What they hold together. Credits."""
    return sum((look.credits for look in looks if look.credits is not None), NOTHING)


class Risen(placing.NotAdmitted):
    """The total is above what was shown: `total`. Nothing was ordered."""

    def __init__(self, shown: Decimal, total: Decimal) -> None:
        super().__init__(
            f"Nothing was ordered: the price rose from {cr(shown)} to {cr(total)} cr. "
            "Press again to order it at the new price."
        )
        self.total = total


class Changed(placing.NotAdmitted):
    """The plan has other rows than its person sees. Nothing was ordered."""

    def __init__(self) -> None:
        super().__init__("Nothing was ordered: this plan was changed in another tab. This is how it is now.")


def order(
    plan: Plan,
    rows: Collection[int],
    total: Decimal,
    agreed: Decimal | None = None,
    prompts: Mapping[int, str] | None = None,
) -> Plan:
    """Order a plan with these rows at this total, or ask an admin for a yes where that is needed.

    One transaction: all of it or nothing. However often and at however many places it is pressed, it is
    ordered once. `agreed` is what the person lets each task hold whose price is not known, `prompts` what its
    rows say where they are seen, as it is written there. Raises placing.NotAdmitted: plans.Fixed, Changed,
    RowsRefused, Risen, or one that says which budget it exceeds.
    """
    with transaction.atomic():
        now = _current(plan)
        if now.stage in (Stage.ORDERED, Stage.ASKED):
            return now
        now = plans.locked(now)
        _check_key(now)
        standing = list(now.standing)
        if {row.pk for row in standing} != set(rows) or not _say(standing, prompts or {}):
            raise Changed
        looks = _sound(standing, total)
        budget = _budget(now, looks)
        if approval.needed(now.person, total_of(looks)):
            return _ask(now, total_of(looks), agreed)
        return _place(now, looks, total, agreed, budget)


def _say(rows: Collection[PlanRow], prompts: Mapping[int, str]) -> bool:
    """Whether the rows have these prompts, as far as they are given."""
    return all(makes(prompts[row.pk], row) for row in rows if row.pk in prompts)


def order_asked(plan: Plan, total: Decimal) -> list[Task]:
    """Order a plan that an admin has said yes to, at this total. Needs a transaction. Raises NotAdmitted."""
    now = plans.locked(plan, Stage.ASKED)
    looks = _sound(list(now.standing), total)
    return list(_place(now, looks, total, now.agreed_credits, _budget(now, looks)).tasks.order_by("id"))


def _current(plan: Plan) -> Plan:
    """The plan as it is now, while nobody else orders for its person."""
    placing.lock_person(plan.person_id)
    return Plan.objects.get(pk=plan.pk)


def _check_key(plan: Plan) -> None:
    """Raises NotAdmitted where its form has ordered something already, and nobody put the plan on hold."""
    known = [] if plan.kept_at else placing.ordered_under(plan.person, plan.key)
    if known:
        these = ", ".join(f"#{task.pk}" for task in known)
        raise placing.NotAdmitted(
            f"Nothing was ordered: its form ordered {these} already. Put the plan on hold to order it too."
        )


def _budget(plan: Plan, looks: Collection[Look]) -> Budget:
    """The budget of the plan's person, locked: no other order of theirs is admitted until this one is."""
    specs = {spec.id: spec for look in looks if (spec := look.row.spec)}
    for _, spec in sorted(specs.items()):
        continuing.take_turns(spec)
    return Budget.objects.select_for_update().get(pk=ledger.begin_month(plan.person).pk)


def _sound(standing: Sequence[PlanRow], total: Decimal) -> list[Look]:
    """How the rows would be taken, when all of them would be and cost no more than was shown."""
    looks = look_at(standing)
    if not looks:
        raise placing.NotAdmitted("Nothing was ordered: every task is taken out. Put one back first.")
    if refused := {look.row.pk: look.problem for look in looks if look.problem}:
        raise RowsRefused(refused)
    if total_of(looks) > total:
        raise Risen(total, total_of(looks))
    return looks


def _ask(plan: Plan, total: Decimal, agreed: Decimal | None) -> Plan:
    asked = {"asked_at": timezone.now(), "asked_credits": total, "agreed_credits": agreed}
    unanswered = {"answered_at": None, "answered_by": None, "approved": None, "comment": ""}
    Plan.objects.filter(pk=plan.pk).update(**asked, **unanswered)
    plan.refresh_from_db()
    return plan


def _place(plan: Plan, looks: Sequence[Look], total: Decimal, agreed: Decimal | None, budget: Budget) -> Plan:
    if budget.left is not None and total_of(looks) > budget.left:
        raise placing.NotAdmitted(str(ledger.OverBudget(budget, total_of(looks))))
    for look in looks:
        _place_row(plan, look.row, agreed)
    ordered = sum((task.quote_credits for task in plan.tasks.all()), NOTHING)
    if ordered > total:
        raise Risen(total, ordered)
    Plan.objects.filter(pk=plan.pk).update(ordered_at=timezone.now())
    plan.refresh_from_db()
    _note_presets(plan)
    return plan


def _note_presets(plan: Plan) -> None:
    """The tasks count for the preset that filled the form of their model, where they have its settings."""
    tasks = list(plan.tasks.order_by("id"))
    for model_id in {task.model_id for task in tasks}:
        note = partial(
            presets.note_use,
            plan.person,
            catalogue.models()[model_id],
            [task for task in tasks if task.model_id == model_id],
        )
        aside.note("What was ordered with a preset", note)


def _place_row(plan: Plan, row: PlanRow, agreed: Decimal | None) -> None:
    spec, key = catalogue.models()[row.model_id], uuid.uuid5(plan.uuid, f"row {row.pk}")
    try:
        task = placing.place(
            plan.person,
            spec,
            row.values,
            order_key=key,
            plan=plan,
            agreed=agreed,
            answers=plan.answers,
        )
    except placing.NotAdmitted as refusal:
        raise RowsRefused({row.pk: str(refusal).removeprefix("Not sent: ")}) from refusal
    PlanRow.objects.filter(pk=row.pk).update(task=task)
