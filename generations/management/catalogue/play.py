"""manage.py catalogue play: the sandbox plays that Kie changed its catalogue."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from generations import connection
from generations.kie.errors import KieError

HELP = "In the sandbox: have Kie change its catalogue."
PLAYS = ("new", "price", "parameter", "gone", "back")


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=PLAYS)
    parser.add_argument("model_id", metavar="ID", nargs="?", default="", help="which model; else one of ours")


def run(say: Callable[[str], object], *, what: str, model_id: str, **options: Any) -> None:
    """Change the sandbox's catalogue. Raises CommandError, also where a real Kie is connected."""
    if not settings.SANDBOX:
        raise CommandError("Only the sandbox plays: this studio is connected to Kie.")
    kie = connection.client()
    try:
        name = kie.market.play(what, model_id)
    except KieError as failure:
        raise CommandError(f"Not played: {failure}") from failure
    finally:
        kie.close()
    say(f"{what}: {name}")
