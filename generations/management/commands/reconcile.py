"""manage.py reconcile: restore what a restored database has forgotten."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generations.safekeeping import recovery


class Command(BaseCommand):
    help = "Rebuild from the journal the tasks that were sent after the restored backup was made."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            back = recovery.reconcile()
        except recovery.NotPaused as running:
            raise CommandError(str(running)) from running
        for task in back:
            self.stdout.write(f"#{task.pk} {task.label}: {task.prompt[:60]}")
        self.stdout.write("Nothing else is missing. Sending stays as it is; resume it in the queue.")
