"""What an order costs before it is sent."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from generations.catalogue import lengths
from generations.catalogue.lengths import Length
from generations.catalogue.params import Choice, Number
from generations.catalogue.priced import counted, digest, priced_values
from generations.catalogue.roles import SOURCES
from generations.catalogue.rules import Condition, Values, holds
from generations.catalogue.spec import ModelSpec, Price

CREDIT_USD = Decimal("0.005")
"""1 credit = $0.005 (docs.kie.ai, pricing)."""
FRESH = timedelta(days=30)
_BASE_UNITS = frozenset({"video", "second", "upscale", "call"})
_INPUT_SECONDS = frozenset({"input second"})
_INPUT_IMAGES = frozenset({"input image"})


class Basis(enum.StrEnum):
    EXACT = "exact"
    ESTIMATE = "estimate"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One part of a price: so many units at so many credits each."""

    row: Price
    units: Decimal
    at_most: bool = False
    """Whether the units are the longest that Kie may charge: the real number shows when the clip is made."""
    measured: bool = False
    """Whether the units are the measured length of files, in started seconds."""

    @property
    def credits(self) -> Decimal:
        return self.row.credits * self.units


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A price in credits and its source. `credits` is None exactly when the basis is unknown."""

    credits: Decimal | None
    basis: Basis
    explanation: str
    card: Decimal | None = None
    """The reference card's flat estimate in credits."""
    lines: tuple[Line, ...] = ()
    """What the price is made of; the lines add up to it. Empty for a flat estimate and an observed price."""
    model_id: str = ""
    priced: Mapping[str, object] = field(default_factory=dict)
    """What the price depends on and the list's figures for it, as JSON; empty for what cannot be compared:
    no price, and one at most."""
    listed: Decimal | None = None
    """What the list says, where the observed price stands in its place."""

    @property
    def digest(self) -> str:
        """Equal for orders with the same priced values under the same list; empty without such values."""
        return digest(self.model_id, self.priced) if self.priced else ""

    def as_observed(self, taken: Decimal, orders: int) -> "Quote":
        """The price that Kie took for each of the last orders of the same, in the place of the listed one."""
        if self.credits is None:
            raise ValueError("What has no listed price has nothing to be observed beside")
        said = f"Kie took {_figure(taken)} cr for each of the last {orders} like this"
        said = f"{said}; {'its list' if self.lines else 'the reference card'} says {_figure(self.credits)}"
        return replace(
            self, credits=taken, basis=Basis.ESTIMATE, explanation=said, lines=(), listed=self.credits
        )

    @property
    def usd(self) -> Decimal | None:
        return None if self.credits is None else self.credits * CREDIT_USD

    @property
    def row(self) -> Price | None:
        return self.lines[0].row if self.lines else None

    @property
    def at_most(self) -> bool:
        """Whether it is an upper limit: Kie charges by a length that is not known before."""
        return any(line.at_most for line in self.lines)


def quote(spec: ModelSpec, values: Values, *, today: date, sources: Values | None = None) -> Quote:
    """The most specific price rows that fit the values; if there are none, the card's flat figure.

    `sources` are facts about the task that the order goes on from, by their names in price rows, and what was
    measured of it and of the files in the values: `lengths.MEASURED`. What was not measured counts as the
    longest that is allowed, and the price is one at most; without such a limit none is known.
    """
    facts: dict[str, object] = spec.settled(values) | dict(sources or {})
    facts["$images"] = spec.has_media("image", facts)
    facts["$video_input"] = spec.has_media("video", facts)
    if lengths.of_clip(spec, facts):
        facts["$seconds"] = True
    lines = _lines(spec, facts)
    return _flat(spec, facts) if lines is None else _of_lines(spec, facts, lines, today)


def _flat(spec: ModelSpec, facts: Values) -> Quote:
    card = spec.card_price
    if card is None or _finest(spec.prices, facts, _INPUT_SECONDS):
        return Quote(
            credits=None, basis=Basis.UNKNOWN, explanation="No price is known for this choice", card=card
        )
    return Quote(
        credits=card,
        basis=Basis.ESTIMATE,
        explanation="Flat estimate of the reference card",
        card=card,
        model_id=spec.id,
        priced={"values": priced_values(spec, facts, card), "card": _figure(card)},
    )


