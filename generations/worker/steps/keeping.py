"""Upkeep of stored files: compare them in turn, draw missing stills, fetch lost files again."""

import logging
from collections.abc import Generator
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from generations import crash, pace
from generations.files import archive, small, store, strays, volume
from generations.files.archive import Stored
from generations.files.download import Gone
from generations.files.look import DECODER
from generations.files.store import NoPlace, NotSaved
from generations.kie.client import KieClient
from generations.kie.errors import KieError
from generations.kie.wire import Report
from generations.models import Asset, Event, Happened, Rendition, Runtime, Video
from generations.models.obstacle import free, held_up
from generations.models.task import KEPT_BY_KIE
from generations.safekeeping import journal
from generations.worker.steps.save import fetch, not_saved
from generations.worker.steps.step import Question, Step, Work

log = logging.getLogger(__name__)
WAIT = timedelta(minutes=1)
UNUSED_AT_ONCE = 20


def look_after() -> Step:
    """One piece of the work that is never urgent: compare a file with its row, draw one, or clear strays."""
    if volume.trouble():
        return
    if video := Video.objects.to_check().first():
        yield from _compare(video)
    elif video := Video.objects.to_draw(DECODER).first():
        yield from _draw(video)
    elif asset := Asset.objects.to_draw(DECODER).first():
        yield from _draw_small(asset)
    elif strays.due() and not Runtime.row().paused_at and journal.path().exists():
        yield from _drop_unused()
        yield from _clear()


def _compare(video: Video) -> Step:
    facts = (video.path, video.size, video.sha256, video.poster_path)
    try:
        whole, stills = yield partial(archive.compare, *facts)
    except OSError as failure:
        log.warning("The file %s cannot be read: %s", video.path, failure.strerror)
        whole, stills = False, True
    if not whole:
        _is_missing(video)
        return
    now, rows = timezone.now(), Video.objects.filter(pk=video.pk)
    rows.update(checked_at=now, **({} if stills else {"poster_path": "", "strip_path": "", "decoder": ""}))


def _is_missing(video: Video) -> None:
    """Note that the file is gone or changed, so it is fetched again; not while the whole volume is gone."""
    if volume.trouble():
        return
    log.error("The file %s of task %s is gone or changed", video.path, video.task_id)
    video.note_missing()


def _draw(video: Video) -> Step:
    """Look into the file again with today's decoders. Only what the look found is written to the row."""
    try:
        stills = yield partial(archive.draw_anew, video.path)
    except (OSError, NotSaved) as failure:
        log.warning("No stills of %s: %s", video.path, failure)
        Video.objects.filter(pk=video.pk).update(decoder=DECODER)
        return
    poster, strip, found = stills
    seen = {name: value for name, value in asdict(found.probe).items() if value}
    drawn = {"poster_path": poster, "strip_path": strip} if poster else {}
    Video.objects.filter(pk=video.pk).update(decoder=DECODER, **seen, **drawn)


def _draw_small(asset: Asset) -> Step:
    """Draw the small picture of what was given: once, and again where another decoder may succeed."""
    try:
        path = yield partial(small.draw, asset.path, asset.kind, asset.seconds)
    except OSError as failure:
        log.warning("The small picture of %s has no place: %s", asset.path, failure.strerror)
        path = ""
    same_file = Asset.objects.filter(pk=asset.pk, path=asset.path)
    same_file.update(small_path=path, decoder=DECODER)


def _drop_unused() -> Step:
    """Delete unused assets. The row goes first, so an order that names the asset now is told so."""
    for asset in Asset.objects.unused()[:UNUSED_AT_ONCE]:
        if not _dropped(asset) or asset.video_id:
            continue
        log.info("%s of %s was used by nothing for a week and is deleted", asset.path, asset.person)
        for path in filter(None, (asset.path, asset.small_path)):
            try:
                yield partial(store.delete, path)
            except OSError as failure:
                log.warning("%s cannot be deleted: %s", path, failure.strerror)


