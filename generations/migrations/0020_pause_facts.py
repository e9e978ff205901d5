"""Why sending is paused and how Kie is silent become facts; texts of before lose the names of exceptions."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from generations.migrations._append_only import guard, unguard
from generations.migrations._old_texts import legible

EVENT = "generations_event"
FACTS = {
    "obstacle_facts": ("Task", "Copy", "Video", "Hint", "Rendition"),
    "facts": ("Event",),
}
MISMATCHES = {
    "The journal knows": "forgotten",
    "The journal is gone": "lost",
    "DATA_DIR is a copy": "copied",
    "The journal says": "sent",
}


def keep_reasons(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """The reason of a pause that lasts becomes its facts; how long Kie is silent is found out anew."""
    for row in apps.get_model("generations", "Runtime").objects.exclude(paused_for=""):
        row.paused_facts = _facts(row.paused_for, row.paused_why)
        row.save(update_fields=["paused_facts"])


def _facts(reason: str, text: str) -> dict[str, Any]:
    if reason == "restore":
        return next(({"mismatch": kind} for start, kind in MISMATCHES.items() if text.startswith(start)), {})
    if reason == "unconfirmed":
        return {"count": 3}
    if reason == "person":
        return {"reason": text}
    return {"text": legible(text)} if text else {}


def clean_texts(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    tasks = apps.get_model("generations", "Task").objects
    for pk, text in tasks.exclude(failure_text="").values_list("pk", "failure_text"):
        if (clean := legible(text)) != text:
            tasks.filter(pk=pk).update(failure_text=clean)
    for field, names in FACTS.items():
        for name in names:
            rows = apps.get_model("generations", name).objects
            for pk, facts in rows.filter(**{f"{field}__has_key": "text"}).values_list("pk", field):
                if (clean := legible(str(facts["text"]))) != facts["text"]:
                    rows.filter(pk=pk).update(**{field: facts | {"text": clean}})


class Migration(migrations.Migration):
    dependencies = [("generations", "0019_changes")]
    operations = [
        migrations.AddField("runtime", "paused_facts", models.JSONField(default=dict)),
        migrations.AddField("runtime", "silent_facts", models.JSONField(default=dict)),
        migrations.RunPython(keep_reasons, migrations.RunPython.noop),
        migrations.RemoveField("runtime", "paused_why"),
        migrations.RemoveField("runtime", "silent_why"),
        migrations.RunPython(unguard(EVENT), guard(EVENT)),
        migrations.RunPython(clean_texts, migrations.RunPython.noop),
        migrations.RunPython(guard(EVENT), unguard(EVENT)),
    ]
