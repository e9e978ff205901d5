from django.conf import settings
from django.db import migrations, models

from generations.models.digest import DigestField, digest


LAST = 40
BATCH = 2000


def fill_records(apps, schema_editor):
    """What each model has done so far."""
    task, record = (apps.get_model("generations", name) for name in ("Task", "TrackRecord"))
    for model_id in task.objects.order_by().values_list("model_id", flat=True).distinct():
        mine = task.objects.filter(model_id=model_id)
        ready = mine.filter(state="ready")
        timed = ready.filter(sent_at__isnull=False, ready_at__isnull=False).order_by("-ready_at")
        record.objects.create(
            model_id=model_id,
            ready=ready.count(),
            failed=mine.filter(state__in=["refused", "failed", "lost"]).count(),
            seconds=[max(0, int((t.ready_at - t.sent_at).total_seconds())) for t in timed[:LAST]],
        )


def digest_prompts(apps, schema_editor):
    """A batch at a time."""
    task = apps.get_model("generations", "Task")
    last = 0
    while batch := list(task.objects.filter(pk__gt=last).only("prompt").order_by("pk")[:BATCH]):
        for row in batch:
            row.prompt_digest = digest(row.prompt)
        task.objects.bulk_update(batch, ["prompt_digest"], batch_size=500)
        last = batch[-1].pk


def mark_used(apps, schema_editor):
    """The images that tasks name."""
    task, upload = (apps.get_model("generations", name) for name in ("Task", "Upload"))
    named = set()
    for values in task.objects.order_by("pk").values_list("values", flat=True).iterator(chunk_size=BATCH):
        items = (item for value in values.values() if isinstance(value, list) for item in value)
        named |= {item[7:] for item in items if isinstance(item, str) and item.startswith("upload:")}
    for row in upload.objects.all():
        if str(row.uuid) in named:
            row.used = True
            row.save(update_fields=["used"])


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0015_words_and_visits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TrackRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model_id', models.CharField(max_length=120, unique=True)),
                ('ready', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('seconds', models.JSONField(default=list)),
            ],
        ),
        migrations.AddField(
            model_name='task',
            name='prompt_digest',
            field=DigestField(default='', of='prompt'),
        ),
        migrations.AddField(
            model_name='upload',
            name='used',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='task',
            name='model_id',
            field=models.CharField(max_length=120),
        ),
        migrations.AddIndex(
            model_name='copy',
            index=models.Index(condition=models.Q(('state__in', ('waited', 'saving'))), fields=['asked_at'], name='copies_open'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['model_id', 'state', 'ready_at'], name='generations_model_i_333d63_idx'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['state', 'changed_at'], name='generations_state_9ca82a_idx'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['person', 'state', 'ready_at'], name='generations_person__03e80a_idx'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['prompt_digest', 'id'], name='generations_prompt__9980c9_idx'),
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(condition=models.Q(('used', False)), fields=['created_at'], name='uploads_unused'),
        ),
        migrations.AddIndex(
            model_name='video',
            index=models.Index(condition=models.Q(('missing_since__isnull', False)), fields=['missing_since'], name='files_missing'),
        ),
        migrations.RemoveIndex(
            model_name='task',
            name='generations_person__4bb328_idx',
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['person', 'state', 'changed_at'], name='generations_person__8b8e67_idx'),
        ),
        migrations.RunPython(fill_records, migrations.RunPython.noop),
        migrations.RunPython(digest_prompts, migrations.RunPython.noop),
        migrations.RunPython(mark_used, migrations.RunPython.noop),
    ]
