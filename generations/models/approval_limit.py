"""Above which price an order waits for an admin's yes."""

from django.db import models
from django.db.models import Q

from generations.models.credit import CreditsField
from generations.models.membership import Role


class ApprovalLimit(models.Model):
    """What a role may order without asking. Empty: as much as the budget lets."""

    role = models.CharField(max_length=10, primary_key=True, choices=Role)
    order = CreditsField(null=True)
    """The most that one order, or one plan, may cost."""
    day = CreditsField(null=True)
    """The most that all orders of one person in one day may cost, approved ones aside."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="limit_of_a_role"),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.order} an order, {self.day} a day"
