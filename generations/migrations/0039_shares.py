"""Links for guests: their clips, who looked, and what guests said."""

import uuid
from typing import ClassVar

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

CASCADE, PROTECT = django.db.models.deletion.CASCADE, django.db.models.deletion.PROTECT


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def of(model: str, related_name: str, on_delete: object = CASCADE, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(null=null, on_delete=on_delete, related_name=related_name, to=model)


def now() -> models.DateTimeField:
    return models.DateTimeField(default=django.utils.timezone.now)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("generations", "0038_compare"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.AlterField(
            "audit",
            "action",
            models.CharField(
                choices=[
                    ("pasted", "gave a task id"),
                    ("closed", "said that it was not sent"),
                    ("again", "ordered it again"),
                    ("tried", "had the file tried again"),
                    ("lost", "marked the result as lost"),
                    ("paused", "paused sending"),
                    ("resumed", "resumed sending"),
                    ("window", "changed the hold window"),
                    ("limit", "changed a budget"),
                    ("cap", "changed what an order without a known price may hold"),
                    ("asking", "changed what waits for a yes"),
                    ("yes", "said yes to an order"),
                    ("no", "said no to an order"),
                    ("added", "added a person"),
                    ("role", "changed a role"),
                    ("name", "renamed a person"),
                    ("off", "switched an account off"),
                    ("on", "switched an account on"),
                    ("password", "made a new password"),
                    ("adopted", "took a model of Kie into the studio"),
                    ("noted", "noted a change of a model at Kie"),
                    ("shared", "made a link for guests"),
                    ("extended", "kept a link for guests open longer"),
                    ("revoked", "withdrew a link for guests"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", key()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("key", models.UUIDField()),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("made_at", now()),
                ("expires_at", models.DateTimeField()),
                ("password", models.CharField(blank=True, max_length=128)),
                ("may_rate", models.BooleanField(default=False)),
                ("may_comment", models.BooleanField(default=False)),
                ("may_approve", models.BooleanField(default=False)),
                ("may_download", models.BooleanField(default=False)),
                ("shows_prompts", models.BooleanField(default=False)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("person", of(settings.AUTH_USER_MODEL, "shares", PROTECT)),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "key"), name="one_share_of_a_form"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareClip",
            fields=[
                ("id", key()),
                ("number", models.PositiveSmallIntegerField()),
                ("share", of("generations.share", "clips")),
                ("video", of("generations.video", "shared_as", PROTECT)),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("share", "number"), name="one_clip_at_a_place_of_a_share"),
                    models.UniqueConstraint(fields=("share", "video"), name="a_clip_once_in_a_share"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareGuest",
            fields=[
                ("id", key()),
                ("name", models.CharField(max_length=60)),
                ("at", now()),
                ("share", of("generations.share", "guests")),
            ],
        ),
        migrations.CreateModel(
            name="GuestReview",
            fields=[
                ("id", key()),
                (
                    "stars",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("approved", "Approved"),
                            ("changes", "Changes"),
                            ("rejected", "Rejected"),
                        ],
                        max_length=10,
                    ),
                ),
                ("changed_at", now()),
                ("clip", of("generations.shareclip", "reviews")),
                ("guest", of("generations.shareguest", "reviews")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("guest", "clip"), name="one_review_per_guest"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stars__isnull", True),
                            models.Q(("stars__gte", 1), ("stars__lte", 5)),
                            _connector="OR",
                        ),
                        name="guest_stars_1_to_5",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GuestComment",
            fields=[
                ("id", key()),
                ("text", models.TextField(max_length=4000)),
                ("second", models.FloatField(blank=True, null=True)),
                ("at", now()),
                ("key", models.UUIDField(editable=False)),
                ("clip", of("generations.shareclip", "comments")),
                ("guest", of("generations.shareguest", "comments")),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("guest", "clip", "key"), name="one_guest_comment_per_form"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareLook",
            fields=[
                ("id", key()),
                ("at", now()),
                ("clip", of("generations.shareclip", "+")),
                ("guest", of("generations.shareguest", "looks", null=True)),
                ("share", of("generations.share", "looks")),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["share", "-at"], name="newest_looks")],
            },
        ),
    ]
