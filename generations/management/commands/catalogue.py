"""manage.py catalogue: prove and draft the model files, and what Kie's own catalogue says about them."""

from argparse import ArgumentParser
from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand

from generations.management.catalogue import adopt, check, diff, import_facts, listing, play, refresh

PARTS: dict[str, ModuleType] = {
    "check": check,
    "import": import_facts,
    "refresh": refresh,
    "list": listing,
    "diff": diff,
    "adopt": adopt,
    "play": play,
}


class Command(BaseCommand):
    help = "Look after the catalogue of models."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="|".join(PARTS))
        for name, part in PARTS.items():
            part.arguments(parts.add_parser(name, help=part.HELP, description=part.HELP))

    def handle(self, *args: Any, part: str, **options: Any) -> None:
        PARTS[part].run(self.stdout.write, **options)
