"""Which of two clips a person prefers."""

from collections.abc import Collection
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from generations.models.task import Task


class PickQuerySet(models.QuerySet["Pick"]):
    def among(self, person: User, tasks: Collection[Task]) -> Self:
        """Those of a person of which both clips are among these."""
        return self.filter(person=person, winner__in=tasks, loser__in=tasks)


class Pick(models.Model):
    """A person's choice between two clips: one a pair, and the last one counts."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="picks")
    winner = models.ForeignKey(Task, models.CASCADE, related_name="picks_won")
    loser = models.ForeignKey(Task, models.CASCADE, related_name="picks_lost")
    at = models.DateTimeField(default=timezone.now)

    objects = PickQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                F("person"), Least("winner", "loser"), Greatest("winner", "loser"), name="one_pick_of_a_pair"
            ),
            models.CheckConstraint(condition=~Q(winner=F("loser")), name="pick_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.person} prefers task {self.winner_id} to {self.loser_id}"

    @classmethod
    def give(cls, person: User, winner: Task, losers: Collection[Task]) -> None:
        """Prefer a clip to each of the others, whatever was picked of these pairs before."""
        with transaction.atomic():
            for loser in losers:
                cls._give(person, winner, loser)

    @classmethod
    def _give(cls, person: User, winner: Task, loser: Task) -> None:
        pair = cls.objects.among(person, [winner, loser])
        said = {"winner": winner, "loser": loser, "at": timezone.now()}
        if pair.update(**said):
            return
        try:
            with transaction.atomic():
                cls.objects.create(person=person, **said)
        except IntegrityError:
            pair.update(**said)

    @classmethod
    def take_back(cls, person: User, tasks: Collection[Task]) -> None:
        """Forget what the person picked among these clips."""
        cls.objects.among(person, tasks).delete()
