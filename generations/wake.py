"""What pages and orders know of the worker: whether it sweeps, and how to make it look soon.

This module imports nothing of the worker itself: a page that takes an order needs no Kie client.
"""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from generations.models import Lease

LEASE = "sweep"
"""The lease of the one process that sweeps."""
SWEEP = "generations.worker.background.sweep"
"""What a message in the queue runs. The name is enough to queue it."""
ALIVE = timedelta(seconds=12)


def nudge() -> None:
    """Make the worker notice new work soon: only needed when no window is running. May be lost."""
    if not alive():
        start()


def start() -> None:
    """Queue a window, unless one is waiting already."""
    if not OrmQ.objects.filter(key=settings.Q_CLUSTER["name"], lock__lte=timezone.now()).exists():
        async_task(SWEEP)


def alive() -> bool:
    """Whether a worker is sweeping."""
    return is_alive(last_beat())


def is_alive(age: timedelta | None) -> bool:
    """Whether a worker is sweeping that last beat so long ago."""
    return age is not None and age < ALIVE


def last_beat() -> timedelta | None:
    """Time since a worker last showed that it sweeps; None when none ever did."""
    return Lease.age(LEASE)


def stopping() -> bool:
    """Whether the start command has asked the workers to end their windows."""
    return stop_file().exists()


def stop_file() -> Path:
    return Path(settings.DATA_DIR) / "stopping"
