"""The ledger as people read it: one line for each task that is settled or open."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import QueryDict
from django.utils import timezone

from generations import policy
from generations.models import CreditsField, Entry, Send, State, Task
from generations.models.folded import fold
from generations.money import ledger
from generations.money.spending import Period
from generations.numbers import whole
from generations.wording.figures import cr, facts
from generations.wording.names import full_name

PAGE = 30
Kind = Entry.Kind
OVER = Q(
    kind__in=ledger.SPENT,
    task__charge_credits__gt=F("task__quote_credits"),
)
"""Entries of tasks that cost more than quoted."""
KINDS = {
    "held": (Q(kind=Kind.HOLD), "Held"),
    "charged": (Q(kind=Kind.CHARGE), "Charged"),
    "corrected": (Q(kind=Kind.CORRECTION), "Corrected"),
    "released": (Q(kind=Kind.RELEASE), "Released"),
    "over": (OVER, "Over the quote"),
}
RELEASED = {
    State.CANCELLED: "Cancelled before it was sent",
    State.CLOSED: "Never arrived at Kie",
    State.REFUSED: "Kie refused it",
    State.FAILED: "Kie reported a failure and no charge",
    State.LOST: "Kie never finished it",
}
COLUMNS = (
    "Time (UTC)",
    "Entry",
    "Task",
    "Task id",
    "What",
    "Model",
    "Model id",
    "Person",
    "Estimate",
    "Actual",
    "How we know",
    "Budget month",
)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """The filter applied to the ledger. Unknown values are ignored."""

    period: Period
    person_id: int | None = None
    model_id: str = ""
    kind: str = ""

    @classmethod
    def of(cls, query: QueryDict, viewer: User) -> "Filter":
        """The filter in an address; people who are not admins only see their own lines."""
        person = query.get("person", "")
        chosen = whole(person)
        kind = query.get("kind", "")
        return cls(
            period=Period.of(query.get("period", "")),
            person_id=chosen if policy.may_administer(viewer) else viewer.pk,
            model_id=query.get("model", "")[:120].replace("\0", ""),
            kind=kind if kind in KINDS else "",
        )


@dataclass(frozen=True, kw_only=True)
class Line:
    entry: Entry
    estimate: Decimal
    corrected: bool = False
    """An estimate was charged, and Kie's figure followed later."""
    handed_over: bool = False
    """The task was on its way to Kie at some point, whatever came of it."""

    @property
    def word(self) -> str:
        return str(Kind(self.entry.kind).label)

    @property
    def is_correction(self) -> bool:
        return self.entry.kind == Kind.CORRECTION

    @property
    def estimate_text(self) -> str:
        if self.is_correction:
            return ""
        about = {"exact": "", "unknown": "≤ "}.get(self.entry.task.quote_basis, "~")
        return f"{about}{cr(self.estimate)}"

    @property
    def actual(self) -> Decimal | None:
        """Actual cost, or the difference for a correction, so that lines add up; None while unknown."""
        match self.entry.kind:
            case Kind.CHARGE | Kind.CORRECTION:
                return Decimal(self.entry.credits)
            case Kind.RELEASE:
                return Decimal(0)
            case _:
                return None

    @property
    def unsure(self) -> bool:
        booked = self.entry.kind == Kind.CHARGE and self.entry.basis == Entry.Basis.ESTIMATE
        return (booked and not self.entry.task.is_asked and not self.corrected) or self._in_doubt

    @property
    def over(self) -> Decimal:
        """By how much the task cost more than quoted; shown once, on the line with Kie's figure."""
        told = self.is_correction or (self.entry.kind == Kind.CHARGE and not self.corrected)
        return self.entry.task.over_quote if told else Decimal(0)

    @property
    def over_text(self) -> str:
        return f"{cr(self.over)} cr more than quoted" if self.over else ""

    @property
    def month(self) -> date:
        """The month whose budget the line counts in: that of the order."""
        month: date = self.entry.budget.month
        return month

    @property
    def other_month(self) -> str:
        """The month whose budget the line counts in, if it differs from the line's own month."""
        if self.month == ledger.this_month(timezone.localtime(self.entry.at).date()):
            return ""
        return f"counts in {self.month:%B}"

    @property
    def known(self) -> str:
        """How the figure is known."""
        if self.is_correction:
            return "Kie reported it later"
        if self.entry.kind == Kind.CHARGE:
            return self._charged
        if self.entry.kind == Kind.RELEASE:
            return self._released
        if self._in_doubt:
            return "It is not known whether Kie took it"
        return f"Still {self.entry.task.get_state_display().lower()}"

    @property
    def _released(self) -> str:
        if self.handed_over and self.entry.task.state == State.CANCELLED:
            return "Cancelled before Kie took it"
        return RELEASED.get(State(self.entry.task.state), "Given back")

    @property
    def _charged(self) -> str:
        if self.entry.basis == Entry.Basis.ACTUAL:
            return "Kie reported it"
        if self.entry.task.is_asked:
            return "List price, Kie reports none for these"
        later = ", corrected since" if self.corrected else ""
        return f"Kie gave no figure, {cr(self.entry.credits)} booked{later}"

    @property
    def _in_doubt(self) -> bool:
        return self.entry.kind == Kind.HOLD and self.entry.task.state == State.UNCONFIRMED


