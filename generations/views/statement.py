"""The ledger as people read it: one line for each task or copy that is settled or open."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict

from generations import policy
from generations.models import CreditsField, Entry, State
from generations.templatetags.frame import cr, facts, full_name
from generations.views.spending import Period

PAGE = 30
KINDS = {
    "held": (Entry.Kind.HOLD, "Held"),
    "charged": (Entry.Kind.CHARGE, "Charged"),
    "released": (Entry.Kind.RELEASE, "Released"),
}
WORDS = dict(KINDS.values())
RELEASED = {
    State.CANCELLED: "Cancelled before it was sent",
    State.CLOSED: "Never arrived at Kie",
    State.REFUSED: "Kie refused it",
    State.FAILED: "Kie reported a failure and no charge",
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
)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What the ledger is narrowed to. Unknown values narrow nothing."""

    period: Period
    person_id: int | None = None
    model_id: str = ""
    kind: str = ""

    @classmethod
    def of(cls, query: QueryDict, viewer: User) -> "Filter":
        """From an address; people who are not admins see their own lines only."""
        person = query.get("person", "")
        chosen = int(person) if _is_id(person) else None
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

    @property
    def word(self) -> str:
        return WORDS[Entry.Kind(self.entry.kind)]

    @property
    def is_copy(self) -> bool:
        return self.entry.subject == Entry.Subject.COPY

    @property
    def estimate_text(self) -> str:
        about = "" if self.is_copy or self.entry.task.quote_basis == "exact" else "~"
        return f"{about}{cr(self.estimate)}"

    @property
    def actual(self) -> Decimal | None:
        """What it cost; None while nobody knows."""
        match self.entry.kind:
            case Entry.Kind.CHARGE:
                return Decimal(self.entry.credits)
            case Entry.Kind.RELEASE:
                return Decimal(0)
            case _:
                return None

    @property
    def unsure(self) -> bool:
        booked = self.entry.kind == Entry.Kind.CHARGE and self.entry.basis == Entry.Basis.ESTIMATE
        return (booked and not self.is_copy) or self._in_doubt

    @property
    def known(self) -> str:
        """How we know."""
        if self.entry.kind == Entry.Kind.CHARGE:
            return self._charged
        if self.entry.kind == Entry.Kind.RELEASE:
            refused = "Kie refused the copy"
            return refused if self.is_copy else RELEASED.get(State(self.entry.task.state), "Given back")
        if self._in_doubt:
            return "Nobody knows whether Kie took it"
        return (
            "Copy in the making" if self.is_copy else f"Still {self.entry.task.get_state_display().lower()}"
        )

    @property
    def _charged(self) -> str:
        if self.entry.basis == Entry.Basis.ACTUAL:
            return "Kie reported it"
        if self.is_copy:
            return "List price, Kie reports none for copies"
        return f"Kie gave no figure, {cr(self.entry.credits)} booked"

    @property
    def _in_doubt(self) -> bool:
        return self.entry.kind == Entry.Kind.HOLD and self.entry.task.state == State.UNCONFIRMED


def entries(chosen: Filter) -> QuerySet[Entry]:
    """Newest first: charges, releases that no charge followed, and holds that nothing ended."""
    same = Entry.objects.filter(task=OuterRef("task"), subject=OuterRef("subject"))
    charged = Exists(same.filter(kind=Entry.Kind.CHARGE))
    ended = Exists(same.exclude(kind=Entry.Kind.HOLD))
    held = same.filter(kind=Entry.Kind.HOLD).values("credits")[:1]
    rows = Entry.objects.filter(at__gte=chosen.period.start, at__lte=chosen.period.end)
    rows = rows.exclude(Q(kind=Entry.Kind.RELEASE) & Q(charged)).exclude(Q(kind=Entry.Kind.HOLD) & Q(ended))
    if chosen.person_id is not None:
        rows = rows.filter(task__person_id=chosen.person_id)
    if chosen.model_id:
        rows = rows.filter(task__model_id=chosen.model_id)
    if chosen.kind:
        rows = rows.filter(kind=KINDS[chosen.kind][0])
    estimate = Subquery(held, output_field=CreditsField())
    return rows.annotate(estimate=estimate).select_related("task__person").order_by("-at", "-id")


def lines(chosen: Filter, before: str) -> tuple[list[Line], str]:
    """One page and the address of the next: the id of its last entry, or nothing at the end."""
    rows = entries(chosen)
    last = Entry.objects.filter(pk=int(before)).first() if _is_id(before) else None
    if last:
        rows = rows.filter(Q(at__lte=last.at) & (Q(at__lt=last.at) | Q(pk__lt=last.pk)))
    page = list(rows[: PAGE + 1])
    older = str(page[PAGE - 1].pk) if len(page) > PAGE else ""
    return [line(entry) for entry in page[:PAGE]], older


def line(entry: Entry) -> Line:
    return Line(entry=entry, estimate=getattr(entry, "estimate", None) or Decimal(0))


class _Echo:
    """A file that hands every row straight on."""

    def write(self, row: str) -> str:
        return row


def csv_rows(chosen: Filter) -> Iterator[str]:
    """The whole ledger of a filter as CSV, row by row."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for entry in entries(chosen).iterator(chunk_size=500):
        yield writer.writerow(_cells(line(entry)))


def _cells(row: Line) -> list[str]:
    entry, task = row.entry, row.entry.task
    return [
        entry.at.astimezone(UTC).isoformat(timespec="seconds"),
        row.word,
        str(task.pk),
        str(task.uuid),
        plain(f"{entry.get_subject_display()} {facts(task)}".strip()),
        plain(task.label),
        plain(task.model_id),
        plain(full_name(task.person)),
        f"{row.estimate.normalize():f}",
        "" if row.actual is None else f"{row.actual.normalize():f}",
        plain(row.known),
    ]


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
