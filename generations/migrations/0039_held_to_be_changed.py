"""Waiting tasks that are held back only while their person changes them."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("generations", "0033_frames_crops_answers")]
    operations: ClassVar = [
        migrations.AddField("task", "changing_at", models.DateTimeField(null=True)),
    ]
