"""An entry of the catalogue: one model that can be ordered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from generations.catalogue.continues import Continues
from generations.catalogue.lists import Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Param, given
from generations.catalogue.rules import Condition, Forbid, ItemCount, Rule, Values, holds

LONGEST = 24 * 60 * 60
"""Seconds; a longer value cannot be the length of a clip."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """One row of a price list, in credits per unit."""

    when: Condition
    credits: Decimal
    unit: str = "video"
    """video, second (of output), input second, input image, upscale or call."""
    source: str = ""
    confidence: str = "medium"
    verified_on: date | None = None
    free: int = 0
    """How many units cost nothing."""
    estimate: bool = False
    """Whether this is the reference card's flat figure, shown beside the most specific row, never instead of
    it."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with the values: the parameter at which to show it, and the sentence to show."""

    param: str
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class ModelSpec:
    """What one model takes, which combinations it refuses, and what it costs. Equal only to itself."""

    id: str
    label: str
    family: str
    maker: str
    endpoint: str
    """The calls that create its tasks and tell of them: one of load.ENDPOINTS."""
    kind: str
    modes: tuple[str, ...]
    status: str
    """live or retired."""
    retired_on: date | None = None
    """Since when a retired model is gone; None: that is not known."""
    reason: str = ""
    """Why a live model cannot be ordered here; empty when it can."""
    tier: str = ""
    """What the price of going on from its clips depends on, such as fast or quality."""
    on_card: bool
    source: tuple[str, ...]
    as_of: str
    confidence: str
    notes: str
    params: tuple[Param, ...]
    rules: tuple[Rule, ...]
    prices: tuple[Price, ...]
    usual_seconds: tuple[int, int] | None = None
    continues: Continues | None = None
    """How it goes on from a finished clip; None: it begins one, or needs the clip as a file."""
    version: str = ""
    """Names the answer of Kie that it was read from; empty: our own files."""

    @property
    def orderable(self) -> bool:
        return self.status == "live" and not self.reason

    @cached_property
    def by_name(self) -> Mapping[str, Param]:
        return {p.name: p for p in self.params}

    @cached_property
    def offered(self) -> tuple[Param, ...]:
        """The parameters of the order form."""
        return tuple(p for p in self.params if not p.deprecated)

    @cached_property
    def card_price(self) -> Decimal | None:
        """The flat figure of the reference card, in credits; an estimate."""
        return next((price.credits for price in self.prices if price.estimate), None)

    @cached_property
    def list_prices(self) -> tuple[Price, ...]:
        """The price list, without the card's flat figure."""
        return tuple(price for price in self.prices if not price.estimate)

    def with_role(self, role: str) -> Param | None:
        return next((p for p in self.offered if p.role == role), None)

    def value_of(self, role: str, values: Values) -> object:
        """The value for a role (length, shape, size…), or its default, or None."""
        param = self.with_role(role)
        if param is None:
            return None
        value = values.get(param.name)
        return value if given(value) else param.default

    def seconds(self, values: Values) -> Decimal | None:
        """Length of the ordered clip in seconds; None without such a parameter, or when it is no length."""
        rate = self.value_of("frame rate", values)
        seconds = _number(self.value_of("length", values))
        if seconds is None and given(rate):
            count, per_second = _number(self.value_of("frame count", values)), _number(rate)
            seconds = count / per_second if count and per_second else None
        return seconds if seconds is not None and 0 < seconds <= LONGEST else None

    def defaults(self) -> dict[str, object]:
        return {p.name: p.default for p in self.offered if p.default is not None}

    def settled(self, values: Values) -> dict[str, object]:
        """The values that are sent: those given, and the defaults that no rule bars beside them."""
        chosen = {name: value for name, value in values.items() if given(value)}
        every = self.defaults() | chosen
        barred = {
            name
            for name in every.keys() - chosen.keys()
            if any(rule.bars(name, {n: v for n, v in every.items() if n != name}) for rule in self.rules)
        }
        return {name: value for name, value in every.items() if name not in barred}

    def barred(self, values: Values) -> set[str]:
        """Parameters that cannot be given beside what was chosen; a value like its default was not chosen."""
        defaults = self.defaults()
        chosen = {n: v for n, v in values.items() if given(v) and v != defaults.get(n)}
        return {
            p.name
            for p in self.offered
            if any(r.bars(p.name, {n: v for n, v in chosen.items() if n != p.name}) for r in self.rules)
        }

    def without_barred(self, values: Values) -> dict[str, object]:
        """The values without defaults that were only left standing where they cannot be given."""
        barred, defaults = self.barred(values), self.defaults()
        return {n: v for n, v in values.items() if n not in barred or v != defaults.get(n)}

    def has_media(self, media: str, values: Values) -> bool:
        """Whether files of this kind are given, alone or in records."""
        alone = any(p.media == media and given(values.get(p.name)) for p in self.media_params())
        records = (p for p in self.offered if isinstance(p, Objects))
        return alone or any(p.media_of(values.get(p.name), media) for p in records)

    def media_params(self) -> Iterator[Media]:
        return (p for p in self.offered if isinstance(p, Media))

    def problems(self, values: Values) -> list[Problem]:
        """Every rule of the model that the values break. Form fields check single parameters."""
        found = [
            Problem(param=param, text=rule.text)
            for rule in self.rules
            if (param := rule.blames(values)) is not None
        ]
        blamed = {problem.param for problem in found}
        found += [
            Problem(param=p.name, text=f"This takes at most {p.max_items} {p.noun}s.")
            for p in self.media_params()
            if p.name not in blamed and self._too_many(p, values)
        ]
        return found

    def never(self, param: str) -> dict[object, str]:
        """Options of a parameter that the model refuses in any combination, with the reason."""
        return {
            value: rule.text
            for rule in self.rules
            if isinstance(rule, Forbid) and list(rule.condition) == [param]
            for value in [rule.condition[param]]
        }

    def wire(self, values: Values, media: Mapping[str, str] | None = None) -> dict[str, object]:
        """The parameters as sent: exact names, types and spellings, including defaults."""
        sent: dict[str, object] = {}
        settled = self.settled(values)
        for param in self.offered:
            value = settled.get(param.name)
            if isinstance(param, Objects) and param.send_empty and not given(value):
                sent[param.name] = []
            if not given(value):
                continue
            sent[param.name] = param.wire(value, media or {})
            if param.alias:
                sent[param.alias] = sent[param.name]
        return sent

    def _too_many(self, param: Media, values: Values) -> bool:
        items = values.get(param.name)
        if not isinstance(items, list) or len(items) <= param.max_items:
            return False
        wider = (
            rule
            for rule in self.rules
            if isinstance(rule, ItemCount) and rule.param == param.name and holds(rule.condition, values)
        )
        return not any(rule.max >= len(items) for rule in wider)


def _number(value: object) -> Decimal | None:
    """A value as a number; None when it is none."""
    if not given(value) or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
