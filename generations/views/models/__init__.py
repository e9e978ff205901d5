"""The catalogue for people: what each model takes, costs and has done for us. Read only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from generations import catalogue
from generations.catalogue.nearest import nearest
from generations.catalogue.params import Param
from generations.catalogue.quote import cheapest
from generations.catalogue.spec import ModelSpec, Price
from generations.library import win_rates
from generations.library.models_found import fits
from generations.library.win_rates import WinRate
from generations.models import Favourite, TrackRecord
from generations.views.access import MemberRequest, member_required
from generations.views.models import market
from generations.views.models.limits import Limits, limits_of
from generations.views.models.observed import Observed, observed_choices
from generations.views.models.preferred import presets_of
from generations.views.models.words import options, said, takes
from generations.wording.figures import cr
from generations.wording.picks import won_text

SHOWS = (("live", "In use"), ("new", "New at Kie"), ("changed", "Changed"), ("retired", "Retired"))
MODES = {
    "first-last-frame": "first and last frame",
    "lip-sync": "a face and speech",
    "motion-control": "a character and a movement",
    "animate": "a character and a movement",
    "video-edit": "a video to change",
    "extend": "a clip to carry on",
    "upscale": "a clip to enlarge",
}
INPUTS = {"$images": "images", "$video_input": "a video"}
FACTS = {"$source_resolution": "from {}", "$tier": "{} tier"}
UNITS = {"video": "clip", "input second": "second of input", "input image": "image, {} free"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One model of the list."""

    spec: ModelSpec
    url: str
    chosen: bool
    price_from: Decimal | None
    card: Decimal | None
    usual: tuple[int, int] | None
    made: int
    failed: int
    success: market.Success | None = None
    observed: list[Observed] = field(default_factory=list)
    favourite: bool = False
    wins: WinRate = field(default_factory=WinRate)
    """How often its clips were preferred to those of other models."""
    instead: ModelSpec | None = None
    """For a model that is gone: the nearest that can be ordered."""

    @property
    def modes(self) -> str:
        """“text, image”: the inputs from which the model makes a video."""
        words = (mode.removesuffix("-to-video") for mode in self.spec.modes)
        return ", ".join(MODES.get(word, word.replace("-", " ")) for word in words)

    @property
    def won_text(self) -> str:
        """Empty until there are enough picks."""
        return won_text(self.wins.won, self.wins.picks) if self.wins.is_enough else ""

    @property
    def lengths(self) -> str:
        return options(self.spec.with_role("length"), unit=" s")

    @property
    def sizes(self) -> str:
        return options(self.spec.with_role("size"))

    @property
    def dated(self) -> date | None:
        """When the oldest of its dated prices was seen."""
        return min((p.verified_on for p in self.spec.list_prices if p.verified_on), default=None)

    @property
    def confidence(self) -> str:
        """The label of the least certain price."""
        words = {p.confidence for p in self.spec.list_prices}
        return next((word for word in ("low", "medium", "high") if word in words), "")

    @property
    def doubt(self) -> str:
        """What is uncertain about the prices; empty when all were seen and are dated."""
        prices = self.spec.list_prices
        if not prices:
            return "card only"
        weak = sum(p.confidence != "high" or p.verified_on is None for p in prices)
        return f"{weak} of {len(prices)} not confirmed" if weak else ""


@dataclass(frozen=True, kw_only=True)
class Field:
    name: str
    label: str
    takes: str
    help: str
    flags: str
    limits: Limits | None


@dataclass(frozen=True, kw_only=True)
class PriceRow:
    when: str
    credits: str
    unit: str
    source: str
    dated: date | None
    confidence: str
    estimate: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class Details:
    """Everything the catalogue says about one model."""

    row: Row
    fields: list[Field]
    rules: list[str]
    prices: list[PriceRow]
    links: list[str]
    sources: list[str]


