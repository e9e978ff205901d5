"""What the balance reveals about a send whose answer was lost: a clue for people, never proof."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from generations.models import Hint, Obstacle, Reading, State, Task
from generations.money import ledger

WITHIN = timedelta(minutes=5)
QUIET, LONG_QUIET = timedelta(minutes=2), timedelta(minutes=30)
"""Range of time after a send in which a reading tells whether Kie took credits for it."""


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
    if not sent:
        return {}
    before = _readings_before(sent.keys())
    windows = [(before[pk].at, at + WITHIN) for pk, at in sent.items() if pk in before]
    if not windows:
        return {}
    readings = list(Reading.objects.filter(_any("at", windows)).order_by("at"))
    taken = Task.objects.exclude(state__in=[State.REFUSED, State.CLOSED])
    others = list(taken.filter(_any("sent_at", windows)).values_list("pk", "sent_at", "finished_at"))
    found = {}
    for pk, at in sent.items():
        after = [r for r in readings if at < r.at < at + WITHIN]
        if pk in before and after:
            found[pk] = _fall(pk, at, before[pk], after, others)
    return found


def _readings_before(pks: Collection[int]) -> dict[int, Reading]:
    """By task: the last reading before the task was sent."""
    last = Reading.objects.filter(at__lte=OuterRef("sent_at")).order_by("-at", "-id").values("pk")[:1]
    pairs = dict(Task.objects.filter(pk__in=pks).annotate(last=Subquery(last)).values_list("pk", "last"))
    rows = Reading.objects.in_bulk([r for r in pairs.values() if r is not None])
    return {pk: rows[reading] for pk, reading in pairs.items() if reading is not None}


def _any(name: str, windows: list[tuple[datetime, datetime]]) -> Q:
    wanted = Q()
    for start, end in windows:
        wanted |= Q(**{f"{name}__gt": start, f"{name}__lt": end})
    return wanted


def _fall(
    pk: int,
    sent_at: datetime,
    before: Reading,
    after: list[Reading],
    others: list[tuple[int, datetime | None, datetime | None]],
) -> Fall:
    for reading in after:
        fell = before.credits - reading.credits
        if fell > 0 and (unknown := fell - ledger.spent_between(before, reading)) > 0:
            meanwhile = sum(
                other != pk and before.at < at <= reading.at and not (end and end <= reading.at)
                for other, at, end in others
                if at
            )
            return Fall(credits=unknown, after=reading.at - sent_at, others=meanwhile)
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
    before = _readings_before(declined.keys())
    found = {}
    for pk, at in declined.items():
        if pk in named:
            continue
        later = Reading.objects.filter(at__gte=at + QUIET, at__lte=at + LONG_QUIET)
        last = later.order_by("at", "id").last()
        if pk not in before or last is None:
            continue
        fell = before[pk].credits - last.credits
        if fell in (ledger.spent_between(before[pk], last), _set_aside(before[pk], last, pk)):
            found[pk] = Untouched(after=last.at - at, explained=fell)
    return found


def _set_aside(start: Reading, end: Reading, pk: int) -> Decimal:
    """What Kie set aside between two readings for other tasks that it took, minus what it gave back.

    The real Kie sets credits aside when a task is sent and returns them when it fails (money.reconciliation).
    """
    others = Task.objects.exclude(pk=pk).exclude(task_id=None)
    sent = others.filter(sent_at__gt=start.at, sent_at__lte=end.at)
    kept = Coalesce("charge_credits", "quote_credits")
    failed = Q(state=State.FAILED, finished_at__gt=start.at, finished_at__lte=end.at)
    taken = sent.exclude(failed).aggregate(total=Sum(kept))["total"] or Decimal(0)
    back = others.filter(failed, sent_at__lte=start.at, charge_credits=0)
    return taken - (back.aggregate(total=Sum("quote_credits"))["total"] or Decimal(0))
