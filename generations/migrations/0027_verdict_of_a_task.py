"""Whether a task has a verdict is found in an index alone, so no page reads all opinions to count some."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generations", "0026_market_reasons")]
    operations = [
        migrations.AddIndex(
            "review", models.Index(fields=["task", "verdict"], name="generations_task_id_fe9602_idx")
        ),
    ]
