"""Corrections, the only entries that may be negative; audit rows are only ever added, like entries."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

ENTRY, AUDIT = "generations_entry", "generations_audit"


def guard(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(
            f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION generations_only_added()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        editor.execute(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} rows are only ever added'); END"
        )


def unguard(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER {table}_only_added ON {table}")
        return
    for event in ("update", "delete"):
        editor.execute(f"DROP TRIGGER {table}_no_{event}")


def guard_entries(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    guard(editor, ENTRY)


def unguard_entries(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    unguard(editor, ENTRY)


def guard_audit(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    guard(editor, AUDIT)


def unguard_audit(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    unguard(editor, AUDIT)


class Migration(migrations.Migration):
    """SQLite makes a table anew to change a constraint, and its triggers go with the old one."""

    dependencies = [("generations", "0003_people_decide")]
    operations = [
        migrations.RunPython(unguard_entries, guard_entries),
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("hold", "Held"),
                    ("charge", "Charged"),
                    ("release", "Released"),
                    ("correction", "Corrected"),
                ],
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="entry", name="entry_not_negative"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("credits__gte", 0), ("kind", "correction"), _connector="OR"),
                name="entry_not_negative",
            ),
        ),
        migrations.RunPython(guard_entries, unguard_entries),
        migrations.RunPython(guard_audit, unguard_audit),
    ]
