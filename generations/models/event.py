"""The history of a task."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from generations.models.obstacle import LONGEST_CODE
from generations.models.state import State
from generations.models.task import Task


class Event(models.Model):
    """What happened to a task, in order. Events are only ever added."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=State, blank=True)
    kind = models.CharField(max_length=LONGEST_CODE)
    """What happened: a Happened."""
    facts = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.state} {self.kind} {self.facts}"
