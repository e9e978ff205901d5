"""Which ended tasks a person has seen: opened, or put away in the studio."""

from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models

from generations.models.task import Task


class Seen(models.Model):
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "person"], name="seen_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.task_id} seen by {self.person}"

    @classmethod
    def note(cls, person: User, tasks: Iterable[Task]) -> None:
        """Remember that the person has seen these. What has not ended can change, so it is not seen yet."""
        ended = [t for t in tasks if t.has_ended]
        known = set(cls.objects.filter(person=person, task__in=ended).values_list("task_id", flat=True))
        rows = [Seen(person=person, task=t) for t in ended if t.pk not in known]
        Seen.objects.bulk_create(rows, ignore_conflicts=True)
