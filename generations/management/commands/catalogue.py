"""manage.py catalogue: what can be ordered, and what Kie's own catalogue says about it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from generations.management.market import adopt, listing, play, refresh


class Command(BaseCommand):
    help = "Reads Kie's own catalogue, lists models and what changed, and takes new ones into the studio."

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="WHAT")
        words.add_parser("refresh", help="read Kie's list, schemas and prices now, and wait")
        for word, text in (("list", "every model and how it stands"), ("diff", "what Kie changed")):
            words.add_parser(word, help=text).add_argument(
                "--json", action="store_true", help="one JSON array"
            )
        taking = words.add_parser("adopt", help="take a model as Kie describes it now")
        taking.add_argument("model_id", metavar="ID")
        taking.add_argument("--user", help="the admin who does it; without it the first one")

        playing = words.add_parser("play", help="in the sandbox: have Kie change its catalogue")
        playing.add_argument("what", choices=play.PLAYS)
        playing.add_argument(
            "model_id", metavar="ID", nargs="?", default="", help="which model; else one of ours"
        )

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        match word:
            case "refresh":
                refresh.refresh(self.stdout)
            case "list":
                listing.listed(self.stdout, as_json=options["json"])
            case "diff":
                listing.diff(self.stdout, as_json=options["json"])
            case "adopt":
                adopt.adopt(self.stdout, options["model_id"], options["user"])
            case "play":
                play.play(self.stdout, options["what"], options["model_id"])
