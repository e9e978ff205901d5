"""A 1080p copy of a Veo task: requested until Kie has made it, charged then, and stored as a second file."""

from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from generations import crash, pace
from generations.files.download import Gone
from generations.kie.client import KieClient
from generations.kie.errors import KieError, NotReady, Refusal, Refused
from generations.models import Copy, Entry, Event, Happened, Obstacle, Runtime, Video
from generations.models.obstacle import Facts, free, held_up
from generations.money import ledger
from generations.safekeeping import journal
from generations.worker.steps.save import not_saved, obtain
from generations.worker.steps.step import Question, Step

ASK_EVERY = timedelta(seconds=20)
"""docs.kie.ai, get Veo 3 1080p video: ready after 1–3 minutes, ask every 20–30 s."""
QUICK_ASK = timedelta(seconds=3)
State = Copy.State


def fetch_copy(copy: Copy, kie: KieClient) -> Step:
    """Ask for the copy until it is made, then fetch its file. A failed try is repeated later."""
    url = copy.url
    if not url:
        if copy.attempts == 0 and not journal.note(
            journal.COPY, copy.task, person=copy.person.get_username()
        ):
            _again(copy, Obstacle.JOURNAL, {}, ASK_EVERY)
            return
        crash.point("copy: the intent is in the journal")
        try:
            url = yield Question(kie.copy_1080p, copy.task.task_id or "", endpoint=copy.task.endpoint)
        except NotReady as not_yet:
            wait = QUICK_ASK if copy.attempts < 5 else ASK_EVERY
            _again(copy, Obstacle.SAID, not_yet.facts, wait)
            return
        except KieError as failure:
            _not_made(copy, failure)
            return
        _made(copy, url)
    try:
        yield from obtain(copy.task, url, kie, Video.Kind.COPY, 0, rounds=copy.attempts)
    except DatabaseError:
        raise
    except Exception as failure:
        dead = isinstance(failure, Gone | KieError)
        _again(copy, *not_saved(failure), pace.back_off(copy.attempts), url="" if dead else url)
        return
    crash.point("copy: the file has its row")
    with transaction.atomic():
        if _move(copy, State.READY, due_at=None, **free()):
            Event.objects.create(task=copy.task, kind=Happened.COPY_STORED)
    crash.point("copy: ready")


def _made(copy: Copy, url: str) -> None:
    """Kie has made the copy: it is paid for, and kept for 14 days."""
    with transaction.atomic():
        if _move(copy, State.SAVING, url=url, attempts=0, **free()):
            ledger.charge(copy.task, copy.price, Entry.Basis.ESTIMATE, Entry.Subject.COPY)
            Event.objects.create(task=copy.task, kind=Happened.COPY_MADE)
        else:
            Copy.objects.filter(pk=copy.pk).update(url=url)
        crash.point("copy: the charge is not committed")
    copy.refresh_from_db()
    crash.point("copy: made and charged")
    Runtime.want_reading(timedelta(seconds=1))


def _not_made(copy: Copy, failure: KieError) -> None:
    """A plain refusal ends the copy. If Kie had already made it, it is paid for and a person has to know."""
    final = isinstance(failure, Refused) and failure.refusal is Refusal.PARAMETER
    if not final or copy.state != State.WAITED_FOR:
        _again(copy, Obstacle.NO_ANSWER, failure.facts, pace.back_off(copy.attempts))
        return
    with transaction.atomic():
        if _move(copy, State.REFUSED, due_at=None, **held_up(Obstacle.SAID, failure.facts)):
            ledger.release(copy.task, Entry.Subject.COPY)
            Event.objects.create(task=copy.task, kind=Happened.COPY_REFUSED, facts={"text": failure.text})
        crash.point("copy: the refusal is not committed")
    crash.point("copy: refused")


def _again(copy: Copy, obstacle: Obstacle, facts: Facts, wait: timedelta, **fields: Any) -> None:
    rows = Copy.objects.filter(pk=copy.pk, state__in=[State.WAITED_FOR, State.SAVING])
    due_at = timezone.now() + wait
    fields |= held_up(obstacle, facts)
    rows.update(due_at=due_at, attempts=copy.attempts + 1, **fields)


def _move(copy: Copy, to: Copy.State, **fields: Any) -> bool:
    """Move the copy to a state. One UPDATE decides. False: another process was first."""
    sources = {State.READY: State.SAVING}.get(to, State.WAITED_FOR)
    return bool(Copy.objects.filter(pk=copy.pk, state=sources).update(state=to, **fields))
