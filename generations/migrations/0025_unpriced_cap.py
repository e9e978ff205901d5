"""The most that an order may hold whose price nobody knows."""

from django.db import migrations, models

import generations.models.credit


class Migration(migrations.Migration):

    dependencies = [('generations', '0024_observed_prices')]

    operations = [
        migrations.AddField(
            model_name='runtime',
            name='unpriced_cap',
            field=generations.models.credit.CreditsField(null=True),
        ),
        migrations.AlterField(
            model_name='audit',
            name='action',
            field=models.CharField(choices=[('pasted', 'gave a task id'), ('closed', 'said that it was not sent'), ('again', 'ordered it again'), ('tried', 'had the file tried again'), ('lost', 'marked the result as lost'), ('paused', 'paused sending'), ('resumed', 'resumed sending'), ('limit', 'changed a budget'), ('cap', 'changed what an order without a known price may hold'), ('added', 'added a person'), ('role', 'changed a role'), ('name', 'renamed a person'), ('off', 'switched an account off'), ('on', 'switched an account on'), ('password', 'made a new password'), ('adopted', 'took a model of Kie into the studio'), ('noted', 'noted a change of a model at Kie')], max_length=10),
        ),
    ]
