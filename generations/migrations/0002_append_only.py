"""Entries, readings and events are only ever added: the database itself refuses to change or delete them."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from generations.migrations._append_only import guard, unguard

TABLES = ("generations_entry", "generations_reading", "generations_event")

FUNCTION = """
CREATE FUNCTION generations_only_added() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% rows are only ever added', TG_TABLE_NAME;
END
$$ LANGUAGE plpgsql
"""


def add_function(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(FUNCTION.replace("%", "%%"))


def drop_function(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION generations_only_added()")


class Migration(migrations.Migration):
    dependencies = [("generations", "0001_first")]
    operations = [
        migrations.RunPython(add_function, drop_function),
        migrations.RunPython(guard(*TABLES), unguard(*TABLES)),
    ]
