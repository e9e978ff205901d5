"""Waiting tasks that are held back only while their person changes them; small pictures of what was given."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("generations", "0033_frames_crops_answers")]
    operations: ClassVar = [
        migrations.AddField("task", "changing_at", models.DateTimeField(null=True)),
        migrations.AddField("asset", "small_path", models.CharField(blank=True, max_length=200)),
        migrations.AddField("asset", "decoder", models.CharField(blank=True, max_length=80)),
    ]
