"""What each model has done for us so far, kept beside the tasks so that no page has to count them."""

from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Count, Q

if TYPE_CHECKING:
    from generations.models.task import TaskQuerySet

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

    @classmethod
    def renew(cls, model_id: str, tasks: "TaskQuerySet", *, badly: frozenset[str]) -> None:
        """Count again, after a task of the model has ended or gone on. Two at once wait for each other."""
        mine = tasks.filter(model_id=model_id)
        with transaction.atomic():
            cls.objects.get_or_create(model_id=model_id)
            row = cls.objects.select_for_update().get(model_id=model_id)
            counts = mine.filter(state__in=["ready", *badly]).aggregate(
                ready=Count("pk", filter=Q(state="ready")), failed=Count("pk", filter=~Q(state="ready"))
            )
            row.ready, row.failed = counts["ready"], counts["failed"]
            last = mine.filter(state="ready", ready_at__isnull=False).order_by("-ready_at")
            row.seconds = [
                took for task in last.only("sent_at", "ready_at")[:LAST] if (took := task.took) is not None
            ]
            row.save()

    @property
    def usual(self) -> Span | None:
        """Seconds between which most of the last clips took, all but the fastest and the slowest tenth.

        None when they are too few to say.
        """
        took = sorted(self.seconds)
        if len(took) < ENOUGH:
            return None
        return took[len(took) // 10], took[-1 - len(took) // 10]
