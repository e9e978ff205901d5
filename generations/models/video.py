"""What Kie made: result files that are whole and checked, and 1080p copies that were asked for."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from generations.models.credit import CreditsField
from generations.models.task import Task

COPY_PRICE = Decimal(5)
"""Credits for a 1080p copy of a Veo task (docs.kie.ai, pricing)."""


class Video(models.Model):
    """One result file of a task. The row exists only when the file is stored whole."""

    class Kind(models.TextChoices):
        RESULT = "result", "Result"
        COPY = "copy", "1080p copy"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(Task, models.PROTECT, related_name="videos")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.RESULT)
    number = models.PositiveSmallIntegerField(default=0)
    """Place among the task's result files, from 0."""
    source_url = models.TextField()
    path = models.CharField(max_length=200)
    """In the storage."""
    poster_path = models.CharField(max_length=200, blank=True)
    strip_path = models.CharField(max_length=200, blank=True)
    """Eight frames side by side, for the pointer to move over."""
    size = models.PositiveBigIntegerField()
    """Bytes."""
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    seconds = models.FloatField()
    fps = models.FloatField()
    has_sound = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["kind", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "kind", "number"], name="one_video_of_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of task {self.task_id}"

    @property
    def url(self) -> str:
        return reverse("video", args=[self.uuid])

    @property
    def poster_url(self) -> str:
        return reverse("poster", args=[self.uuid]) if self.poster_path else ""

    @property
    def strip_url(self) -> str:
        return reverse("strip", args=[self.uuid]) if self.strip_path else ""


class Copy(models.Model):
    """A 1080p copy that somebody asked for."""

    class State(models.TextChoices):
        WAITED_FOR = "waited", "In the making"
        SAVING = "saving", "Saving"
        READY = "ready", "Ready"
        REFUSED = "refused", "Refused"
        LOST = "lost", "Lost"

    task = models.OneToOneField(Task, models.PROTECT, related_name="copy")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITED_FOR)
    price = CreditsField(default=COPY_PRICE)
    url = models.TextField(blank=True)
    """Where it lies at Kie, as it was last said; empty: it has to be asked for."""
    problem = models.TextField(blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, default=timezone.now, db_index=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "copies"

    def __str__(self) -> str:
        return f"1080p copy of task {self.task_id}, {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in (Copy.State.WAITED_FOR, Copy.State.SAVING)
