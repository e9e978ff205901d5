"""manage.py backup FOLDER: back up database, journal and media, even while the studio runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generations.safekeeping import backups


class Command(BaseCommand):
    help = "Copy the database, the journal and the media into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            backups.back_up(folder.absolute())
        except (backups.BackupFailed, OSError) as failure:
            raise CommandError(f"No backup was made: {failure}") from failure
        self.stdout.write(f"Backed up to {folder}.")
