"""What differs between two readings of one model, apart from words."""

from collections.abc import Mapping
from dataclasses import fields

from generations.catalogue.params import Param
from generations.catalogue.spec import ModelSpec, Price

WORDS = {"label", "help", "role", "origin", "live", "advanced", "option_labels", "also_labels", "item_label"}


def differences(old: ModelSpec, new: ModelSpec) -> list[str]:
    """“duration: max”, “prices”: places that differ in what is taken, refused or charged; empty: none."""
    before, after = old.by_name, new.by_name
    found = [f"{name}: gone" for name in before if name not in after]
    found += [f"{name}: new" for name in after if name not in before]
    for name in [n for n in before if n in after]:
        if parts := _parts(before[name], after[name]):
            found.append(f"{name}: {', '.join(parts)}")
    if set(map(repr, old.rules)) != set(map(repr, new.rules)):
        found.append("rules")
    if _amounts(old) != _amounts(new):
        found.append("prices")
    return found + [name for name in ("endpoint", "status") if getattr(old, name) != getattr(new, name)]


def _parts(old: Param, new: Param) -> list[str]:
    if type(old) is not type(new):
        return ["kind"]
    names = [f.name for f in fields(old) if f.name not in WORDS]
    return [name for name in names if getattr(old, name) != getattr(new, name)]


def _amounts(spec: ModelSpec) -> Mapping[str, object]:
    def key(price: Price) -> str:
        return repr((sorted(price.when.items(), key=str), price.unit))

    return {key(price): (price.credits, price.free) for price in spec.list_prices}
