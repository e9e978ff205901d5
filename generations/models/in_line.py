"""Where a queued task stands in its person's own line, and what holds it back there. Neither is a state."""

import time
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from generations.models.plan import Plan

MOST_HELD = 600
"""The longest hold window that an admin can set, in seconds."""
LONGEST_WINDOW = timedelta(seconds=MOST_HELD) + timedelta(minutes=1)
"""A window that ends later than this was dated by a clock that was ahead: servers' clocks differ by less."""


def last_place() -> int:
    """Behind everything that was ordered before: microseconds since 1970."""
    return time.time_ns() // 1000


class InLine(models.Model):
    """A row that waits in its person's line until it is sent."""

    place = models.BigIntegerField(default=last_place)
    """Orders what waits of one person, the smallest first; ids break ties."""
    held_until = models.DateTimeField(null=True)
    """The end of its hold window: until then it is not sent; empty: it has none."""
    held_at = models.DateTimeField(null=True)
    """Since when its person holds it back; empty: the person does not."""
    changing_at = models.DateTimeField(null=True)
    """Since when it is held back only to be changed; empty: it is not, or its person holds it back anyway."""

    class Meta:
        abstract = True

    @property
    def in_window(self) -> bool:
        """Whether its hold window is still open."""
        now = timezone.now()
        return self.held_until is not None and now < self.held_until <= now + LONGEST_WINDOW


def free_to_go() -> Q:
    """Rows that neither their person, nor a paused plan, nor their hold window holds back now."""
    now = timezone.now()
    over = Q(held_until=None) | Q(held_until__lte=now) | Q(held_until__gt=now + LONGEST_WINDOW)
    return over & Q(held_at=None) & ~Q(plan__in=Plan.objects.paused())
