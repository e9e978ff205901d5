"""A task: one wish, to be sent to createTask once, and its life."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse
from django.utils import timezone

from generations import catalogue
from generations.catalogue.spec import ModelSpec
from generations.kie.endpoints import ENDPOINTS
from generations.models.credit import Budget, CreditsField
from generations.models.digest import DigestField
from generations.models.folded import WordsField
from generations.models.happened import Happened
from generations.models.in_line import InLine, free_to_go
from generations.models.market import MarketAnswer, described
from generations.models.obstacle import Facts, Obstructed, free
from generations.models.plan import Plan
from generations.models.priced_values import PricedValues
from generations.models.state import AT_KIE, ENDED_BADLY, ON_RECORD, OPEN, SOURCES, WITHOUT_ID, State
from generations.models.track_record import LAST, Span, TrackRecord

UNKNOWN_LATE = 900
"""Seconds after which a running task is late when it is not known how long its model usually takes."""
LONGEST_WAIT = timedelta(hours=25)
"""Upper bound for the wait until any row's next look: LOOK_BACK, FAILED_LOOKS."""
LONGEST_OPEN_WAIT = timedelta(hours=4)
"""The same for open rows: pace.BACK_OFF."""
LONGEST_CLAIM = timedelta(minutes=1)
"""The same for queued rows without an obstacle: pace.CLAIM_LIFE."""
KEPT_BY_KIE = timedelta(days=14)
"""Result files live 14 days (docs.kie.ai, start page)."""


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def due(self) -> Self:
        """Rows that are due for a look, the longest waiting first.

        A row due later than the longest possible wait got its time from a clock that was ahead, so it is due
        too.
        """
        now = timezone.now()
        too_late = (
            Q(due_at__gt=now + LONGEST_WAIT)
            | Q(state__in=OPEN, due_at__gt=now + LONGEST_OPEN_WAIT)
            | Q(state=State.QUEUED, obstacle="", due_at__gt=now + LONGEST_CLAIM)
        )
        return self.filter(Q(due_at__lte=now) | too_late).order_by("due_at", "id")

    def free_to_go(self) -> Self:
        """Rows that neither their person, nor a paused plan, nor their hold window holds back now."""
        return self.filter(free_to_go())

    def in_place(self) -> Self:
        """Queued rows, those of each person in the order that the person gave them."""
        return self.filter(state=State.QUEUED).order_by("place", "id")

    def in_turn(self, at_most: int) -> Self:
        """Queued rows, taking people in turn: the person with the fewest tasks at Kie comes first.

        A person gets only as many rows as bring their tasks at Kie to `at_most`, in the order of their line.
        Those of a paused plan wait.
        """
        at_kie = Task.objects.filter(person=OuterRef("person"), state__in=AT_KIE).order_by()
        busy = Subquery(at_kie.values("person").annotate(n=Count("pk")).values("n"))
        place = Window(RowNumber(), partition_by=F("person"), order_by=[F("place"), F("id")])
        ready = self.filter(~Q(plan__in=Plan.objects.paused()), state=State.QUEUED)
        rows = ready.annotate(turn=place + Coalesce(busy, 0))
        return rows.filter(turn__lte=at_most).order_by("turn", "created_at", "id")

    def in_paused_plans(self) -> Self:
        """Queued rows of paused plans, in the order of their lines."""
        return self.filter(plan__in=Plan.objects.paused()).in_place()

    def unconfirmed(self) -> Self:
        return self.filter(state=State.UNCONFIRMED)


