"""What a person writes in the studio, one form per model, kept before and after it is ordered."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Draft(models.Model):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    model_id = models.CharField(max_length=120)
    fields = models.JSONField(default=dict)
    """The form's contents, valid or not: lists of texts by field name, as a browser posts them."""
    order_key = models.UUIDField(default=uuid.uuid4)
    """Identifies the wish in this form: whatever is sent under this key is ordered once."""
    turn = models.PositiveIntegerField(default=0)
    """How many times `fields` has changed; a tab says which turn it has read."""
    tab = models.CharField(max_length=40, blank=True)
    """The tab that changed it last."""
    opened_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True)
    """When `fields` last changed; empty: never written."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "model_id"], name="one_draft_of_a_model"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.model_id}, turn {self.turn}"
