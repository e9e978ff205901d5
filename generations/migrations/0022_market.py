"""What Kie’s own catalogue says about its models, as rows; tasks keep the schema they were ordered from."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from generations.migrations._append_only import guard, unguard

TABLES = ("generations_marketanswer", "generations_marketchange")


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0021_task_endpoint'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MarketState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('next_look', models.FloatField(default=0)),
                ('slowed', models.PositiveSmallIntegerField(default=0)),
                ('list_due_at', models.DateTimeField(null=True)),
                ('whole', models.BooleanField(default=False)),
                ('read_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('failed_why', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.AlterField(
            model_name='audit',
            name='action',
            field=models.CharField(choices=[('pasted', 'gave a task id'), ('closed', 'said that it was not sent'), ('again', 'ordered it again'), ('tried', 'had the file tried again'), ('lost', 'marked the result as lost'), ('paused', 'paused sending'), ('resumed', 'resumed sending'), ('limit', 'changed a budget'), ('added', 'added a person'), ('role', 'changed a role'), ('name', 'renamed a person'), ('off', 'switched an account off'), ('on', 'switched an account on'), ('password', 'made a new password'), ('adopted', 'took a model of Kie into the studio'), ('noted', 'noted a change of a model at Kie')], max_length=10),
        ),
        migrations.CreateModel(
            name='MarketAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model_id', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('listed', 'list entry'), ('schema', 'schema'), ('price', 'price')], max_length=8)),
                ('content', models.JSONField(null=True)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('model_id', 'kind', 'digest'), name='one_row_per_content')],
            },
        ),
        migrations.AddField(
            model_name='task',
            name='schema',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generations.marketanswer'),
        ),
        migrations.CreateModel(
            name='MarketChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('model_id', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('new', 'is new at Kie'), ('changed', 'was changed at Kie'), ('gone', 'is not listed at Kie any more'), ('back', 'is listed at Kie again'), ('adopted', 'was taken into the studio'), ('noted', 'has its change noted')], max_length=8)),
                ('facts', models.JSONField(default=dict)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='MarketModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model_id', models.CharField(max_length=120, unique=True)),
                ('adopted_at', models.DateTimeField(null=True)),
                ('first_seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('gone_at', models.DateTimeField(null=True)),
                ('schema_at', models.DateTimeField(null=True)),
                ('price_at', models.DateTimeField(null=True)),
                ('unreadable', models.TextField(blank=True)),
                ('differs', models.JSONField(default=list)),
                ('refused', models.JSONField(default=dict)),
                ('points', models.JSONField(default=dict)),
                ('points_at', models.DateTimeField(null=True)),
                ('schema_due_at', models.DateTimeField(null=True)),
                ('price_due_at', models.DateTimeField(null=True)),
                ('points_due_at', models.DateTimeField(null=True)),
                ('adopted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('listed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generations.marketanswer')),
                ('price', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generations.marketanswer')),
                ('schema', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generations.marketanswer')),
                ('stands_price', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generations.marketanswer')),
                ('stands_schema', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generations.marketanswer')),
            ],
            options={
                'ordering': ['model_id'],
            },
        ),
        migrations.RunPython(guard(*TABLES), unguard(*TABLES)),
    ]
