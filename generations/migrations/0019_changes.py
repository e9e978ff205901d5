"""Whether anything that pages show has changed; what notes it is set after each `migrate` (apps.py)."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from generations.models.watched import unwatch


def unwatched(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    unwatch(editor)


class Migration(migrations.Migration):
    dependencies = [("generations", "0018_readings")]
    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, unwatched),
    ]
