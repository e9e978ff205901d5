"""Whether anything that pages show has changed. The database itself notes it (models/watched.py)."""

from datetime import timedelta

from django.db import models
from django.db.models import Count, Max, Min, Subquery

from generations.models.runtime import Lease

KEPT = 100
"""Rows that stay: enough for transactions that were under way when later ones ended."""


class Change(models.Model):
    """Something that pages show has changed. The row is added in the same transaction."""

    def __str__(self) -> str:
        return f"Change {self.pk}"

    @classmethod
    def mark(cls, lease: str) -> tuple[str, timedelta | None]:
        """Differs from an earlier one when something has changed; and the age of a lease. One query.

        A transaction may get a lower number than one that ended before it: then their count tells.
        """
        beat = Lease.objects.filter(name=lease).values("beat_at")
        found = cls.objects.annotate(beat=Subquery(beat)).aggregate(
            first=Min("pk"), last=Max("pk"), count=Count("pk"), beat_at=Max("beat")
        )
        return f"{found['first']}-{found['last']}-{found['count']}", Lease.since(found["beat_at"])

    @classmethod
    def forget_old(cls) -> None:
        """Drop rows that no mark needs. Only from the lower end, so every mark stays one of a kind."""
        last = cls.objects.aggregate(last=Max("pk"))["last"]
        if last:
            cls.objects.filter(pk__lte=last - KEPT).delete()
