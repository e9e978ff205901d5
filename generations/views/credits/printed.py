"""A ledger as a printable sheet: every line on one page."""

from dataclasses import dataclass
from decimal import Decimal

from generations.money.statement import Filter, Line, entries, line

LONGEST = 5000
"""Maximum lines of a printed sheet; a longer ledger belongs in a spreadsheet."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All lines of a ledger on one page, oldest first, and their total."""

    lines: list[Line]
    count: int

    @property
    def booked(self) -> Decimal:
        return sum((row.actual or Decimal(0) for row in self.lines), Decimal(0))


def sheet(chosen: Filter) -> Sheet:
    rows = entries(chosen)
    return Sheet(lines=[line(entry) for entry in rows.order_by("at", "id")[:LONGEST]], count=rows.count())
