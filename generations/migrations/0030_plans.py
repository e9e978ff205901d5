"""Plans, their rows, and the price above which an order waits for an admin's yes."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import generations.models.credit


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0029_assets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalLimit',
            fields=[
                ('role', models.CharField(choices=[('admin', 'Admin'), ('creator', 'Creator'), ('reviewer', 'Reviewer')], max_length=10, primary_key=True, serialize=False)),
                ('order', generations.models.credit.CreditsField(null=True)),
                ('day', generations.models.credit.CreditsField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['admin', 'creator', 'reviewer'])), name='limit_of_a_role')],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('key', models.UUIDField()),
                ('wish', models.CharField(max_length=64)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kept_at', models.DateTimeField(null=True)),
                ('ordered_at', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField(null=True)),
                ('asked_credits', generations.models.credit.CreditsField(null=True)),
                ('agreed_credits', generations.models.credit.CreditsField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('approved', models.BooleanField(null=True)),
                ('comment', models.TextField(blank=True)),
                ('answers', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generations.task')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='again', to='generations.plan')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('paused_at__isnull', False)), fields=['paused_at'], name='plans_paused'), models.Index(condition=models.Q(('answered_at', None), ('asked_at__isnull', False), ('dropped_at', None), ('ordered_at', None)), fields=['asked_at'], name='plans_asked')],
                'constraints': [
                    models.UniqueConstraint(fields=('person', 'key'), name='one_plan_of_a_wish'),
                    models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('approved', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('approved__isnull', False)), _connector='OR'), name='plan_answered_by_somebody'),
                    models.CheckConstraint(condition=models.Q(('ordered_at', None), ('dropped_at', None), _connector='OR'), name='plan_ordered_or_dropped'),
                ],
            },
        ),
        migrations.AddField(
            model_name='task',
            name='plan',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='generations.plan'),
        ),
        migrations.CreateModel(
            name='PlanRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('model_id', models.CharField(max_length=120)),
                ('values', models.JSONField(default=dict)),
                ('take', models.PositiveSmallIntegerField(default=1)),
                ('takes', models.PositiveSmallIntegerField(default=1)),
                ('own', models.JSONField(default=list)),
                ('taken_out', models.BooleanField(default=False)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='generations.plan')),
                ('task', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='planned', to='generations.task')),
            ],
            options={
                'ordering': ['place'],
                'constraints': [
                    models.UniqueConstraint(fields=('plan', 'place'), name='one_row_of_a_place'),
                    models.CheckConstraint(condition=models.Q(('task', None), ('taken_out', False), _connector='OR'), name='ordered_row_stands'),
                ],
            },
        ),
        migrations.AlterField(
            model_name='audit',
            name='action',
            field=models.CharField(choices=[('pasted', 'gave a task id'), ('closed', 'said that it was not sent'), ('again', 'ordered it again'), ('tried', 'had the file tried again'), ('lost', 'marked the result as lost'), ('paused', 'paused sending'), ('resumed', 'resumed sending'), ('limit', 'changed a budget'), ('cap', 'changed what an order without a known price may hold'), ('asking', 'changed what waits for a yes'), ('yes', 'said yes to an order'), ('no', 'said no to an order'), ('added', 'added a person'), ('role', 'changed a role'), ('name', 'renamed a person'), ('off', 'switched an account off'), ('on', 'switched an account on'), ('password', 'made a new password'), ('adopted', 'took a model of Kie into the studio'), ('noted', 'noted a change of a model at Kie')], max_length=10),
        ),
    ]
