"""A reading says how long its figure stood, so a figure that did not change is one row."""

from collections.abc import Iterator

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F
from django.utils import timezone

from generations.migrations._append_only import guard, unguard

READING = "generations_reading"
NEVER_CHANGES = "credits, at"
AT_ONCE = 500
"""Rows that one statement names."""


def join_equal(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Of readings of the same figure one after another, keep the first and let it end with the last."""
    reading = apps.get_model("generations", "Reading")
    reading.objects.update(until=F("at"))
    first, repeated = None, []
    changed = []
    for row in reading.objects.order_by("at", "id").iterator():
        if first is None or row.credits != first.credits:
            first = row
            continue
        if not changed or changed[-1] is not first:
            changed.append(first)
        first.until = row.at
        repeated.append(row.pk)
    reading.objects.bulk_update(changed, ["until"], batch_size=AT_ONCE)
    for pks in _batches(repeated):
        reading.objects.filter(pk__in=pks).delete()


def _batches(pks: list[int]) -> Iterator[list[int]]:
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))


class Migration(migrations.Migration):
    dependencies = [("generations", "0017_codes")]
    operations = [
        migrations.RunPython(unguard(READING), guard(READING)),
        migrations.AlterModelOptions("reading", {}),
        migrations.AddField(
            "reading",
            "until",
            models.DateTimeField(db_index=True, default=timezone.now),
            preserve_default=False,
        ),
        migrations.AlterField("reading", "at", models.DateTimeField(db_index=True)),
        migrations.RunPython(join_equal, migrations.RunPython.noop),
        migrations.RunPython(guard(READING, columns=NEVER_CHANGES), unguard(READING)),
    ]
