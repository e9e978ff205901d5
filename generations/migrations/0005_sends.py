"""Every time that a task was handed to Kie becomes a row, with its token; questions to Kie are counted."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def carry_over(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    send = apps.get_model("generations", "Send")
    task = apps.get_model("generations", "Task")
    sent = task.objects.exclude(token_hash=None).values_list("pk", "token_hash", "sent_at", "changed_at")
    send.objects.bulk_create(
        send(task_id=pk, token_hash=hashed, at=sent_at or changed_at) for pk, hashed, sent_at, changed_at in sent
    )


class Migration(migrations.Migration):
    dependencies = [("generations", "0004_corrections")]
    operations = [
        migrations.CreateModel(
            name="Send",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sends", to="generations.task"
                    ),
                ),
            ],
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveField(model_name="task", name="token_hash"),
        migrations.AddField(model_name="runtime", name="asked", field=models.JSONField(default=list)),
    ]
