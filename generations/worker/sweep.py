"""Pass after pass over the rows that are due. Rows are the queue: a lost message loses nothing."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from generations import connection, pace
from generations.kie.client import KieClient
from generations.kie.errors import KieError, Refused
from generations.models import Change, Hint, Lease, Rendition, Runtime, State, Task, Video
from generations.wake import LEASE
from generations.worker.claims import Row, claim, put_off
from generations.worker.mail_lane import MailLane
from generations.worker.market_lane import MarketLane
from generations.worker.steps import (
    Step,
    age,
    attach,
    look_after,
    make_rendition,
    put_back,
    read_balance,
    refresh,
    save,
    send,
)
from generations.worker.steps.step import Question, Work, timed

log = logging.getLogger(__name__)

LEASE_LIFE = timedelta(seconds=15)
THREADS = 16
REST = "rest"
"""Lease of the one process that may still finish what it has begun while another process sweeps."""
SAVES = 4
"""Concurrent downloads, limited so that they never keep all threads from asking."""
DOWNLOADS = frozenset(step.__name__ for step in (save, put_back))
QUESTIONS = 8
"""Concurrent questions, limited so that an unresponsive Kie never keeps all threads from sending."""
LOOK_AFTER_EVERY = 10.0
"""Seconds between two checks of stored files."""
TICK = 0.5
LISTEN_EVERY = 5.0
ASK_AGAIN = 0.1
"""Seconds to wait once all questions allowed at the moment have been asked."""


class Begun(NamedTuple):
    """A step that has begun, and the work it waits for."""

    name: str
    step: Step
    work: Work


class Sweep:
    """Walks the steps of all due rows: their work in threads, their database writes in this thread."""

    def __init__(self, kie: KieClient | None = None) -> None:
        self.kie = kie or connection.client()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="kie")
        self.under_way: dict[Future[Any], Begun] = {}
        self.claims: dict[str, Row] = {}
        self.questions: deque[Begun] = deque()
        """Steps waiting for their turn to ask."""
        self.ask_at = 0.0
        self.renewed_at = time.monotonic()
        self.heard_at = 0.0
        self.looked_after_at = 0.0
        self.market = MarketLane()
        self.mail = MailLane()

    def __enter__(self) -> "Sweep":
        return self

    def __exit__(self, broken: type[BaseException] | None, *_: object) -> None:
        """Finish the work under way first: its answers may already be paid for.

        When the sweep failed, questions not asked yet are left to the next sweep.
        """
        while self.under_way or (self.questions and not broken):
            if broken:
                self.questions.clear()
            self.settle(TICK)
        self.pool.shutdown()

    @property
    def busy(self) -> bool:
        return bool(self.under_way or self.questions)

    def begin_due(self) -> int:
        """Begin a step for every due row that has none under way; returns how many began.

        Nothing is sent before the balance has been read once, or found unreadable: the books begin there.
        """
        began = 0
        names = self._names()
        for name, begin in self._due():
            if name not in names:
                began += self._advance(name, begin(), None, None)
        return began

    def settle(self, timeout: float) -> None:
        """Wait for answers and resume their steps."""
        self._renew_claims()
        self._ask()
        if self.questions:
            timeout = min(timeout, ASK_AGAIN)
        if not self.under_way:
            time.sleep(timeout)
            return
        done, _ = wait(self.under_way, timeout=timeout, return_when=FIRST_COMPLETED)
        for future in done:
            begun = self.under_way.pop(future)
            failure = future.exception()
            answer, seconds = (None, 0.0) if failure else future.result()
            self._advance(begun.name, begun.step, answer, failure)
            if isinstance(begun.work, Question):
                self._listen(failure, seconds)

    def _names(self) -> set[str]:
        """Names of the steps that have begun and not ended."""
        return {begun.name for begun in (*self.under_way.values(), *self.questions)}

    def _ask(self) -> None:
        """Ask as many questions as Kie answers now, the oldest first."""
        asked = sum(isinstance(begun.work, Question) for begun in self.under_way.values())
        wanted = min(len(self.questions), QUESTIONS - asked)
        if wanted <= 0 or time.monotonic() < self.ask_at:
            return
        with forgiving("No question can be asked"):
            granted = pace.questions(wanted)
            if not granted:
                self.ask_at = time.monotonic() + ASK_AGAIN
            for _ in range(granted):
                self._submit(self.questions.popleft())

    def _submit(self, begun: Begun) -> None:
        self.under_way[self.pool.submit(timed, begun.work)] = begun

    def _renew_claims(self) -> None:
        """Keep the rows under way from other sweeps for as long as this process lives."""
        if time.monotonic() - self.renewed_at < pace.CLAIM_LIFE.total_seconds() / 3:
            return
        self.renewed_at = time.monotonic()
        for row in self.claims.values():
            if not isinstance(row, Task) or row.state != State.SENDING:
                with forgiving("A claim could not be renewed"):
                    claim(row)

    def _listen(self, failure: BaseException | None, seconds: float) -> None:
        """Record now and then whether Kie answers, for the status that pages show."""
        if time.monotonic() - self.heard_at < LISTEN_EVERY or isinstance(failure, Refused):
            return
        self.heard_at = time.monotonic()
        with forgiving("How Kie answers could not be noted"):
            if failure is None:
                Runtime.heard(round(seconds * 1000))
            else:
                Runtime.unheard(failure.facts if isinstance(failure, KieError) else {})

    def _advance(self, name: str, step: Step, answer: object, failure: BaseException | None) -> int:
        try:
            work = step.throw(failure) if failure else step.send(answer)
        except StopIteration:
            self.claims.pop(name, None)
            return 1
        except Exception as broken:
            log.exception("The step for %s broke; it is tried again later", name)
            row = self.claims.pop(name, None)
            close_old_connections()
            if row is not None and not isinstance(broken, DatabaseError):
                with forgiving("That a step broke could not be noted"):
                    put_off(row)
            return 1
        begun = Begun(name, step, work)
        if isinstance(work, Question):
            self.questions.append(begun)
        else:
            self._submit(begun)
        return 1

    def _due(self) -> Iterator[tuple[str, Callable[[], Step]]]:
        runtime = Runtime.row()
        if runtime.wants_reading:
            yield "balance", lambda: read_balance(self.kie)
        hints = Hint.objects.filter(due_at__lte=timezone.now()).select_related("task", "person")
        yield from self._claimed(hints[: self._room_for_questions()], attach)
        yield from self._due_sends(pace.sends_at_once(runtime))
        asked = Task.objects.filter(state__in=[State.RUNNING, State.FAILED, State.READY]).due()
        yield from self._claimed(asked[: self._room_for_questions()], refresh)
        saves = Task.objects.filter(state=State.SAVING).due()
        yield from self._claimed(saves[: self._room_for_files()], save)
        yield from self._due_files()
        yield from self.market.due(self.kie, self._names())
        yield from self.mail.due(self._names())

    def _due_files(self) -> Iterator[tuple[str, Callable[[], Step]]]:
        """Steps for stored files: last in line, and few at a time."""
        due = {"due_at__lte": timezone.now()}
        gone = Video.objects.missing().filter(**due).select_related("task__person").order_by("due_at")
        yield from self._claimed(gone[: self._room_for_files()], put_back)
        making = sum(name.startswith(make_rendition.__name__) for name in self._names())
        wanted = Rendition.objects.filter(**due).select_related("video").order_by("due_at")
        yield from self._claimed(wanted[: 1 - making], make_rendition)
        if time.monotonic() - self.looked_after_at > LOOK_AFTER_EVERY:
            self.looked_after_at = time.monotonic()
            yield look_after.__name__, look_after

    def _due_sends(self, at_most: int) -> Iterator[tuple[str, Callable[[], Step]]]:
        """Due sends. A task for which an id was reported is not sent before Kie was asked about that id."""
        for task in Task.objects.filter(state=State.SENDING).due():
            try:
                age(task)
            except OSError:
                log.exception(
                    "How the send of task %s ended is not known: the journal cannot be read", task.pk
                )
        if not at_most:
            return
        free = min(at_most, pace.room(), THREADS - len(self.under_way))
        ready = (
            Task.objects.filter(state=State.QUEUED).due().free_to_go().exclude(hints__due_at__isnull=False)
        )
        yield from self._claimed(ready.in_turn(at_most=pace.AT_KIE_PER_PERSON)[: max(0, free)], send)

    def _room_for_questions(self) -> int:
        return max(0, QUESTIONS - len(self.questions))

    def _room_for_files(self) -> int:
        names = (name.split()[0] for name in self._names())
        return max(0, SAVES - sum(name in DOWNLOADS for name in names))

    def _claimed(
        self, rows: Any, step: Callable[[Any, KieClient], Step]
    ) -> Iterator[tuple[str, Callable[[], Step]]]:
        for row in rows:
            if claim(row):
                name = f"{step.__name__} {row.pk}"
                self.claims.setdefault(name, row)
                yield name, lambda row=row: step(row, self.kie)  # type: ignore[misc]


@contextmanager
def forgiving(what: str) -> Iterator[None]:
    """Carry on when the database is briefly unavailable."""
    try:
        yield
    except DatabaseError:
        log.warning("%s: the database does not answer", what, exc_info=True)
        close_old_connections()


def one_pass() -> int:
    """Do everything that is due until nothing is; returns how many steps that took."""
    steps = 0
    with Sweep() as sweep:
        while (began := sweep.begin_due()) or sweep.busy:
            steps += began
            sweep.settle(TICK)
    return steps


def window(seconds: float, keep_on: Callable[[], bool], hand_over: Callable[[], None] = lambda: None) -> bool:
    """Sweep for a while, exclusively. False: another process is sweeping, and nothing was done.

    Afterwards the next window may begin in another process while this one finishes its work under way, so a
    slow download blocks no window. If two processes would both be finishing, the later one keeps sweeping
    instead.
    """
    if not Lease.take(LEASE, LEASE_LIFE):
        return False
    ends = time.monotonic() + seconds
    with forgiving("Old changes could not be forgotten"):
        Change.forget_old()
    with Sweep() as sweep:
        try:
            while keep_on() and Lease.take(LEASE, LEASE_LIFE):
                if time.monotonic() > ends and (not sweep.busy or Lease.take(REST, LEASE_LIFE)):
                    break
                sweep.begin_due()
                sweep.settle(TICK)
        finally:
            with forgiving("The lease could not be given back"):
                Lease.give_back(LEASE)
        hand_over()
        while sweep.busy and Lease.take(REST, LEASE_LIFE):
            sweep.settle(TICK)
    Lease.give_back(REST)
    return True