def entries(chosen: Filter) -> QuerySet[Entry]:
    """Newest first: charges, corrections, releases without a charge, and holds that have not ended.

    A correction is listed when it was written, although its credits count on the day of its charge
    (ledger.spending): the ledger lists entries as they were booked.
    """
    same = Entry.objects.filter(task=OuterRef("task"))
    charged = Exists(same.filter(kind=Kind.CHARGE))
    ended = Exists(same.exclude(kind=Kind.HOLD))
    held = same.filter(kind=Kind.HOLD).values("credits")[:1]
    rows = Entry.objects.filter(at__gte=chosen.period.start, at__lte=chosen.period.end)
    rows = rows.exclude(Q(kind=Kind.RELEASE) & Q(charged)).exclude(Q(kind=Kind.HOLD) & Q(ended))
    if chosen.person_id is not None:
        rows = rows.filter(task__person_id=chosen.person_id)
    if chosen.model_id:
        rows = rows.filter(task__model_id=chosen.model_id)
    if chosen.kind:
        rows = rows.filter(KINDS[chosen.kind][0])
    estimate = Subquery(held, output_field=CreditsField())
    corrected = Exists(same.filter(kind=Kind.CORRECTION))
    sent = Exists(Send.objects.filter(task=OuterRef("task")))
    return (
        rows.annotate(estimate=estimate, corrected=corrected, handed_over=sent)
        .select_related("task__person", "budget")
        .order_by("-at", "-id")
    )


def lines(chosen: Filter, before: str) -> tuple[list[Line], str]:
    """One page, and the start of the next: the id of its last entry, or empty at the end."""
    rows = entries(chosen)
    last = Entry.objects.filter(pk=whole(before) or 0).first()
    if last:
        rows = rows.filter(Q(at__lte=last.at) & (Q(at__lt=last.at) | Q(pk__lt=last.pk)))
    page = list(rows[: PAGE + 1])
    older = str(page[PAGE - 1].pk) if len(page) > PAGE else ""
    return [line(entry) for entry in page[:PAGE]], older


def line(entry: Entry) -> Line:
    return Line(
        entry=entry,
        estimate=getattr(entry, "estimate", None) or Decimal(0),
        corrected=getattr(entry, "corrected", False),
        handed_over=getattr(entry, "handed_over", False),
    )


@dataclass(frozen=True, kw_only=True)
class Over:
    """Tasks that cost more than quoted, and the total excess."""

    count: int
    credits: Decimal


def over(period: Period, viewer: User) -> Over | None:
    """The tasks that the ledger's `over` filter shows; None when there are none."""
    person_id = None if policy.may_administer(viewer) else viewer.pk
    booked = entries(Filter(period=period, person_id=person_id, kind="over")).order_by()
    tasks = Task.objects.filter(pk__in=booked.values("task_id"))
    figures = tasks.aggregate(count=Count("pk"), cost=Sum("charge_credits"), quoted=Sum("quote_credits"))
    if not figures["count"]:
        return None
    return Over(count=figures["count"], credits=figures["cost"] - figures["quoted"])


class _Echo:
    """A file object that returns every row it is given."""

    def write(self, row: str) -> str:
        return row


def csv_rows(chosen: Filter) -> Iterator[str]:
    """A filter's whole ledger as CSV, row by row; starts with the BOM that tells spreadsheets it is UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for entry in entries(chosen).iterator(chunk_size=500):
        yield writer.writerow(_cells(line(entry)))


def _cells(row: Line) -> list[str]:
    entry, task = row.entry, row.entry.task
    return [
        entry.at.astimezone(UTC).isoformat(timespec="seconds"),
        row.word,
        str(task.pk),
        str(task.uuid),
        plain(f"Video {facts(task)}".strip()),
        plain(task.label),
        plain(task.model_id),
        plain(full_name(task.person)),
        "" if row.is_correction else f"{row.estimate.normalize():f}",
        "" if row.actual is None else f"{row.actual.normalize():f}",
        plain(", ".join(filter(None, [row.known, row.over_text]))),
        f"{row.month:%Y-%m}",
    ]


def plain(text: str) -> str:
    """A text that no spreadsheet treats as a formula, even with full-width or invisible characters."""
    seen = fold(text)
    return (
        f"'{text}" if seen.startswith(("=", "+", "-", "@")) or text.startswith(("\t", "\r", "\n")) else text
    )
