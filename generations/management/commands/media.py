"""manage.py media: whether the media folder belongs to this database, and whether its files are there."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generations.files import store, volume
from generations.files.store import NoPlace
from generations.models import Video


class Command(BaseCommand):
    help = "Say whether the media folder is the one of this database. Exit 1 when it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--take",
            action="store_true",
            help="let this folder be the one: its files were moved, or are gone",
        )

    def handle(self, *args: Any, take: bool, **options: Any) -> None:
        if take:
            try:
                volume.take()
            except NoPlace as failure:
                raise CommandError(str(failure)) from failure
        if trouble := volume.trouble():
            raise CommandError(
                f"{store.root()}: {trouble}\nIf this is the right folder: manage.py media --take"
            )
        missing = Video.objects.missing().count()
        self.stdout.write(f"{store.root()} is the media folder of this studio. Files missing: {missing}.")