@require_GET
@member_required
@vary_on_headers("HX-Request")
def models(request: MemberRequest) -> HttpResponse:
    asked = request.GET.get("show", "")
    show = asked if asked in dict(SHOWS) else "live"
    words, wanted = request.GET.get("q", "").strip()[:100], request.GET.get("model", "")
    specs = [s for s in catalogue.models().values() if (s.status == "retired") == (show == "retired")]
    found = [s for s in specs if fits(s, words)] if show in ("live", "retired") else []
    favourites = Favourite.of(request.user)
    found.sort(key=lambda s: s.id not in favourites)
    chosen = catalogue.find(wanted) or market.preview(wanted) or (found[0] if found else None)
    shown = {s.id: s for s in [*found, *([chosen] if chosen else [])]}
    rows = rows_of(shown, chosen, show, words, favourites)
    context = {
        "rows": [row for row in rows if row.spec in found],
        "details": details(next(row for row in rows if row.chosen)) if chosen else None,
        "picked": "model" in request.GET,
        "shows": [(word, count(key), address(show=key), key == show) for key, word in SHOWS],
        "poll_url": address(show, words, wanted),
        "offered": chosen is not None and catalogue.find(chosen.id) is chosen,
        **market.context(request.user, show, words, wanted, f"{address(show, words)}&model="),
        "preferred": presets_of(request.user, chosen.id) if chosen else [],
        "show": show,
        "words": words,
        "total": len(catalogue.models()),
    }
    return render(request, "models/page.html", context)


def count(show: str) -> int:
    if show in ("new", "changed"):
        return market.count(show)
    return sum((s.status == "retired") == (show == "retired") for s in catalogue.models().values())


def address(show: str = "live", words: str = "", model: str = "") -> str:
    query = {"show": show if show != "live" else "", "q": words, "model": model}
    chosen = {key: value for key, value in query.items() if value}
    return reverse("models") + (f"?{urlencode(chosen)}" if chosen else "")


def rows_of(
    specs: Mapping[str, ModelSpec],
    chosen: ModelSpec | None,
    show: str,
    words: str,
    favourites: Collection[str] = (),
) -> list[Row]:
    records = {record.model_id: record for record in TrackRecord.objects.filter(model_id__in=specs)}
    new, successes, models = TrackRecord(), market.successes(specs), catalogue.models()
    seen, wins = list(observed_choices()), win_rates.of_models()
    return [
        Row(
            spec=spec,
            url=address(show, words, spec.id),
            chosen=chosen is spec,
            price_from=cheapest(spec),
            card=spec.card_price,
            usual=records.get(spec.id, new).usual,
            made=records.get(spec.id, new).ready,
            failed=records.get(spec.id, new).failed,
            success=successes.get(spec.id),
            observed=[it for it in seen if it.id == spec.id],
            favourite=spec.id in favourites,
            wins=wins.get(spec.id, WinRate()),
            instead=nearest(spec, models.values(), {}) if spec.status == "retired" else None,
        )
        for spec in specs.values()
    ]


def details(row: Row) -> Details:
    spec = row.spec
    return Details(
        row=row,
        fields=[field_of(p, spec) for p in spec.params],
        rules=[rule.text for rule in spec.rules],
        prices=[price_of(p, spec) for p in spec.prices],
        links=[s for s in spec.source if s.startswith("https://")],
        sources=[s for s in spec.source if not s.startswith("https://")],
    )


def field_of(param: Param, spec: ModelSpec) -> Field:
    flags = [
        "required" if param.required else "",
        f"{said(param.default)} unless chosen" if param.default is not None else "",
        "not offered" if param.deprecated else "",
        f"also sent as {param.alias}" if param.alias else "",
    ]
    return Field(
        name=param.name,
        label=param.label,
        takes=takes(param),
        help=param.help,
        flags=", ".join(filter(None, flags)),
        limits=limits_of(spec, param),
    )


def price_of(price: Price, spec: ModelSpec) -> PriceRow:
    when = [_condition(name, value, spec) for name, value in price.when.items()]
    return PriceRow(
        when=", ".join(when) or ("flat" if price.estimate else "always"),
        credits=cr(price.credits),
        unit=UNITS.get(price.unit, price.unit).format(price.free or "none"),
        source=price.source,
        dated=price.verified_on,
        confidence=price.confidence,
        estimate=price.estimate,
        note=price.note,
    )


def _condition(name: str, value: object, spec: ModelSpec) -> str:
    """One condition of a price row in words: “10 s”, “sound on”, “with an image”."""
    if name in FACTS:
        return FACTS[name].format(said(value))
    if name in INPUTS:
        return f"{'with' if value else 'without'} {INPUTS[name]}"
    param = spec.by_name.get(name)
    label = param.label.lower() if param else name
    if isinstance(value, bool):
        return f"{label} {'on' if value else 'off'}"
    values = " or ".join(said(v) for v in value) if isinstance(value, list) else said(value)
    if param and param.role == "length":
        return f"{values} s"
    return values if param and param.role in ("size", "shape") else f"{label} {values}"
