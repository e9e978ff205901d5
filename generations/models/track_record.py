"""What each model has done for us so far, kept beside the tasks so that no page has to count them."""

from django.db import models

LAST = 40
"""Clips from which the usual time is read."""
ENOUGH = 4

Span = tuple[int, int]


class TrackRecord(models.Model):
    model_id = models.CharField(max_length=120, unique=True)
    ready = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    """Ended badly: refused, failed or lost."""
    seconds = models.JSONField(default=list)
    """How long the last clips took from sending to ready, the newest first."""

    def __str__(self) -> str:
        return f"{self.model_id}: {self.ready} ready, {self.failed} failed"

    @property
    def usual(self) -> Span | None:
        """Seconds between which most of the last clips took, all but the fastest and the slowest tenth.

        None when they are too few to say.
        """
        took = sorted(self.seconds)
        if len(took) < ENOUGH:
            return None
        return took[len(took) // 10], took[-1 - len(took) // 10]
