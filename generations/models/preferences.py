"""What people have chosen for themselves, kept wherever they sign in."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models


class Preferences(models.Model):
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    hides_ended = models.BooleanField(default=False)
    """Whether the queue lists nothing of what has ended."""
    notifies = models.BooleanField(default=False)
    """Whether browsers that may say when a task of theirs has ended while nobody looks."""
    sounds = models.BooleanField(default=False)
    """Whether a sound says so too."""

    def __str__(self) -> str:
        return f"Preferences of {self.person}"

    @classmethod
    def of(cls, person: User) -> Self:
        """The person's, or what everybody begins with: nothing is written."""
        return cls.objects.filter(person=person).first() or cls(person=person)

    @classmethod
    def choose(cls, person: User, **chosen: Any) -> None:
        """Set some of them; the others stay."""
        cls.objects.update_or_create(person=person, defaults=chosen)
