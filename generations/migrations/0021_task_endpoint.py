"""A task keeps the calls by which it was sent, so it can be followed when its model leaves the catalogue."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def fill(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """All models so far are ordered by the Jobs calls, but those of Veo, whose ids begin with it."""
    tasks = apps.get_model("generations", "Task").objects
    tasks.filter(model_id__startswith="veo3").update(endpoint="veo")


class Migration(migrations.Migration):
    dependencies = [("generations", "0020_pause_facts")]
    operations = [
        migrations.AddField(
            "task", "endpoint", models.CharField(default="jobs", max_length=20), preserve_default=False
        ),
        migrations.AddConstraint(
            "task",
            models.CheckConstraint(condition=~models.Q(endpoint=""), name="has_an_endpoint"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
