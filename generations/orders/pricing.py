"""What an order costs: by today's catalogue, or as observed where that is something else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from generations.catalogue.quote import Quote, quote
from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec
from generations.models import Runtime
from generations.money.observed import ALIKE, observed_prices
from generations.orders.sources import facts_of


@dataclass(frozen=True, kw_only=True)
class Pricing:
    """The prices of a model's orders, as long as they go on from the same clips and files."""

    spec: ModelSpec
    today: date
    sources: Mapping[str, object]
    observed: Mapping[str, Decimal]

    def quote(self, values: Values) -> Quote:
        listed = quote(self.spec, values, today=self.today, sources=self.sources)
        taken = self.observed.get(listed.digest) if self.observed else None
        return listed if taken is None else listed.as_observed(taken, ALIKE)


def pricings(specs: Collection[ModelSpec], sources: Mapping[str, object]) -> list[Pricing]:
    """The prices of several models for what goes on from the same clip: one look-up for all of them."""
    observed, today = observed_prices([spec.id for spec in specs]), timezone.localdate()
    return [Pricing(spec=spec, today=today, sources=sources, observed=observed) for spec in specs]


def pricing(spec: ModelSpec, values: Values) -> Pricing:
    """The prices of orders that go on from what these values name: a few look-ups, however many prices."""
    return pricings([spec], facts_of(spec, values))[0]


def price(spec: ModelSpec, values: Values) -> Quote:
    """What one order of these values costs now."""
    return pricing(spec, values).quote(values)


def quotes(wishes: Sequence[tuple[ModelSpec, Values]]) -> list[Quote]:
    """What one order of each of these costs now: what was observed of all their models is one look-up."""
    observed, today = observed_prices({spec.id for spec, _ in wishes}), timezone.localdate()
    found = []
    for spec, values in wishes:
        prices = Pricing(spec=spec, today=today, sources=facts_of(spec, values), observed=observed)
        found.append(prices.quote(values))
    return found


def unpriced_cap() -> Decimal | None:
    """The most that an order without a known price may hold; None: it is not taken."""
    cap: Decimal | None = Runtime.now().unpriced_cap
    return cap


def held(offer: Quote) -> Decimal | None:
    """What an order holds: its price or, without one, the cap. None: it cannot be taken."""
    return unpriced_cap() if offer.credits is None else offer.credits
