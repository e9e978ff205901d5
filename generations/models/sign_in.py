"""Counts of wrong passwords."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone

PERIOD = timedelta(minutes=15)
"""Wrong passwords within this period add up; a lock lasts this long after the one that triggered it."""


class WrongPasswords(models.Model):
    """Consecutive wrong passwords under one key: who tried, from where, in which browser."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    began = models.DateTimeField()
    last = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} wrong passwords"

    @classmethod
    def any_locked(cls, limits: Mapping[str, int]) -> bool:
        """Whether one of these keys has reached its limit and its lock has not ended yet."""
        rows = cls.objects.filter(key__in=limits, last__gt=timezone.now() - PERIOD)
        return any(count >= limits[key] for key, count in rows.values_list("key", "count"))

    @classmethod
    def add(cls, keys: Collection[str]) -> None:
        """Count one more under each key; a count older than a period restarts, and old rows are deleted."""
        now = timezone.now()
        cls.objects.filter(last__lte=now - PERIOD).delete()
        for key in keys:
            cls.objects.get_or_create(key=key, defaults={"began": now, "last": now})
            rows = cls.objects.filter(key=key)
            if not rows.filter(began__lte=now - PERIOD).update(count=1, began=now, last=now):
                rows.update(count=F("count") + 1, last=now)

    @classmethod
    def forget(cls, keys: Collection[str]) -> None:
        cls.objects.filter(key__in=keys).delete()
