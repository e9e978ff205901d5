"""Links for guests: clips as they were listed when they were shared, who looked, and what guests said."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from math import ceil
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from generations.models.review import Verdict
from generations.models.state import State
from generations.models.task import Task
from generations.models.video import Video

MOST_CLIPS = 200
LONGEST = timedelta(days=90)
"""How long a link may be open from the day on which it is made or kept open longer."""
MOST_GUESTS, MOST_COMMENTS = 200, 200
"""Guests of one link, and comments of one guest: everybody who has the link can write."""
OFTEN = timedelta(minutes=10)
"""Looks of one guest at one clip that are closer together are one."""


class Share(models.Model):
    """A link: whoever has it sees its clips and may do what it allows, until it is over or withdrawn."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="shares")
    """Who made it."""
    key = models.UUIDField()
    """Of the form it came from: the same form makes one link, however often it is sent."""
    token_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the random token in its address, which is kept nowhere."""
    title = models.CharField(max_length=120)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    password = models.CharField(max_length=128, blank=True)
    """Hashed; empty: the link alone is enough."""
    may_rate = models.BooleanField(default=False)
    may_comment = models.BooleanField(default=False)
    may_approve = models.BooleanField(default=False)
    may_download = models.BooleanField(default=False)
    shows_prompts = models.BooleanField(default=False)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="one_share_of_a_form"),
        ]

    def __str__(self) -> str:
        return f"“{self.title}”, shared by {self.person}"

    @property
    def is_over(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def days_left(self) -> int:
        """Days for which it is open still, a begun one whole; 0: it is over."""
        return max(0, ceil((self.expires_at - timezone.now()) / timedelta(days=1)))

    @property
    def takes_words(self) -> bool:
        """Whether its guests may do more than look: only then they are asked for a name."""
        return self.may_rate or self.may_comment or self.may_approve

    def opens_with(self, password: str) -> bool:
        """Takes as long as signing in does."""
        return check_password(password, self.password)


class ShareClip(models.Model):
    """A clip in its place."""

    share = models.ForeignKey(Share, models.CASCADE, related_name="clips")
    video = models.ForeignKey(Video, models.PROTECT, related_name="shared_as")
    number = models.PositiveSmallIntegerField()
    """From 1, without gaps."""

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["share", "number"], name="one_clip_at_a_place_of_a_share"),
            models.UniqueConstraint(fields=["share", "video"], name="a_clip_once_in_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.share}"


class ShareGuest(models.Model):
    """Somebody with the link who has given a name."""

    share = models.ForeignKey(Share, models.CASCADE, related_name="guests")
    name = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(null=True, editable=False)
    """Of the form the name came from: the same form sent twice is one guest."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["share", "key"], name="one_guest_of_a_form"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (guest)"


class GuestReview(models.Model):
    """A guest's stars and verdict on a clip. The team's verdict never counts them."""

    guest = models.ForeignKey(ShareGuest, models.CASCADE, related_name="reviews")
    clip = models.ForeignKey(ShareClip, models.CASCADE, related_name="reviews")
    stars = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    verdict_at = models.DateTimeField(null=True)
    """When the verdict was given or changed last; empty: there never was one."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["guest", "clip"], name="one_review_per_guest"),
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__gte=1, stars__lte=5), name="guest_stars_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guest} on {self.clip}: {self.stars or '–'} {self.verdict}"


class GuestComment(models.Model):
    """A guest's words about a clip, for the team and the other guests of the link."""

    guest = models.ForeignKey(ShareGuest, models.CASCADE, related_name="comments")
    clip = models.ForeignKey(ShareClip, models.CASCADE, related_name="comments")
    text = models.TextField(max_length=4000)
    second = models.FloatField(null=True, blank=True)
    """Position in the clip, in seconds; empty: it is about the whole clip."""
    at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(editable=False)
    """Of the form it came from: the same form sent twice is one comment."""

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["guest", "clip", "key"], name="one_guest_comment_per_form"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ShareLook(models.Model):
    """Somebody with the link looked at a clip."""

    share = models.ForeignKey(Share, models.CASCADE, related_name="looks")
    clip = models.ForeignKey(ShareClip, models.CASCADE, related_name="+")
    guest = models.ForeignKey(ShareGuest, models.CASCADE, null=True, related_name="looks")
    """Empty: no name had been given."""
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["share", "-at"], name="newest_looks")]

    def __str__(self) -> str:
        return f"{self.guest or 'A guest'} looked at {self.clip}"

    @classmethod
    def note(cls, clip: ShareClip, guest: ShareGuest | None) -> None:
        """Note it once in ten minutes: the log cannot be filled by loading a page."""
        now = timezone.now()
        known = cls.objects.filter(share_id=clip.share_id, clip=clip, guest=guest, at__gt=now - OFTEN)
        if not known.exists():
            cls.objects.create(share_id=clip.share_id, clip=clip, guest=guest, at=now)


def clips_of(tasks: Iterable[Task]) -> list[Video]:
    """What can be shared of these tasks: the files of those that are ready, in the order of the tasks."""
    return [clip for task in tasks if task.state == State.READY for clip in task.videos.all()]
