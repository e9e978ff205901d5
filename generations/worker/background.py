"""What django-q2 runs. Messages only make work start sooner; the rows guarantee that it happens."""

import os

from django_q.models import Schedule

from generations import wake
from generations.worker.sweep import window

WINDOW_SECONDS = 20.0


def sweep() -> None:
    """Sweep for one window and queue the next one, so that a window is always running.

    Ends early when the process that started it is gone, or was told to stop.
    """
    parent = os.getppid()
    window(WINDOW_SECONDS, lambda: os.getppid() == parent and not wake.stopping(), wake.start)


def keep_schedule() -> None:
    """The safety net: start a window every minute if none is running."""
    Schedule.objects.update_or_create(
        name="sweep",
        defaults={"func": wake.SWEEP, "schedule_type": Schedule.MINUTES, "minutes": 1, "repeats": -1},
    )
