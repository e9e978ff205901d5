"""What the balance reveals about a send whose answer was lost: a clue for people, never proof."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from generations.catalogue.quote import Basis
from generations.models import Hint, Known, Obstacle, Reading, State, Task
from generations.money import ledger

WITHIN = timedelta(minutes=5)
QUIET, LONG_QUIET = timedelta(minutes=2), timedelta(minutes=30)
"""Range of time after a send in which a reading tells whether Kie took credits for it."""
ON_ITS_WAY = timedelta(minutes=1)
"""How long a send may take to reach Kie: what was sent so shortly before may move the balance after it."""


@dataclass(frozen=True, kw_only=True)
class Fall:
    """How far the balance fell after a task was sent, beyond what our ledger explains; 0: it did not fall."""

    credits: Decimal
    after: timedelta
    others: int = 0
    """Other tasks that were sent meanwhile and have not ended: they may explain the fall."""


def falls(tasks: Collection[Task]) -> dict[int, Fall]:
    """By task: how the balance moved in the five minutes after the send. Unknown tasks are left out."""
    sent = {task.pk: task.sent_at for task in tasks if task.sent_at}
    before = _known_before(sent)
    windows = [(before[pk].at, at + WITHIN) for pk, at in sent.items() if pk in before]
    if not windows:
        return {}
    spans = [Q(at__lte=end, until__gte=start) for start, end in windows]
    readings = list(Reading.objects.filter(reduce(or_, spans)).order_by("at", "id"))
    meanwhile = [Q(sent_at__gt=start, sent_at__lt=end) for start, end in windows]
    taken = Task.objects.exclude(state__in=[State.REFUSED, State.CLOSED]).filter(reduce(or_, meanwhile))
    others = list(taken.values_list("pk", "sent_at", "finished_at"))
    found = {}
    for pk, at in sent.items():
        after = _known_after(at, readings)
        if pk in before and after:
            found[pk] = _fall(pk, at, before[pk], after, others)
    return found


def _known_before(sent: Mapping[int, datetime]) -> dict[int, Known]:
    """By task: the balance when nothing that was sent a minute before it was still on its way."""
    last = Reading.objects.filter(at__lte=OuterRef("sent_at")).order_by("-at", "-id").values("pk")[:1]
    pairs = dict(Task.objects.filter(pk__in=sent).annotate(last=Subquery(last)).values_list("pk", "last"))
    rows = Reading.objects.in_bulk([r for r in pairs.values() if r is not None])
    found = {pk: rows[reading] for pk, reading in pairs.items() if reading is not None}
    return {
        pk: Known(at=max(r.at, min(r.until, sent[pk] - ON_ITS_WAY)), credits=r.credits)
        for pk, r in found.items()
    }


def _known_after(sent_at: datetime, readings: Iterable[Reading]) -> list[Known]:
    """The balance within five minutes after a send: when each figure came, and how long it stood."""
    last = sent_at + WITHIN
    moments = ((reading, at) for reading in readings for at in (reading.at, min(reading.until, last)))
    return [Known(at=at, credits=reading.credits) for reading, at in moments if sent_at < at <= last]


def _fall(
    pk: int,
    sent_at: datetime,
    before: Known,
    after: list[Known],
    others: list[tuple[int, datetime | None, datetime | None]],
) -> Fall:
    for known in after:
        fell = before.credits - known.credits
        if fell > 0 and (unknown := fell - ledger.spent_between(before.at, known.at)) > 0:
            meanwhile = sum(
                other != pk and before.at < at <= known.at and not (end and end <= known.at)
                for other, at, end in others
                if at
            )
            return Fall(credits=unknown, after=known.at - sent_at, others=meanwhile)
    return Fall(credits=Decimal(0), after=after[-1].at - sent_at)


@dataclass(frozen=True, kw_only=True)
class Untouched:
    """Signs that Kie took nothing for a send: an error of its own, an explained balance, no callback."""

    after: timedelta
    """Time between the send and the reading of the balance."""
    explained: Decimal
    """How far the balance fell meanwhile: other tasks of ours explain all of it."""


def untouched(tasks: Collection[Task]) -> dict[int, Untouched]:
    """By task: those that Kie answered with an error of its own without taking anything, so far.

    At the last reading within half an hour, the balance has to be exactly where our other tasks have brought
    it; any difference is no sign. No callback and no person may have named an id. This is probable, never
    proven: a person decides.
    """
    declined = {
        task.pk: task.sent_at
        for task in tasks
        if task.state == State.UNCONFIRMED and task.obstacle == Obstacle.DECLINED and task.sent_at
    }
    if not declined:
        return {}
    named = set(Hint.objects.filter(task__in=declined).values_list("task_id", flat=True))
    before = _known_before(declined)
    found = {}
    for pk, at in declined.items():
        if pk in named or pk not in before:
            continue
        last = Reading.objects.between(at + QUIET, at + LONG_QUIET).order_by("at", "id").last()
        if last is None:
            continue
        seen = min(last.until, at + LONG_QUIET)
        fell = before[pk].credits - last.credits
        spent = ledger.spent_between(before[pk].at, seen)
        if fell in (spent, _set_aside(before[pk].at, seen, pk)):
            found[pk] = Untouched(after=seen - at, explained=fell)
    return found


def _set_aside(start: datetime, end: datetime, pk: int) -> Decimal | None:
    """What Kie set aside in this time for other tasks that it took, minus what it gave back.

    None: the price of one of them is not known. The real Kie sets credits aside when a task is sent and
    returns them when it fails (money.reconciliation).
    """
    others = Task.objects.exclude(pk=pk).exclude(task_id=None)
    sent = others.filter(sent_at__gt=start, sent_at__lte=end)
    kept = Coalesce("charge_credits", "quote_credits")
    failed = Q(state=State.FAILED, finished_at__gt=start, finished_at__lte=end)
    taken = sent.exclude(failed).aggregate(total=Sum(kept))["total"] or Decimal(0)
    back = others.filter(failed, sent_at__lte=start, charge_credits=0)
    if (sent.exclude(failed).filter(charge_credits=None) | back).filter(quote_basis=Basis.UNKNOWN).exists():
        return None
    return taken - (back.aggregate(total=Sum("quote_credits"))["total"] or Decimal(0))
