"""What holds something up and what happened become codes with facts; rows of before keep their text as one."""

import re

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models.functions import JSONObject

from generations.migrations._append_only import guard, unguard

EVENT = "generations_event"
HELD_UP = ("task", "copy", "video", "hint", "rendition")
UNKNOWN_HOST = re.compile(r"The result lies at (\S+?),")
LOST_ANSWER = "Kie’s answer was lost: "
NO_FILE = "Kie says it is done but names no file."
NO_TOKEN = "has to confirm"


def keep_texts(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Every text becomes the facts of an “old” code; texts by which the studio acts get their true code."""
    apps.get_model("generations", "Event").objects.update(facts=JSONObject(text="text"))
    for name in HELD_UP:
        rows = apps.get_model("generations", name).objects.filter(obstacle="").exclude(problem="")
        for row in rows.filter(problem__startswith="The result lies at "):
            if found := UNKNOWN_HOST.match(row.problem):
                rows.filter(pk=row.pk).update(obstacle="host", obstacle_facts={"host": found[1]})
        for row in rows.filter(problem__startswith=LOST_ANSWER):
            text = row.problem.removeprefix(LOST_ANSWER)
            rows.filter(pk=row.pk).update(obstacle="lost", obstacle_facts={"text": text})
        rows.filter(problem__startswith=NO_FILE).update(obstacle="no file")
        if name == "hint":
            rows.filter(problem__contains=NO_TOKEN).update(obstacle="no token")
        rows.update(obstacle="old", obstacle_facts=JSONObject(text="problem"))


def codes(name: str) -> list[migrations.AddField]:
    return [
        migrations.AddField(name, "obstacle", models.CharField(blank=True, max_length=16)),
        migrations.AddField(name, "obstacle_facts", models.JSONField(default=dict)),
    ]


class Migration(migrations.Migration):
    dependencies = [("generations", "0016_flat_pages")]
    operations = [
        migrations.RunPython(unguard(EVENT), guard(EVENT)),
        migrations.AddField("event", "facts", models.JSONField(default=dict)),
        migrations.AddField("event", "kind", models.CharField(default="old", max_length=16)),
        migrations.AlterField("event", "kind", models.CharField(max_length=16)),
        migrations.AlterField("task", "obstacle", models.CharField(blank=True, max_length=16)),
        *(operation for name in HELD_UP[1:] for operation in codes(name)),
        migrations.RunPython(keep_texts, migrations.RunPython.noop),
        migrations.RemoveField("event", "text"),
        *(migrations.RemoveField(name, "problem") for name in HELD_UP),
        migrations.RunPython(guard(EVENT), unguard(EVENT)),
    ]
