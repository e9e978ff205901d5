"""What Kie's own catalogue last said about each model, what changed, and what an admin took over."""

import hashlib
import json
import time
from datetime import timedelta
from functools import lru_cache
from typing import ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from generations.catalogue.schema import Listed, model_spec
from generations.catalogue.spec import ModelSpec
from generations.models.one_row import OneRow

EVERY = timedelta(days=1)
FIRST_AFTER = timedelta(minutes=1)
"""Time from the first sweep to the first reading of the list."""
BETWEEN_LOOKS = 1.15
"""Seconds. Kie answers one look-up a second (agent skill “kie-models”); calls may catch up on their way."""
SLOWER = (2, 4, 8)
"""Seconds to wait after the first, the second and every further answer that we ask too fast."""
FAR = 120
"""Seconds; a time further ahead comes from a clock that was ahead."""


class Unusable(models.TextChoices):
    """Why an answer of Kie's catalogue is of no use. The label says which facts are kept beside the code.

    A Fault of a schema and a Flaw of an answer (`catalogue.unreadable`, `kie.market`) are kept the same way.
    """

    ANSWER = "answer", "Kie refused to answer, or gave no answer: the facts of a KieError"
    LOSSES = "losses", "the list holds only `held` of `known` models"
    ABSURD = "absurd", "the price `text` names an amount that cannot be a price"
    NO_SCHEMA = "no schema", "Kie has no schema of it"
    OLD = "old", "noted before there were codes: `text`"


class MarketState(OneRow):
    """One row: when the list is due, the pace of look-ups in all processes, and how the last reading went."""

    next_look = models.FloatField(default=0)
    """When the next look-up may begin: epoch seconds."""
    slowed = models.PositiveSmallIntegerField(default=0)
    """How many look-ups in a row were too fast for Kie."""
    list_due_at = models.DateTimeField(null=True)
    whole = models.BooleanField(default=False)
    """Whether the next reading of the list asks for every price too."""
    read_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failed_why = models.JSONField(default=dict)
    """“why” (an Unusable or a Flaw) and its facts; empty: it was read."""
    version = models.PositiveIntegerField(default=0)
    """Grows whenever what can be ordered changes."""

    def __str__(self) -> str:
        return f"Kie’s catalogue, read {self.read_at or 'never'}"

    @classmethod
    def ask(cls) -> None:
        """Have the list, every schema and every price read anew, as soon as the pace allows."""
        cls.row()
        cls.objects.filter(pk=1).update(list_due_at=timezone.now(), whole=True, failed_at=None, failed_why={})

    @classmethod
    def may_look(cls) -> bool:
        """Take the right to one look-up, in every process. False: wait a moment."""
        now = time.time()
        with transaction.atomic():
            cls.row()
            row = cls.objects.select_for_update().get(pk=1)
            if now < row.next_look < now + FAR:
                return False
            row.next_look = now + BETWEEN_LOOKS
            row.save(update_fields=["next_look"])
        return True

    @classmethod
    def looked(cls, at: float) -> None:
        """Count the pace from when the question really left, which a busy machine may have delayed."""
        then = at + BETWEEN_LOOKS
        cls.objects.filter(pk=1, next_look__lt=then).update(next_look=then)

    @classmethod
    def rest(cls, seconds: float) -> None:
        """Let no process look anything up for a while."""
        cls.objects.filter(pk=1).update(next_look=time.time() + seconds)

    @classmethod
    def too_fast(cls) -> None:
        row = cls.row()
        cls.rest(SLOWER[min(row.slowed, len(SLOWER) - 1)])
        cls.objects.filter(pk=1).update(slowed=F("slowed") + 1)

    @classmethod
    def changed(cls) -> None:
        """Tell every process that something else can be ordered now."""
        cls.row()
        cls.objects.filter(pk=1).update(version=F("version") + 1)


