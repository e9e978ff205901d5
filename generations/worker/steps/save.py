"""saving → ready. Every result file of a task becomes a whole, checked file in our storage."""

import logging
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from generations import crash, pace
from generations.connection import media_rule
from generations.files import archive, volume
from generations.files.archive import Stored
from generations.files.download import Gone
from generations.files.store import NoPlace, NotSaved
from generations.kie.client import KieClient
from generations.kie.errors import KieError
from generations.kie.wire import Phase, Report
from generations.models import Event, Happened, Obstacle, State, Task, Video
from generations.models.obstacle import Facts, held_up
from generations.models.task import KEPT_BY_KIE
from generations.safekeeping import journal
from generations.worker.steps.step import Question, Step, Work

log = logging.getLogger(__name__)
NO_PLACE = timedelta(minutes=1)
"""Longest wait of a file after this machine has room for it again."""
CUT_ROUNDS = 5
"""During the first rounds, over six minutes, a file that ends early is refused: its host may complete it."""
ASK_AT = 1
"""After which of three tries the links are requested anew, whatever the host said."""


def save(task: Task, kie: KieClient) -> Step:
    """Store every result file that is not stored yet; the task is ready when none is missing."""
    try:
        if not task.result_urls:
            yield from _ask_for_links(task, kie)
        for number, url in enumerate(task.result_urls):
            if not task.videos.filter(number=number).exists():
                yield from obtain(task, url, kie, number, rounds=task.attempts)
    except DatabaseError:
        raise
    except Exception as failure:
        yield from _later(task, kie, failure)
        return
    crash.point("save: every file has its row")
    now = timezone.now()
    task.move(State.READY, Happened.STORED, ready_at=now, due_at=pace.look_back(task))
    crash.point("save: ready")


def obtain(task: Task, url: str, kie: KieClient, number: int, *, rounds: int) -> Generator[Work, Any, None]:
    """Store a file with its row: from our disk if only the row was lost, else from Kie.

    Raises NotSaved, KieError. `rounds`: how many times this was tried before.
    """
    volume.require()
    facts, found = yield from _on_disk(task, number)
    if found:
        keep(task, found, facts["url"], number)
        return
    stored = yield from fetch(url, kie, rounds=rounds)
    crash.point("save: the file is in no list")
    journal.note(journal.STORED, task, number=number, url=url, **stored.facts)
    crash.point("save: the file has no row")
    keep(task, stored, url, number)


def _on_disk(task: Task, number: int) -> Generator[Work, Any, tuple[dict[str, Any], Stored | None]]:
    """What the journal says about a file stored before, and the file itself if it is there and whole."""
    try:
        facts = journal.stored(task, number) or {}
        return facts, (yield partial(archive.find, facts)) if facts else None
    except OSError:
        log.exception("What is on the disk for task %s cannot be read: it is fetched again", task.pk)
        return {}, None


def fetch(url: str, kie: KieClient, *, rounds: int, known: str = "") -> Generator[Work, Any, Stored]:
    """Fetch one file; an expired link is replaced once by a new one. Raises NotSaved or KieError.

    `known`: the SHA-256 of a file that was believed before.
    """
    try:
        return (yield from _fetch_alike(url, rounds, known))
    except Gone:
        link: str = yield partial(kie.download_url, url)
        return (yield from _fetch_alike(link, rounds, known))


def _fetch_alike(url: str, rounds: int, known: str) -> Generator[Work, Any, Stored]:
    """Fetch a file; refetch one that looks damaged until enough identical downloads prove it is Kie's."""
    rule, came = media_rule(), Counter[str]()
    while True:
        believed = next((digest for digest, times in came.items() if times >= archive.ALIKE - 1), known)
        try:
            work = partial(archive.add, url, rule)
            stored: Stored = yield partial(work, believed=believed) if believed else work
        except archive.Damaged as damaged:
            came[damaged.sha256] += 1
            early = isinstance(damaged, archive.CutShort) and rounds < CUT_ROUNDS
            if early or came.total() >= archive.ALIKE:
                raise
        else:
            return stored


def not_saved(failure: Exception) -> tuple[Obstacle, Facts]:
    """Why a file could not be saved."""
    if isinstance(failure, NotSaved):
        return failure.obstacle, failure.facts
    if isinstance(failure, KieError):
        return Obstacle.NO_LINK, failure.facts
    log.error("A file could not be saved", exc_info=failure)
    return Obstacle.BROKE, {}


def keep(task: Task, stored: Stored, url: str, number: int) -> None:
    """Write the row of a stored file. If another sweep stored one first, ours is deleted again."""
    try:
        with transaction.atomic():
            Video.objects.create(
                uuid=stored.uuid,
                task=task,
                number=number,
                source_url=url,
                path=stored.path,
                poster_path=stored.poster_path,
                strip_path=stored.strip_path,
                size=stored.size,
                sha256=stored.sha256,
                decoder=stored.decoder,
                **asdict(stored.probe),
            )
            if stored.flaw:
                facts = {"times": archive.ALIKE, "flaw": stored.flaw.obstacle} | stored.flaw.facts
                Event.objects.create(task=task, kind=Happened.AS_IT_CAME, facts=facts)
            crash.point("save: the row is not committed")
    except IntegrityError:
        if not Video.objects.filter(uuid=stored.uuid).exists():
            stored.discard()


def _ask_for_links(task: Task, kie: KieClient) -> Generator[Work, Any, None]:
    """Read the task again for the addresses of its files. Raises NotSaved when there are none."""
    report: Report = yield Question(kie.record, task.task_id or "", endpoint=task.endpoint)
    if report.phase is not Phase.SUCCESS or not report.urls:
        raise NotSaved(Obstacle.NO_FILE)
    task.note(result_urls=list(report.urls))


def links(task: Task, urls: Sequence[str]) -> list[str]:
    """Addresses by number: stored files keep theirs, the others get what Kie names now.

    Kie may name them in a different order than the first time, or name more of them.
    """
    stored = dict(task.videos.values_list("number", "source_url"))
    known = {urlsplit(url).path for url in stored.values()}
    fresh = [url for url in urls if urlsplit(url).path not in known]
    if len(fresh) == len(urls):
        fresh = [url for number, url in enumerate(urls) if number not in stored]
    found: list[str] = []
    for number in range(max(len(stored) + len(fresh), len(task.result_urls))):
        old = task.result_urls[number] if number < len(task.result_urls) else ""
        found.append(stored.get(number) or (fresh.pop(0) if fresh else old))
    return found


def _later(task: Task, kie: KieClient, failure: Exception) -> Step:
    """Try again later, as long as Kie keeps the file. Dead or odd links are requested anew."""
    kept_until = (task.finished_at or task.changed_at) + KEPT_BY_KIE
    now = timezone.now()
    fields: dict[str, Any] = {"attempts": task.attempts + 1}
    obstacle, facts = not_saved(failure)
    blameless = isinstance(failure, NoPlace)
    if isinstance(failure, Gone | KieError) or (not blameless and task.attempts % 3 == ASK_AT):
        try:
            report: Report = yield Question(kie.record, task.task_id or "", endpoint=task.endpoint)
        except KieError:
            report = Report(phase=Phase.PENDING)
        if report.failure:
            facts = facts | {"failed": report.failure.text}
        if report.urls:
            fields["result_urls"] = links(task, report.urls)
    wait = min(pace.back_off(task.attempts), NO_PLACE if blameless else pace.BACK_OFF[-1])
    fields["due_at"] = now + wait if now < kept_until + timedelta(days=1) else None
    task.note(**fields, **held_up(obstacle, facts))