def _of_lines(spec: ModelSpec, facts: Values, lines: tuple[Line, ...], today: date) -> Quote:
    found = Quote(
        credits=sum((line.credits for line in lines), Decimal(0)),
        basis=Basis.EXACT,
        explanation=_explain(lines),
        card=spec.card_price,
        lines=lines,
        model_id=spec.id,
    )
    if found.at_most:
        return replace(found, basis=Basis.ESTIMATE)
    rows = counted((line.row, line.units) for line in lines)
    found = replace(found, priced={"values": priced_values(spec, facts, None), "lines": rows})
    sure = all(_is_fresh(line.row, today) for line in lines)
    return found if sure else replace(found, basis=Basis.ESTIMATE)


def _figure(credits: Decimal) -> str:
    return f"{credits.normalize():,f}"


def _is_fresh(row: Price, today: date) -> bool:
    return row.verified_on is not None and today - row.verified_on <= FRESH and row.confidence == "high"


def cheapest(spec: ModelSpec) -> Decimal | None:
    """The lowest price of a clip in credits, for "from 60 cr"; None when no price is known.

    What a video among the inputs adds is left out, as long as the model makes clips without one.
    """
    shortest = _shortest(spec)
    base = [p for p in spec.list_prices if p.unit in _BASE_UNITS and (p.unit != "second" or shortest)]
    alone = [p for p in base if p.when.get("$video_input") is not True]
    amounts = [p.credits * (shortest if p.unit == "second" else 1) for p in alone or base]
    return min(amounts, default=spec.card_price)


def _lines(spec: ModelSpec, facts: Values) -> tuple[Line, ...] | None:
    """The parts of the price; None when one of them is not known."""
    row = _finest(spec.prices, facts, _BASE_UNITS)
    base = _base_line(row, spec, facts) if row else None
    if base is None:
        return None
    lines = [base]
    if by_second := _finest(spec.prices, facts, _INPUT_SECONDS):
        inputs = lengths.of_inputs(spec, facts)
        if inputs is None:
            return None
        lines.append(_by_second(by_second, inputs))
    if by_image := _finest(spec.prices, facts, _INPUT_IMAGES):
        count = sum(_count(facts.get(p.name)) for p in spec.media_params() if p.media == "image")
        lines.append(Line(row=by_image, units=Decimal(max(0, count - by_image.free))))
    return tuple(line for line in lines if line is base or line.units)


def _base_line(row: Price, spec: ModelSpec, facts: Values) -> Line | None:
    if row.unit != "second":
        return Line(row=row, units=Decimal(1))
    length = lengths.of_clip(spec, facts)
    return _by_second(row, length) if length else None


def _by_second(row: Price, length: Length) -> Line:
    return Line(row=row, units=length.seconds, at_most=length.at_most, measured=length.measured)


def _finest(prices: Iterable[Price], facts: Values, units: frozenset[str]) -> Price | None:
    fitting = [p for p in prices if p.unit in units and not p.estimate and _fits(p.when, facts)]
    return max(fitting, key=lambda p: len(p.when), default=None)


def _fits(when: Condition, facts: Values) -> bool:
    known = {name: value for name, value in when.items() if name in facts}
    return len(known) == len(when) and holds(known, facts)


def _count(items: object) -> int:
    return len(items) if isinstance(items, list) else 0


def _shortest(spec: ModelSpec) -> Decimal:
    """Seconds of the shortest clip; 0 when that is not known."""
    length = spec.with_role("length")
    if isinstance(length, Choice):
        return min((Decimal(str(o)) for o in length.options), default=Decimal(0))
    if isinstance(length, Number):
        return Decimal(max(length.min or 0, 1))
    if spec.with_role("frame count"):
        return spec.seconds(spec.defaults()) or Decimal(0)
    sources = [p.min_seconds or Decimal(1) for p in spec.media_params() if p.role in SOURCES]
    return min(sources, default=Decimal(0))


def _explain(lines: Sequence[Line]) -> str:
    row = lines[0].row
    when = f" of {row.verified_on.day} {row.verified_on:%b %Y}" if row.verified_on else f" ({row.source})"
    doubt = ", not confirmed" if row.confidence == "low" else ""
    per = f", {_figure(row.credits)} cr a second" if row.unit == "second" else ""
    more = ", input counts too" if len(lines) > 1 else ""
    own = ", by the measured length" if any(line.measured for line in lines) else ""
    most = ", at most" if any(line.at_most for line in lines) else ""
    return f"List price{when}{per}{more}{own}{most}{doubt}"
