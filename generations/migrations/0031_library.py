"""The library: prompts and presets under titles, with versions, stars and what was ordered with them."""

import uuid
from typing import Any, ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import generations.models.digest
import generations.models.folded
from generations.models.folded import fold

AT_ONCE = 500


def fold_prompts(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Fold the prompts that are there, a batch at a time."""
    prompts, last = apps.get_model("generations", "Prompt"), 0
    while batch := list(prompts.objects.filter(pk__gt=last).only("text").order_by("pk")[:AT_ONCE]):
        for row in batch:
            row.words = fold(row.text)
        prompts.objects.bulk_update(batch, ["words"])
        last = batch[-1].pk


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def of_person(on_delete: Any, related_name: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=on_delete, related_name=related_name, to=settings.AUTH_USER_MODEL)


def of(model: str, related_name: str, on_delete: Any = django.db.models.deletion.CASCADE) -> models.ForeignKey:
    return models.ForeignKey(on_delete=on_delete, related_name=related_name, to=f"generations.{model}")


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("generations", "0030_plans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.AddField("prompt", "words", generations.models.folded.FoldedField(default="", of="text")),
        migrations.RunPython(fold_prompts, migrations.RunPython.noop, elidable=True),
        migrations.CreateModel(
            name="LibraryItem",
            fields=[
                ("id", key()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(choices=[("preset", "Preset"), ("prompt", "Prompt")], max_length=6),
                ),
                ("title", models.CharField(max_length=80)),
                ("folded_title", generations.models.folded.FoldedField(default="", of="title")),
                ("tags", models.JSONField(default=list)),
                ("is_shared", models.BooleanField(default=False)),
                ("text", models.TextField(blank=True)),
                ("text_digest", generations.models.digest.DigestField(default="", of="text")),
                ("model_id", models.CharField(blank=True, max_length=120)),
                ("label", models.CharField(blank=True, max_length=120)),
                ("values", models.JSONField(default=dict)),
                ("number", models.PositiveIntegerField(default=0)),
                ("words", generations.models.folded.FoldedField(default="", of="searched")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("removed_at", models.DateTimeField(null=True)),
                ("person", of_person(django.db.models.deletion.PROTECT, "library_items")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("removed_at", None)),
                        fields=["kind", "-changed_at", "-id"],
                        name="library_newest",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("person", "kind", "folded_title"),
                        name="one_library_item_of_a_title",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LibraryVersion",
            fields=[
                ("id", key()),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField(blank=True)),
                ("model_id", models.CharField(blank=True, max_length=120)),
                ("label", models.CharField(blank=True, max_length=120)),
                ("values", models.JSONField(default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "assets",
                    models.ManyToManyField(related_name="library_versions", to="generations.asset"),
                ),
                ("item", of("libraryitem", "versions")),
                ("person", of_person(django.db.models.deletion.PROTECT, "+")),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "number"), name="one_library_version_of_a_number"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LibraryStar",
            fields=[
                ("id", key()),
                ("item", of("libraryitem", "stars")),
                ("person", of_person(django.db.models.deletion.CASCADE, "library_stars")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "item"), name="one_star_of_a_library_item"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LibraryUse",
            fields=[
                ("id", key()),
                ("item", of("libraryitem", "uses")),
                ("task", of("task", "library_uses")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "task"), name="one_library_use_of_a_task"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Filling",
            fields=[
                ("id", key()),
                ("model_id", models.CharField(max_length=120)),
                ("title", models.CharField(max_length=80)),
                ("dropped", models.JSONField(default=list)),
                ("order_key", models.UUIDField()),
                ("came_from", models.CharField(max_length=120)),
                ("before", models.JSONField(default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("assets", models.ManyToManyField(related_name="fillings", to="generations.asset")),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="fillings",
                        to="generations.libraryitem",
                    ),
                ),
                ("person", of_person(django.db.models.deletion.CASCADE, "fillings")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "model_id"), name="one_filling_of_a_form"),
                ],
            },
        ),
    ]
