"""The prices of our own files beside those that Kie names for the same choices."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.utils import timezone

from generations.catalogue.params import Choice, Number, Param
from generations.catalogue.quote import Basis, quote
from generations.catalogue.spec import ModelSpec

MOST = 12


def disagreements(ours: ModelSpec, theirs: ModelSpec) -> list[dict[str, object]]:
    """Choices for which Kie names another price: param, what, old, new. Unknown prices say nothing."""
    today = timezone.localdate()
    found: list[dict[str, object]] = []
    for values in _choices(ours):
        known = _as_theirs(values, theirs)
        here = quote(ours, values, today=today)
        there = quote(theirs, known, today=today) if known is not None else None
        if there is None or here.credits is None or here.row is None or there.credits is None:
            continue
        if here.credits != there.credits and there.basis != Basis.UNKNOWN:
            case = ", ".join(f"{name} {value}" for name, value in values.items())
            old, new = (_amount(credits, case) for credits in (here.credits, there.credits))
            found.append({"param": "", "what": "price", "old": old, "new": new})
    return found[:MOST]


def _choices(ours: ModelSpec) -> Iterator[Mapping[str, object]]:
    """The values that each row of our price list is about; rows about inputs are left out."""
    for price in ours.list_prices:
        plain = all(not isinstance(v, list) or v for v in price.when.values())
        if plain and not any(name.startswith("$") for name in price.when):
            yield {n: v[0] if isinstance(v, list) else v for n, v in price.when.items()}


def _as_theirs(values: Mapping[str, object], theirs: ModelSpec) -> dict[str, object] | None:
    """The same values in the types of Kie's schema; None when it does not have one of them."""
    found: dict[str, object] = {}
    for name, value in values.items():
        param = theirs.by_name.get(name)
        typed = _typed(param, value) if param else None
        if typed is None:
            return None
        found[name] = typed
    return found


def _typed(param: Param, value: object) -> object:
    if isinstance(param, Choice):
        return next((option for option in param.options if str(option).lower() == str(value).lower()), None)
    if isinstance(param, Number):
        return int(str(value)) if str(value).isdigit() else None
    return value


def _amount(credits: Decimal, case: str) -> str:
    return f"{credits.normalize():f} credits{f' ({case})' if case else ''}"
