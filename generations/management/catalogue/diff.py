"""manage.py catalogue diff: what Kie changed, old against new."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from generations.management.catalogue.listing import facts_of, write
from generations.market.standing import Standing, standings
from generations.models import MarketModel
from generations.models.obstacle import Facts
from generations.wording.market import sides

HELP = "What is new, changed or gone at Kie, old against new."


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON array")


def run(say: Callable[[str], object], **options: Any) -> None:
    found = [it for it in standings() if it.status in ("new", "changed", "gone")]
    if options["json"]:
        write(say, [facts_of(it) | {"differs": _differs(it)} for it in found])
        return
    for it in found:
        say(f"{it.status:<8} {it.id}")
        for change in _differs(it):
            say(f"    {change['param']} {change['what']}: {change['old']} → {change['new']}")


def _differs(standing: Standing) -> list[dict[str, object]]:
    row = standing.row
    if row is None or standing.status != "new":
        return [_in_words(row, change) for change in row.differs] if row else []
    return [{"param": "", "what": "price", "old": None, "new": row.price_text}]


def _in_words(row: MarketModel, change: Facts) -> dict[str, object]:
    old, new = sides(row, change)
    return change | {"old": old, "new": new}
