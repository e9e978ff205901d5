"""Tables whose rows are only ever added: the database refuses to change or delete them."""

from collections.abc import Callable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

Step = Callable[[StateApps, BaseDatabaseSchemaEditor], None]


def guard(*tables: str, columns: str = "") -> Step:
    """A migration step that has them guarded, whether they were or not: all their columns, or those named.

    SQLite makes a table anew to change it, and its triggers go with the old one: guard it again after that.
    """

    update = f"UPDATE OF {columns}" if columns else "UPDATE"

    def step(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            _drop(editor, table)
            if editor.connection.vendor == "postgresql":
                editor.execute(
                    f"CREATE TRIGGER {table}_only_added BEFORE {update} OR DELETE ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION generations_only_added()"
                )
                continue
            for name, event in (("update", update), ("delete", "DELETE")):
                editor.execute(
                    f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} rows are only ever added'); END"
                )

    return step


def unguard(*tables: str) -> Step:
    """A migration step after which their rows can be changed."""

    def step(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            _drop(editor, table)

    return step


def _drop(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_only_added ON {table}")
        return
    for event in ("update", "delete"):
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}")
