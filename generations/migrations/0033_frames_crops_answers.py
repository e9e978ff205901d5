"""Frames of clips and crops of images as assets, and tasks that answer what was asked of another clip."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies: ClassVar = [("generations", "0029_assets")]
    operations: ClassVar = [
        migrations.AddField(
            "asset",
            "frame_of",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="frames",
                to="generations.video",
            ),
        ),
        migrations.AddField("asset", "at_ms", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "asset",
            "cropped_from",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="crops",
                to="generations.asset",
            ),
        ),
        migrations.AddField("asset", "box", models.CharField(blank=True, default="", max_length=60), preserve_default=False),
        migrations.AddConstraint(
            "asset",
            models.UniqueConstraint(
                fields=("frame_of", "at_ms"), condition=Q(cropped_from=None), name="one_asset_of_a_frame"
            ),
        ),
        migrations.AddConstraint(
            "asset", models.UniqueConstraint(fields=("cropped_from", "box"), name="one_asset_of_a_crop")
        ),
        migrations.AddField(
            "task",
            "answers",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answered_by",
                to="generations.task",
            ),
        ),
    ]
