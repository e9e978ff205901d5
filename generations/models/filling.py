"""What was filled into a form from the library, and what stood there before, so that one press undoes it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from generations.models.asset import Asset
from generations.models.library_item import LibraryItem


class Filling(models.Model):
    """The last one in each form of a person."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="fillings")
    model_id = models.CharField(max_length=120)
    item = models.ForeignKey(LibraryItem, models.SET_NULL, null=True, related_name="fillings")
    title = models.CharField(max_length=80)
    dropped = models.JSONField(default=list)
    """In words: what the model of this form does not take of it."""
    order_key = models.UUIDField()
    """Of the form then: once that is ordered, there is nothing to undo any more."""
    came_from = models.CharField(max_length=120)
    """The model whose form the person was in."""
    before = models.JSONField(default=dict)
    """What stood in this form, as a draft holds it."""
    assets = models.ManyToManyField(Asset, related_name="fillings")
    """Those that `before` names: they are kept as long as it can be undone."""
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "model_id"], name="one_filling_of_a_form"),
        ]

    def __str__(self) -> str:
        return f"“{self.title}” in {self.model_id}"
