"""A plan: tasks that a person looks at together before they are ordered, and follows together after."""

import uuid
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.urls import reverse
from django.utils import timezone

from generations import catalogue
from generations.catalogue.spec import ModelSpec
from generations.models.credit import CreditsField
from generations.models.state import UNSETTLED

LONG_TITLE = 120
LISTED = timedelta(days=1)
"""How long a plan is listed that nobody has touched, or after it was ordered when its tasks have ended."""


class Stage(StrEnum):
    """Where a plan stands."""

    PLANNED = "planned"
    """Nothing was ordered; its rows can be changed."""
    ASKED = "asked"
    """It waits for an admin's yes, as it is, and holds nothing."""
    ORDERED = "ordered"
    DROPPED = "dropped"
    """It was put away without being ordered."""


class PlanQuerySet(models.QuerySet["Plan"]):
    def asked(self) -> Self:
        """Plans that wait for an admin's yes, the longest waiting first."""
        waits = self.filter(asked_at__isnull=False, answered_at=None, ordered_at=None, dropped_at=None)
        return waits.order_by("asked_at", "id")

    def paused(self) -> Self:
        return self.filter(paused_at__isnull=False)

    def listed(self) -> Self:
        """Plans that are not ordered yet, of which a task is under way, or of the last day.

        First come those that wait for a yes, are on hold or paused, then the newest. What nobody has touched
        for a day since it was planned is left out: its form plans it again.
        """
        day_ago = timezone.now() - LISTED
        tasks = PlanRow.objects.filter(plan=OuterRef("pk"), task__state__in=UNSETTLED)
        touched = Q(asked_at__isnull=False) | Q(kept_at__isnull=False)
        planned = Q(ordered_at=None) & (touched | Q(created_at__gt=day_ago))
        waits = Q(paused_at__isnull=False) | (Q(ordered_at=None) & touched)
        found = self.filter(planned | Q(ordered_at__gt=day_ago) | Exists(tasks), dropped_at=None)
        return found.order_by(Case(When(waits, then=0), default=1), "-created_at", "-id")


class Plan(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="plans")
    """Who orders it, and whose budget pays."""
    key = models.UUIDField()
    """The order key of the form that it was made in: one wish of a person is one plan."""
    wish = models.CharField(max_length=64)
    """Digest of what it was made from: the same form under the same key is the same plan."""
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="again")
    """The plan that it orders again."""
    answers = models.ForeignKey("generations.Task", models.PROTECT, null=True, related_name="+")
    """The task whose clip was to be changed, if its tasks are ordered for it."""
    title = models.CharField(max_length=LONG_TITLE, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    """When its rows were made of a wish."""
    kept_at = models.DateTimeField(null=True)
    """When its person put it on hold: from then on the form that it was made in plans another."""
    ordered_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    """While it is set, its queued tasks are not sent."""
    dropped_at = models.DateTimeField(null=True)

    asked_at = models.DateTimeField(null=True)
    """When its person ordered it and it had to wait for an admin's yes."""
    asked_credits = CreditsField(null=True)
    """Its total then."""
    agreed_credits = CreditsField(null=True)
    """What its person lets each task hold whose price is not known."""
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved = models.BooleanField(null=True)
    comment = models.TextField(blank=True)
    """What the admin said with the answer."""

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="one_plan_of_a_wish"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, approved=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False, approved__isnull=False),
                name="plan_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ordered_at=None) | Q(dropped_at=None), name="plan_ordered_or_dropped"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["paused_at"], name="plans_paused", condition=Q(paused_at__isnull=False)),
            models.Index(
                fields=["asked_at"],
                name="plans_asked",
                condition=Q(asked_at__isnull=False, answered_at=None, ordered_at=None, dropped_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Plan {self.uuid}, {self.stage}"

    def get_absolute_url(self) -> str:
        return reverse("plan", args=[self.uuid])

    @property
    def stage(self) -> Stage:
        if self.ordered_at:
            return Stage.ORDERED
        if self.dropped_at:
            return Stage.DROPPED
        return Stage.ASKED if self.asked_at and not self.answered_at else Stage.PLANNED

    @property
    def is_proposal(self) -> bool:
        """Whether nobody has decided anything about it yet: another wish under its key takes its place."""
        return self.stage is Stage.PLANNED and not self.kept_at and not self.asked_at

    @property
    def standing(self) -> "models.QuerySet[PlanRow]":
        """Its rows that were not taken out, in order."""
        return self.rows.filter(taken_out=False).select_related("task")


class PlanRow(models.Model):
    """One task of a plan, before and after it is ordered."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rows")
    place = models.PositiveSmallIntegerField()
    model_id = models.CharField(max_length=120)
    values = models.JSONField(default=dict)
    """As a task's: by parameter name."""
    take = models.PositiveSmallIntegerField(default=1)
    takes = models.PositiveSmallIntegerField(default=1)
    """It is take `take` of `takes` with the same words."""
    own = models.JSONField(default=list)
    """Which words of its prompt differ from its neighbours': pairs of places in it, begin and end."""
    taken_out = models.BooleanField(default=False)
    task = models.OneToOneField("generations.Task", models.PROTECT, null=True, related_name="planned")

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "place"], name="one_row_of_a_place"),
            models.CheckConstraint(condition=Q(task=None) | Q(taken_out=False), name="ordered_row_stands"),
        ]

    def __str__(self) -> str:
        return f"Row {self.place} of plan {self.plan_id}"

    @property
    def spec(self) -> ModelSpec | None:
        """The model as it is today; None when it has left the catalogue."""
        return catalogue.find(self.model_id)

    @property
    def label(self) -> str:
        return self.spec.label if self.spec else self.model_id

    @property
    def prompt_name(self) -> str:
        """The parameter of its prompt; empty when its model takes none."""
        param = self.spec.with_role("prompt") if self.spec else None
        return param.name if param else ""

    @property
    def prompt(self) -> str:
        return str(self.values.get(self.prompt_name) or "")
