"""manage.py setup-link: print the address for creating the first admin again."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from generations import policy, welcome


class Command(BaseCommand):
    help = "Print the address at which the first admin is made. It works once."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SANDBOX:
            raise CommandError(
                "Without KIE_API_KEY this is the sandbox, which needs no set-up: its names and their "
                "password are printed by manage.py studio."
            )
        if "auth_user" not in connection.introspection.table_names():
            raise CommandError("There is no database yet. Start the studio first: make run prints the link.")
        if names := [admin.get_username() for admin in policy.admins()]:
            raise CommandError(
                f"An admin is there already: {', '.join(names)}. Sign in at {welcome.noted()}; "
                f"a lost password: manage.py changepassword {names[0]}"
            )
        self.stdout.write(welcome.setup_link(welcome.noted()))
