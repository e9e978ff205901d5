"""What the team thinks of a finished task: stars and a verdict per person, and comments."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from generations.models.task import Task


class Verdict(models.TextChoices):
    APPROVED = "approved", "Approved"
    CHANGES = "changes", "Changes"
    REJECTED = "rejected", "Rejected"


class Review(models.Model):
    """One person's stars and verdict on one task."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="reviews")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    stars = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "person"], name="one_review_per_person"),
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__gte=1, stars__lte=5), name="stars_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} on task {self.task_id}: {self.stars or '–'} {self.verdict}"


class Comment(models.Model):
    task = models.ForeignKey(Task, models.CASCADE, related_name="comments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    text = models.TextField(max_length=4000)
    second = models.FloatField(null=True, blank=True)
    """Where in the clip, in seconds; empty: about the whole."""
    at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(null=True, editable=False)
    """Of the form that it came from: the same form sent twice is one comment."""

    class Meta:
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "person", "key"], name="one_comment_per_form"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