def _dropped(asset: Asset) -> bool:
    """Whether the row is deleted: not where a task has come to name it, or its person has given it again."""
    try:
        with transaction.atomic():
            rows = Asset.objects.select_for_update(of=("self",)).order_by()
            row = rows.filter(pk=asset.pk, created_at=asset.created_at).first()
            return row is not None and bool(row.delete()[0])
    except ProtectedError:
        return False


def _clear() -> Step:
    """Put aside the old files of one folder that neither a row nor a journal line knows."""
    found: list[str] = yield strays.of_next_folder
    known = set(journal.stored_paths())
    for rows, fields in (
        (Video, ("path", "poster_path", "strip_path")),
        (Rendition, ("path",)),
        (Asset, ("path", "small_path")),
    ):
        for field in fields:
            known |= set(rows.objects.filter(**{f"{field}__in": found}).values_list(field, flat=True))
    unknown = [path for path in found if path not in known]
    if unknown:
        log.warning("No row knows these files; they are put aside and deleted in a week: %s", unknown)
    try:
        yield partial(strays.put_aside, unknown)
    except OSError as failure:
        log.warning("Files that no row knows cannot be put aside: %s", failure.strerror)


def put_back(video: Video, kie: KieClient) -> Step:
    """Find a missing file again: on the disk where it was before, else at Kie while Kie keeps it.

    No state changes and no money moves: the file is already paid for.
    """
    try:
        volume.require()
        if (yield partial(store.is_whole, video.path, video.size, video.sha256)):
            _is_back(video, Happened.FILE_BACK)
            return
        stored = yield from _fetch(video, kie)
    except DatabaseError:
        raise
    except Exception as failure:
        _later(video, failure)
        return
    crash.point("put back: the file is in no list")
    number, url = video.number, video.source_url
    journal.note(journal.STORED, video.task, number=number, url=url, **stored.facts)
    crash.point("put back: the file has no row")
    _is_back(
        video,
        Happened.FILE_FETCHED,
        path=stored.path,
        poster_path=stored.poster_path,
        strip_path=stored.strip_path,
        size=stored.size,
        sha256=stored.sha256,
        decoder=stored.decoder,
        **asdict(stored.probe),
    )
    crash.point("put back: done")


def _fetch(video: Video, kie: KieClient) -> Generator[Work, Any, Stored]:
    """Fetch the file from its old link, or, when that is dead, from the one Kie names today.

    Raises NotSaved, KieError.
    """
    as_before: dict[str, Any] = {"rounds": video.attempts, "known": video.sha256}
    try:
        return (yield from fetch(video.source_url, kie, **as_before))
    except (Gone, KieError):
        task = video.task
        report: Report = yield Question(kie.record, task.task_id or "", endpoint=task.endpoint)
        if video.number >= len(report.urls):
            raise
        return (yield from fetch(report.urls[video.number], kie, **as_before))


def _is_back(video: Video, happened: Happened, **found: Any) -> None:
    now = timezone.now()
    fields = free() | {"missing_since": None, "due_at": None, "attempts": 0, "checked_at": now}
    with transaction.atomic():
        if Video.objects.filter(pk=video.pk).exclude(missing_since=None).update(**fields, **found):
            Event.objects.create(task=video.task, kind=happened)
        crash.point("put back: the row is not committed")


def _later(video: Video, failure: Exception) -> None:
    """Try again, as long as Kie keeps the file."""
    now, task = timezone.now(), video.task
    kept_until = (task.finished_at or task.changed_at) + KEPT_BY_KIE + timedelta(days=1)
    wait = WAIT if isinstance(failure, NoPlace) else pace.back_off(video.attempts)
    Video.objects.filter(pk=video.pk).exclude(missing_since=None).update(
        attempts=video.attempts + 1,
        due_at=now + wait if now < kept_until else None,
        **held_up(*not_saved(failure)),
    )
