"""A ledger as a sheet to print: every line on one page."""

from dataclasses import dataclass
from decimal import Decimal

from generations.money.statement import Filter, Line, entries, line

LONGEST = 5000
"""Lines of a sheet that is printed; a longer ledger is for a spreadsheet."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All lines of a ledger on one page, oldest first, and what they come to."""

    lines: list[Line]
    count: int

    @property
    def booked(self) -> Decimal:
        return sum((row.actual or Decimal(0) for row in self.lines), Decimal(0))


def sheet(chosen: Filter) -> Sheet:
    rows = entries(chosen)
    return Sheet(lines=[line(entry) for entry in rows.order_by("at", "id")[:LONGEST]], count=rows.count())
