"""Corrections, the only entries that may be negative; audit rows are only ever added, like entries."""

from django.db import migrations, models

from generations.migrations._append_only import guard, unguard

ENTRY, AUDIT = "generations_entry", "generations_audit"


class Migration(migrations.Migration):
    """SQLite makes a table anew to change a constraint, and its triggers go with the old one."""

    dependencies = [("generations", "0003_people_decide")]
    operations = [
        migrations.RunPython(unguard(ENTRY), guard(ENTRY)),
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
        migrations.RunPython(guard(ENTRY), unguard(ENTRY)),
        migrations.RunPython(guard(AUDIT), unguard(AUDIT)),
    ]
