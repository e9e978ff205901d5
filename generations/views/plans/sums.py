"""What the tasks of a plan cost together, and what that leaves: the side of its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from django.contrib.auth.models import User

from generations import pace
from generations.catalogue.quote import Basis
from generations.library.durations import usual_times
from generations.models import Budget
from generations.money import ledger
from generations.orders import approval
from generations.orders.ordering import Look, total_of
from generations.views.over_budget import OverBudget, over_budget
from generations.wording.figures import cr, usd
from generations.wording.times import span_text

NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Total:
    """What rows of a plan cost together."""

    looks: Sequence[Look]

    @property
    def count(self) -> int:
        return len(self.looks)

    @property
    def total(self) -> Decimal:
        return total_of(self.looks)

    @property
    def value(self) -> str:
        """The total as a form sends it: what a person sees is what is ordered."""
        return f"{self.total:f}"

    @property
    def figure(self) -> str:
        """“240”, “~240” when part of it is an estimate, “≤ 240” when part of it is a limit."""
        offers = [look.offer for look in self.looks if look.offer]
        most = any(offer.at_most or offer.credits is None for offer in offers)
        about = "≤ " if most else "~" if any(offer.basis == Basis.ESTIMATE for offer in offers) else ""
        return f"{about}{cr(self.total)}"


@dataclass(frozen=True, kw_only=True)
class Sums(Total):
    """Together: credits, dollars, and what is left of the month and of the balance."""

    budget: Budget
    balance: ledger.Balance
    usual: dict[str, tuple[int, int]]
    block: OverBudget | None
    need: approval.Need | None
    agreed: Decimal | None = None

    @property
    def word(self) -> str:
        return "cr est." if self.figure.startswith("~") else "cr at most" if "≤" in self.figure else "cr"

    @property
    def dollars(self) -> str:
        return usd(self.total)

    @property
    def month(self) -> str:
        return f"{self.budget.month:%B}"

    @property
    def share(self) -> str:
        """“13 %” of the person's month; empty without a limit."""
        return f"{self.total * 100 / self.budget.limit:.0f} %" if self.budget.limit else ""

    @property
    def left_after(self) -> Decimal | None:
        return None if self.budget.left is None else max(self.budget.left - self.total, NOTHING)

    @property
    def free_after(self) -> Decimal | None:
        return None if self.balance.free is None else max(self.balance.free - self.total, NOTHING)

    @property
    def missing(self) -> Decimal:
        """Credits that Kie's balance lacks for this and all that is open; 0 when it suffices."""
        return NOTHING if self.balance.free is None else max(self.total - self.balance.free, NOTHING)

    @property
    def time(self) -> str:
        """“5 min”: so many rounds of what one person may have at Kie, each as long as the slowest model."""
        spans = [span for look in self.looks if (span := self.usual.get(look.row.model_id))]
        if not spans:
            return ""
        longest = max(high for _, high in spans) * ceil(self.count / pace.AT_KIE_PER_PERSON)
        return span_text((longest, longest))

    @property
    def problems(self) -> int:
        return sum(bool(look.problem) for look in self.looks)

    @property
    def unpriced(self) -> Sequence[Look]:
        return [look for look in self.looks if look.unpriced]

    @property
    def cap(self) -> Decimal | None:
        """What each task without a known price holds."""
        return next((look.credits for look in self.unpriced), None)

    @property
    def consent(self) -> str:
        return "" if self.cap is None else f"{self.cap:f}"

    @property
    def label(self) -> str:
        verb = f"Ask for a yes to {self.count}" if self.need else f"Generate {self.count}"
        return f"{verb} · {self.figure} cr"

    @property
    def stops(self) -> bool:
        """Whether nothing can be ordered as it is."""
        return not self.count or bool(self.problems) or self.block is not None


def sums_of(person: User, looks: Sequence[Look], agreed: Decimal | None = None) -> Sums:
    """What these rows cost the person now."""
    total, budget = total_of(looks), ledger.budget_of(person)
    return Sums(
        looks=looks,
        budget=budget,
        balance=ledger.balance(),
        usual=usual_times({look.row.model_id for look in looks}),
        block=over_budget(person, budget, total),
        need=approval.needed(person, total),
        agreed=agreed,
    )
