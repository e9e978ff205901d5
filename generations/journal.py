"""An append-only record of every paid step, outside the database: what a restored backup has forgotten.

One JSON line a step, on the disk before the step goes on. On the way out the order is database, journal,
bytes; on the way back journal, database. So a line that the database does not know can only mean that the
database lost commits, or that a process died between the two.
"""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from generations.models import Task

INTENT = "intent"
"""The task is about to be sent. No later line: nobody knows how it ended."""
ANSWER = "answer"
"""Kie gave a task id."""
RETURNED = "returned"
"""Kie plainly did not take it; it may be sent again."""
ENDED = "ended"
"""Refused by Kie, or closed by a person as not sent."""

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
    """Add a line and have it on the disk before returning. Raises OSError.

    It begins with a line end of its own: a line before it that a crash has cut cannot swallow it.
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


def describe(task: Task) -> dict[str, Any]:
    """What is needed to know a task again without the database."""
    return {
        "number": task.pk,
        "person": task.person.get_username(),
        "model": task.model_id,
        "label": task.label,
        "prompt": task.prompt,
        "values": task.values,
        "quote": str(task.quote_credits),
        "quote_basis": task.quote_basis,
        "token_hash": task.token_hash,
        "ordered_at": task.created_at.isoformat(),
    }


def read() -> Iterator[Line]:
    """Every whole line, oldest first. Lines that a crash has cut are passed over."""
    if not path().exists():
        return
    with path().open(encoding="utf-8", errors="replace") as file:
        for text in file:
            try:
                facts = json.loads(text)
                yield Line(event=facts.pop("event"), task=facts.pop("task"), at=facts.pop("at"), facts=facts)
            except (ValueError, KeyError, AttributeError):
                continue


def last_lines() -> dict[str, Line]:
    """By task uuid: its last line, with the facts of all its lines together."""
    found: dict[str, Line] = {}
    for line in read():
        before = found[line.task].facts if line.task in found else {}
        found[line.task] = Line(event=line.event, task=line.task, at=line.at, facts=before | line.facts)
    return found
