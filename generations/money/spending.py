"""Figures of the Credits page: what was spent, on what, by whom, and whether the books match Kie's."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Case, Count, Max, QuerySet, Sum, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from generations import catalogue
from generations.models import Entry, Reading, State, Task, Verdict
from generations.models.review import judged
from generations.models.state import ENDED_BADLY
from generations.money import ledger
from generations.wording.failures import Class, klass_of
from generations.wording.names import full_name, short_name

NOTHING = Decimal(0)
PARTS = 6
"""Maximum number of parts in a bar; smaller ones are combined as Other."""
ENOUGH = timedelta(days=3)
"""Over a shorter time, a mean says nothing about the days to come."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days from `start` to now, or to the end of a month that is over, in the installation's time zone."""

    key: str
    word: str
    start: datetime
    end: datetime

    @classmethod
    def of(cls, key: str) -> "Period":
        """The period with that name, 2026-10 for a month; 30 days for any other name."""
        now = timezone.localtime()
        if start := _month(key, now):
            end = (start + timedelta(days=32)).replace(day=1) - timedelta(microseconds=1)
            return cls(key=key, word=f"{start:%B %Y}", start=start, end=min(end, now))
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        words = {"7": "7 days", "30": "30 days", "month": f"{now:%B}", "all": "All"}
        key = key if key in words else "30"
        starts = {
            "7": lambda: today - timedelta(days=6),
            "30": lambda: today - timedelta(days=29),
            "month": lambda: today.replace(day=1),
            "all": lambda: _beginning() or today,
        }
        return cls(key=key, word=words[key], start=starts[key](), end=now)

    @property
    def month_before(self) -> str:
        """The key of the month before the one in which the period begins."""
        return f"{self.start.replace(day=1) - timedelta(days=1):%Y-%m}"

    @property
    def month_after(self) -> str:
        """The key of the month after; empty when that month has not begun."""
        after = (self.start.replace(day=1) + timedelta(days=32)).replace(day=1)
        return f"{after:%Y-%m}" if after <= timezone.localtime() else ""

    @property
    def first(self) -> date:
        return self.start.date()

    @property
    def last(self) -> date:
        return self.end.date()

    @property
    def step(self) -> int:
        """Number of days that share a bar, so that a long period stays readable."""
        days = (self.last - self.first).days + 1
        return next(step for step in (1, 7, 28, 364) if days / step <= 92 or step == 364)

    @property
    def days(self) -> list[date]:
        """The first day of every bar."""
        count = (self.last - self.first).days // self.step + 1
        return [self.first + timedelta(days=n * self.step) for n in range(count)]

    def day_of(self, day: date) -> date:
        """The bar to which a day is added."""
        return self.first + timedelta(days=(day - self.first).days // self.step * self.step)


def _month(key: str, now: datetime) -> datetime | None:
    """The first moment of a month that has begun; None for anything else."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", key):
        return None
    start = now.replace(
        year=int(key[:4]), month=int(key[5:]), day=1, hour=0, minute=0, second=0, microsecond=0
    )
    start = timezone.make_aware(start.replace(tzinfo=None))
    return start if start <= now else None


def _beginning() -> datetime | None:
    firsts = [
        Entry.objects.order_by("at").values_list("at", flat=True).first(),
        Reading.objects.order_by("at").values_list("at", flat=True).first(),
    ]
    known = [timezone.localtime(at) for at in firsts if at]
    return min(known).replace(hour=0, minute=0, second=0, microsecond=0) if known else None


@dataclass(frozen=True, kw_only=True)
class Series:
    """One model or person, or all small ones together."""

    key: str
    name: str
    total: Decimal
    amounts: dict[date, Decimal]


@dataclass(frozen=True, kw_only=True)
class Spend:
    period: Period
    series: list[Series]

    @property
    def total(self) -> Decimal:
        return sum((s.total for s in self.series), NOTHING)

    def on(self, day: date) -> Decimal:
        return sum((s.amounts.get(day, NOTHING) for s in self.series), NOTHING)


def charges(period: Period) -> QuerySet[Any, Any]:
    """What was spent in a period; a correction counts with its charge (ledger.spending)."""
    rows = ledger.spending().filter(charged_at__gte=period.start, charged_at__lte=period.end)
    return rows.filter(at__gte=period.start)


def spend(period: Period, by: str) -> Spend:
    """Charges on each day, split by model or by person; small ones are combined as Other."""
    field = "task__person_id" if by == "person" else "task__model_id"
    rows = (
        charges(period)
        .annotate(day=TruncDate("charged_at"))
        .values_list("day", field)
        .annotate(total=Sum("credits"))
        .order_by()
    )
    amounts: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for day, key, total in rows:
        amounts[str(key)][period.day_of(day)] += total
    names = _people(amounts) if by == "person" else model_names(amounts)
    return Spend(period=period, series=_ranked(amounts, names))


def _ranked(amounts: dict[str, dict[date, Decimal]], names: dict[str, str]) -> list[Series]:
    ranked = sorted(amounts, key=lambda key: (-sum(amounts[key].values()), key))
    own = ranked if len(ranked) <= PARTS else ranked[: PARTS - 1]
    groups = [(key, names[key], amounts[key]) for key in own]
    if len(own) < len(ranked):
        rest: dict[date, Decimal] = defaultdict(Decimal)
        for key in ranked[len(own) :]:
            for day, total in amounts[key].items():
                rest[day] += total
        groups.append(("", "Other", rest))
    return [
        Series(
            key=key,
            name=name,
            total=sum(days.values(), NOTHING),
            amounts=dict(days),
        )
        for key, name, days in groups
    ]


def model_names(ids: Iterable[str]) -> dict[str, str]:
    """Labels by model id; a model that left the catalogue keeps the label of its last task."""
    known = {i: spec.label for i in ids if (spec := catalogue.find(i))}
    gone = [i for i in ids if i not in known]
    if gone:
        rows = Task.objects.filter(model_id__in=gone).values("model_id").annotate(label=Max("label"))
        known |= {row["model_id"]: row["label"] for row in rows.order_by()}
    return known


def _people(keys: Iterable[str]) -> dict[str, str]:
    people = User.objects.in_bulk([int(k) for k in keys])
    firsts = Counter(short_name(p) for p in people.values())
    return {
        str(pk): short_name(p) if firsts[short_name(p)] == 1 else full_name(p) for pk, p in people.items()
    }


@dataclass(frozen=True, kw_only=True)
class Burn:
    """Credits per day, and how long the balance lasts at that rate; None: not enough is known."""

    per_day: Decimal | None
    days: Decimal | None
    over: int
    """Number of days that the mean covers."""


def burn(period: Period, total: Decimal, free: Decimal | None) -> Burn:
    oldest = Entry.objects.filter(kind=Entry.Kind.CHARGE).order_by("at").values_list("at", flat=True)
    first = oldest.first()
    if first is None or not total or period.end - first < ENOUGH:
        return Burn(per_day=None, days=None, over=0)
    span = max(period.end - max(period.start, first), timedelta(days=1))
    per_day = total / (Decimal(span.total_seconds()) / 86400)
    days = None if free is None else max(free, NOTHING) / per_day
    return Burn(per_day=per_day, days=days, over=max(1, round(span.total_seconds() / 86400)))


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What one model's clips cost, and what an approved clip costs. Credits."""

    model_id: str
    name: str
    made: int
    approved: int
    spent: Decimal
    share: str = "0%"
    """Length of the bar relative to the most expensive."""

    @property
    def each(self) -> Decimal | None:
        return self.spent / self.approved if self.approved else None


def worth(period: Period) -> list[Worth]:
    """Per model, the cheapest approved clip first, models without an approved clip last."""
    tasks = Task.objects.filter(state=State.READY, ready_at__gte=period.start, ready_at__lte=period.end)
    counts = {
        key: (made, good)
        for key, made, good in tasks.annotate(good=Case(When(judged(Verdict.APPROVED), then=1), default=0))
        .values_list("model_id")
        .annotate(made=Count("pk"), approved=Sum("good"))
        .order_by()
    }
    totals = dict(charges(period).values_list("task__model_id").annotate(total=Sum("credits")).order_by())
    names = model_names(counts.keys() | totals.keys())
    rows = [
        Worth(
            model_id=key,
            name=names[key],
            made=counts.get(key, (0, 0))[0],
            approved=counts.get(key, (0, 0))[1],
            spent=totals.get(key, NOTHING),
        )
        for key in names
    ]
    most = max((row.each for row in rows if row.each), default=None)
    rows.sort(key=lambda row: (row.each is None, row.each or NOTHING, row.name))
    if not most:
        return rows
    return [Worth(**{**vars(row), "share": f"{(row.each or NOTHING) / most * 100:.1f}%"}) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Failures:
    total: int
    cost: Decimal
    classes: list[tuple[str, int, Decimal]]


def failures(period: Period) -> Failures:
    """What failed, by class, the most frequent first."""
    tasks = Task.objects.filter(
        state__in=ENDED_BADLY, changed_at__gte=period.start, changed_at__lte=period.end
    )
    rows = (
        tasks.values_list("state", "failure_code", "failure_text")
        .annotate(count=Count("pk"), taken=Sum("charge_credits"))
        .order_by()
    )
    counts: Counter[str] = Counter()
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for state, code, text, count, taken in rows:
        klass = Class.NOT_SAVED if state == State.LOST else klass_of(code, text)
        counts[klass] += count
        costs[klass] += taken or NOTHING
    return Failures(
        total=counts.total(),
        cost=sum(costs.values(), NOTHING),
        classes=[(name, count, costs[name]) for name, count in counts.most_common()],
    )
