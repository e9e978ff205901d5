"""Comments in threads, over ranges, with drawings and mentions; when a verdict was given; who is told of what."""

from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


def date_verdicts(apps, schema_editor):
    """Of verdicts before this the last change of their review is known."""
    apps.get_model("generations", "Review").objects.exclude(verdict="").update(verdict_at=F("changed_at"))


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("generations", "0039_shares"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.AddField(
            "comment",
            "reply_to",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="replies",
                to="generations.comment",
            ),
        ),
        migrations.AddField("comment", "until", models.FloatField(blank=True, null=True)),
        migrations.AddField("comment", "drawing", models.JSONField(blank=True, default=list)),
        migrations.AddField("comment", "guests", models.BooleanField(default=False)),
        migrations.AddField("comment", "edited_at", models.DateTimeField(null=True)),
        migrations.AddField("comment", "is_done", models.BooleanField(default=False)),
        migrations.AddField("comment", "settled_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "comment",
            "settled_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("comment", "deleted_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "comment",
            "deleted_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex("comment", models.Index(fields=["at"], name="comment_at")),
        migrations.AddConstraint(
            "comment",
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("second")), name="a_range_ends_after_it_begins"
            ),
        ),
        migrations.CreateModel(
            "CommentVersion",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("drawing", models.JSONField(default=list)),
                ("replaced_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="generations.comment",
                    ),
                ),
            ],
            options={"ordering": ["replaced_at", "pk"]},
        ),
        migrations.CreateModel(
            "Mention",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.PositiveIntegerField()),
                ("length", models.PositiveIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="generations.comment",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["start"],
                "indexes": [models.Index(fields=["person", "at"], name="mention_person_at")],
            },
        ),
        migrations.AddField("preferences", "unwanted", models.JSONField(default=list)),
        migrations.AddField("preferences", "heard_until", models.DateTimeField(null=True)),
        migrations.AddField("runtime", "rates_blind", models.BooleanField(default=False)),
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
                    ("blind", "changed whether people rate blind"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField("review", "verdict_at", models.DateTimeField(null=True)),
        migrations.AddIndex("review", models.Index(fields=["verdict_at"], name="review_verdict_at")),
        migrations.RunPython(date_verdicts, migrations.RunPython.noop),
    ]
