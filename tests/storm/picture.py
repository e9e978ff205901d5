"""Takes the picture that the oracle judges: rows, files and books as they stand."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from generations.decisions import cases
from generations.files import store
from generations.models import Budget, Entry, Event, Task
from generations.models import Video as VideoRow
from generations.money import ledger
from generations.safekeeping import journal
from tests.storm.oracle import Picture, Row, Video


def take(truth: Mapping[str, Any], originals: Callable[[str], frozenset[str]] | None = None) -> Picture:
    """Everything as it is now. The truth is asked for first: what it knows, the rows must know.

    `originals` gives the SHA-256 of each of Kie's own files of a task.
    """
    charges: dict[int, Decimal] = defaultdict(Decimal)
    for entry in Entry.objects.filter(kind__in=[Entry.Kind.CHARGE, Entry.Kind.CORRECTION]):
        charges[entry.task_id] += entry.credits
    states: dict[int, list[str]] = defaultdict(list)
    for task_id, state in Event.objects.exclude(state="").order_by("id").values_list("task_id", "state"):
        states[task_id].append(state)
    videos: dict[int, list[Video]] = defaultdict(list)
    for row in VideoRow.objects.all():
        videos[row.task_id].append(_video(row))
    shown = {case.task.pk for case in cases.open_cases(Task.objects.all())}
    rows = tuple(
        Row(
            uuid=str(task.uuid),
            state=task.state,
            task_id=task.task_id,
            charge=charges.get(task.pk),
            source=task.values["taskId"] if task.is_asked else "",
            changed_at=task.changed_at,
            is_case=task.pk in shown,
            states=tuple(states[task.pk]),
            videos=tuple(videos[task.pk]),
        )
        for task in Task.objects.order_by("id")
    )
    return Picture(
        truth=truth,
        now=timezone.now(),
        rows=rows,
        sends=sends(),
        originals={}
        if originals is None
        else {r.task_id: originals(r.task_id) for r in rows if r.task_id and r.videos and not r.source},
        differences=tuple(ledger.differences()),
        overdrawn=tuple(_overdrawn()),
    )


def sends() -> dict[str, str]:
    """By token hash: the task that was sent with it, by the journal, which forgets nothing."""
    hashes = {}
    for line in journal.read():
        if line.event == journal.INTENT:
            hashes[str(line.facts["token_hash"])] = line.task
    return hashes


def _overdrawn() -> list[str]:
    """Budgets in which more is held and spent than there was ever room for."""
    limited = Budget.objects.filter(limit__isnull=False)
    return [f"{b}: {b.held + b.spent} of {b.limit}" for b in limited if b.held + b.spent > (b.limit or 0)]


def _video(row: VideoRow) -> Video:
    path: Path = store.root() / row.path
    data = path.read_bytes() if path.exists() else None
    return Video(
        size=row.size,
        sha256=row.sha256,
        found_size=None if data is None else len(data),
        found_sha256="" if data is None else hashlib.sha256(data).hexdigest(),
    )
