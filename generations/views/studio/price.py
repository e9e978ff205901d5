"""The foot of the order form: what the order costs, what it leaves, and what would be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import User

from generations import orders
from generations.catalogue.media import UPLOAD_PREFIX
from generations.catalogue.params import given
from generations.catalogue.quote import Basis, Line, Quote
from generations.catalogue.spec import ModelSpec
from generations.kie import endpoints
from generations.models import Budget, Task
from generations.money import ledger
from generations.orders import approval
from generations.views.over_budget import over_budget
from generations.views.studio.gone import Gone, what_goes_on
from generations.wording.cautions import cautions
from generations.wording.figures import cr, usd

LATER = "(uploaded just before sending)"


@dataclass(frozen=True, kw_only=True)
class Block:
    """Why the button is disabled, and what can be done about it."""

    title: str
    text: str
    links_to_credits: bool = False
    gone: Gone | None = None
    """For a model that is gone: the one to go on with, and what becomes of the values there."""
    over: bool = False
    """Whether it is only more than the budget lets: a plan can still be trimmed."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One order, or the tasks of a plan of one model, with the price."""

    quote: Quote
    takes: int
    balance: ledger.Balance
    budget: Budget
    block: Block | None
    instead_of: Task | None = None
    """The waiting task that it takes the place of: what that holds is free for it."""
    each: Decimal | None = None
    """What one take holds: its price or, without one, the cap; None: it cannot be ordered."""
    agreed: bool = False
    """Whether the person has ticked that each take may hold so much without a known price."""
    need: approval.Need | None = None
    """Why one order of it waits for an admin's yes; None: it does not."""
    cautions: list[str] = field(default_factory=list)
    """What Kie's own catalogue gives reason to say before the price."""

    @property
    def total(self) -> Decimal | None:
        return None if self.each is None else self.each * self.takes

    @property
    def freed(self) -> Decimal:
        """What is held for it already, by the task that it takes the place of."""
        return (self.instead_of.quote_credits or Decimal(0)) if self.instead_of else Decimal(0)

    @property
    def left(self) -> Decimal | None:
        """What the person's month has for it; None: it has no limit."""
        return None if self.budget.left is None else self.budget.left + self.freed

    @property
    def unpriced(self) -> bool:
        """Whether it is ordered without a known price, under the cap for that."""
        return self.quote.credits is None and self.each is not None and self.block is None and self.takes == 1

    @property
    def plans(self) -> bool:
        """Whether it can be planned first, even when it is more than the budget lets."""
        return self.takes > 1 and self.each is not None and (self.block is None or self.block.over)

    @property
    def consent(self) -> str:
        """The value of the tick: the amount that is agreed to."""
        return "" if self.each is None else f"{self.each:f}"

    @property
    def lines(self) -> list[str]:
        """What one take costs, part by part: “5 s × 18 cr = 90 cr”. Empty when there is nothing to add up."""
        lines = self.quote.lines
        plain = len(lines) == 1 and lines[0].units == 1
        return [] if plain else [line_words(line) for line in lines]

    @property
    def word(self) -> str:
        if self.quote.listed is not None:
            return "Observed"
        return "At most" if self.quote.at_most else self.quote.basis.value.capitalize()

    @property
    def sure(self) -> bool:
        """Whether the list says it; an observed price is marked, and one that is not known."""
        return self.quote.basis != Basis.UNKNOWN and self.quote.listed is None

    @property
    def retired(self) -> bool:
        return self.block is not None and self.block.gone is not None

    @property
    def label(self) -> str:
        verb = "Ask for a yes" if self.need else "Generate"
        verb = f"Plan {self.takes} tasks" if self.takes > 1 else verb
        verb = f"Change #{self.instead_of.pk}" if self.instead_of else verb
        if self.total is None:
            return verb
        about = "~" if self.quote.basis == Basis.ESTIMATE else ""
        about = "≤ " if self.quote.at_most or self.quote.credits is None else about
        return f"{verb} · {about}{cr(self.total)} cr"

    @property
    def dollars(self) -> str:
        return "" if self.total is None else usd(self.total)

    @property
    def free_after(self) -> Decimal | None:
        free = self.balance.free
        return None if free is None or self.total is None else free + self.freed - self.total

    @property
    def short(self) -> bool:
        """Kie may refuse: the balance does not cover the order."""
        return self.free_after is not None and self.free_after < 0

    @property
    def missing(self) -> Decimal:
        """Credits that Kie's balance lacks for this order and all open tasks; 0 when it suffices."""
        return max(Decimal(0), -(self.free_after or Decimal(0)))

    @property
    def month(self) -> str:
        return f"{self.budget.month:%B}"

    @property
    def month_text(self) -> str:
        """What the order leaves of the person's month."""
        if self.budget.limit is None or self.left is None:
            held = f", {cr(self.budget.held)} cr held" if self.budget.held else ""
            return f"{cr(self.budget.spent)} cr spent{held}, no limit"
        left = max(self.left - (self.total or 0), Decimal(0))
        return f"{cr(left)} of {cr(self.budget.limit)} cr left"


