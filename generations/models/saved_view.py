"""A view of the gallery under a name."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models

LONGEST_TITLE, LONGEST_QUERY = 60, 1000
"""Characters."""


class SavedView(models.Model):
    """What the gallery’s address says after its question mark: filters, so it shows what fits today."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    title = models.CharField(max_length=LONGEST_TITLE)
    query = models.CharField(max_length=LONGEST_QUERY)
    is_shared = models.BooleanField(default=False)
    """Whether the whole team sees it; else only its person."""

    class Meta:
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "title"], name="one_view_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def keep(cls, person: User, title: str, query: str, *, is_shared: bool) -> bool:
        """Save a view, or let the person’s one of that name show this. Whether it is a new one."""
        what = {"query": query, "is_shared": is_shared}
        _, is_new = cls.objects.update_or_create(person=person, title=title, defaults=what)
        return is_new
