"""manage.py restore FOLDER: put a backup back while the studio is stopped."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generations.management.commands.studio import alone
from generations.safekeeping import backups, recovery
from generations.wording.pauses import mismatch


class Command(BaseCommand):
    help = "Put a backup back. Sending is paused when tasks were sent since the backup was made."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        with alone():
            try:
                backups.restore(folder.absolute())
            except (backups.BackupFailed, OSError) as failure:
                raise CommandError(f"Nothing was restored: {failure}") from failure
            self.stdout.write(f"Restored from {folder}.")
            if why := recovery.remember():
                self.stdout.write(f"Sending is paused. {mismatch(why, {})}")
                self.stdout.write("Look at the queue, then resume sending there.")
            if closed := recovery.close_links():
                self.stdout.write(f"Closed links for guests: {closed}. One may have been withdrawn since.")
                self.stdout.write("Who made them can open each again on the page Shares.")
