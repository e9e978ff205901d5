"""The simulator's state in one SQLite file: tasks, the balance, links. It survives restarts."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY CHECK (id = 1), thousandths INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS task (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, endpoint TEXT NOT NULL, model TEXT NOT NULL,
  params TEXT NOT NULL, body TEXT NOT NULL, callback_url TEXT NOT NULL, take INTEGER NOT NULL,
  created_ms INTEGER NOT NULL, ends_ms INTEGER NOT NULL, path TEXT NOT NULL,
  fail_code TEXT NOT NULL, fail_text TEXT NOT NULL, thousandths INTEGER NOT NULL,
  settled INTEGER NOT NULL DEFAULT 0,
  calls INTEGER NOT NULL DEFAULT 0, next_call_ms INTEGER,
  copy_asked_ms INTEGER, copy_ready_ms INTEGER, copy_settled INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS task_open ON task (ends_ms) WHERE settled = 0;
CREATE INDEX IF NOT EXISTS task_call ON task (next_call_ms) WHERE next_call_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS task_same ON task (model, params);
CREATE TABLE IF NOT EXISTS link (token TEXT PRIMARY KEY, path TEXT NOT NULL, until_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS served (name TEXT PRIMARY KEY, whole INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS violation (at_ms INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL);
"""
COPY_THOUSANDTHS = 5_000
"""A 1080p copy costs 5 credits, once."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One row: an order, and how and when it will end. Its current state follows from the clock."""

    number: int
    id: str
    endpoint: str
    model: str
    params: str
    body: str
    callback_url: str
    take: int
    created_ms: int
    ends_ms: int
    path: str
    """The states it passes through, separated by blanks."""
    fail_code: str
    fail_text: str
    thousandths: int
    settled: int
    calls: int
    next_call_ms: int | None
    copy_asked_ms: int | None
    copy_ready_ms: int | None
    copy_settled: int

    @property
    def token(self) -> str:
        """The last part of the callback address, by which the caller recognises the task."""
        return token_of(self.callback_url)

    @property
    def charge(self) -> Decimal:
        """Credits taken at the end; none for a failure."""
        return Decimal(0) if self.fail_code else Decimal(self.thousandths) / 1000


@dataclass(frozen=True, kw_only=True)
class Books:
    """Everything recorded, read at one moment."""

    tasks: list[Task]
    balance: Decimal
    served: dict[str, int]
    """Complete deliveries by the name of the result file."""
    violations: list[tuple[int, str, str]]
    """Time (ms), kind, and what was seen."""


