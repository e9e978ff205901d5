"""What differs between two readings of one model, apart from words."""

from collections.abc import Mapping
from dataclasses import fields

from generations.catalogue.params import Param
from generations.catalogue.spec import ModelSpec, Price

WORDS = frozenset(
    {"name", "label", "help", "role", "origin", "live", "advanced"}
    | {"option_labels", "also_labels", "item_label"}
)


def differences(old: ModelSpec, new: ModelSpec) -> list[dict[str, object]]:
    """What differs between their parameters, as plain values: param, what, old, new; None: not there."""
    found: list[dict[str, object]] = []
    for name in dict.fromkeys([*old.by_name, *new.by_name]):
        before, after = _facts(old.by_name.get(name)), _facts(new.by_name.get(name))
        found += [
            {"param": name, "what": key, "old": before.get(key), "new": after.get(key)}
            for key in dict.fromkeys([*before, *after])
            if before.get(key) != after.get(key)
        ]
    return found


def in_words(old: ModelSpec, new: ModelSpec) -> list[str]:
    """“duration: max”, “prices”: places that differ in what is taken, refused or charged; empty: none."""
    changed: dict[str, list[str]] = {}
    for difference in differences(old, new):
        changed.setdefault(str(difference["param"]), []).append(str(difference["what"]))
    found = [f"{name}: {_what(name, whats, old, new)}" for name, whats in changed.items()]
    if set(map(repr, old.rules)) != set(map(repr, new.rules)):
        found.append("rules")
    if _amounts(old) != _amounts(new):
        found.append("prices")
    return found + [name for name in ("endpoint", "status") if getattr(old, name) != getattr(new, name)]


def _what(name: str, whats: list[str], old: ModelSpec, new: ModelSpec) -> str:
    if name not in new.by_name:
        return "gone"
    if name not in old.by_name:
        return "new"
    return "kind" if "kind" in whats else ", ".join(whats)


def _facts(param: Param | None) -> Mapping[str, object]:
    """A parameter in plain values: its kind, and what is not as it is for most."""
    if param is None:
        return {}
    known: dict[str, object] = {"kind": param.kind, "required": param.required}
    for field in fields(param):
        value = getattr(param, field.name)
        if field.name not in WORDS and value != field.default:
            known[field.name] = _plain(value)
    return known


def _plain(value: object) -> object:
    match value:
        case tuple():
            return [str(_plain(item)) for item in value]
        case Param():
            return f"{value.name} ({value.kind})"
        case None | bool() | int() | str():
            return value
    return str(value)


def _amounts(spec: ModelSpec) -> Mapping[str, object]:
    def key(price: Price) -> str:
        return repr((sorted(price.when.items(), key=str), price.unit))

    return {key(price): (price.credits, price.free) for price in spec.list_prices}
