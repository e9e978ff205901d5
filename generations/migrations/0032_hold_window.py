"""The order of one's own line, what is held back there, and how people want to be told of what has ended."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import generations.models.in_line


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0031_library'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='task',
            name='place',
            field=models.BigIntegerField(default=generations.models.in_line.last_place),
        ),
        migrations.AddField(
            model_name='task',
            name='held_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='held_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='changed_into',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generations.task'),
        ),
        migrations.AddField(
            model_name='runtime',
            name='hold_seconds',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='audit',
            name='action',
            field=models.CharField(choices=[('pasted', 'gave a task id'), ('closed', 'said that it was not sent'), ('again', 'ordered it again'), ('tried', 'had the file tried again'), ('lost', 'marked the result as lost'), ('paused', 'paused sending'), ('resumed', 'resumed sending'), ('window', 'changed the hold window'), ('limit', 'changed a budget'), ('cap', 'changed what an order without a known price may hold'), ('asking', 'changed what waits for a yes'), ('yes', 'said yes to an order'), ('no', 'said no to an order'), ('added', 'added a person'), ('role', 'changed a role'), ('name', 'renamed a person'), ('off', 'switched an account off'), ('on', 'switched an account on'), ('password', 'made a new password'), ('adopted', 'took a model of Kie into the studio'), ('noted', 'noted a change of a model at Kie')], max_length=10),
        ),
        migrations.CreateModel(
            name='Preferences',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hides_ended', models.BooleanField(default=False)),
                ('notifies', models.BooleanField(default=False)),
                ('sounds', models.BooleanField(default=False)),
                ('digest', models.CharField(blank=True, choices=[('', 'Never'), ('hourly', 'At most once an hour'), ('daily', 'At most once a day')], default='', max_length=6)),
                ('mailed_until', models.DateTimeField(null=True)),
                ('mail_due_at', models.DateTimeField(null=True)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='preferences', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
