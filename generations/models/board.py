"""Boards: finished clips that people picked by hand, in the order in which they are shown and delivered."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone

from generations.models.video import Video

LONGEST_TITLE = 80
LONGEST_NAMES = 80
"""Characters."""
MOST_CLIPS = 500
NAMES = "{number}_{title}_{model}_{take}"
"""How delivered files are called, unless a board says otherwise (deliver.names)."""


class Full(Exception):
    """The board has as many clips as one may have."""


class BoardQuerySet(models.QuerySet["Board"]):
    def with_sums(self) -> Self:
        """With `clip_count` and `total`, the length of all clips in seconds; the last changed first."""
        sums = self.annotate(clip_count=Count("clips"), total=Sum("clips__video__seconds"))
        return sums.select_related("person").order_by("-changed_at", "-pk")

    def with_clip(self, video: Video) -> Self:
        """Those that a clip is on."""
        return self.filter(clips__video=video)


class Board(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=LONGEST_TITLE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="boards")
    is_shared = models.BooleanField(default=True)
    """Whether the whole team sees and arranges it; else only its person."""
    names = models.CharField(max_length=LONGEST_NAMES, default=NAMES)
    """The template for the names of its files when they are delivered, without the extension."""
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = BoardQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-changed_at", "-id"], name="boards_newest")]

    def __str__(self) -> str:
        return f"Board “{self.title}” of {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("board", args=[self.uuid])

    def add(self, video: Video, person: User, before: Video | None = None) -> bool:
        """Put a clip before another one of the board, else at its end. False: it is on it already.

        Raises Full.
        """
        with self._arranged() as order:
            known = [clip.video_id for clip in order]
            if video.pk in known:
                return False
            if len(order) >= MOST_CLIPS:
                raise Full
            at = known.index(before.pk) if before and before.pk in known else len(order)
            order.insert(at, BoardClip(board=self, video=video, person=person))
        return True

    def remove(self, video: Video) -> bool:
        """Take a clip off the board; its task and its file stay. False: it was not on it."""
        with self._arranged() as order:
            kept = [clip for clip in order if clip.video_id != video.pk]
            removed = len(kept) < len(order)
            order[:] = kept
        return removed

    def put_before(self, video: Video, other: Video) -> bool:
        """Put a clip right before another one. False: one of the two has left the board, and nothing moved.

        Only these two are named, so what others have added or moved meanwhile stays. Saying it again changes
        nothing.
        """
        return self._put(video, other, 0)

    def put_after(self, video: Video, other: Video) -> bool:
        """The same, right after another one."""
        return self._put(video, other, 1)

    def _put(self, video: Video, other: Video, step: int) -> bool:
        with self._arranged() as order:
            places = {clip.video_id: clip for clip in order}
            if video.pk not in places or other.pk not in places or video == other:
                return False
            order.remove(places[video.pk])
            order.insert(order.index(places[other.pk]) + step, places[video.pk])
        return True

    @contextmanager
    def _arranged(self) -> Iterator[list["BoardClip"]]:
        """The clips in their order, to be changed in place; whoever else arranges the board waits.

        Raises Board.DoesNotExist when it was deleted meanwhile.
        """
        with transaction.atomic():
            Board.objects.select_for_update().get(pk=self.pk)
            before = list(self.clips.order_by("place", "pk"))
            order = list(before)
            yield order
            if order == before:
                return
            BoardClip.objects.filter(pk__in={c.pk for c in before} - {c.pk for c in order}).delete()
            moved = [clip for at, clip in enumerate(order) if clip.place != at or clip.pk is None]
            for at, clip in enumerate(order):
                clip.place = at
            BoardClip.objects.bulk_update([clip for clip in moved if clip.pk], ["place"])
            BoardClip.objects.bulk_create([clip for clip in moved if clip.pk is None])
            self.changed_at = timezone.now()
            Board.objects.filter(pk=self.pk).update(changed_at=self.changed_at)


class BoardClip(models.Model):
    """A clip on a board."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="clips")
    video = models.ForeignKey(Video, models.CASCADE, related_name="board_clips")
    place = models.PositiveIntegerField(default=0)
    """From 0, without gaps."""
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    """Who put it there."""
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["place", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["board", "video"], name="one_clip_of_a_board"),
        ]
        indexes: ClassVar = [models.Index(fields=["board", "place"], name="clips_in_order")]

    def __str__(self) -> str:
        return f"Clip {self.place + 1} of board {self.board_id}"
