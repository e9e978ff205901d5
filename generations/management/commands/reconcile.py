"""manage.py reconcile: bring back what a restored database has forgotten."""

from typing import Any

from django.core.management.base import BaseCommand

from generations import recovery


class Command(BaseCommand):
    help = "Rebuild from the journal the tasks that were sent after the restored backup was made."

    def handle(self, *args: Any, **options: Any) -> None:
        for task in recovery.reconcile():
            self.stdout.write(f"#{task.pk} {task.label}: {task.prompt[:60]}")
        self.stdout.write("Nothing else is missing. Sending stays as it is; resume it in the queue.")
