"""Holds, charges, releases, budgets, the balance. Every function that moves money needs a transaction."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from generations.models import Budget, Entry, Event, Happened, Reading, State, Task
from generations.models.credit import amount
from generations.models.state import ENDED_BADLY, OPEN
from generations.money.snapshot import one_moment

Kind = Entry.Kind
SPENT = (Kind.CHARGE, Kind.CORRECTION)


class OverBudget(Exception):
    """The person's remaining budget this month does not cover this order."""

    def __init__(self, budget: Budget, wanted: Decimal) -> None:
        self.budget, self.wanted = budget, wanted
        left = max(budget.left or Decimal(0), Decimal(0))
        super().__init__(
            f"Not sent: the {budget.month:%B} budget of {budget.person.first_name or budget.person} "
            f"has {left:,f} cr left, this needs about {wanted:,f} cr. An admin can raise it in Credits."
        )


def this_month(today: date | None = None) -> date:
    return (today or timezone.localdate()).replace(day=1)


def budget_of(person: User) -> Budget:
    """The person's budget for this month as it is, or as it would start: nothing is written."""
    month = this_month()
    found = Budget.objects.filter(person=person, month=month).first()
    return found or Budget(person=person, month=month, limit=_limit_for(person, month))


def budgets_of(people: Collection[User]) -> dict[int, Budget]:
    """As `budget_of`, of several, by person: one look-up, and one more for each whose month has not begun."""
    begun = {b.person_id: b for b in Budget.objects.filter(person__in=people, month=this_month())}
    return {person.pk: begun.get(person.pk) or budget_of(person) for person in people}


def begin_month(person: User) -> Budget:
    """The person's budget row for this month; a new one is created with the limit that was set last."""
    month = this_month()
    limit = {"limit": _limit_for(person, month)}
    return Budget.objects.get_or_create(person=person, month=month, defaults=limit)[0]


def _limit_for(person: User, month: date) -> Decimal | None:
    """The limit a month starts with: that of the month before it.

    When the person has only later months, this server's clock is behind: then it is the limit of the first of
    those.
    """
    months = Budget.objects.filter(person=person)
    before = months.filter(month__lt=month).order_by("-month").first()
    found = before or months.filter(month__gt=month).order_by("month").first()
    return found.limit if found else None


def admit(person: User, credits: Decimal) -> Budget:
    """Hold credits on the person's month. One UPDATE decides. Raises OverBudget."""
    budget = begin_month(person)
    fits = Q(limit=None) | Q(limit__gte=F("held") + F("spent") + amount(credits))
    rows = Budget.objects.filter(fits, pk=budget.pk)
    if not rows.update(held=F("held") + amount(credits)):
        budget.refresh_from_db()
        raise OverBudget(budget, credits)
    return budget


def hold_anyway(person: User, credits: Decimal) -> Budget:
    """Hold credits on the person's month whatever its limit says, because they are already spent."""
    budget = begin_month(person)
    Budget.objects.filter(pk=budget.pk).update(held=F("held") + amount(credits))
    return budget


def hold(task: Task, budget: Budget, credits: Decimal) -> None:
    """Record what `admit` held for a task."""
    Entry.objects.create(task=task, budget=budget, kind=Kind.HOLD, credits=credits)


def charge(task: Task, credits: Decimal, basis: str) -> None:
    """Turn the hold of a task into its actual cost.

    A task that was charged for a failure and succeeds after all is charged the difference, once Kie names it.
    """
    if charged := Entry.objects.filter(task=task, kind=Kind.CHARGE).first():
        if basis != Entry.Basis.ESTIMATE:
            _book_difference(charged, credits, basis)
        return
    held, budget = _held(task)
    Entry.objects.create(task=task, budget_id=budget, kind=Kind.CHARGE, credits=credits, basis=basis)
    Budget.objects.filter(pk=budget).update(held=F("held") - amount(held), spent=F("spent") + amount(credits))


def release(task: Task) -> None:
    """Release the hold of a task; does nothing when the hold has already ended."""
    entries = Entry.objects.filter(task=task, kind__in=[Kind.CHARGE, Kind.RELEASE])
    if entries.exists():
        return
    held, budget = _held(task)
    Entry.objects.create(task=task, budget_id=budget, kind=Kind.RELEASE, credits=held)
    Budget.objects.filter(pk=budget).update(held=F("held") - amount(held))


def correct(task: Task, credits: Decimal) -> bool:
    """Book Kie's figure where our estimate was booked. False: there was nothing to correct.

    This happens once per task: afterwards the figure is Kie's. Safe to call at any time and concurrently.
    """
    credits = credits.quantize(Decimal("0.001"))
    with transaction.atomic():
        estimated = Task.objects.filter(pk=task.pk, charge_basis=Entry.Basis.ESTIMATE).exists()
        charges = Entry.objects.filter(kind=Kind.CHARGE, task=task)
        charged = charges.first() if estimated else None
        if charged is None:
            return False
        if not _book_difference(charged, credits, Entry.Basis.ACTUAL):
            return False
        actual = {"charge_credits": credits, "charge_basis": Entry.Basis.ACTUAL}
        Task.objects.filter(pk=task.pk).update(**actual)
        figures = {"credits": str(credits), "booked": str(charged.credits)}
        Event.objects.create(task=task, kind=Happened.FIGURE, facts=figures)
    for name, value in actual.items():
        setattr(task, name, value)
    return True


def _book_difference(charged: Entry, credits: Decimal, basis: str) -> bool:
    """Add the single correction of a charge. False: there is already one."""
    difference = credits - charged.credits
    _, first = Entry.objects.get_or_create(
        task=charged.task,
        kind=Kind.CORRECTION,
        defaults={"budget_id": charged.budget_id, "credits": difference, "basis": basis},
    )
    if first:
        Budget.objects.filter(pk=charged.budget_id).update(spent=F("spent") + amount(difference))
    return first


def _held(task: Task) -> tuple[Decimal, int]:
    """Credits still held, until a charge or release ends the hold, and the budget that holds them."""
    entries = {e.kind: e for e in Entry.objects.filter(task=task)}
    ended = Kind.CHARGE in entries or Kind.RELEASE in entries
    hold_entry = entries[Kind.HOLD]
    return Decimal(0) if ended else hold_entry.credits, hold_entry.budget_id


def set_limit(person: User, limit: Decimal | None) -> None:
    """Change the person's hard monthly limit from this month on. None: no limit."""
    Budget.objects.filter(pk=begin_month(person).pk).update(limit=limit)


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Kie's last reading and how much of it is already promised. Credits."""

    reading: Reading | None
    held: Decimal
    open_tasks: int
    """Tasks that hold credits, including the unconfirmed ones."""

    @property
    def credits(self) -> Decimal | None:
        return self.reading.credits if self.reading else None

    @property
    def free(self) -> Decimal | None:
        return None if self.reading is None else self.reading.credits - self.held

    @property
    def low(self) -> bool:
        return self.reading is not None and self.reading.credits < settings.LOW_BALANCE

    @property
    def stale(self) -> bool:
        return self.reading is None or timezone.now() - self.reading.until > timedelta(minutes=10)


def balance() -> Balance:
    reading = Reading.last()
    totals = Budget.objects.filter(held__gt=amount(Decimal(0))).aggregate(held=Sum("held"))
    return Balance(
        reading=reading,
        held=totals["held"] or Decimal(0),
        open_tasks=Task.objects.filter(state__in=[*OPEN - {State.SAVING}, State.UNCONFIRMED]).count(),
    )


def record(credits: Decimal) -> None:
    """Store what the balance is now: a row of its own only when the figure has changed."""
    now, last = timezone.now(), Reading.last()
    if last is not None and last.credits == credits and last.at <= now:
        Reading.objects.filter(pk=last.pk).update(until=now)
        return
    Reading.objects.create(credits=credits, at=now, until=now)


def spending() -> QuerySet[Any, Any]:
    """Charges and their corrections, both with `charged_at`: the time of the charge.

    A correction counts at the time of its charge, not on its own day: Kie took the real figure then, and we
    only learnt it later. So no day is ever below zero. A charge moves the budget of the month in which the
    task was ordered; if the charge came in the next month, the Credits page says so.
    """
    same = Entry.objects.filter(task=OuterRef("task"), kind=Kind.CHARGE)
    charged_at = Case(When(kind=Kind.CORRECTION, then=Subquery(same.values("at")[:1])), default="at")
    return Entry.objects.filter(kind__in=SPENT).annotate(charged_at=charged_at)


def spent_between(start: datetime, end: datetime) -> Decimal:
    """What Kie took in this time by our ledger, dated when Kie finished. Credits."""
    rows = spending().annotate(taken_at=Coalesce("task__finished_at", "charged_at"))
    within = rows.filter(taken_at__gt=start, taken_at__lte=end)
    return within.aggregate(total=Sum("credits"))["total"] or Decimal(0)


def differences() -> list[str]:
    """Every inconsistency within the books; empty when they agree."""
    with one_moment():
        return [*_budget_differences(), *_task_differences()]


def _budget_differences() -> Iterator[str]:
    for budget in Budget.objects.select_related("person"):
        spent = budget.entries.filter(kind__in=SPENT).aggregate(t=Sum("credits"))["t"] or Decimal(0)
        ended = Entry.objects.filter(kind__in=[Kind.CHARGE, Kind.RELEASE], budget=budget)
        open_holds = budget.entries.filter(kind=Kind.HOLD).exclude(task__in=ended.values("task"))
        held = open_holds.aggregate(t=Sum("credits"))["t"] or Decimal(0)
        if spent != budget.spent:
            yield f"{budget}: spent is {budget.spent:f}, its charges add up to {spent:f}"
        if held != budget.held:
            yield f"{budget}: held is {budget.held:f}, its open holds add up to {held:f}"


def _task_differences() -> Iterator[str]:
    charges = dict(_entries(Kind.CHARGE))
    corrections = dict(_entries(Kind.CORRECTION))
    releases = dict(_entries(Kind.RELEASE))
    holds = dict(_entries(Kind.HOLD))
    for task in Task.objects.only("id", "state", "charge_credits", "label"):
        entry = charges.get(task.pk)
        if entry is not None:
            entry += corrections.get(task.pk, Decimal(0))
        elif task.pk in corrections:
            yield f"{task}: is corrected and was not charged"
        booked = task.charge_credits if entry is not None or task.charge_credits else None
        if task.pk not in holds:
            yield f"{task}: has no hold"
        if booked != entry:
            yield f"{task}: says {task.charge_credits}, its entries say {entry}"
        if task.state in (State.SAVING, State.READY) and entry is None:
            yield f"{task}: is not charged"
        if task.state in ENDED_BADLY | {State.CANCELLED, State.CLOSED} and not (
            entry is not None or task.pk in releases
        ):
            yield f"{task}: its hold is not released"
        before_end = task.state in (State.QUEUED, State.SENDING, State.RUNNING)
        if before_end and (entry is not None or (task.pk in releases and task.state != State.RUNNING)):
            yield f"{task}: is settled before it ended"


def _entries(kind: Kind) -> Iterator[tuple[int, Decimal]]:
    rows = Entry.objects.filter(kind=kind)
    yield from rows.values_list("task_id", "credits")
