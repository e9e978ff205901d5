"""The processes of a running studio: started together, restarted when they die or freeze, ended together."""

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from generations import wake
from generations.models import Lease, State, Task
from generations.wake import LEASE
from generations.worker import orphans, sweep

log = logging.getLogger(__name__)

FROZEN_AFTER = timedelta(seconds=60)
STOP_WITHIN = 8.0
"""Seconds that a process gets to end on its own."""
ANSWER_WITHIN = 40.0
"""Seconds that the worker gets while an order awaits its answer: without it, what Kie took is unknown."""
READY_WITHIN = 15.0
LOOK_EVERY = 3.0
RESTART_PAUSE: tuple[float, ...] = (0.3, 0.5, 1.0, 2.0)


def end_with_parent() -> None:
    """In a child: have SIGTERM sent when the supervisor is killed (Linux; elsewhere a no-op)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@dataclass
class Process:
    """One program in a process group of its own."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool] = lambda: True
    """Whether the processes started after it may begin."""
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        self.started = time.monotonic()
        self.child = subprocess.Popen(
            self.command,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509
        )

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    @property
    def age(self) -> float:
        return time.monotonic() - self.started

    def ask_to_end(self) -> None:
        """Send SIGTERM to the leader alone: it ends its children in order."""
        if self.child and self.child.poll() is None:
            self.child.terminate()

    def kill(self) -> None:
        """Send SIGKILL to the whole group, so that no child goes on working."""
        if self.child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()


class Supervisor:
    """Keeps processes running until it is told to stop."""

    def __init__(
        self, processes: list[Process], worker: Process, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        self.processes = processes
        self.worker = worker
        self.meanwhile = meanwhile
        """Called on each round of the watch; has to return within seconds."""
        self.stopping = False
        self.seen_frozen = False

    def start(self) -> None:
        wake.stop_file().unlink(missing_ok=True)
        for process in self.processes:
            self._begin(process)
            ends = time.monotonic() + READY_WITHIN
            while process.running and not process.ready() and not self.stopping and time.monotonic() < ends:
                time.sleep(0.05)

    def watch(self, every: float = 0.5) -> None:
        """Restart processes that die or freeze; returns once `stop` was requested."""
        looked = time.monotonic()
        while not self.stopping:
            for process in self.processes:
                if not process.running:
                    self._restart(process, "ended")
            if time.monotonic() - looked > LOOK_EVERY:
                looked = time.monotonic()
                self._look_after_sweep()
            with sweep.forgiving("The start has more to say"):
                self.meanwhile()
            time.sleep(every)

    def stop(self) -> None:
        """End every process: ask first, then kill."""
        wake.stop_file().touch()
        for process in self.processes:
            process.ask_to_end()
        began = time.monotonic()
        while any(p.running for p in self.processes) and time.monotonic() < began + self._patience():
            time.sleep(0.05)
        for process in self.processes:
            if process.running:
                log.warning("The %s did not end when it was asked to: it is killed", process.name)
            process.kill()
        wake.stop_file().unlink(missing_ok=True)

    def _begin(self, process: Process) -> None:
        process.start()
        orphans.note([p.child.pid for p in self.processes if p.child and p.running])

    def _patience(self) -> float:
        with sweep.forgiving("Whether an order is under way is not known"):
            recent = timezone.now() - timedelta(seconds=ANSWER_WITHIN)
            orders = Task.objects.filter(state=State.SENDING, sent_at__gt=recent)
            if self.worker.running and orders.exists():
                return ANSWER_WITHIN
        return STOP_WITHIN

    def _look_after_sweep(self) -> None:
        """Restart the worker when it is frozen; queue a window when a dying process took its window with it.

        Frozen means two observations in a row: after the whole machine slept, every beat is old for a moment.
        """
        with sweep.forgiving("Whether the worker sweeps is not known"):
            age = wake.last_beat()
            frozen = age is None or age > FROZEN_AFTER
            if frozen and self.seen_frozen and self.worker.age > FROZEN_AFTER.total_seconds():
                self._restart(self.worker, "froze")
            else:
                wake.nudge()
            self.seen_frozen = frozen

    def _restart(self, process: Process, what: str) -> None:
        process.kill()
        process.deaths = process.deaths + 1 if process.age < 60 else 0
        pause = RESTART_PAUSE[min(process.deaths, len(RESTART_PAUSE) - 1)]
        log.error("The %s %s; starting it again in %.1f s", process.name, what, pause)
        ends = time.monotonic() + pause
        while time.monotonic() < ends and not self.stopping:
            time.sleep(0.05)
        if not self.stopping:
            self._begin(process)
            if process is self.worker:
                with sweep.forgiving("The first window of the worker waits"):
                    Lease.end_here(LEASE)
                    wake.start()
