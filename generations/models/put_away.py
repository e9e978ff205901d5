"""Cards of ended tasks that their owner has put away in the studio, or has opened."""

from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models

from generations.models.task import Task


class PutAway(models.Model):
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "person"], name="put_away_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.task_id} put away by {self.person}"

    @classmethod
    def note(cls, person: User, tasks: Iterable[Task]) -> None:
        """Put away the person's own tasks that have ended. Tasks that can still change stay on the strip."""
        ended = [t for t in tasks if t.has_ended and t.person_id == person.pk]
        known = set(cls.objects.filter(person=person, task__in=ended).values_list("task_id", flat=True))
        rows = [PutAway(person=person, task=t) for t in ended if t.pk not in known]
        PutAway.objects.bulk_create(rows, ignore_conflicts=True)