class MarketAnswer(models.Model):
    """One answer of Kie about one model, as it came. Rows are only ever added, one for each content."""

    class Kind(models.TextChoices):
        LISTED = "listed", "list entry"
        SCHEMA = "schema", "schema"
        PRICE = "price", "price"

    model_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind)
    content = models.JSONField(null=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    """When Kie first said it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model_id", "kind", "digest"], name="one_row_per_content")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.model_id} of {self.at:%Y-%m-%d}"

    @classmethod
    def keep(cls, model_id: str, kind: "MarketAnswer.Kind", content: object) -> Self:
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        row, _ = cls.objects.get_or_create(
            model_id=model_id, kind=kind, digest=digest, defaults={"content": content}
        )
        return row


class MarketModel(models.Model):
    """One model of Kie's list: what Kie says now, and what stands with us."""

    model_id = models.CharField(max_length=120, unique=True)
    listed = models.ForeignKey(MarketAnswer, models.PROTECT, related_name="+")
    schema = models.ForeignKey(MarketAnswer, models.PROTECT, null=True, related_name="+")
    price = models.ForeignKey(MarketAnswer, models.PROTECT, null=True, related_name="+")
    stands_schema = models.ForeignKey(MarketAnswer, models.PROTECT, null=True, related_name="+")
    """The schema that an admin took over or, for a model of our own files, that was read first."""
    stands_price = models.ForeignKey(MarketAnswer, models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True)
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    first_seen_at = models.DateTimeField(default=timezone.now)
    gone_at = models.DateTimeField(null=True)
    """Since when Kie does not list it any more."""
    schema_at = models.DateTimeField(null=True)
    price_at = models.DateTimeField(null=True)
    unreadable = models.JSONField(default=dict)
    """Why its present schema cannot be ordered from: “why” (a Fault or an Unusable) and its facts.

    Empty when it can be ordered from, or was not read yet.
    """
    differs = models.JSONField(default=list)
    """What differs between what stands and what Kie says now: param, what, old, new.

    Of a “schema”, old and new are “readable” or “unreadable”.
    """
    refused = models.JSONField(default=dict)
    """Why Kie's last answers were refused, by what was asked: schema, price, points. What stood stays.

    Of each, “why” (an Unusable or a Flaw) and its facts.
    """
    points = models.JSONField(default=dict)
    """Its success over the last 24 hours: “rate” and, oldest first, “hours”; 0–100, null without tasks.

    Empty: Kie does not watch it, or was not asked yet.
    """
    points_at = models.DateTimeField(null=True)

    schema_due_at = models.DateTimeField(null=True)
    price_due_at = models.DateTimeField(null=True)
    points_due_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["model_id"]

    def __str__(self) -> str:
        return self.model_id

    @property
    def about(self) -> Listed:
        """The list entry, for reading a schema."""
        entry = self.listed.content if isinstance(self.listed.content, dict) else {}
        return Listed(
            id=self.model_id,
            title=str(entry.get("title") or ""),
            provider=str(entry.get("provider") or ""),
            tasks=tuple(map(str, entry.get("taskType") or ())),
        )

    @property
    def price_text(self) -> str | None:
        return self.price.content if self.price else None

    def spec_of(self, schema: MarketAnswer, price: MarketAnswer | None) -> ModelSpec:
        """The model from these two answers. Raises Unreadable."""
        return _spec(self.about, schema.pk, price.pk if price else None)


@lru_cache(maxsize=512)
def _spec(about: Listed, schema_pk: int, price_pk: int | None) -> ModelSpec:
    """Answers never change, so the spec that was read from them does not either."""
    found = MarketAnswer.objects.in_bulk([pk for pk in (schema_pk, price_pk) if pk])
    schema, price = found[schema_pk], found[price_pk] if price_pk else None
    seen_on = timezone.localdate((price or schema).at)
    text = price.content if price else None
    return model_spec(schema.content, about, text, seen_on=seen_on, version=str(schema_pk))


@lru_cache(maxsize=512)
def described(schema_pk: int) -> ModelSpec | None:
    """The model as it was when its schema stood, for tasks that were ordered from it."""
    answer = MarketAnswer.objects.filter(pk=schema_pk).first()
    row = answer and MarketModel.objects.filter(model_id=answer.model_id).select_related("listed").first()
    return _spec(row.about, schema_pk, None) if row else None


class MarketChange(models.Model):
    """One change of the market, or of what we take from it. Rows are only ever added."""

    class Kind(models.TextChoices):
        NEW = "new", "is new at Kie"
        CHANGED = "changed", "was changed at Kie"
        GONE = "gone", "is not listed at Kie any more"
        BACK = "back", "is listed at Kie again"
        ADOPTED = "adopted", "was taken into the studio"
        NOTED = "noted", "has its change noted"
        OBSERVED = "observed", "costs something else than its list says"

    at = models.DateTimeField(default=timezone.now, db_index=True)
    model_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind)
    facts = models.JSONField(default=dict)
    """For a change: “differs”, as in MarketModel; for an observed price: “listed”, “observed”, “priced”."""
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Who did it; empty: Kie."""

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.model_id} {self.get_kind_display()}"
