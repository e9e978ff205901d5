"""A version of a clip that every browser plays, made here; the original stays unchanged."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from generations.models.obstacle import Facts, Obstacle, Obstructed, free, held_up
from generations.models.video import Video

MOST_TRIES = 3
"""How many attempts may begin without ending before the file is considered to be the cause."""


class Rendition(Obstructed):
    """H.264 and AAC in MP4, made from a video on demand."""

    class State(models.TextChoices):
        WAITED_FOR = "waited", "Waits for its turn"
        MAKING = "making", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be made"

    video = models.OneToOneField(Video, models.CASCADE, related_name="rendition")
    state = models.CharField(max_length=10, choices=State, default=State.WAITED_FOR)
    path = models.CharField(max_length=200, blank=True)
    """Relative to the storage."""
    size = models.PositiveBigIntegerField(default=0)
    """Bytes."""
    sha256 = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, default=timezone.now, db_index=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"Rendition of {self.video}, {self.state}"

    @classmethod
    def ask_for(cls, video: Video) -> "Rendition":
        """Have one made, or remade when it failed or its file is gone. Asking twice makes one."""
        rendition, _ = cls.objects.get_or_create(video=video)
        again = cls.objects.filter(pk=rendition.pk, state=cls.State.FAILED)
        now = timezone.now()
        again.update(state=cls.State.WAITED_FOR, attempts=0, asked_at=now, due_at=now, **free())
        rendition.refresh_from_db()
        return rendition

    def begin(self) -> bool:
        """Begin to make it. False: it has ended, or was begun too often without ending."""
        rows = Rendition.objects.filter(pk=self.pk, state__in=[self.State.WAITED_FOR, self.State.MAKING])
        if self.attempts >= MOST_TRIES:
            self._fail(rows, Obstacle.ENDLESS, {"tries": MOST_TRIES})
            return False
        self.attempts += 1
        return bool(rows.update(state=self.State.MAKING, attempts=self.attempts, **free()))

    def keep(self, **file: Any) -> bool:
        """Record the finished file: path, size, sha256. False: another process was first."""
        rows = Rendition.objects.filter(pk=self.pk, state=self.State.MAKING)
        done = {"state": self.State.READY, "made_at": timezone.now(), "due_at": None}
        return bool(rows.update(**free(), **done, **file))

    def fail(self, obstacle: Obstacle, facts: Facts) -> None:
        """Record that it cannot be made; asking for it again tries again."""
        self._fail(Rendition.objects.filter(pk=self.pk, state=self.State.MAKING), obstacle, facts)

    def _fail(self, rows: models.QuerySet["Rendition"], obstacle: Obstacle, facts: Facts) -> None:
        rows.update(state=self.State.FAILED, due_at=None, **held_up(obstacle, facts))

    def forget_file(self) -> None:
        """Record that its file is gone: it can be made anew."""
        lost = {"state": self.State.FAILED, "path": "", "due_at": None}
        rows = Rendition.objects.filter(pk=self.pk, state=self.State.READY)
        rows.update(**held_up(Obstacle.GONE), **lost)

    def try_later(self, wait: timedelta, obstacle: Obstacle, facts: Facts) -> None:
        """Try again later: the obstacle passes on its own."""
        rows = Rendition.objects.filter(pk=self.pk, state=self.State.MAKING)
        again = {"state": self.State.WAITED_FOR, "due_at": timezone.now() + wait}
        rows.update(attempts=models.F("attempts") - 1, **held_up(obstacle, facts), **again)

    @property
    def is_open(self) -> bool:
        return self.state in (Rendition.State.WAITED_FOR, Rendition.State.MAKING)

    @property
    def is_ready(self) -> bool:
        return self.state == Rendition.State.READY

    @property
    def url(self) -> str:
        return reverse("rendition", args=[self.video.uuid])