def line_words(line: Line) -> str:
    """A part of a price: “up to 15 s of input × 25 cr = 375 cr”."""
    units = f"{line.units.normalize():f}"
    what = {"second": f"{units} s", "input second": f"{units} s of input", "input image": f"{units} images"}
    most = "up to " if line.at_most else ""
    free = f", the first {line.row.free} are free" if line.row.free else ""
    words = f"{most}{what.get(line.row.unit, 'clip')}"
    times = f" × {cr(line.row.credits)} cr" if line.row.unit in what else ""
    return f"{words}{times} = {cr(line.credits)} cr{free}"


def offer(
    person: User,
    prices: orders.Pricing,
    values: Mapping[str, object],
    takes: int = 1,
    agreed: Decimal | None = None,
    instead_of: Task | None = None,
) -> Offer:
    """What an order of these values costs the person now; `agreed`, what each take may hold unpriced.

    `instead_of` is the waiting task that it takes the place of.
    """
    spec, price = prices.spec, prices.quote(values)
    each = orders.held(price)
    budget = ledger.budget_of(person)
    made = Offer(
        quote=price,
        takes=takes,
        balance=ledger.balance(),
        budget=budget,
        block=None,
        instead_of=instead_of,
        each=each,
        agreed=agreed is not None and each is not None and agreed >= each,
        cautions=cautions(spec),
    )
    need = approval.needed(person, made.total) if made.total is not None else None
    block = _retired(person, spec, values) or _block(person, made, spec, values)
    return replace(made, block=block, need=need)


def _retired(person: User, spec: ModelSpec, values: Mapping[str, object]) -> Block | None:
    if spec.reason:
        return Block(title=f"{spec.label} cannot be ordered here.", text=spec.reason)
    if spec.status != "retired":
        return None
    known = what_goes_on(person, spec, values)
    return Block(title=f"{spec.label} is retired.", text=known.text, gone=known)


def _block(person: User, made: Offer, spec: ModelSpec, values: Mapping[str, object]) -> Block | None:
    source = spec.with_role("task")
    if made.quote.credits is None and source and not given(values.get(source.name)):
        return Block(title="Name the clip to go on from.", text="The price depends on it.")
    if made.total is None:
        return Block(
            title="No price is known for this choice.",
            text=f"{spec.label} has no price for it in the catalogue, so nothing can be held.",
        )
    over = over_budget(person, made.budget, made.total, freed=made.freed)
    if over is None:
        return None
    return Block(title=over.title, text=over.text, links_to_credits=over.links_to_credits, over=True)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would be sent to Kie, for people who know the API. Without the key."""

    json: str
    curl: str


def request_of(spec: ModelSpec, values: Mapping[str, object]) -> Preview:
    ours = [i for v in values.values() if isinstance(v, list) for i in v if str(i).startswith(UPLOAD_PREFIX)]
    params = spec.wire(values, dict.fromkeys(map(str, ours), LATER))
    ours_to_set = "(set by KieStudio)" if settings.PUBLIC_URL else None
    order = endpoints.order(spec.endpoint, model=spec.id, params=params, callback_url=ours_to_set)
    if order.method == "GET":
        return Preview(
            json=f"GET {order.target}",
            curl=(
                f"curl '{settings.KIE_API_URL}{order.target}' \\\n  -H \"Authorization: Bearer $KIE_API_KEY\""
            ),
        )
    text = endpoints.shown(order.body)
    quoted = text.replace("'", "'\\''")
    return Preview(
        json=f"{order.method} {order.path}\n{text}",
        curl=(
            f"curl {settings.KIE_API_URL}{order.path} \\\n"
            '  -H "Authorization: Bearer $KIE_API_KEY" \\\n'
            '  -H "Content-Type: application/json" \\\n'
            f"  -d '{quoted}'"
        ),
    )
