"""Rates of a price text → rows of a model's price list, in the words of its own parameters."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from generations.catalogue.media import Media
from generations.catalogue.params import Choice, Number, Param, Text, Toggle
from generations.catalogue.pricetext import Rate, Reading
from generations.catalogue.spec import Price

_SIZES = ("resolution", "quality", "mode", "output_resolution", "size")
_TIERS = {
    "lite": ("lite", "veo3_lite"),
    "fast": ("fast", "veo3_fast"),
    "quality": ("quality", "veo3"),
    "standard": ("standard", "std"),
    "pro": ("pro",),
}
_FLAT = {"video": "video", "call": "call", "upscale": "upscale"}


def price_rows(
    reading: Reading, model_id: str, params: Sequence[Param], *, source: str, seen_on: date
) -> tuple[Price, ...]:
    """The rows that apply to a model with these parameters.

    A condition that none of its parameters can meet becomes a fact with a dollar sign (the size of an earlier
    clip, or that its length was measured): a quote that does not know the fact finds no price, and never
    another row's.
    """
    rates = _for_sibling(reading.rates, model_id)
    rates = _without_constants(rates, params)
    rows: list[Price] = []
    for rate in rates:
        for when in _conditions(rate, params):
            rows += _rows(rate, when, reading, params)
    note = f"Kie says: until {reading.until}." if reading.until else ""
    return tuple(
        replace(
            row,
            source=source,
            verified_on=seen_on,
            confidence="medium" if note else "high",
            note=row.note or note,
        )
        for row in rows
    )


def _rows(rate: Rate, when: dict[str, object], reading: Reading, params: Sequence[Param]) -> Iterator[Price]:
    if unit := _FLAT.get(rate.unit):
        yield Price(when=when, credits=rate.credits, unit=unit)
    if rate.unit == "image":
        yield Price(when=when, credits=rate.credits, unit="input image", free=rate.free)
    if rate.unit == "second":
        yield from _by_second(rate, when, reading, params)


def _by_second(
    rate: Rate, when: dict[str, object], reading: Reading, params: Sequence[Param]
) -> Iterator[Price]:
    """Rows of a rate by the second: of the clip, which may be as long as its input, and of the input."""
    roles, films = {param.role for param in params}, _takes(params, "video")
    if "length" not in roles and "frame count" in roles and (films or _takes(params, "audio")):
        yield Price(when=when, credits=rate.credits, unit="input second")
        return
    if "length" in roles or films or _takes(params, "audio"):
        yield Price(when=when, credits=rate.credits, unit="second")
    elif reading.seconds:
        note = f"{rate.credits.normalize():f} a second, and every clip has {reading.seconds:f} s."
        yield Price(when=when, credits=rate.credits * reading.seconds, unit="video", note=note)
        return
    else:
        yield Price(when={**when, "$seconds": True}, credits=rate.credits, unit="second")
    if rate.with_input and films:
        yield Price(when={**when, "$video_input": True}, credits=rate.credits, unit="input second")
    elif rate.with_input and "task" in roles:
        yield Price(when=when, credits=rate.credits, unit="input second")


def _for_sibling(rates: Iterable[Rate], model_id: str) -> list[Rate]:
    """One text can price two models: the name of a tier in the model's id says which rates are its own."""
    every = list(rates)
    words = set(re.split(r"[/_.-]", model_id))
    named = {tier for rate in every for tier in rate.when.get("tier", ()) if tier in words}
    if len(named) != 1:
        return every
    (own,) = named
    return [_without(rate, "tier") for rate in every if rate.when.get("tier") == (own,)]


def _without_constants(rates: list[Rate], params: Sequence[Param]) -> list[Rate]:
    """A condition that is the same everywhere, and no parameter of the model, describes all of its clips."""
    for name in ("size", "length", "sound", "tier"):
        same = len({rate.when.get(name) for rate in rates if rate.unit != "image"}) == 1
        if same and not any(_meets(name, value, params) for r in rates for value in r.when.get(name, ())):
            rates = [_without(rate, name) for rate in rates]
    if not _takes(params, "video") and not any(_is_video_list(param) for param in params):
        rates = [_without(rate, "video") for rate in rates if rate.when.get("video") != (True,)]
    return rates


