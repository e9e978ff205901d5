"""What each person has seen of the gallery, so that “New” is right for each reader."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from generations.models.state import State
from generations.models.task import Task

PAUSE = timedelta(minutes=30)
"""A person who has not looked for this long begins another visit."""
OFTEN = timedelta(minutes=1)
"""Looks closer together than this are not recorded individually."""


class Visit(models.Model):
    """A person’s last visit to the gallery."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="visit")
    known_until = models.DateTimeField()
    """Clips that were ready by then are not new: the end of the previous visit, at first the date of
    joining."""
    looked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person}, {self.looked_at:%Y-%m-%d %H:%M}"

    @classmethod
    def look(cls, person: User) -> Self:
        """Record a look at the gallery, and return the visit it belongs to."""
        now = timezone.now()
        fresh = {"known_until": person.date_joined, "looked_at": now}
        visit, begun = cls.objects.get_or_create(person=person, defaults=fresh)
        if not begun and now - visit.looked_at > OFTEN:
            visit._go_on(now)
        return visit

    def _go_on(self, now: datetime) -> None:
        if now - self.looked_at > PAUSE:
            self.known_until = self.looked_at
            Seen.objects.filter(person=self.person, task__ready_at__lte=self.known_until).delete()
        self.looked_at = now
        self.save(update_fields=["known_until", "looked_at"])


class Seen(models.Model):
    """A finished task whose page was opened by a person other than its owner."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    task = models.ForeignKey(Task, models.CASCADE, related_name="seen")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "task"], name="seen_once_by_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.person} saw task {self.task_id}"

    @classmethod
    def note(cls, person: User, task: Task) -> None:
        """Record that a person has opened the page of a finished task."""
        if task.state != State.READY or task.person_id == person.pk:
            return
        if not cls.objects.filter(person=person, task=task).exists():
            Seen.objects.bulk_create([Seen(person=person, task=task)], ignore_conflicts=True)
