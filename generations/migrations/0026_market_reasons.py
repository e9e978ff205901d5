"""Why Kie’s catalogue could not be read becomes codes with facts; what was noted before keeps its sentence."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from generations.migrations._append_only import guard, unguard

CHANGE = "generations_marketchange"


def keep_sentences(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    state = apps.get_model("generations", "MarketState")
    for row in state.objects.exclude(failed_why=""):
        row.failed_facts = _old(row.failed_why)
        row.save(update_fields=["failed_facts"])
    for row in apps.get_model("generations", "MarketModel").objects.all():
        row.unreadable_facts = _old(row.unreadable)
        row.refused = {what: _old(sentence) for what, sentence in row.refused.items()}
        row.differs = [_coded(difference) for difference in row.differs]
        row.save(update_fields=["unreadable_facts", "refused", "differs"])
    for entry in apps.get_model("generations", "MarketChange").objects.filter(facts__has_key="differs"):
        entry.facts = entry.facts | {"differs": [_coded(it) for it in entry.facts["differs"]]}
        entry.save(update_fields=["facts"])


def _old(sentence: str) -> dict[str, str]:
    return {"why": "old", "text": sentence} if sentence else {}


def _coded(difference: dict[str, Any]) -> dict[str, Any]:
    """Of a schema there are two sides: it can be read, or it cannot."""
    if difference["what"] != "schema":
        return difference
    sides = {side: difference[side] for side in ("old", "new")}
    return difference | {side: said if said == "readable" else "unreadable" for side, said in sides.items()}


class Migration(migrations.Migration):
    dependencies = [("generations", "0025_unpriced_cap")]
    operations = [
        migrations.AddField("marketstate", "failed_facts", models.JSONField(default=dict)),
        migrations.AddField("marketmodel", "unreadable_facts", models.JSONField(default=dict)),
        migrations.RunPython(unguard(CHANGE), guard(CHANGE)),
        migrations.RunPython(keep_sentences, migrations.RunPython.noop),
        migrations.RunPython(guard(CHANGE), unguard(CHANGE)),
        migrations.RemoveField("marketstate", "failed_why"),
        migrations.RemoveField("marketmodel", "unreadable"),
        migrations.RenameField("marketstate", "failed_facts", "failed_why"),
        migrations.RenameField("marketmodel", "unreadable_facts", "unreadable"),
    ]
