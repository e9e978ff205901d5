"""`manage.py ledger`: what the books hold, and whether they are consistent."""

import sys
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Sum
from django.utils import timezone

from generations.models import Budget, Entry
from generations.money import ledger
from generations.wording.figures import cr


class Command(BaseCommand):
    help = "Prints a short statement; with --check compares every entry, exit 1 when the books disagree."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare the books with themselves")

    def handle(self, *args: Any, **options: Any) -> None:
        totals = Budget.objects.aggregate(held=Sum("held"), spent=Sum("spent"))
        held, spent = totals["held"] or Decimal(0), totals["spent"] or Decimal(0)
        if options["check"]:
            self._check(held, spent)
        else:
            self._statement(held, spent)

    def _check(self, held: Decimal, spent: Decimal) -> None:
        differences = ledger.differences()
        for difference in differences:
            self.stderr.write(difference)
        if differences:
            sys.exit(1)
        count = Entry.objects.count()
        self.stdout.write(f"The books agree: {count:,} entries, held {cr(held)}, spent {cr(spent)}")

    def _statement(self, held: Decimal, spent: Decimal) -> None:
        balance = ledger.balance()
        if balance.reading:
            when = timezone.localtime(balance.reading.until)
            self.stdout.write(f"Balance at Kie: {cr(balance.credits)} cr at {when:%Y-%m-%d %H:%M:%S %Z}")
        else:
            self.stdout.write("Balance at Kie: not read yet")
        self.stdout.write(f"Held by {balance.open_tasks} open tasks: {cr(held)} cr")
        self.stdout.write(f"Spent since the beginning: {cr(spent)} cr")
        for budget in Budget.objects.filter(month=ledger.this_month()).select_related("person"):
            limit = "no limit" if budget.limit is None else f"limit {cr(budget.limit)}"
            self.stdout.write(f"{budget}: spent {cr(budget.spent)}, held {cr(budget.held)}, {limit}")
