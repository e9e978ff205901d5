"""A newcomer's form makes one guest; when a guest's verdict was given."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import F


def date_verdicts(apps, schema_editor):
    """Of verdicts before this the last change of their review is known."""
    apps.get_model("generations", "GuestReview").objects.exclude(verdict="").update(verdict_at=F("changed_at"))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("generations", "0040_review")]
    operations: ClassVar = [
        migrations.AddField("shareguest", "key", models.UUIDField(editable=False, null=True)),
        migrations.AddConstraint(
            "shareguest",
            models.UniqueConstraint(fields=["share", "key"], name="one_guest_of_a_form"),
        ),
        migrations.AddField("guestreview", "verdict_at", models.DateTimeField(null=True)),
        migrations.RunPython(date_verdicts, migrations.RunPython.noop),
    ]
