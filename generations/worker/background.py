"""The queue: the only user of django-q2. Its messages make things sooner; the rows make them certain."""

import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from django_q.tasks import async_task

from generations.models import Lease
from generations.worker.sweep import LEASE, window

WINDOW_SECONDS = 20.0
SWEEP = "generations.worker.background.sweep"
ALIVE = timedelta(seconds=12)


def sweep() -> None:
    """Sweep for one window and queue the next, so that one is always running.

    Ends early when the process that started it is gone, or was told to stop.
    """
    parent = os.getppid()
    window(WINDOW_SECONDS, lambda: os.getppid() == parent and not stopping(), start)


def start() -> None:
    """Queue a window, unless one is waiting already."""
    if not OrmQ.objects.filter(key=settings.Q_CLUSTER["name"], lock__lte=timezone.now()).exists():
        async_task(SWEEP)


def nudge() -> None:
    """Have new work seen soon: only needed when no window is running. May be lost."""
    if not alive():
        start()


def alive() -> bool:
    """Whether a worker is sweeping."""
    age = Lease.age(LEASE)
    return age is not None and age < ALIVE


def keep_schedule() -> None:
    """The safety net: once a minute a window is started if none is running."""
    Schedule.objects.update_or_create(
        name="sweep", defaults={"func": SWEEP, "schedule_type": Schedule.MINUTES, "minutes": 1, "repeats": -1}
    )


def stopping() -> bool:
    """Whether the start command has asked the workers to end their windows."""
    return stop_file().exists()


def stop_file() -> Path:
    return Path(settings.DATA_DIR) / "stopping"
