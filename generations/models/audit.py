"""What people decided where a machine must not. Rows are only ever added."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Audit(models.Model):
    class Action(models.TextChoices):
        PASTED = "pasted", "gave a task id"
        CLOSED = "closed", "said that it was not sent"
        ORDERED_AGAIN = "again", "ordered it again"
        TRIED_AGAIN = "tried", "had the file tried again"
        LOST = "lost", "marked the result as lost"
        PAUSED = "paused", "paused sending"
        RESUMED = "resumed", "resumed sending"
        WINDOW = "window", "changed the hold window"
        LIMIT = "limit", "changed a budget"
        CAP = "cap", "changed what an order without a known price may hold"
        APPROVAL = "asking", "changed what waits for a yes"
        YES = "yes", "said yes to an order"
        NO = "no", "said no to an order"
        ADDED = "added", "added a person"
        ROLE = "role", "changed a role"
        NAME = "name", "renamed a person"
        OFF = "off", "switched an account off"
        ON = "on", "switched an account on"
        PASSWORD = "password", "made a new password"
        ADOPTED = "adopted", "took a model of Kie into the studio"
        NOTED = "noted", "noted a change of a model at Kie"
        SHARED = "shared", "made a link for guests"
        EXTENDED = "extended", "kept a link for guests open longer"
        REVOKED = "revoked", "withdrew a link for guests"
        BLIND = "blind", "changed whether people rate blind"

    at = models.DateTimeField(default=timezone.now, db_index=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    task = models.ForeignKey("generations.Task", models.PROTECT, null=True, related_name="audits")
    whom = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """The person the decision is about."""
    action = models.CharField(max_length=10, choices=Action)
    text = models.TextField(blank=True)
    """Facts of the decision. For a role or a name: two lines, before and after; a role as its code."""

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.person} {self.get_action_display()}"
