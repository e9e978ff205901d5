"""Takes the test's database to a migration and back: tests that use it want transactions of their own."""

from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def migrate(name: str) -> Any:
    """Go to a migration of ours; its models, as they were then."""
    return _go([("generations", name)])


def migrate_to_newest() -> None:
    _go(MigrationExecutor(connection).loader.graph.leaf_nodes("generations"))


def _go(to: list[tuple[str, str]]) -> Any:
    MigrationExecutor(connection).migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps
