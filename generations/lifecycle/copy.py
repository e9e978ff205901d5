"""A 1080p copy of a Veo task: asked for until it is there, stored as a second file, charged once."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from generations import crash, ledger, pace
from generations.download import NotSaved
from generations.kie.client import KieClient
from generations.kie.errors import KieError, NotReady, Refusal, Refused
from generations.lifecycle.save import fetch, keep
from generations.lifecycle.step import Step
from generations.models import Copy, Entry, Event, Runtime, Video

ASK_EVERY = timedelta(seconds=20)
"""docs.kie.ai, get Veo 3 1080p video: ready after 1–3 minutes, ask every 20–30 s."""
QUICK_ASK = timedelta(seconds=3)


def fetch_copy(copy: Copy, kie: KieClient) -> Step:
    """Ask for the copy; fetch and charge it when it is there."""
    task = copy.task
    try:
        url = copy.url or (yield partial(kie.veo_1080p, task.task_id or ""))
        Copy.objects.filter(pk=copy.pk).update(url=url)
        crash.point("copy: its address is kept")
        stored = yield from fetch(url, kie)
        crash.point("copy: the file has no row")
    except NotReady as not_yet:
        _again(copy, not_yet.text, QUICK_ASK if copy.attempts < 5 else ASK_EVERY)
        return
    except Refused as refused:
        if refused.refusal is Refusal.PARAMETER:
            _refuse(copy, refused.text)
        else:
            _again(copy, str(refused), pace.back_off(copy.attempts))
        return
    except (KieError, NotSaved) as failure:
        _again(copy, str(failure), pace.back_off(copy.attempts))
        return
    with transaction.atomic():
        if Copy.objects.filter(pk=copy.pk, state=Copy.State.WAITED_FOR).update(
            state=Copy.State.READY, due_at=None, problem=""
        ):
            keep(task, stored, url, number=0, kind=Video.Kind.COPY)
            ledger.charge(task, copy.price, Entry.Basis.ESTIMATE, Entry.Subject.COPY)
            Event.objects.create(task=task, text="1080p copy stored")
        crash.point("copy: the charge is not committed")
    crash.point("copy: ready and charged")
    Runtime.want_reading(timedelta(seconds=1))


def _again(copy: Copy, problem: str, wait: timedelta) -> None:
    Copy.objects.filter(pk=copy.pk).update(
        due_at=timezone.now() + wait, attempts=copy.attempts + 1, problem=problem
    )


def _refuse(copy: Copy, text: str) -> None:
    with transaction.atomic():
        if Copy.objects.filter(pk=copy.pk, state=Copy.State.WAITED_FOR).update(
            state=Copy.State.REFUSED, due_at=None, problem=text
        ):
            ledger.release(copy.task, Entry.Subject.COPY)
            Event.objects.create(task=copy.task, text=f"No 1080p copy: “{text}”")
        crash.point("copy: the refusal is not committed")
    crash.point("copy: refused")
