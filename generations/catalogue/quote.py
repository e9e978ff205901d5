"""What an order costs before it is sent."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from generations.catalogue.params import given
from generations.catalogue.rules import Condition, Values, holds
from generations.catalogue.spec import ModelSpec, Price

CREDIT_USD = Decimal("0.005")
"""1 credit = $0.005 (docs.kie.ai, pricing)."""
FRESH = timedelta(days=30)
_BASE_UNITS = frozenset({"video", "second", "upscale", "call"})


class Basis(enum.StrEnum):
    EXACT = "exact"
    ESTIMATE = "estimate"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A price in credits and its source. `credits` is None exactly when the basis is unknown."""

    credits: Decimal | None
    basis: Basis
    explanation: str
    card: Decimal | None = None
    """The reference card's flat estimate in credits."""
    row: Price | None = None

    @property
    def usd(self) -> Decimal | None:
        return None if self.credits is None else self.credits * CREDIT_USD


def quote(spec: ModelSpec, values: Values, *, today: date) -> Quote:
    """The most specific price row that fits the values; if there is none, the card's flat figure."""
    facts = {**spec.defaults(), **{k: v for k, v in values.items() if given(v)}}
    for medium in ("image", "video"):
        facts[f"${medium}s" if medium == "image" else "$video_input"] = spec.has_media(medium, values)
    card = spec.card_price
    row = _finest(spec.prices, facts, _BASE_UNITS)
    amount = _amount(row, spec, facts) if row else None
    extra = _extra(spec, facts)
    if row is None or amount is None or extra is None:
        if card is None or extra is None:
            return Quote(
                credits=None, basis=Basis.UNKNOWN, explanation="No price is known for this choice", card=card
            )
        return Quote(
            credits=card, basis=Basis.ESTIMATE, explanation="Flat estimate of the reference card", card=card
        )
    fresh = row.verified_on is not None and today - row.verified_on <= FRESH and row.confidence == "high"
    return Quote(
        credits=amount + extra,
        basis=Basis.EXACT if fresh else Basis.ESTIMATE,
        explanation=_explain(row),
        card=card,
        row=row,
    )


def cheapest(spec: ModelSpec) -> Decimal | None:
    """The lowest price of a clip in credits, for "from 60 cr"; None when no price is known."""
    shortest = _shortest(spec)
    amounts = [
        p.credits if p.unit != "second" else p.credits * shortest
        for p in spec.prices
        if p.unit in _BASE_UNITS and not p.estimate and (p.unit != "second" or shortest)
    ]
    return min(amounts, default=spec.card_price)


def _finest(prices: Iterable[Price], facts: Values, units: frozenset[str]) -> Price | None:
    fitting = [p for p in prices if p.unit in units and not p.estimate and _fits(p.when, facts)]
    return max(fitting, key=lambda p: len(p.when), default=None)


def _fits(when: Condition, facts: Values) -> bool:
    known = {name: value for name, value in when.items() if name in facts}
    return len(known) == len(when) and holds(known, facts)


def _amount(row: Price, spec: ModelSpec, facts: Values) -> Decimal | None:
    if row.unit != "second":
        return row.credits
    seconds = spec.seconds(facts)
    return None if seconds is None else row.credits * seconds


def _extra(spec: ModelSpec, facts: Values) -> Decimal | None:
    """What inputs add to the price; None when it cannot be known before the task has run."""
    if _finest(spec.prices, facts, frozenset({"input second"})):
        return None
    per_image = _finest(spec.prices, facts, frozenset({"input image"}))
    if per_image is None:
        return Decimal(0)
    images = [facts[p.name] for p in spec.media_params() if p.media == "image" and given(facts.get(p.name))]
    given_images = sum(len(i) if isinstance(i, list) else 1 for i in images)
    return per_image.credits * max(0, given_images - per_image.free)


def _shortest(spec: ModelSpec) -> Decimal:
    length = spec.with_role("length")
    options = getattr(length, "options", ())
    return min((Decimal(str(o)) for o in options), default=Decimal(0))


def _explain(row: Price) -> str:
    when = f" of {row.verified_on.day} {row.verified_on:%b %Y}" if row.verified_on else f" ({row.source})"
    doubt = ", not confirmed" if row.confidence == "low" else ""
    per = f", {row.credits.normalize():f} cr a second" if row.unit == "second" else ""
    return f"List price{when}{per}{doubt}"
