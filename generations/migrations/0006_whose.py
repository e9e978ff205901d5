from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generations", "0005_sends")]
    operations = [
        migrations.AddField(model_name="runtime", name="kie", field=models.CharField(blank=True, max_length=8)),
        migrations.AddField(model_name="runtime", name="journal", field=models.CharField(blank=True, max_length=40)),
    ]
