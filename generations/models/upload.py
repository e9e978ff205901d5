"""Images that people give to a model: our own originals, stripped of metadata."""

import uuid
from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from generations.catalogue.media import UPLOAD_PREFIX
from generations.models.draft import Draft

LINK_LIFE = timedelta(hours=20)
"""Kie keeps an upload for at least a day (docs.kie.ai, file upload quickstart); we rely on less."""

UNUSED_LIFE = timedelta(days=7)
"""How long an image is kept when no task and no draft names it."""


class UploadQuerySet(models.QuerySet["Upload"]):
    def unused(self) -> Self:
        """Images old enough to delete that no task and no draft names."""
        old = self.filter(used=False, created_at__lt=timezone.now() - UNUSED_LIFE)
        if not old.exists():
            return old
        texts = (text for fields in Draft.objects.values_list("fields", flat=True) for text in _texts(fields))
        return old.exclude(uuid__in=set(filter(None, map(upload_uuid, texts))))


class Upload(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=200)
    """Name of the person's file, for display."""
    path = models.CharField(max_length=200)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    """Bytes."""
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    used = models.BooleanField(default=False)
    """Whether a task names it."""
    kie_url = models.TextField(blank=True)
    kie_url_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="uploads_unused", condition=Q(used=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """How a task's values name this upload."""
        return f"{UPLOAD_PREFIX}{self.uuid}"

    @property
    def url(self) -> str:
        return reverse("upload", args=[self.uuid])

    @property
    def fresh_link(self) -> str:
        """Kie's link to the file; empty when it has to be uploaded again."""
        if self.kie_url_at is None or timezone.now() - self.kie_url_at > LINK_LIFE:
            return ""
        return self.kie_url


def uploads_of(values: dict[str, object]) -> list[Upload]:
    """The uploads that a task's values name, in no particular order. Unknown ones are left out."""
    return list(Upload.objects.filter(uuid__in=_named(values)))


def missing_uploads(values: dict[str, object]) -> set[uuid.UUID]:
    """Uploads that a task's values name but that do not exist: an older database was restored."""
    return _named(values) - {upload.uuid for upload in uploads_of(values)}


def mark_used(values: dict[str, object]) -> None:
    """Record that a task names these uploads."""
    if named := _named(values):
        Upload.objects.filter(uuid__in=named, used=False).update(used=True)


def _texts(fields: dict[str, list[str]]) -> list[str]:
    return [text for texts in fields.values() for text in texts]


def _named(values: dict[str, object]) -> set[uuid.UUID]:
    items = [item for value in values.values() if isinstance(value, list) for item in value]
    return set(filter(None, map(upload_uuid, items)))


def upload_uuid(item: object) -> uuid.UUID | None:
    """The uuid in `upload:<uuid>`, or None for anything else."""
    if not isinstance(item, str) or not item.startswith(UPLOAD_PREFIX):
        return None
    try:
        return uuid.UUID(item.removeprefix(UPLOAD_PREFIX))
    except ValueError:
        return None
