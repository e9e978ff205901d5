"""Images become assets beside videos and sounds, and what each task was given becomes rows."""

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Q

AT_ONCE = 500
PREFIX = "upload:"
SOURCES = ("taskId", "task_id", "origin_task_id")
"""The parameters that name a task."""


def fill(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    tasks, assets = apps.get_model("generations", "Task"), apps.get_model("generations", "Asset")
    inputs = apps.get_model("generations", "TaskInput")
    known = dict(assets.objects.values_list("uuid", "pk"))
    by_kie = dict(tasks.objects.exclude(task_id=None).values_list("task_id", "pk"))
    rows = []
    for pk, values in tasks.objects.order_by("pk").values_list("pk", "values").iterator(AT_ONCE):
        rows += [inputs(task_id=pk, **row) for row in _rows(values, known, by_kie)]
        if len(rows) >= AT_ONCE:
            inputs.objects.bulk_create(rows)
            rows = []
    inputs.objects.bulk_create(rows)


def _rows(values: dict[str, Any], known: dict[uuid.UUID, int], by_kie: dict[str, int]) -> Iterator[Any]:
    for name, value in values.items():
        if isinstance(value, list):
            for place, text in enumerate(_texts(value)):
                if asset := known.get(_uuid(text)):
                    yield {"param": name, "place": place, "asset_id": asset}
                elif text.startswith("https://"):
                    yield {"param": name, "place": place, "address": text}
        elif name in SOURCES and isinstance(value, str) and value:
            source = by_kie.get(value)
            yield {"param": name, "source_id": source, "address": "" if source else value}


def _texts(items: list[Any]) -> Iterator[str]:
    for item in items:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from _texts([part for parts in item.values() if isinstance(parts, list) for part in parts])


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else None
    except ValueError:
        return None


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("generations", "0028_favourites"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.RemoveIndex("upload", "uploads_unused"),
        migrations.RenameModel("Upload", "Asset"),
        migrations.RemoveField("asset", "used"),
        migrations.AddField(
            "asset",
            "kind",
            models.CharField(
                choices=[("image", "Image"), ("video", "Video"), ("audio", "Audio")],
                default="image",
                max_length=10,
            ),
        ),
        migrations.AddField("asset", "seconds", models.FloatField(default=0)),
        migrations.AddField("asset", "fps", models.FloatField(default=0)),
        migrations.AddField("asset", "has_sound", models.BooleanField(default=False)),
        migrations.AddField(
            "asset",
            "video",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="asset",
                to="generations.video",
            ),
        ),
        migrations.AlterField("asset", "path", models.CharField(blank=True, max_length=200)),
        migrations.AlterField("asset", "size", models.PositiveBigIntegerField()),
        migrations.AlterField(
            "asset",
            "person",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assets",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex("asset", models.Index(fields=["created_at"], name="generations_asset_created")),
        migrations.CreateModel(
            name="TaskInput",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("param", models.CharField(max_length=120)),
                ("place", models.PositiveSmallIntegerField(default=0)),
                ("address", models.TextField(blank=True)),
                (
                    "asset",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inputs",
                        to="generations.asset",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="continued_by",
                        to="generations.task",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inputs",
                        to="generations.task",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("task", "param", "place"), name="one_input_of_a_place"),
                    models.CheckConstraint(
                        condition=Q(asset=None, source=None) & ~Q(address="")
                        | Q(asset__isnull=False, source=None, address="")
                        | Q(asset=None, source__isnull=False, address=""),
                        name="input_is_one_thing",
                    ),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
