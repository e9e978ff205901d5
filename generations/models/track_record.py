"""What each model has done for us so far, kept as counts so that pages need not count tasks."""

from django.db import models

LAST = 40
"""Number of last clips from which the usual time is read."""
ENOUGH = 4

Span = tuple[int, int]


class TrackRecord(models.Model):
    model_id = models.CharField(max_length=120, unique=True)
    ready = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    """Ended badly: refused, failed or lost."""
    seconds = models.JSONField(default=list)
    """How long the last clips took from sending to ready, newest first."""

    def __str__(self) -> str:
        return f"{self.model_id}: {self.ready} ready, {self.failed} failed"

    @property
    def usual(self) -> Span | None:
        """Range of seconds that most of the last clips took, without the fastest and the slowest tenth.

        None when there are too few clips.
        """
        took = sorted(self.seconds)
        if len(took) < ENOUGH:
            return None
        return took[len(took) // 10], took[-1 - len(took) // 10]
