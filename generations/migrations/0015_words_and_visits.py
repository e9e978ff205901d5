import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from generations.models.folded import FoldedField, fold

BATCH = 500


def fold_prompts(apps, schema_editor):
    """Fold the prompts that are there, a batch at a time."""
    task = apps.get_model("generations", "Task")
    last = 0
    while batch := list(task.objects.filter(pk__gt=last).only("prompt").order_by("pk")[:BATCH]):
        for row in batch:
            row.words = fold(row.prompt)
        task.objects.bulk_update(batch, ["words"])
        last = batch[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ("generations", "0014_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="words",
            field=FoldedField(default="", of="prompt"),
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("known_until", models.DateTimeField()),
                ("looked_at", models.DateTimeField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visit",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="seen", to="generations.task"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "task"), name="seen_once_by_a_person")
                ],
            },
        ),
        migrations.RunPython(fold_prompts, migrations.RunPython.noop, elidable=True),
    ]
