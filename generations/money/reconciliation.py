"""Readings of the balance over a period, and whether our books match Kie's."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import Coalesce, Lag, Mod

from generations.models import Entry, Known, Reading, State, Task
from generations.money import ledger
from generations.money.spending import NOTHING, Period

POINTS = 500
"""Points of one line; more of them are thinned out."""
RISES = 60
"""Steps of the line that are drawn, largest first; every rise is counted."""
SPANS = 200
"""Number of time spans that one query covers."""


@dataclass(frozen=True, kw_only=True)
class Rise:
    """A reading with more credits than the one before, which stood until `before_at`."""

    at: datetime
    before: Decimal
    after: Decimal
    before_at: datetime
    topped_up: Decimal
    """Credits added from outside: the rise, plus what Kie took meanwhile, minus what it gave back."""


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """Accounts for the change between the first and the last known balance of a period. Credits."""

    opening: Known
    closing: Known
    top_ups: list[Rise]
    reported: Decimal
    estimated: Decimal
    estimated_count: int
    running: Decimal
    """Credits that the real Kie has set aside for tasks it is still working on."""
    running_count: int

    @property
    def topped_up(self) -> Decimal:
        return sum((rise.topped_up for rise in self.top_ups), NOTHING)

    @property
    def should_be(self) -> Decimal:
        spent = self.reported + self.estimated + self.running
        return self.opening.credits + self.topped_up - spent

    @property
    def unattributed(self) -> Decimal:
        """What the balance has beyond our entries; negative: it lost more than we can account for."""
        return self.closing.credits - self.should_be

    @property
    def gap(self) -> Decimal:
        return abs(self.unattributed)


@dataclass(frozen=True, kw_only=True)
class History:
    """The line of the balance."""

    points: list[tuple[datetime, Decimal]] = field(default_factory=list)
    rises: list[Rise] = field(default_factory=list)

    @property
    def top_ups(self) -> list[Rise]:
        return [rise for rise in self.rises if rise.topped_up > 0]


def history(period: Period) -> History:
    """Readings of the period, thinned out, with the largest rises drawn as steps."""
    readings = _readings(period)
    rises = _rises(readings)
    step = 2 * readings.count() // POINTS + 1
    thin = readings.annotate(slot=Mod(F("id"), step)).filter(slot=0) if step > 1 else readings
    drawn = sorted(rises, key=lambda rise: rise.before - rise.after)[:RISES]
    at_a_rise = {rise.at for rise in drawn}
    known = [known for reading in thin.order_by("at", "id") for known in _moments(reading, period)]
    points = [(it.at, it.credits) for it in [*known, *_ends(period)] if it.at not in at_a_rise]
    for rise in drawn:
        points += [(rise.before_at, rise.before), (rise.at, rise.before), (rise.at, rise.after)]
    ordered = sorted(dict.fromkeys(points), key=lambda point: point[0])
    return History(points=ordered, rises=rises)


def reconcile(period: Period, top_ups: list[Rise]) -> Reconciliation | None:
    """Compare the books with the readings; None while the balance is known at one moment only."""
    ends = _ends(period)
    if not ends or ends[0].at == ends[-1].at:
        return None
    opening, closing = ends[0], ends[-1]
    taken = _taken(_within("taken_at", [(opening.at, closing.at)]))
    totals = {
        basis: (total, count)
        for basis, total, count in _known(taken)
        .values_list("known")
        .annotate(total=Sum("credits"), count=Count("pk"))
        .order_by()
    }
    estimated, count = totals.pop(Entry.Basis.ESTIMATE, (NOTHING, 0))
    running = _set_aside(opening.at, closing.at)
    return Reconciliation(
        opening=opening,
        closing=closing,
        top_ups=top_ups,
        reported=sum((total for total, _ in totals.values()), NOTHING),
        estimated=estimated,
        estimated_count=count,
        running=sum(running, NOTHING),
        running_count=len(running),
    )


def _readings(period: Period) -> QuerySet[Reading]:
    return Reading.objects.between(period.start, period.end)


def _moments(reading: Reading, period: Period) -> list[Known]:
    """When the figure came and when it was last confirmed, within the period."""
    moments = (max(reading.at, period.start), min(reading.until, period.end))
    return [Known(at=at, credits=reading.credits) for at in moments]


def _ends(period: Period) -> list[Known]:
    """The first and the last known balance; empty when there is none."""
    readings = _readings(period)
    first, last = readings.order_by("at", "id").first(), readings.order_by("-at", "-id").first()
    if first is None or last is None:
        return []
    return [_moments(first, period)[0], _moments(last, period)[1]]


def _taken(when: Q) -> QuerySet[Any, Any]:
    """Charges and corrections, both dated when the balance fell for their task.

    The sandbox takes credits when a task ends. The real Kie sets them aside when it is sent, and gives them
    back when it fails (kie-api.md §9).
    """
    sent = Coalesce("task__sent_at", "charged_at")
    taken_at = F("charged_at") if settings.SANDBOX else sent
    rows: QuerySet[Any, Any] = ledger.spending().annotate(taken_at=taken_at)
    return rows.filter(when)


def _known(taken: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The basis of each figure: an estimate together with its correction counts as Kie's figure."""
    corrected = Exists(Entry.objects.filter(task=OuterRef("task"), kind=Entry.Kind.CORRECTION))
    known = Case(When(corrected, then=Value(Entry.Basis.ACTUAL)), default=F("basis"))
    rows: QuerySet[Any, Any] = taken.annotate(known=known)
    return rows


def _set_aside(start: datetime, end: datetime) -> list[Decimal]:
    if settings.SANDBOX:
        return []
    running = Task.objects.filter(state=State.RUNNING, sent_at__gt=start, sent_at__lte=end)
    return [credits or NOTHING for credits in running.values_list("quote_credits", flat=True)]


def _rises(readings: QuerySet[Reading]) -> list[Rise]:
    order = [F("at").asc(), F("id").asc()]
    compared = readings.annotate(
        before=Window(Lag("credits"), order_by=order), before_at=Window(Lag("until"), order_by=order)
    )
    rows = compared.filter(credits__gt=F("before")).order_by("at", "id")
    rises = list(rows.values_list("at", "before", "credits", "before_at"))
    return [
        rise for start in range(0, len(rises), SPANS) for rise in _explained(rises[start : start + SPANS])
    ]


def _explained(rises: list[tuple[datetime, Decimal, Decimal, datetime]]) -> list[Rise]:
    """Rises, each with the part of it that came from outside."""
    spans = [(before_at, at) for at, _, _, before_at in rises]
    taken = list(_taken(_within("taken_at", spans)).values_list("taken_at", "credits"))
    back = _given_back(spans)
    return [
        Rise(
            at=at,
            before=before,
            after=after,
            before_at=before_at,
            topped_up=after - before + _sum(taken, before_at, at) - _sum(back, before_at, at),
        )
        for at, before, after, before_at in rises
    ]


def _given_back(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, Decimal]]:
    """Credits that the real Kie gave back for tasks that failed."""
    if settings.SANDBOX:
        return []
    failed = Task.objects.filter(_within("finished_at", spans), state=State.FAILED, charge_credits=NOTHING)
    rows = failed.values_list("finished_at", "quote_credits")
    return [(at, credits or NOTHING) for at, credits in rows if at]


def _within(name: str, spans: list[tuple[datetime, datetime]]) -> Q:
    return reduce(or_, (Q(**{f"{name}__gt": start, f"{name}__lte": end}) for start, end in spans))


def _sum(rows: list[tuple[datetime, Decimal]], start: datetime, end: datetime) -> Decimal:
    return sum((credits for at, credits in rows if start < at <= end), NOTHING)
