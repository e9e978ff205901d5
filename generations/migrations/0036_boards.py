"""Boards: clips picked by hand, in an order."""

import uuid
from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def of_person(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=settings.AUTH_USER_MODEL
    )


def of(model: str, related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, related_name=related_name, to=f"generations.{model}"
    )


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("generations", "0035_saved_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Board",
            fields=[
                ("id", key()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=80)),
                ("is_shared", models.BooleanField(default=True)),
                ("names", models.CharField(default="{number}_{title}_{model}_{take}", max_length=80)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("person", of_person("boards")),
            ],
            options={"indexes": [models.Index(fields=["-changed_at", "-id"], name="boards_newest")]},
        ),
        migrations.CreateModel(
            name="BoardClip",
            fields=[
                ("id", key()),
                ("place", models.PositiveIntegerField(default=0)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("board", of("board", "clips")),
                ("person", of_person("+")),
                ("video", of("video", "board_clips")),
            ],
            options={
                "ordering": ["place", "id"],
                "indexes": [models.Index(fields=["board", "place"], name="clips_in_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("board", "video"), name="one_clip_of_a_board"),
                ],
            },
        ),
    ]
