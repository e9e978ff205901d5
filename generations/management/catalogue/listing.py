"""manage.py catalogue list: every model, and how it stands."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from generations.market.standing import Standing, standings

HELP = "Every model and how it stands."


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON array")


def run(say: Callable[[str], object], **options: Any) -> None:
    found = [facts_of(standing) for standing in standings()]
    if options["json"]:
        write(say, found)
        return
    for facts in found:
        say(f"{facts['status']:<8} {facts['id']:<44} {facts['reason']}")


def facts_of(standing: Standing) -> dict[str, object]:
    return {
        "id": standing.id,
        "status": standing.status,
        "orderable": standing.orderable,
        "reason": standing.reason,
    }


def write(say: Callable[[str], object], found: list[dict[str, object]]) -> None:
    say(json.dumps(found, indent=2, ensure_ascii=False))