class Store:
    """Every call is one short transaction on its own connection."""

    def __init__(self, path: Path, opening: Decimal) -> None:
        self._path = path
        self._guard = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._keeper: sqlite3.Connection | None = None
        with self._open() as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(SCHEMA)
            db.execute("INSERT OR IGNORE INTO account VALUES (1, ?)", (int(opening * 1000),))

    def hold(self) -> None:
        """Keep one connection open: whenever the last one closes, SQLite cleans up, which is slow."""
        self._keeper = sqlite3.connect(self._path, timeout=20, check_same_thread=False)
        self._keeper.execute("SELECT * FROM account").fetchone()

    def close(self) -> None:
        """Release it. Calls still work."""
        if self._keeper is not None:
            self._keeper.close()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=20, isolation_level=None)
        db.row_factory = sqlite3.Row
        try:
            db.execute("PRAGMA synchronous = NORMAL")
            yield db
        finally:
            db.close()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._guard, self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def _tasks(self, where: str, values: Sequence[object] = ()) -> list[Task]:
        with self._open() as db:
            rows = db.execute(f"SELECT * FROM task WHERE {where}", values).fetchall()  # noqa: S608 - our text
        return [Task(**dict(row)) for row in rows]

    def task(self, task_id: str) -> Task | None:
        return next(iter(self._tasks("id = ?", (task_id,))), None)

    def another(self, task_id: str) -> Task | None:
        """The newest task other than this one."""
        return next(iter(self._tasks("id != ? ORDER BY number DESC LIMIT 1", (task_id,))), None)

    def tasks(self) -> list[Task]:
        """All tasks, oldest first."""
        return self._tasks("1 ORDER BY number")

    def add(self, **columns: Any) -> bool:
        """Accept an order if the balance, minus the future cost of open tasks, covers it."""
        with self._change() as db:
            (have,) = db.execute("SELECT thousandths FROM account").fetchone()
            (due,) = db.execute(
                "SELECT coalesce(sum(thousandths), 0) FROM task WHERE settled = 0 AND fail_code = ''"
            ).fetchone()
            if have - due < columns["thousandths"]:
                return False
            (same,) = db.execute(
                "SELECT count(*) FROM task WHERE model = ? AND params = ?",
                (columns["model"], columns["params"]),
            ).fetchone()
            columns["take"] = same % 4
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            db.execute(f"INSERT INTO task ({names}) VALUES ({marks})", list(columns.values()))  # noqa: S608
        return True

    def settle(self, now_ms: int) -> None:
        """Charge what has ended, each task and copy once, and announce the ends that callers wait for."""
        with self._open() as db:
            due = db.execute(
                "SELECT (SELECT count(*) FROM task WHERE settled = 0 AND ends_ms <= :now)"
                " + (SELECT count(*) FROM task WHERE copy_settled = 0 AND copy_ready_ms <= :now)",
                {"now": now_ms},
            ).fetchone()[0]
        if not due:
            return
        with self._change() as db:
            ended = db.execute(
                "UPDATE task SET settled = 1,"
                " next_call_ms = CASE callback_url WHEN '' THEN NULL ELSE ends_ms END"
                " WHERE settled = 0 AND ends_ms <= ? RETURNING thousandths, fail_code",
                (now_ms,),
            ).fetchall()
            copies = db.execute(
                "UPDATE task SET copy_settled = 1 WHERE copy_settled = 0 AND copy_ready_ms <= ? RETURNING id",
                (now_ms,),
            ).fetchall()
            amount = sum(row["thousandths"] for row in ended if not row["fail_code"])
            amount += COPY_THOUSANDTHS * len(copies)
            db.execute("UPDATE account SET thousandths = thousandths - ?", (amount,))

    def balance(self) -> Decimal:
        with self._open() as db:
            return Decimal(db.execute("SELECT thousandths FROM account").fetchone()[0]) / 1000

    def ask_copy(self, task_id: str, now_ms: int, ready_ms: int) -> None:
        """Start the 1080p copy of a task, unless it was already started."""
        with self._change() as db:
            db.execute(
                "UPDATE task SET copy_asked_ms = ?, copy_ready_ms = ? WHERE id = ? AND copy_asked_ms IS NULL",
                (now_ms, ready_ms, task_id),
            )

    def calls_due(self, now_ms: int) -> list[Task]:
        """Tasks whose end is to be announced now."""
        return self._tasks("next_call_ms <= ? ORDER BY next_call_ms", (now_ms,))

    def end_now(self, task_id: str, now_ms: int) -> None:
        """End an open task at once, with its planned outcome."""
        with self._change() as db:
            db.execute("UPDATE task SET ends_ms = ? WHERE id = ? AND settled = 0", (now_ms, task_id))

    def postpone(self, task_id: str, next_ms: int) -> None:
        """Change when a task's end is announced."""
        with self._change() as db:
            db.execute(
                "UPDATE task SET next_call_ms = ? WHERE id = ? AND next_call_ms IS NOT NULL",
                (next_ms, task_id),
            )

    def called(self, task_id: str, next_ms: int | None) -> None:
        """Record an attempt to announce; `next_ms` None: no more attempts."""
        with self._change() as db:
            db.execute("UPDATE task SET calls = calls + 1, next_call_ms = ? WHERE id = ?", (next_ms, task_id))

    def ending_between(self, early_ms: int, late_ms: int) -> list[Task]:
        """Tasks that will end successfully within that time."""
        return self._tasks("settled = 0 AND fail_code = '' AND ends_ms BETWEEN ? AND ?", (early_ms, late_ms))

    def add_link(self, token: str, path: str, until_ms: int) -> None:
        with self._change() as db:
            db.execute("INSERT INTO link VALUES (?, ?, ?)", (token, path, until_ms))

    def link(self, token: str, now_ms: int) -> str | None:
        """The path behind a download link while the link is valid."""
        with self._open() as db:
            row = db.execute(
                "SELECT path FROM link WHERE token = ? AND until_ms > ?", (token, now_ms)
            ).fetchone()
        return None if row is None else str(row["path"])

    def add_served(self, name: str) -> None:
        """Count a complete delivery of a result file."""
        with self._change() as db:
            db.execute(
                "INSERT INTO served VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET whole = whole + 1", (name,)
            )

    def add_violation(self, at_ms: int, kind: str, detail: str) -> None:
        with self._change() as db:
            db.execute("INSERT INTO violation VALUES (?, ?, ?)", (at_ms, kind, detail))

    def books(self) -> Books:
        with self._open() as db:
            db.execute("BEGIN")
            tasks = [Task(**dict(row)) for row in db.execute("SELECT * FROM task ORDER BY number")]
            (thousandths,) = db.execute("SELECT thousandths FROM account").fetchone()
            served = {str(row["name"]): int(row["whole"]) for row in db.execute("SELECT * FROM served")}
            noted = [tuple(row) for row in db.execute("SELECT * FROM violation ORDER BY at_ms")]
            db.execute("COMMIT")
        return Books(tasks=tasks, balance=Decimal(thousandths) / 1000, served=served, violations=noted)


def token_of(callback_url: str) -> str:
    """The last segment of an address's path."""
    try:
        return urlsplit(callback_url).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""
