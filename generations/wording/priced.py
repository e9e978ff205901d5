"""Priced values in words: “10 s, 1080p, sound on”."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from generations.catalogue import find
from generations.catalogue.params import Choice, Param
from generations.wording.figures import cr

FACTS = {"$source_resolution": "from {}", "$tier": "{} tier"}
GIVEN = {"$images": "with images", "$video_input": "with a video"}
UNITS = {"input second": "{} s of input", "input image": "{} images that cost"}


def priced_words(model_id: str, facts: Mapping[str, Any]) -> str:
    """What the price of these orders depends on; “any order” where it depends on nothing."""
    spec = find(model_id)
    values: dict[str, object] = facts.get("values", {})
    params = spec.by_name if spec else {}
    names = sorted(values, key=lambda name: _weight(params.get(name), name))
    words = [_value(params.get(name), name, values[name]) for name in names]
    length = spec.with_role("length") if spec else None
    chosen = length is not None and length.name in values
    return ", ".join(filter(None, [*words, *_units(facts, chosen=chosen)])) or "any order"


def observed_words(facts: Mapping[str, Any]) -> str:
    """The difference of a notice: “72 cr instead of 70”."""
    return f"{cr(Decimal(facts['observed']))} cr instead of {cr(Decimal(facts['listed']))}"


def _weight(param: Param | None, name: str) -> tuple[int, str]:
    """Length and size first, facts about inputs last: a database keeps no order of its own."""
    roles = {"length": 0, "size": 1}
    return (3 if name.startswith("$") else roles.get(param.role, 2) if param else 2), name


def _value(param: Param | None, name: str, value: object) -> str:
    if name in FACTS:
        return FACTS[name].format(value)
    if name.startswith("$"):
        return GIVEN.get(name, "") if value else ""
    label = param.label.lower() if param else name.replace("_", " ")
    if isinstance(value, bool):
        return f"{label} {'on' if value else 'off'}"
    if param and param.role == "length":
        return f"{value} s"
    shown = param.option_labels.get(str(value), str(value)) if isinstance(param, Choice) else str(value)
    return shown if param and param.role in ("size", "shape") else f"{label} {shown}"


def _units(facts: Mapping[str, Any], *, chosen: bool) -> Iterator[str]:
    for line in facts.get("lines", []):
        words = UNITS.get(line["unit"], "" if chosen or line["unit"] != "second" else "{} s")
        yield words.format(line["units"])
