"""Whether an order waits for an admin's yes: above what an admin lets the role of its person order alone."""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from generations import policy
from generations.models import ApprovalLimit, Task
from generations.wording.figures import cr


@dataclass(frozen=True, kw_only=True)
class Need:
    """Why an order waits. Credits."""

    limit: Decimal
    today: Decimal | None = None
    """Where the limit is one for a day: what the person has ordered today. None: it is one for an order."""

    @property
    def text(self) -> str:
        if self.today is None:
            return f"An order above {cr(self.limit)} cr waits for an admin’s yes."
        said = f"Above {cr(self.limit)} cr a day, orders wait for an admin’s yes."
        return f"{said} Today it is {cr(self.today)} cr so far."


def needed(person: User, credits: Decimal) -> Need | None:
    """Why an order of so many credits waits for a yes; None: it does not. Orders of admins never do.

    What an admin has said yes to counts in no day. Concurrent orders of the person wait for each other only
    where the caller holds their budget's row.
    """
    role = policy.role(person)
    if role is None or role is policy.Role.ADMIN:
        return None
    limits = ApprovalLimit.objects.filter(role=role).first()
    if limits is None:
        return None
    if limits.order is not None and credits > limits.order:
        return Need(limit=limits.order)
    if limits.day is None:
        return None
    today = ordered_today(person)
    return Need(limit=limits.day, today=today) if today + credits > limits.day else None


def ordered_today(person: User) -> Decimal:
    """What the person has ordered today without a yes: as charged, or as quoted until then. Credits."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    mine = Task.objects.filter(person=person, created_at__gte=midnight).exclude(plan__approved=True)
    total = mine.aggregate(total=Sum(Coalesce("charge_credits", "quote_credits")))["total"]
    return Decimal(0) if total is None else Decimal(total)
