"""What each person may spend this month, and what is held and spent of it."""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import Sum
from django.utils import timezone

from generations import policy
from generations.forms.credits import CapForm, LimitForm
from generations.models import Budget, Runtime
from generations.money import ledger
from generations.views.credits.team import Member, team
from generations.wording.figures import cr

NOTHING = Decimal(0)
NEARLY = Decimal("0.8")


@dataclass(frozen=True, kw_only=True)
class BudgetLine:
    """A meter: spent, held (hatched), and the limit as its end. Credits."""

    person: User | None
    spent: Decimal
    held: Decimal
    limit: Decimal | None
    earlier: Decimal = NOTHING
    """Charged this month for orders of earlier months, and counted in those months' budgets."""
    form: LimitForm | None = None
    """Only set when it was submitted and refused."""

    @property
    def left(self) -> Decimal | None:
        return None if self.limit is None else max(self.limit - self.spent - self.held, NOTHING)

    @property
    def left_text(self) -> str:
        if self.limit is None or self.left is None:
            return ""
        over = self.spent + self.held - self.limit
        return f"{cr(over)} over the limit" if over > 0 else f"{cr(self.left)} left"

    @property
    def tone(self) -> str:
        """Amber from 80 % on, red when nothing is left."""
        if self.limit is None:
            return ""
        used = self.spent + self.held
        if used >= self.limit:
            return "bad"
        return "warn" if used >= self.limit * NEARLY else ""

    @property
    def spent_width(self) -> str:
        return f"{self._part(self.spent):.1f}%"

    @property
    def held_width(self) -> str:
        return f"{min(self._part(self.held), 100 - self._part(self.spent)):.1f}%"

    @property
    def typed(self) -> str:
        """The field's text: what the user typed, or the limit."""
        if self.form is not None:
            return str(self.form["limit"].value() or "")
        return "" if self.limit is None else cr(self.limit).replace(",", "")

    @property
    def error(self) -> str:
        return " ".join(map(str, self.form.errors.get("limit", []))) if self.form else ""

    def _part(self, credits: Decimal) -> Decimal:
        if not self.limit:
            return Decimal(100) if credits and self.limit is not None else NOTHING
        return min(credits / self.limit * 100, Decimal(100))


@dataclass(frozen=True, kw_only=True)
class UnpricedCap:
    """What an order without a known price may hold."""

    cap: Decimal | None
    form: CapForm | None = None
    """Only set when it was submitted and refused."""

    @property
    def typed(self) -> str:
        if self.form is not None:
            return str(self.form["cap"].value() or "")
        return "" if self.cap is None else f"{self.cap:f}"

    @property
    def error(self) -> str:
        return " ".join(map(str, self.form.errors.get("cap", []))) if self.form else ""


def unpriced_cap(form: CapForm | None = None) -> UnpricedCap:
    return UnpricedCap(cap=Runtime.now().unpriced_cap, form=form)


def budget_line(
    person: User, budget: Budget, form: LimitForm | None = None, earlier: Decimal | None = None
) -> BudgetLine:
    """One person's meter; charges for earlier months are looked up unless given."""
    if earlier is None:
        earlier = charged_for_earlier_months().get(person.pk, NOTHING)
    return BudgetLine(
        person=person,
        spent=budget.spent,
        held=budget.held,
        limit=budget.limit,
        earlier=earlier,
        form=form,
    )


def budget_lines(members: list[Member], bad: tuple[User, LimitForm] | None = None) -> list[BudgetLine]:
    """Everybody who may order or has spent this month, the highest spending first."""
    now = {b.person_id: b for b in Budget.objects.filter(month=ledger.this_month())}
    limits, earlier = _limits_before(set(now)), charged_for_earlier_months()
    lines = []
    for member in members:
        person, budget = member.person, now.get(member.person.pk)
        if budget is None and not member.may_order:
            continue
        if budget and not member.may_order and not (budget.spent or budget.held):
            continue
        form = bad[1] if bad and bad[0] == person else None
        budget = budget or Budget(person=person, limit=limits.get(person.pk))
        lines.append(budget_line(person, budget, form, earlier.get(person.pk, NOTHING)))
    return sorted(lines, key=lambda line: -(line.spent + line.held))


def shown_to(viewer: User, bad: tuple[User, LimitForm] | None) -> list[BudgetLine]:
    """Admins see everybody who spends, others only themselves; people who cannot order have no meter.

    `bad`: the person whose limit was submitted and refused, and the form.
    """
    if policy.may_administer(viewer):
        return budget_lines(team(), bad)
    return [budget_line(viewer, ledger.budget_of(viewer))] if policy.may_order(viewer) else []


def charged_for_earlier_months() -> dict[int, Decimal]:
    """By person: credits charged this month for orders of earlier months, whose budgets count them."""
    month = ledger.this_month()
    begins = timezone.make_aware(datetime.combine(month, time.min))
    rows = ledger.spending().filter(charged_at__gte=begins, budget__month__lt=month)
    totals = rows.values_list("budget__person_id").annotate(total=Sum("credits")).order_by()
    return {person: total for person, total in totals if total}


def _limits_before(known: set[int]) -> dict[int, Decimal | None]:
    """Limits for people whose month has not begun: the latest one before it, else the first one after it."""
    others, month = Budget.objects.exclude(person_id__in=known), ledger.this_month()
    later = others.filter(month__gt=month).order_by("-month").values_list("person_id", "limit")
    earlier = others.filter(month__lt=month).order_by("month").values_list("person_id", "limit")
    return dict(later) | dict(earlier)


def team_line() -> BudgetLine:
    """All people together, this month."""
    totals = Budget.objects.filter(month=ledger.this_month()).aggregate(spent=Sum("spent"), held=Sum("held"))
    return BudgetLine(
        person=None,
        spent=totals["spent"] or NOTHING,
        held=totals["held"] or NOTHING,
        limit=None,
        earlier=sum(charged_for_earlier_months().values(), NOTHING),
    )
