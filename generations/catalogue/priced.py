"""What the price of an order depends on, so that orders alike in it can be compared."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256

from generations.catalogue.params import Choice, Number, Toggle
from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec, Price

GIVEN = ("$images", "$video_input")


def priced_values(spec: ModelSpec, facts: Values, card: Decimal | None) -> dict[str, object]:
    """The values that price rows look at, as JSON; under a flat figure every setting, as any may count.

    `card` is the flat figure, if it is the price.
    """
    names = {name for price in spec.list_prices for name in price.when}
    if card is not None:
        settings = [p for p in spec.offered if isinstance(p, Choice | Toggle | Number) and p.role != "seed"]
        names |= {*GIVEN, *(p.name for p in settings)}
    return {name: _plain(facts[name]) for name in sorted(names) if name in facts}


def counted(rows: Iterable[tuple[Price, Decimal]]) -> list[dict[str, str | None]]:
    """What multiplies: each price row's unit, figure and date, and how many units it counts."""
    return [
        {
            "unit": row.unit,
            "units": _figure(units),
            "credits": _figure(row.credits),
            "of": row.verified_on.isoformat() if row.verified_on else None,
        }
        for row, units in rows
    ]


def digest(model_id: str, priced: Mapping[str, object]) -> str:
    """Equal for orders of a model with the same priced values, as long as the list says the same of them."""
    return sha256(json.dumps([model_id, priced], sort_keys=True).encode()).hexdigest()[:32]


def _plain(value: object) -> object:
    """What was given as a file counts as given, whichever file it is."""
    if isinstance(value, bool | str):
        return value
    return bool(value) if isinstance(value, list | Mapping) else _figure(Decimal(str(value)))


def _figure(number: Decimal) -> str:
    return f"{number.normalize():f}"


def still_listed(spec: ModelSpec, priced: Mapping[str, object]) -> bool:
    """Whether the list says the same today as when an order had these priced values."""
    if "card" in priced:
        return spec.card_price is not None and priced["card"] == _figure(spec.card_price)
    lines = priced.get("lines")
    known = [{**row, "units": ""} for row in counted((price, Decimal(0)) for price in spec.list_prices)]
    return isinstance(lines, list) and all({**line, "units": ""} in known for line in lines)
