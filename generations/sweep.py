"""One pass after another over the rows that are due. Rows are the queue: a lost message loses nothing."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

from django.utils import timezone

from generations import connection, pace
from generations.kie.client import KieClient
from generations.lifecycle import Step, age, attach, fetch_copy, read_balance, refresh, save, send
from generations.lifecycle.step import Work
from generations.models import Copy, Hint, Lease, Reading, Runtime, State, Task

log = logging.getLogger(__name__)

LEASE = "sweep"
LEASE_LIFE = timedelta(seconds=15)
THREADS = 16
SAVES = 4
"""Downloads at once, so that they never keep all threads from asking."""
TICK = 0.5
LISTEN_EVERY = 5.0


class Sweep:
    """Walks the steps of all due rows: their work in threads, their database writes in this thread."""

    def __init__(self, kie: KieClient | None = None) -> None:
        self.kie = kie or connection.client()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="kie")
        self.under_way: dict[Future[Any], tuple[str, Step]] = {}
        self.heard_at = 0.0

    def __enter__(self) -> "Sweep":
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)

    @property
    def busy(self) -> bool:
        return bool(self.under_way)

    def begin_due(self) -> int:
        """Begin a step for every row that is due and not under way. How many began.

        Nothing is sent before the balance has been read once, or found unreadable: the books begin there.
        """
        began = 0
        names = {name for name, _ in self.under_way.values()}
        for name, begin in self._due():
            if name not in names:
                began += self._advance(name, begin(), None, None)
        return began

    def settle(self, timeout: float) -> None:
        """Wait for answers and let their steps go on."""
        if not self.under_way:
            time.sleep(timeout)
            return
        done, _ = wait(self.under_way, timeout=timeout, return_when=FIRST_COMPLETED)
        for future in done:
            name, step = self.under_way.pop(future)
            failure = future.exception()
            answer, seconds = (None, 0.0) if failure else future.result()
            if name.startswith("refresh"):
                self._listen(failure, seconds)
            self._advance(name, step, answer, failure)

    def _listen(self, failure: BaseException | None, seconds: float) -> None:
        """Remember now and then whether Kie answers, for the people who watch."""
        if time.monotonic() - self.heard_at < LISTEN_EVERY:
            return
        self.heard_at = time.monotonic()
        if failure is None:
            Runtime.heard(round(seconds * 1000))
        else:
            Runtime.unheard(str(failure))

    def _advance(self, name: str, step: Step, answer: object, failure: BaseException | None) -> int:
        try:
            work = step.throw(failure) if failure else step.send(answer)
        except StopIteration:
            return 1
        except Exception:
            log.exception("The step for %s broke; it is tried again later", name)
            return 1
        self.under_way[self.pool.submit(timed, work)] = (name, step)
        return 1

    def _due(self) -> Iterator[tuple[str, Callable[[], Step]]]:
        runtime = Runtime.row()
        if runtime.reading_due_at is None or runtime.reading_due_at <= timezone.now():
            yield "balance", lambda: read_balance(self.kie)
        unread = not runtime.silent_since and not Reading.objects.exists()
        yield from self._due_sends(paused=unread or runtime.paused_at is not None)
        yield from self._due_looks()
        yield from self._due_saves()
        for hint in Hint.objects.filter(due_at__lte=timezone.now()).select_related("task", "person")[:SAVES]:
            later = timezone.now() + pace.STEP_LIFE
            if Hint.objects.filter(pk=hint.pk, due_at=hint.due_at).update(due_at=later):
                yield f"hint {hint.pk}", lambda hint=hint: attach(hint, self.kie)  # type: ignore[misc]
        for copy in Copy.objects.filter(due_at__lte=timezone.now()).select_related("task")[:SAVES]:
            later = timezone.now() + pace.SAVE_LIFE
            if Copy.objects.filter(pk=copy.pk, due_at=copy.due_at).update(due_at=later):
                yield f"copy {copy.pk}", lambda copy=copy: fetch_copy(copy, self.kie)  # type: ignore[misc]

    def _due_sends(self, *, paused: bool) -> Iterator[tuple[str, Callable[[], Step]]]:
        for task in Task.objects.filter(state=State.SENDING).due():
            age(task)
        if paused:
            return
        now = timezone.now()
        queued = Task.objects.in_turn(at_most=pace.AT_KIE_PER_PERSON)
        due = [task for task in queued if task.due_at and task.due_at <= now]
        yield from self._claimed(due[: pace.room()], send, pace.STEP_LIFE)

    def _due_looks(self) -> Iterator[tuple[str, Callable[[], Step]]]:
        looks = Task.objects.filter(state__in=[State.RUNNING, State.FAILED]).due()
        share = max(1, int(pace.QUERIES_PER_SECOND * TICK))
        yield from self._claimed(looks[:share], refresh, pace.STEP_LIFE)

    def _due_saves(self) -> Iterator[tuple[str, Callable[[], Step]]]:
        free = SAVES - sum(name.startswith("save") for name, _ in self.under_way.values())
        saves = Task.objects.filter(state=State.SAVING).due()
        yield from self._claimed(saves[: max(0, free)], save, pace.SAVE_LIFE)

    def _claimed(
        self, tasks: Any, step: Callable[[Task, KieClient], Step], life: timedelta
    ) -> Iterator[tuple[str, Callable[[], Step]]]:
        for task in tasks:
            if task.claim(life):
                yield f"{step.__name__} {task.pk}", lambda task=task: step(task, self.kie)  # type: ignore[misc]


def timed(work: Work) -> tuple[Any, float]:
    """Do work; its answer and how many seconds it took."""
    began = time.monotonic()
    return work(), time.monotonic() - began


def one_pass() -> int:
    """Do everything that is due, until nothing is. How many steps that were."""
    steps = 0
    with Sweep() as sweep:
        while (began := sweep.begin_due()) or sweep.busy:
            steps += began
            sweep.settle(TICK)
    return steps


def window(seconds: float, keep_on: Callable[[], bool]) -> bool:
    """Sweep for a while, alone. False: another process is sweeping, nothing was done."""
    if not Lease.take(LEASE, LEASE_LIFE):
        return False
    ends = time.monotonic() + seconds
    try:
        with Sweep() as sweep:
            while (sweep.busy or time.monotonic() < ends) and Lease.take(LEASE, LEASE_LIFE):
                if time.monotonic() < ends and keep_on():
                    sweep.begin_due()
                elif not sweep.busy:
                    break
                sweep.settle(TICK)
    finally:
        Lease.give_back(LEASE)
    return True
