"""Entries, readings and events are only ever added: the database itself refuses to change or delete them."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = ("generations_entry", "generations_reading", "generations_event")

FUNCTION = """
CREATE FUNCTION generations_only_added() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% rows are only ever added', TG_TABLE_NAME;
END
$$ LANGUAGE plpgsql
"""


def add(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(FUNCTION.replace("%", "%%"))
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION generations_only_added()"
            )
            continue
        for event in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are only ever added'); END"
            )


def remove(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {table}_only_added ON {table}")
            continue
        for event in ("update", "delete"):
            editor.execute(f"DROP TRIGGER {table}_no_{event}")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION generations_only_added()")


class Migration(migrations.Migration):
    dependencies = [("generations", "0001_first")]
    operations = [migrations.RunPython(add, remove)]
