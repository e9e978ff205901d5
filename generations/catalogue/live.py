"""Where Kie's live service documents other limits than our files, which keep those of the reference card."""

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from generations.catalogue.params import Choice, Number, Param
from generations.catalogue.spec import ModelSpec

LIMITS = ("options", "min", "max", "max_length", "required")
"""Live facts that can win. A live `default` is none: it says what is used when nothing is sent."""
IN_BOTH = ("alias", "max_items")
"""Live facts that always count: a spelling that is sent too, and a number that a rule of its mode has."""
WORDS = ("note", "default", "wire_key_in_schema")
KNOWN = frozenset((*LIMITS, *IN_BOTH, *WORDS))


def with_live_limits(spec: ModelSpec) -> ModelSpec:
    """The model with the limits that the live service documents; itself where they are the same."""
    params = tuple(map(as_live, spec.params))
    return spec if params == spec.params else replace(spec, params=params)


def as_live(param: Param) -> Param:
    """The parameter with the live limits. Limits of a range make a number of a choice."""
    facts = {name: param.live[name] for name in LIMITS if name in param.live}
    kind: type[Param] = type(param)
    if isinstance(param, Choice) and "min" in facts:
        kind, facts = Number, {**facts, "step": 1}
    names = {field.name for field in fields(kind)}
    own = {field.name: getattr(param, field.name) for field in fields(param) if field.name in names}
    return kind(**own | {name: _typed(name, facts[name]) for name in names & facts.keys()})


def _typed(name: str, fact: object) -> Any:
    """As parameters have it: a list of options as a tuple, an end of a range as a decimal."""
    if name in ("min", "max", "step"):
        return Decimal(str(fact))
    return tuple(fact) if isinstance(fact, list) else fact
