"""Kie's own catalogue on the Models page: what is new or changed, how tasks fare, what admins decide."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from generations import catalogue, policy, wake
from generations.catalogue.schema import valid_id
from generations.catalogue.schema_values import words as one_line
from generations.catalogue.spec import ModelSpec
from generations.catalogue.unreadable import Unreadable
from generations.decisions import market as decisions
from generations.library.models_found import occur
from generations.market.taking import rows
from generations.models import MarketChange, MarketModel, MarketState, Runtime
from generations.models.obstacle import Facts
from generations.views.access import MemberRequest, admin_required
from generations.views.back import came_from
from generations.views.models.observed import observed_choices
from generations.wording.cautions import LOW
from generations.wording.market import reason, sides
from generations.wording.names import full_name
from generations.wording.priced import observed_words, priced_words

STEP, HEIGHT = 3, 12
"""Size of an hour in the line of success, and its height."""
CLAIMED = timedelta(minutes=2)
LATEST = 12
BEING_READ = "its schema is being read."
BY_ITSELF: dict[str, str] = {
    MarketChange.Kind.ADOPTED: "by itself, below the price that was set",
    MarketChange.Kind.OBSERVED: "by our ledger",
}
TOP_UPS = re.compile(r"\s*High-tier top-?ups?[^\n]*")
"""What a price text says about buying credits."""


@dataclass(frozen=True, kw_only=True)
class Success:
    """How Kie's tasks of a model ended in the last 24 hours, of everybody's keys."""

    rate: float | None
    at: datetime
    lines: list[str]
    """Points of the hours, for SVG; a gap is an hour without tasks."""

    @property
    def text(self) -> str:
        return "none in use" if self.rate is None else f"{self.rate:.0f} %"

    @property
    def is_low(self) -> bool:
        return self.rate is not None and self.rate < LOW


@dataclass(frozen=True, kw_only=True)
class Found:
    """A model that Kie lists and the studio does not have."""

    id: str
    title: str
    maker: str
    price: str
    why_not: str
    since: datetime
    url: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A model that Kie describes in another way than it stands here."""

    id: str
    label: str
    url: str
    adopted: bool
    changes: list[tuple[str, str, str]]
    """What, old, new."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    at: datetime
    model_id: str
    text: str
    who: str


@dataclass(frozen=True, kw_only=True)
class Market:
    """The line above the list: when Kie was asked, how that went, and what is still to be read."""

    state: MarketState
    left: int

    @property
    def is_read(self) -> bool:
        """Whether a reading is under way now."""
        return bool(self.left) or (self.state.whole and self.state.failed_at is None)

    @property
    def why_failed(self) -> str:
        return reason(self.state.failed_why)


def context(person: User, show: str, words: str, chosen: str, link: str) -> dict[str, object]:
    """What the page shows of Kie's catalogue. `link` is an address to which a model's id is added."""
    return {
        "market": line(),
        "may_administer": policy.may_administer(person),
        "unpriced_cap": Runtime.now().unpriced_cap,
        "found": _found(words, chosen, link) if show == "new" else [],
        "changed": _changed(words, link) if show == "changed" else [],
        "observed": [it for it in observed_choices() if occur(words, f"{it.id} {it.label}")],
        "entries": _entries() if show == "changed" else [],
    }


def count(show: str) -> int:
    if show == "new":
        return _new().count()
    return len({*_differing().values_list("model_id", flat=True), *(it.id for it in observed_choices())})


def line() -> Market:
    soon = timezone.now() + CLAIMED
    left = MarketModel.objects.filter(schema_due_at__lte=soon).count()
    return Market(state=MarketState.now(), left=left)


def _new() -> QuerySet[MarketModel]:
    """Models that Kie lists and we do not have, the newest first."""
    known = MarketModel.objects.filter(adopted_at=None, gone_at=None)
    ours = list(catalogue.curated())
    return known.exclude(model_id__in=ours).order_by("-first_seen_at", "model_id")


def _differing() -> QuerySet[MarketModel]:
    return MarketModel.objects.filter(gone_at=None).exclude(differs=[]).order_by("model_id")


def _found(words: str, chosen: str, link: str) -> list[Found]:
    return [
        Found(
            id=row.model_id,
            title=one_line(row.about.title, 90) or row.model_id,
            maker=one_line(row.about.provider, 40) or "Kie",
            price=one_line(TOP_UPS.sub("", row.price_text or ""), 220),
            why_not=_why_not(row),
            since=row.first_seen_at,
            url=f"{link}{row.model_id}",
            chosen=row.model_id == chosen,
        )
        for row in _new().select_related("listed", "price")
        if occur(words, f"{row.model_id} {row.about.title} {row.about.provider}")
    ]


def _why_not(row: MarketModel) -> str:
    """Why it cannot be adopted; empty when it can."""
    if row.unreadable or row.schema_id:
        return reason(row.unreadable)
    return reason(row.refused.get("schema", {})) or BEING_READ


def _changed(words: str, link: str) -> list[Changed]:
    specs = ((row, catalogue.find(row.model_id)) for row in _differing())
    return [
        Changed(
            id=row.model_id,
            label=spec.label if spec else row.model_id,
            url=f"{link}{row.model_id}",
            adopted=row.adopted_at is not None,
            changes=[_change(row, change) for change in row.differs],
        )
        for row, spec in specs
        if occur(words, f"{row.model_id} {spec.label if spec else ''}")
    ]


def _entries() -> list[Entry]:
    latest = MarketChange.objects.select_related("person")[:LATEST]
    return [
        Entry(
            at=entry.at,
            model_id=entry.model_id,
            text=_text(entry),
            who=full_name(entry.person) if entry.person else BY_ITSELF.get(entry.kind, "Kie"),
        )
        for entry in latest
    ]


def _text(entry: MarketChange) -> str:
    if entry.kind != MarketChange.Kind.OBSERVED:
        return entry.get_kind_display()
    words = priced_words(entry.model_id, entry.facts["priced"])
    return f"{entry.get_kind_display()}: {observed_words(entry.facts)} ({words})"


def preview(model_id: str) -> ModelSpec | None:
    """A model that is not ours yet, as its form and its prices would be."""
    row = rows().filter(model_id=model_id).first() if valid_id(model_id) else None
    if row is None or row.schema is None:
        return None
    try:
        return row.spec_of(row.schema, row.price)
    except Unreadable:
        return None


def successes(ids: Collection[str]) -> dict[str, Success]:
    known = MarketModel.objects.filter(model_id__in=ids).exclude(points={})
    return {
        model_id: Success(rate=points["rate"], at=at, lines=_lines(points["hours"]))
        for model_id, points, at in known.values_list("model_id", "points", "points_at")
        if at is not None
    }


@require_POST
@admin_required
def ask(request: MemberRequest) -> HttpResponse:
    decisions.ask_kie()
    wake.nudge()
    messages.success(request, "Kie is being asked: one look-up a second, so everything takes a few minutes.")
    return redirect("models")


@require_POST
@admin_required
def adopt(request: MemberRequest) -> HttpResponse:
    model_id = request.POST.get("model", "")[:200]
    try:
        decisions.adopt(request.user, model_id)
    except decisions.CannotAdopt as why:
        messages.error(request, str(why))
        return redirect(came_from(request, reverse("models")))
    spec = catalogue.find(model_id)
    messages.success(request, f"{spec.label if spec else model_id} stands as Kie describes it now.")
    return redirect(f"{reverse('models')}?{urlencode({'model': model_id})}")


def _change(row: MarketModel, change: Facts) -> tuple[str, str, str]:
    old, new = sides(row, change)
    return _what(change), _value(old), _value(new)


def _what(change: Facts) -> str:
    return " ".join(filter(None, [str(change["param"]), str(change["what"]).replace("_", " ")]))


def _value(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return one_line(TOP_UPS.sub("", text), 300)


def _lines(hours: list[float | None]) -> list[str]:
    """Runs of hours with tasks; a single hour becomes a short line."""
    places = [(n, rate) for n, rate in enumerate(hours) if rate is not None]
    found: list[str] = []
    for _, run in groupby(enumerate(places), key=lambda pair: pair[0] - pair[1][0]):
        points = [(n * STEP, HEIGHT - 1 - rate * (HEIGHT - 2) / 100) for _, (n, rate) in run]
        if len(points) == 1:
            points.append((points[0][0] + STEP - 1, points[0][1]))
        found.append(" ".join(f"{x},{y:.1f}" for x, y in points))
    return found
