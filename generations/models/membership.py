"""Who belongs to the team, and in which role. A person without such a row sees nothing."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone


class Role(models.TextChoices):
    """Codes; each role may do everything that the later ones may. They cannot be renamed."""

    ADMIN = "admin"
    CREATOR = "creator"
    REVIEWER = "reviewer"


class Membership(models.Model):
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="membership"
    )
    role = models.CharField(max_length=10, choices=Role)
    password_until = models.DateTimeField(null=True)
    """How long an admin's made-up password stays valid; None once the person has chosen a password."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_a_role"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"

    def ran_out(self, now: datetime | None = None) -> bool:
        """Whether the made-up password has expired."""
        return self.password_until is not None and self.password_until <= (now or timezone.now())