class Task(Obstructed, InLine):
    """One order of one model, by one person. Sent at most once; a retry is a new task with a parent."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order_key = models.UUIDField(null=True, unique=True, editable=False)
    """Created with the form: submitting the same form twice creates one task."""
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="retries")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="tasks")
    """The plan that it was ordered with; empty: it was ordered by itself."""
    answers = models.ForeignKey("self", models.PROTECT, null=True, related_name="answered_by")
    """The task whose clip was to be changed, if this one was ordered for it."""
    changed_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    """The task that took its place when its person changed it before it was sent."""
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="tasks")

    model_id = models.CharField(max_length=120)
    endpoint = models.CharField(max_length=20)
    """Kie's calls for it (kie.endpoints), as ordered and then as sent: its record is asked for there."""
    label = models.CharField(max_length=120)
    schema = models.ForeignKey(MarketAnswer, models.PROTECT, null=True, related_name="+")
    """Kie's schema that it was ordered from; empty for a model of our own files."""
    prompt = models.TextField(blank=True)
    words = WordsField(of="prompt")
    """What of it is searched (search_text)."""
    prompt_digest = DigestField(of="prompt")
    values = models.JSONField(default=dict)
    """By parameter name; media as `upload:<uuid>` or https URL."""

    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    """When Kie finished, by Kie's clock if Kie reports a time."""
    ready_at = models.DateTimeField(null=True)

    due_at = models.DateTimeField(null=True)
    """When the sweep looks at this row again; empty: not until something makes it due."""
    attempts = models.PositiveIntegerField(default=0)
    """Looks since the last move, for the pace and the back-off."""

    task_id = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001
    result_urls = models.JSONField(default=list)
    failure_code = models.CharField(max_length=20, blank=True)
    failure_text = models.TextField(blank=True)

    quote_credits = CreditsField(null=True)
    quote_basis = models.CharField(max_length=10)
    quote_text = models.CharField(max_length=200, blank=True)
    priced = models.ForeignKey(PricedValues, models.PROTECT, null=True, related_name="tasks", db_index=False)
    """What its price depends on; empty for what cannot be compared, such as a price at most."""
    charge_credits = CreditsField(null=True)
    charge_basis = models.CharField(max_length=10, blank=True)

    usual: Span | None = None
    """How long its model usually takes; read by library.durations.with_usual."""

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at", "id"]),
            models.Index(fields=["due_at"]),
            models.Index(fields=["state", "created_at"]),
            models.Index(fields=["sent_at"]),
            models.Index(fields=["person", "state", "changed_at"]),
            models.Index(fields=["model_id", "state", "ready_at"]),
            models.Index(fields=["state", "changed_at"]),
            models.Index(fields=["person", "state", "ready_at"]),
            models.Index(fields=["prompt_digest", "id"]),
            models.Index(fields=["priced", "charge_basis", "id"], name="priced_alike"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(task_id=None) | ~Q(state__in=sorted(WITHOUT_ID)), name="no_id_while_in_doubt"
            ),
            models.CheckConstraint(condition=~Q(endpoint=""), name="has_an_endpoint"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.label}, {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("task", args=[self.uuid])

    @property
    def change_url(self) -> str:
        """The studio with this waiting task to be changed; empty when it cannot be."""
        return self.reuse_url.replace("?from=", "?change=") if self.state == State.QUEUED else ""

    @property
    def reuse_url(self) -> str:
        """The studio with all settings of this task; empty when these cannot be ordered once more."""
        known = catalogue.find(self.model_id) and not self.is_asked
        return f"{reverse('order', args=[self.model_id])}?from={self.uuid}" if known else ""

    def move(
        self,
        to: State,
        happened: Happened,
        facts: Facts | None = None,
        *,
        only_from: State | None = None,
        only_if: Q | None = None,
        **fields: Any,
    ) -> bool:
        """Move to a state if the row is still in a state that allows it, or in `only_from` if given.

        `only_if` is what else has to be true of it. One UPDATE decides, so of two workers one wins. False:
        another process was first, and nothing changed.
        """
        fields = free() | {"attempts": 0} | fields | {"state": to, "changed_at": timezone.now()}
        with transaction.atomic():
            sources = SOURCES[to] & {only_from} if only_from else SOURCES[to]
            if not Task.objects.filter(only_if or Q(), pk=self.pk, state__in=sources).update(**fields):
                return False
            self.events.create(state=to, kind=happened, facts=facts or {})
            if to in ON_RECORD or self.state in ENDED_BADLY:
                renew_record(self.model_id)
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def note(self, **fields: Any) -> bool:
        """Change the fields beside the state, if the state is still the one that was read."""
        if not Task.objects.filter(pk=self.pk, state=self.state).update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def claim(self, until: timedelta) -> bool:
        """Take the row for one step by pushing its due time on. False: another sweep was first."""
        later = timezone.now() + until
        if not Task.objects.filter(pk=self.pk, state=self.state, due_at=self.due_at).update(due_at=later):
            return False
        self.due_at = later
        return True

    @property
    def handed_over(self) -> bool:
        """Whether the task was ever on its way to Kie, even if Kie did not take it."""
        return self.sent_at is not None or bool(self.sends.all())

    @property
    def spec(self) -> ModelSpec | None:
        """The model as it was ordered; None when the model has left the catalogue."""
        if self.schema_id:
            return described(self.schema_id)
        return catalogue.find(self.model_id)

    @property
    def is_asked(self) -> bool:
        """Whether its order is a question that may be put to Kie again and again: Endpoint.asked."""
        return ENDPOINTS[self.endpoint].asked

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def has_ended(self) -> bool:
        """Nothing more is expected of the task; a task in doubt has not ended."""
        return not self.is_open and self.state != State.UNCONFIRMED

    @property
    def took(self) -> int | None:
        """Seconds from sending it to its end, refusals included; None: never sent, or not ended."""
        end = self.ready_at or self.finished_at
        if self.state == State.REFUSED:
            end = self.changed_at
        if end is None or self.sent_at is None:
            return None
        return max(0, int((end - self.sent_at).total_seconds()))

    @property
    def is_late(self) -> bool:
        """Running for more than twice the usual time; computed, never stored."""
        if self.state != State.RUNNING or self.accepted_at is None:
            return False
        limit = 2 * self.usual[1] if self.usual else UNKNOWN_LATE
        return timezone.now() - self.accepted_at > timedelta(seconds=limit)

    @property
    def cost(self) -> Decimal | None:
        """What the task has cost or will cost, in credits; None when unknown."""
        cost: Decimal | None = self.quote_credits if self.charge_credits is None else self.charge_credits
        return cost

    @property
    def cost_kind(self) -> str:
        """The word beside the figure: estimate, exact, actual, unknown or not charged."""
        if self.charge_credits is None:
            return self.quote_basis
        if self.charge_credits == 0:
            return "not charged"
        return self.charge_basis or "actual"

    @property
    def over_quote(self) -> Decimal:
        """Credits by which it cost more than quoted; 0 when it did not, or when there was no quote."""
        if self.charge_credits is None or self.quote_credits is None:
            return Decimal(0)
        over: Decimal = self.charge_credits - self.quote_credits
        return max(over, Decimal(0))


def renew_record(model_id: str) -> None:
    """Recount a model's record after one of its tasks ended or resumed. Concurrent calls take turns."""
    mine = Task.objects.filter(model_id=model_id)
    with transaction.atomic():
        TrackRecord.objects.get_or_create(model_id=model_id)
        row = TrackRecord.objects.select_for_update().get(model_id=model_id)
        row.ready = mine.filter(state=State.READY).count()
        row.failed = mine.filter(state__in=ENDED_BADLY).count()
        last = mine.filter(state=State.READY, sent_at__isnull=False, ready_at__isnull=False)
        times = last.order_by("-ready_at").values_list("sent_at", "ready_at")[:LAST]
        row.seconds = [max(0, int((ready - sent).total_seconds())) for sent, ready in times if sent and ready]
        row.save()