def _without(rate: Rate, name: str) -> Rate:
    return replace(rate, when={key: values for key, values in rate.when.items() if key != name})


def _conditions(rate: Rate, params: Sequence[Param]) -> list[dict[str, object]]:
    """The rate's conditions as conditions of a price row; none for a case that cannot be ordered."""
    when: dict[str, object] = {}
    for name, values in rate.when.items():
        if name == "video":
            fact = "$video_list" if any(_is_video_list(param) for param in params) else "$video_input"
            when[fact] = values[0]
        elif name == "sound" and len(values) > 1:
            continue
        else:
            found = [met for value in values if (met := _meets(name, value, params))]
            if not found and _asks_for(name, params):
                return []
            param = (
                found[0][0] if found else f"${'source_resolution' if name in ('source', 'size') else name}"
            )
            met_values = [value for _, value in found] if found else list(values)
            when[param] = met_values[0] if len(met_values) == 1 else met_values
    return [when]


def _meets(name: str, value: object, params: Iterable[Param]) -> tuple[str, object] | None:
    """The parameter, and its own spelling of the value, that a word of the price means."""
    for param in params:
        if (met := _spelt(name, value, param)) is not None:
            return param.name, met
    return None


def _spelt(name: str, value: object, param: Param) -> object:
    match name:
        case "length" if param.role == "length":
            return _option(param, {str(value)}) if isinstance(param, Choice) else _typed(param, str(value))
        case "size" if param.name in _SIZES or param.role == "size":
            return str(value) if isinstance(param, Text) else _option(param, {str(value)})
        case "tier":
            return _option(param, set(_TIERS[str(value)]))
        case "sound" if isinstance(param, Toggle) and (param.role == "sound" or "audio" in param.name):
            return value
        case "factor" if "factor" in param.name:
            return _option(param, {str(value)})
    return None


def _asks_for(name: str, params: Iterable[Param]) -> bool:
    """Whether some parameter chooses this; a value that it does not offer can then not be ordered."""
    return any(
        (name == "length" and param.role == "length" and isinstance(param, Choice))
        or (name == "size" and param.role == "size" and isinstance(param, Choice))
        for param in params
    )


def _option(param: Param, words: set[str]) -> object:
    options = param.options if isinstance(param, Choice) else ()
    return next((option for option in options if str(option).lower() in words), None)


def _typed(param: Param, text: str) -> object:
    return int(text) if isinstance(param, Number) and text.isdigit() else text


def _takes(params: Iterable[Param], media: str) -> bool:
    return any(isinstance(param, Media) and param.media == media for param in params)


def _is_video_list(param: Param) -> bool:
    return param.kind == "objects" and param.name.startswith("video")


def dearest(prices: Iterable[Price], params: Iterable[Param]) -> Decimal | None:
    """What the dearest clip costs in credits; None when some row's amount cannot be bounded."""
    length = next((param for param in params if param.role == "length"), None)
    longest: Decimal | None = None
    if isinstance(length, Choice):
        longest = max(Decimal(str(option)) for option in length.options)
    elif isinstance(length, Number):
        longest = length.max
    amounts: list[Decimal] = []
    for price in prices:
        if not can_apply(price) or (price.unit == "second" and longest is None):
            return None
        amounts.append(price.credits * longest if price.unit == "second" and longest else price.credits)
    return max(amounts, default=None)


def can_apply(price: Price) -> bool:
    """Whether an order can meet the row's conditions, and its amount be counted before the order."""
    known = all(not name.startswith("$") or name in ("$video_input", "$images") for name in price.when)
    return known and price.unit in ("video", "second", "call", "upscale")
