"""SQLite for tests: emptying the tables between tests is the one time that append-only rows may go."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.sqlite3 import base, operations

NO_INDEX = "INSERT INTO generations_searchindex (generations_searchindex) VALUES ('delete-all')"
"""Of what is searched: it follows its table by triggers."""


class DatabaseOperations(operations.DatabaseOperations):
    def sql_flush(self, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        """Empty tables with their triggers put aside meanwhile."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        away = [f"DROP TRIGGER {name}" for name, _ in triggers]
        emptied = super().sql_flush(style, tables, **options)
        return [*away, *emptied, NO_INDEX, *(sql for _, sql in triggers)]


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
