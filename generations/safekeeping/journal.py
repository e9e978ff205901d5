"""An append-only record of every paid step, outside the database: it knows what a restored backup lacks.

Each step is one JSON line, on the disk before the step goes on. When sending, the order is database, journal,
bytes; when receiving, it is journal, database. So a line that the database does not know can only mean that
the database lost commits, or that a process died between the two.
"""

import json
import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.utils import timezone

from generations.models import Task

INTENT = "intent"
"""The task is about to be sent. Without a later line, the outcome is unknown."""
ANSWER = "answer"
"""Kie gave a task id."""
RETURNED = "returned"
"""Kie plainly refused it; it may be sent again."""
ENDED = "ended"
"""Refused by Kie, or closed by a person as not sent."""
STORED = "stored"
"""A result file is in its place, whole and checked."""
COPY = "copy"
"""In old journals: Kie is about to be asked for a 1080p copy of the task. A line `stored` of the task whose
`kind` is this tells of the copy's file."""
RESULT = "result"
"""The kind of every other file, also where a line names none."""
BESIDE = frozenset({STORED, COPY})
"""Events that say nothing about the state of the order."""

log = logging.getLogger(__name__)
_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Line:
    event: str
    task: str
    at: str
    facts: dict[str, Any]


def path() -> Path:
    return Path(settings.DATA_DIR) / "journal.jsonl"


def write(event: str, task: Task, **facts: Any) -> None:
    """Append a line and flush it to the disk before returning. Raises OSError.

    The line starts with its own newline, so a preceding line that a crash cut short cannot swallow it.
    """
    line = {"event": event, "task": str(task.uuid), "at": timezone.now().isoformat(), **facts}
    data = f"\n{json.dumps(line, ensure_ascii=False, default=str)}\n".encode()
    with _lock:
        handle = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.write(handle, data) != len(data):
                raise OSError("The journal was not written whole.")
            os.fsync(handle)
        finally:
            os.close(handle)


def note(event: str, task: Task, **facts: Any) -> bool:
    """Append a line. False: it could not be written, and only the database has the fact."""
    try:
        write(event, task, **facts)
    except OSError:
        log.exception("The journal could not be written for task %s: %s %s", task.pk, event, facts)
        return False
    return True


def describe(task: Task) -> dict[str, Any]:
    """What is needed to recognise a task without the database."""
    return {
        "number": task.pk,
        "person": task.person.get_username(),
        "model": task.model_id,
        "endpoint": task.endpoint,
        "label": task.label,
        "prompt": task.prompt,
        "values": task.values,
        "quote": str(task.quote_credits),
        "quote_basis": task.quote_basis,
        "ordered_at": task.created_at.isoformat(),
    }


def read() -> Iterator[Line]:
    """Every whole line, oldest first. Lines cut short by a crash are skipped."""
    if not path().exists():
        return
    with path().open("rb") as file:
        for text in file:
            if line := _line(text):
                yield line


def last_lines() -> dict[str, Line]:
    """By task uuid: its last line about the order, with the facts of all such lines combined."""
    found: dict[str, Line] = {}
    for line in read():
        if line.event in BESIDE:
            continue
        facts = (found[line.task].facts if line.task in found else {}) | line.facts
        if line.event == INTENT:
            facts["sent_at"] = line.at
        found[line.task] = Line(event=line.event, task=line.task, at=line.at, facts=facts)
    return found


def was_sent(task: Task) -> bool:
    """Whether the task's last line says that Kie has it, had it, or may have it.

    For a task waiting to be sent, this can only mean that the database has forgotten the send.
    """
    return _memory.fresh().last.get(str(task.uuid), RETURNED) != RETURNED


def stored_paths() -> frozenset[str]:
    """The paths of all files ever stored, including their stills."""
    kept = _memory.fresh().files.values()
    names = ("path", "poster_path", "strip_path")
    return frozenset(str(facts[name]) for facts in kept for name in names if facts.get(name))


def stored(task: Task, number: int, kind: str = RESULT) -> dict[str, Any] | None:
    """What was recorded about a result file of the task when it was stored."""
    return _memory.fresh().files.get((str(task.uuid), kind, number))


@dataclass
class _Memory:
    """This process's digest of the journal. Only lines added since the last read are read again."""

    whose: tuple[Path, int] | None = None
    """Path and inode of the file that was read."""
    offset: int = 0
    last: dict[str, str] = field(default_factory=dict)
    """By task: the event of its last line about the order."""
    files: dict[tuple[str, str, int], dict[str, Any]] = field(default_factory=dict)

    def fresh(self) -> Self:
        now = path().stat() if path().exists() else None
        whose = (path(), now.st_ino) if now else None
        if whose != self.whose or (now and now.st_size < self.offset):
            self.whose, self.offset = whose, 0
            self.last.clear()
            self.files.clear()
        if now and now.st_size > self.offset:
            self._read_on()
        return self

    def _read_on(self) -> None:
        with path().open("rb") as file:
            file.seek(self.offset)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self.offset += len(whole)
        for line in filter(None, map(_line, whole.splitlines())):
            if line.event not in BESIDE:
                self.last[line.task] = line.event
            elif "number" in line.facts:
                kind = line.facts.get("kind", RESULT)
                self.files[line.task, kind, line.facts["number"]] = line.facts


_memory = _Memory()


def _line(text: bytes) -> Line | None:
    try:
        facts = json.loads(text.decode(errors="replace"))
        return Line(event=facts.pop("event"), task=facts.pop("task"), at=facts.pop("at"), facts=facts)
    except (ValueError, KeyError, AttributeError):
        return None
