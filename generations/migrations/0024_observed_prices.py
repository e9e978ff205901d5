"""What Kie really takes for orders with the same priced values, beside what its list says."""

import django.db.models.deletion
from django.db import migrations, models

import generations.models.credit


class Migration(migrations.Migration):

    dependencies = [('generations', '0023_copies_are_tasks')]

    operations = [
        migrations.AlterField(
            model_name='marketchange',
            name='kind',
            field=models.CharField(choices=[('new', 'is new at Kie'), ('changed', 'was changed at Kie'), ('gone', 'is not listed at Kie any more'), ('back', 'is listed at Kie again'), ('adopted', 'was taken into the studio'), ('noted', 'has its change noted'), ('observed', 'costs something else than its list says')], max_length=8),
        ),
        migrations.CreateModel(
            name='PricedValues',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model_id', models.CharField(max_length=120)),
                ('digest', models.CharField(max_length=32, unique=True)),
                ('facts', models.JSONField(default=dict)),
                ('listed', generations.models.credit.CreditsField()),
                ('observed', generations.models.credit.CreditsField(null=True)),
                ('observed_at', models.DateTimeField(null=True)),
                ('noticed', generations.models.credit.CreditsField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['model_id', 'observed'], name='observed_prices')],
            },
        ),
        migrations.AddField(
            model_name='task',
            name='priced',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='generations.pricedvalues'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['priced', 'charge_basis', 'id'], name='priced_alike'),
        ),
    ]
