"""A review session: clips that the team goes through in one order, each person in their own time."""

import uuid
from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from generations.models.task import Task

LONGEST_TITLE = 120
MOST_CLIPS = 200


class ReviewSession(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="review_sessions")
    """Who made it."""
    title = models.CharField(max_length=LONGEST_TITLE)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"Review session “{self.title}”"

    def get_absolute_url(self) -> str:
        return reverse("review-session", args=[self.uuid])

    @classmethod
    def make(cls, person: User, title: str, tasks: Sequence[Task]) -> "ReviewSession":
        """One of these clips in this order, `MOST_CLIPS` at most."""
        with transaction.atomic():
            session = cls.objects.create(person=person, title=title[:LONGEST_TITLE])
            clips = (
                SessionClip(session=session, task=task, place=place) for place, task in enumerate(tasks, 1)
            )
            SessionClip.objects.bulk_create(clips)
        return session


class SessionClip(models.Model):
    session = models.ForeignKey(ReviewSession, models.CASCADE, related_name="clips")
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    """From 1."""

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "place"], name="one_session_clip_of_a_place"),
            models.UniqueConstraint(fields=["session", "task"], name="once_in_a_session"),
        ]

    def __str__(self) -> str:
        return f"Clip {self.place} of session {self.session_id}"


class SessionSeen(models.Model):
    """A person was shown a clip of a session."""

    clip = models.ForeignKey(SessionClip, models.CASCADE, related_name="seen")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clip", "person"], name="session_clip_seen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} saw clip {self.clip_id}"

    @classmethod
    def note(cls, person: User, clip: SessionClip) -> None:
        if not cls.objects.filter(person=person, clip=clip).exists():
            SessionSeen.objects.bulk_create([SessionSeen(person=person, clip=clip)], ignore_conflicts=True)
