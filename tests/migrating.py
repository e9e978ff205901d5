"""Takes the test's database to a migration and back: tests that use it want transactions of their own."""

from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from generations.models.watched import unwatch, watch


def migrate(name: str) -> Any:
    """Go to a migration of ours; its models, as they were then."""
    with connection.schema_editor() as editor:
        unwatch(editor)
    return _go([("generations", name)])


def migrate_to_newest() -> None:
    _go(MigrationExecutor(connection).loader.graph.leaf_nodes("generations"))
    with connection.schema_editor() as editor:
        watch(editor)


def _go(to: list[tuple[str, str]]) -> Any:
    MigrationExecutor(connection).migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps
