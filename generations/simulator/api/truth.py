"""The ground truth: what was really accepted, charged and served, and what no caller may ever do."""

import threading
from collections import defaultdict
from decimal import Decimal

from generations.simulator.api import records
from generations.simulator.api.files import Span
from generations.simulator.api.limits import Window
from generations.simulator.api.settings import Settings
from generations.simulator.api.store import COPY_THOUSANDTHS, Books, Store, Task
from generations.simulator.api.tasks import Desk
from generations.simulator.faults.mischief import Mischief

Json = dict[str, object]
ZERO = Decimal(0)


class Witness:
    """Observes what callers do and what they receive."""

    def __init__(self, settings: Settings, store: Store, desk: Desk, mischief: Mischief) -> None:
        self._store, self._desk, self._mischief = store, desk, mischief
        self._creates = Window(settings.creates_per_ten_seconds, 10.0)
        self._queries = Window(settings.queries_per_second, 1.0)
        self._guard = threading.Lock()
        self._parts: dict[str, list[Span]] = {}

    def called(self, on: str) -> None:
        """Record a call on arrival, whatever becomes of it."""
        if on == "create":
            self._creates.admits()
        elif on == "record":
            self._queries.admits()

    def blame(self, kind: str, detail: str) -> None:
        self._store.add_violation(self._desk.now_ms(), kind, detail)

    def delivered(self, name: str, span: Span, total: int) -> None:
        """Record the bytes sent of a result file; parts count once together they make up the whole."""
        if span.length < total:
            with self._guard:
                parts = [*self._parts.get(name, ()), span]
                if _reach(parts) < total:
                    self._parts[name] = parts
                    return
                del self._parts[name]
        self._store.add_served(name)

    def account(self) -> Json:
        """Everything recorded, as one JSON object."""
        now = self._desk.now_ms()
        self._store.settle(now)
        books = self._store.books()
        return {
            "tasks": [self._task(task, books, now) for task in books.tasks],
            "balance": records.number(books.balance),
            "tokens": _tokens(books),
            "violations": _violations(books),
            "over_limit": {"creates": self._creates.refused, "queries": self._queries.refused},
            "rules": self._mischief.counts(),
        }

    def _task(self, task: Task, books: Books, now: int) -> Json:
        return {
            "id": task.id,
            "model": task.model,
            "endpoint": task.endpoint,
            "token": task.token or None,
            "state": self._desk.state(task, max(now, task.ends_ms) if task.settled else now),
            "charge": records.number(task.charge) if task.settled else None,
            "copy_charge": COPY_THOUSANDTHS // 1000 if task.copy_settled else 0,
            "accepted_at": task.created_ms,
            "ends_at": task.ends_ms,
            "served_whole": books.served.get(f"{task.id}.mp4", 0),
            "copy_served_whole": books.served.get(f"{task.id}_1080p.mp4", 0),
        }


def _reach(parts: list[Span]) -> int:
    """Number of bytes covered without a gap, from the first one on."""
    reach = 0
    for part in sorted(parts, key=lambda part: part.first):
        if part.first > reach:
            break
        reach = max(reach, part.first + part.length)
    return reach


def _by_token(books: Books) -> dict[str, list[Task]]:
    held: dict[str, list[Task]] = defaultdict(list)
    for task in books.tasks:
        if task.token:
            held[task.token].append(task)
    return held


def _tokens(books: Books) -> Json:
    return {
        token: {
            "accepted": len(tasks),
            "ids": [task.id for task in tasks],
            "charge": records.number(sum((task.charge for task in tasks if task.settled), start=ZERO)),
        }
        for token, tasks in _by_token(books).items()
    }


def _violations(books: Books) -> list[Json]:
    noted: list[Json] = [
        {"kind": kind, "detail": detail, "at": at_ms} for at_ms, kind, detail in books.violations
    ]
    for token, tasks in _by_token(books).items():
        noted += [
            {"kind": "token_twice", "detail": f"{token}: {tasks[0].id}, {later.id}", "at": later.created_ms}
            for later in tasks[1:]
        ]
    return noted
