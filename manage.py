#!/usr/bin/env python3
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiestudio.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError, OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as bad:
        sys.exit(f"KieStudio cannot start. {bad}")
    except DatabaseError as bad:
        if type(bad) not in (DatabaseError, OperationalError):
            raise
        sys.exit(f"The database cannot be used: {bad}")


if __name__ == "__main__":
    main()
