"""The judge: compares what really happened at Kie with the rows, the files and the books of the studio."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from generations.models import State
from generations.models.send import token_hash
from generations.models.state import OPEN, SOURCES

CASE_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class Finding:
    """One thing that must never happen, and did."""

    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Video:
    """A row of a stored file, and what lies on the disk under its path."""

    size: int
    sha256: str
    found_size: int | None
    found_sha256: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One task as the studio knows it."""

    uuid: str
    state: str
    task_id: str | None = None
    charge: Decimal | None = None
    """By its entry of the ledger."""
    source: str = ""
    """For a 1080p copy: the id of the task that it is made from. Kie gives the copy none."""
    changed_at: datetime
    is_case: bool = False
    states: tuple[str, ...] = ()
    videos: tuple[Video, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Everything that is judged, taken at one moment when nothing moves."""

    truth: Mapping[str, Any]
    now: datetime
    rows: tuple[Row, ...]
    sends: Mapping[str, str] = field(default_factory=dict)
    """By token hash, as the journal has it: the uuid of the task that was sent with it."""
    originals: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By task id: the SHA-256 of each result file as Kie still has it, where it was asked."""
    differences: tuple[str, ...] = ()
    overdrawn: tuple[str, ...] = ()

    def accepted(self) -> dict[str, list[Mapping[str, Any]]]:
        """By uuid: what Kie accepted for it, through whichever of its tokens."""
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for task in self.truth["tasks"]:
            found[self.sends.get(token_hash(task["token"] or ""), "")].append(task)
        return found


def findings(picture: Picture) -> list[Finding]:
    """Everything that is wrong; empty when all is well."""
    rules = (_doubles, _losses, _identities, _charges, _copies, _arrows, _files, _cases, _leftovers, _outside)
    return [Finding(rule, text) for judge in rules for rule, text in judge(picture)]


Findings = Iterator[tuple[str, str]]


def _doubles(picture: Picture) -> Findings:
    for token, told in picture.truth["tokens"].items():
        if told["accepted"] > 1:
            yield "sent twice", f"the token {token[:8]}… was accepted {told['accepted']} times: {told['ids']}"
    for uuid, tasks in picture.accepted().items():
        if uuid and len({t["token"] for t in tasks}) > 1:
            yield "sent twice", f"task {uuid} was accepted as {[t['id'] for t in tasks]}"
        elif not uuid:
            yield from (("sent without a trace", f"no intent is known of {t['id']}") for t in tasks)


def _losses(picture: Picture) -> Findings:
    rows = {row.uuid: row for row in picture.rows}
    for uuid, tasks in picture.accepted().items():
        row = rows.get(uuid)
        for task in tasks:
            if task["state"] != "success" or (row is not None and row.is_case):
                continue
            if row is None or row.state != State.READY:
                state = row.state if row else "no row"
                yield "paid result missing", f"Kie made {task['id']}; task {uuid} is {state}"
            elif not row.videos:
                yield "paid result missing", f"{task['id']} is ready without a file"
            elif not _is_original(picture, row, task):
                yield (
                    "paid result missing",
                    f"{task['id']} is ready, and its file is not the one that Kie has",
                )


def _is_original(picture: Picture, row: Row, task: Mapping[str, Any]) -> bool:
    """Byte for byte what Kie made. Where Kie's files are not known: that it was once served whole."""
    originals = picture.originals.get(task["id"])
    if originals is None:
        return bool(task["served_whole"])
    return originals == {video.sha256 for video in row.videos}


def _identities(picture: Picture) -> Findings:
    at_kie = {task["id"]: task for task in picture.truth["tasks"]}
    shared = Counter(row.task_id for row in picture.rows if row.task_id)
    for row in picture.rows:
        if row.task_id is None:
            continue
        task = at_kie.get(row.source or row.task_id)
        if row.source and task:
            continue
        if task is None:
            yield "task id", f"Kie does not know {row.task_id} of task {row.uuid}"
        elif picture.sends.get(token_hash(task["token"] or "")) != row.uuid:
            yield "task id", f"{row.task_id} of task {row.uuid} belongs to another order"
        if shared[row.task_id] > 1:
            yield "task id", f"{row.task_id} belongs to {shared[row.task_id]} tasks"


def _charges(picture: Picture) -> Findings:
    at_kie = {task["id"]: task for task in picture.truth["tasks"]}
    ours = theirs = Decimal(0)
    for row in picture.rows:
        task = at_kie.get(row.task_id or "")
        if task is None or row.state in OPEN:
            continue
        want = Decimal(str(task["charge"] or 0))
        have = row.charge or Decimal(0)
        ours, theirs = ours + have, theirs + want
        if have != want:
            yield "charge", f"Kie took {want} for {task['id']}, the ledger says {have}"
    if ours != theirs:
        yield "charges in all", f"Kie took {theirs}, the ledger says {ours}"
    yield from (("ledger", text) for text in picture.differences)
    yield from (("over budget", text) for text in picture.overdrawn)


def _copies(picture: Picture) -> Findings:
    """What Kie took for the 1080p copy of a task is in the books, and the copy is here or on a page."""
    copies: dict[str, list[Row]] = defaultdict(list)
    for row in picture.rows:
        copies[row.source].append(row)
    for task in picture.truth["tasks"]:
        mine, want = copies[task["id"]], Decimal(str(task["copy_charge"]))
        if any(row.state in OPEN or row.is_case for row in mine):
            continue
        have = sum((row.charge or Decimal(0) for row in mine), Decimal(0))
        if have != want:
            yield "charge", f"Kie took {want} for the copy of {task['id']}, the ledger says {have}"
        if want and not any(row.state == State.READY and row.videos for row in mine):
            yield "paid result missing", f"Kie made the copy of {task['id']}; it is not here"


def _arrows(picture: Picture) -> Findings:
    for row in picture.rows:
        if row.states[:1] != (State.QUEUED,):
            yield "arrows", f"task {row.uuid} began as {row.states[:1]}"
        for before, after in pairwise(row.states):
            if before not in SOURCES[State(after)]:
                yield "arrows", f"task {row.uuid} went from {before} to {after}"
        if row.states[-1:] != (row.state,):
            yield "arrows", f"task {row.uuid} is {row.state}, its last event says {row.states[-1:]}"


def _files(picture: Picture) -> Findings:
    for row in picture.rows:
        for video in row.videos:
            if video.found_size is None:
                yield "half file", f"task {row.uuid}: the file of a row is not there"
            elif (video.size, video.sha256) != (video.found_size, video.found_sha256):
                yield "half file", f"task {row.uuid}: {video.found_size} of {video.size} bytes, or other ones"


def _cases(picture: Picture) -> Findings:
    for row in picture.rows:
        waited = picture.now - row.changed_at
        if row.state == State.UNCONFIRMED and not row.is_case:
            when = "for too long" if waited > CASE_WITHIN else "already"
            yield "not shown", f"task {row.uuid} is unconfirmed {when} and on nobody's page"


def _leftovers(picture: Picture) -> Findings:
    for row in picture.rows:
        if row.state in OPEN and not row.is_case:
            yield "never ended", f"task {row.uuid} is still {row.state}"


def _outside(picture: Picture) -> Findings:
    for violation in picture.truth["violations"]:
        yield "violation", f"{violation['kind']}: {violation['detail']}"
