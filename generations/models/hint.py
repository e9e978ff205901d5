"""Reported task ids, kept until it is proven that they belong to a task."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from generations.models.obstacle import Obstructed, free
from generations.models.task import Task

AGAIN = 8
"""How many times a repeated callback may requeue a hint already checked."""


class Hint(Obstructed):
    """A claim that a task of ours has this id at Kie, from a callback or from a person who looked there.

    The obstacle says why the id was not attached.
    """

    task = models.ForeignKey(Task, models.PROTECT, related_name="hints")
    kie_id = models.CharField(max_length=255)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Empty: it came from a callback."""
    heard_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, default=timezone.now, db_index=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "kie_id"], name="one_hint_of_an_id"),
        ]

    def __str__(self) -> str:
        return f"{self.kie_id} for task {self.task.pk}"

    @classmethod
    def hear(cls, task: Task, kie_id: str, person: object | None = None) -> "Hint":
        """Keep a hint and have it checked; a known one is rechecked when a person or Kie names it again."""
        hint, made = cls.objects.get_or_create(task=task, kie_id=kie_id, defaults={"person": person})
        if made:
            return hint
        due: dict[str, object] = free() | {"due_at": timezone.now()}
        if person is not None:
            cls.objects.filter(pk=hint.pk).update(person=person, attempts=0, **due)
        else:
            cls.objects.filter(pk=hint.pk, due_at=None, attempts__lt=AGAIN).update(
                attempts=F("attempts") + 1, **due
            )
        hint.refresh_from_db()
        return hint
