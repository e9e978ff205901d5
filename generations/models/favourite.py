"""Models that a person has given a star: they come first where that person chooses a model."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models


class Favourite(models.Model):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourites")
    model_id = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "model_id"], name="one_star_of_a_model"),
        ]

    def __str__(self) -> str:
        return f"{self.model_id}, a favourite of {self.person}"

    @classmethod
    def of(cls, person: User) -> set[str]:
        """The ids of the person's favourites."""
        return set(cls.objects.filter(person=person).values_list("model_id", flat=True))

    @classmethod
    def mark(cls, person: User, model_id: str) -> None:
        Favourite.objects.bulk_create([Favourite(person=person, model_id=model_id)], ignore_conflicts=True)

    @classmethod
    def unmark(cls, person: User, model_id: str) -> None:
        cls.objects.filter(person=person, model_id=model_id).delete()
