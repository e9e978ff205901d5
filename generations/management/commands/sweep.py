"""manage.py sweep: one pass over everything that is due, without the queue."""

from typing import Any

from django.core.management.base import BaseCommand

from generations.worker.sweep import one_pass


class Command(BaseCommand):
    help = "Do everything that is due now, once: send, ask, save, read the balance."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{one_pass()} steps")
