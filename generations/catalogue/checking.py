"""Proofs about an entry: its own rules take its defaults and its options, and its prices cover them."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice, product

from generations.catalogue.judge import judge
from generations.catalogue.lists import Items, Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Choice, Number, Param, Text, Toggle
from generations.catalogue.quote import quote
from generations.catalogue.spec import ModelSpec, Problem

PROMPT = "A red fox crosses a frozen lake at dawn."
ADDRESS = "https://example.com/given"
MOST_STEPS = 12
MOST_COMBINATIONS = 400
GIVEN = {"$images", "$video_input"}
"""Conditions of prices that follow from the values; other ones of their kind are facts about a source."""


def example(spec: ModelSpec, chosen: Mapping[str, object] | None = None) -> dict[str, object] | None:
    """Values that can be ordered, with those chosen among them; None when no way to it was found.

    What is required is made up; what a rule misses is added, and what it refuses beside the chosen is left
    out.
    """
    fixed = chosen or {}
    values = {p.name: sample(p) for p in spec.offered if p.required and p.default is None}
    values |= fixed
    tried: set[str] = set()
    while problems := judge(spec, values):
        name = next(
            (n for n in _causes(spec, values, problems[0]) if n not in fixed and n not in tried), None
        )
        if name is None:
            return None
        tried.add(name)
        without = {n: value for n, value in values.items() if n != name}
        values = without if name in values else values | {name: sample(spec.by_name[name])}
    return values


def _causes(spec: ModelSpec, values: Mapping[str, object], problem: Problem) -> list[str]:
    """The parameters that a change could solve the problem with: the blamed one, then others of its rule."""
    settled = spec.settled(values)
    rules = [r for r in spec.rules if r.text == problem.text and r.blames(settled) == problem.param]
    offered = {p.name for p in spec.offered}
    return [n for n in (problem.param, *(n for rule in rules for n in rule.names)) if n in offered]


def sample(param: Param) -> object:
    """A value that the parameter takes."""
    match param:
        case Media():
            return [f"{ADDRESS}.{param.media}"] * max(1, param.min_items)
        case Choice():
            return param.options[0]
        case Number():
            return param.parse([f"{param.min or 1:f}"])
        case Toggle():
            return True
        case Items():
            return ["one"] * max(1, param.min_items)
        case Objects():
            parts = [p for p in param.item_fields if p.required and p.default is None]
            return [{p.name: sample(p) for p in parts}] * max(1, param.min_items)
        case Text():
            return (
                PROMPT[: param.max_length]
                if param.role == "prompt"
                else "text".ljust(param.min_length or 0, "s")
            )
        case _:
            raise TypeError(f"{param.kind} has no sample")


def faults(spec: ModelSpec) -> list[str]:
    """What cannot be ordered although it is offered; empty when all can."""
    if example(spec) is None:
        return ["its defaults are refused by its own rules"]
    refused = [
        f"{param.name} = {value} cannot be ordered"
        for param in spec.offered
        for value in _choices(param)
        if value not in spec.never(param.name) and example(spec, {param.name: value}) is None
    ]
    given = [
        f"{param.name} cannot be given"
        for param in spec.offered
        if not _choices(param) and example(spec, {param.name: sample(param)}) is None
    ]
    return refused + given


def unpriced(spec: ModelSpec, *, today: date) -> Iterator[str]:
    """Combinations of what prices depend on that can be ordered, and have none."""
    for chosen in islice(_combinations(spec), MOST_COMBINATIONS):
        values = example(spec, {name: value for name, value in chosen.items() if not name.startswith("$")})
        if values is not None and quote(spec, values, today=today, sources=chosen).credits is None:
            words = (f"{name.lstrip('$')} = {_word(value)}" for name, value in chosen.items())
            yield ", ".join(words) or "any order"


def _combinations(spec: ModelSpec) -> Iterator[dict[str, object]]:
    named = {name for price in spec.prices for name in price.when}
    params = [p for p in spec.offered if p.name in named and _choices(p)]
    sources = {name: _seen(spec, name) for name in sorted(named - GIVEN) if name.startswith("$")}
    names = [*(p.name for p in params), *sources]
    videos = [p for p in spec.media_params() if p.media == "video" and not p.required]
    more = videos[:1] if "$video_input" in named else []
    for values in product(*map(_choices, params), *sources.values()):
        chosen = dict(zip(names, values, strict=True))
        yield chosen
        for param in more:
            yield {**chosen, param.name: sample(param)}


def _seen(spec: ModelSpec, name: str) -> list[object]:
    """What price rows say of the task that an order goes on from."""
    return list(dict.fromkeys(p.when[name] for p in spec.prices if name in p.when))


def _choices(param: Param) -> list[object]:
    """The values of a parameter that can be listed: all options, both sides of a switch, ends and middle."""
    match param:
        case Choice():
            return list(param.options)
        case Toggle():
            return [False, True]
        case Number() if steps := param.steps:
            return list(steps[:: max(1, len(steps) // MOST_STEPS)])
        case _:
            return []


def _word(value: object) -> str:
    return "given" if isinstance(value, list) else str(value)
