"""Money: entries of the ledger, readings of the balance, budgets. All amounts are credits."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.expressions import Combinable
from django.utils import timezone

THOUSANDTHS = 1000

if TYPE_CHECKING:
    _Whole = models.Field  # the type checker is told the types below
else:
    _Whole = models.BigIntegerField


class CreditsField(_Whole):  # type: ignore[type-arg]
    """Credits as Decimal in Python and as whole thousandths in the database; never a float."""

    _pyi_private_set_type: Decimal | int | Combinable
    _pyi_private_get_type: Decimal
    _pyi_lookup_exact_type: Decimal | int | Combinable

    def from_db_value(self, value: int | None, *_: object) -> Decimal | None:
        return None if value is None else Decimal(int(value)) / THOUSANDTHS

    def to_python(self, value: Any) -> Any:
        return None if value is None else Decimal(value)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return int((Decimal(value) * THOUSANDTHS).to_integral_value())


def amount(credits: Decimal) -> Value:
    """An amount for use in an UPDATE beside F()."""
    return Value(credits, output_field=CreditsField())


class Budget(models.Model):
    """What one person may spend in one month, and how much of it is held and spent."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="budgets")
    month = models.DateField()
    """First day of the month."""
    limit = CreditsField(null=True, blank=True)
    """Hard: an order above it is not admitted. Empty: no limit."""
    held = CreditsField(default=Decimal(0))
    spent = CreditsField(default=Decimal(0))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "month"], name="one_budget_per_month"),
            models.CheckConstraint(condition=Q(held__gte=0), name="budget_held_not_negative"),
            models.CheckConstraint(condition=Q(spent__gte=0), name="budget_spent_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.month:%B %Y}"

    @property
    def left(self) -> Decimal | None:
        return None if self.limit is None else self.limit - self.held - self.spent


class Entry(models.Model):
    """One line of the ledger. Entries are only ever added."""

    class Kind(models.TextChoices):
        HOLD = "hold", "Held"
        CHARGE = "charge", "Charged"
        RELEASE = "release", "Released"
        CORRECTION = "correction", "Corrected"

    class Basis(models.TextChoices):
        ACTUAL = "actual", "Kie reported it"
        ESTIMATE = "estimate", "our estimate, Kie gave no figure"
        NONE = "", "nothing spent"

    task = models.ForeignKey("generations.Task", models.PROTECT, related_name="entries")
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    credits = CreditsField()
    """For a correction: the difference from what was charged, so it may be negative."""
    basis = models.CharField(max_length=10, choices=Basis, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name_plural = "entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "kind"], name="one_entry_of_a_kind"),
            models.CheckConstraint(
                condition=Q(credits__gte=0) | Q(kind="correction"), name="entry_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.credits} for task {self.task_id}"


@dataclass(frozen=True, kw_only=True)
class Known:
    """The balance at a moment. Credits."""

    at: datetime
    credits: Decimal


class ReadingQuerySet(models.QuerySet["Reading"]):
    def between(self, start: datetime, end: datetime) -> Self:
        """Readings that stood at some moment of this time, its borders included."""
        return self.filter(at__lte=end, until__gte=start)


class Reading(models.Model):
    """A figure of the balance call: Kie named it first `at`, and last, with no other in between, `until`."""

    credits = CreditsField()
    at = models.DateTimeField(db_index=True)
    until = models.DateTimeField(db_index=True)

    objects = ReadingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.credits} from {self.at:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M}"

    @classmethod
    def last(cls) -> "Reading | None":
        return cls.objects.order_by("-at", "-id").first()
