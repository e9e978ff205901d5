"""The model card, and the dialog for choosing a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from django.contrib.auth.models import User
from django.db.models import Count, Max, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from generations import catalogue, policy
from generations.catalogue.carry import carry
from generations.catalogue.params import Choice, Number
from generations.catalogue.quote import cheapest
from generations.catalogue.spec import ModelSpec, Price
from generations.library.durations import usual_times
from generations.models import State, Video
from generations.models.folded import fold
from generations.models.track_record import Span

MODES = {
    "text-to-video": "Text",
    "image-to-video": "Image",
    "first-last-frame": "First + last",
    "reference-to-video": "Reference",
    "video-to-video": "Video",
    "video-edit": "Edit",
    "extend": "Extend",
    "lip-sync": "Lip-sync",
    "motion-control": "Movement",
    "animate": "Movement",
    "upscale": "Upscale",
    "multi-shot": "Shots",
    "storyboard": "Shots",
    "document-to-video": "Document",
}
UNITS = {"second": " a second", "input second": " a second of input", "input image": " an image"}
RUNS_OF = timedelta(days=30)
MOST_LATELY = 5
"""Models in the group of those used lately."""
KNOWN = 1024
"""Models whose words are kept: more than any catalogue has."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the price table."""

    words: str
    credits: Decimal


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """A model as shown for choosing."""

    spec: ModelSpec
    url: str
    usual: Span | None
    current: bool = False
    drops: str = ""
    runs: int = 0
    good: int = 0
    poster: str = ""

    @property
    def about(self) -> "About":
        return about(self.spec)

    @property
    def retired(self) -> bool:
        return self.spec.status == "retired"


@dataclass(frozen=True, kw_only=True)
class About:
    """What the catalogue says of a model, in the words of the picker: the same for everybody."""

    modes: list[str]
    lengths: str
    sizes: str
    sound: bool
    facts: str
    """“5, 10 s · 16:9, 9:16, 1:1 · sound”."""
    cheapest: Decimal | None
    rate: Decimal | None
    """The lowest price of a second in credits; None for models that are priced by the clip."""
    words: str
    """The text that the search matches."""
    tags: list[str]
    """The values that the pills filter by."""
    prices: SafeString
    """The name and the list prices, as they stand beside the list."""

    @property
    def tag_text(self) -> str:
        return "|".join(self.tags)


@lru_cache(maxsize=KNOWN)
def about(spec: ModelSpec) -> About:
    """Worked out once for each entry of the catalogue."""
    modes = list(dict.fromkeys(MODES.get(m, m.replace("-", " ").capitalize()) for m in spec.modes))
    sizes, shapes, lengths = _labels(spec, "size"), _labels(spec, "shape"), _lengths(spec)
    size = f"up to {sizes[-1]}" if len(sizes) > 2 else ", ".join(sizes)
    sound = spec.with_role("sound") is not None
    fixed = [s for s in shapes if s != "Auto"]
    shape = ", ".join(fixed) if len(fixed) <= 3 else f"{len(fixed)} shapes"
    facts = " · ".join(filter(None, [lengths, size, shape, "sound" if sound else ""]))
    texts = [spec.label, spec.id, spec.family, spec.maker, *modes, facts]
    verified = max((p.verified_on for p in spec.prices if p.verified_on), default=None)
    rows = [_row(p, spec) for p in spec.list_prices[:8]]
    return About(
        modes=modes,
        lengths=lengths,
        sizes=size,
        sound=sound,
        facts=facts,
        cheapest=cheapest(spec),
        rate=min((p.credits for p in spec.list_prices if p.unit == "second"), default=None),
        words=fold(" ".join(texts)),
        tags=[*modes, *(["Sound"] if sound else []), *shapes, *sizes],
        prices=render_to_string("studio/_prices.html", {"spec": spec, "rows": rows, "verified": verified}),
    )


@dataclass(frozen=True, kw_only=True)
class Family:
    name: str
    maker: str
    models: list[ModelCard]


@dataclass(frozen=True, kw_only=True)
class Picker:
    families: list[Family]
    closed: list[ModelCard]
    """Those that run, and cannot be ordered here."""
    retired: list[ModelCard]
    current: ModelCard
    count: int

    @property
    def models(self) -> list[ModelCard]:
        return [*(m for f in self.families for m in f.models), *self.closed, *self.retired]

    @property
    def pills(self) -> list[str]:
        """Tags worth filtering by: those that some models have and others do not."""
        words = dict.fromkeys([*MODES.values(), "Sound", "9:16", "1080p", "4k"])
        has = {w: sum(w in m.about.tags for m in self.models) for w in words}
        return [w for w in words if 0 < has[w] < self.count]


def card(spec: ModelSpec) -> ModelCard:
    """The chosen model, at the top of the form."""
    return ModelCard(
        spec=spec, url=reverse("order", args=[spec.id]), usual=usual_times([spec.id]).get(spec.id)
    )


def picker(person: User, spec: ModelSpec, values: Mapping[str, object], kept: Sequence[str]) -> Picker:
    """Every model, those used lately first, then by family, each with the values that it would drop."""
    specs = list(catalogue.models().values())
    usual = usual_times([s.id for s in specs])
    runs, posters = _runs(person), _posters(person)
    models = [
        ModelCard(
            spec=s,
            url=reverse("order", args=[s.id]),
            usual=usual.get(s.id),
            current=s.id == spec.id,
            drops="" if s.id == spec.id else ", ".join(carry(spec, s, values, kept).dropped),
            runs=runs.get(s.id, (0, 0))[0],
            good=runs.get(s.id, (0, 0))[1],
            poster=posters.get(s.id, ""),
        )
        for s in specs
    ]
    live = [m for m in models if m.spec.orderable]
    lately = sorted((m for m in live if m.runs), key=lambda m: -m.runs)[:MOST_LATELY]
    others = sorted((m for m in live if m not in lately), key=lambda m: m.spec.family != spec.family)
    families = [
        Family(name=name, maker=maker, models=list(found))
        for (name, maker), found in groupby(others, key=lambda m: (m.spec.family, m.spec.maker))
    ]
    mine = [Family(name="Used lately", maker="in the last 30 days", models=lately)] if lately else []
    return Picker(
        families=[*mine, *families],
        closed=[m for m in models if not m.spec.orderable and not m.retired],
        retired=[m for m in models if m.retired],
        current=next(m for m in models if m.current),
        count=len(models),
    )


def nearest(spec: ModelSpec, values: Mapping[str, object]) -> ModelSpec | None:
    """The live model that does most of the same, drops the fewest values, and is closest in price."""
    price = cheapest(spec) or Decimal(0)

    def distance(other: ModelSpec) -> tuple[int, int, Decimal]:
        lacks = len(set(spec.modes) - set(other.modes))
        drops = len(carry(spec, other, values).dropped)
        return lacks, drops, abs((cheapest(other) or Decimal(0)) - price)

    live = [s for s in catalogue.models().values() if s.orderable]
    return min(live, key=distance, default=None)


def _runs(person: User) -> dict[str, tuple[int, int]]:
    """Per model, the tasks of the last 30 days that Kie took, and how many of them ended well."""
    taken = policy.visible_tasks(person).filter(
        accepted_at__isnull=False, created_at__gt=timezone.now() - RUNS_OF
    )
    rows = taken.values_list("model_id").annotate(
        Count("id"), good=Count("id", filter=Q(state__in=(State.READY, State.SAVING)))
    )
    return {model_id: (runs, good) for model_id, runs, good in rows}


def _posters(person: User) -> dict[str, str]:
    """Per model, the poster of its newest clip."""
    ready = policy.visible_tasks(person).filter(state=State.READY)
    newest = ready.values_list("model_id").annotate(newest=Max("id"))
    models = {task: model_id for model_id, task in newest}
    videos = Video.objects.filter(task__in=list(models), number=0)
    return {models[v.task_id]: v.poster_url for v in videos if v.poster_path}


def _labels(spec: ModelSpec, role: str) -> list[str]:
    param = spec.with_role(role)
    if not isinstance(param, Choice):
        return []
    never = spec.never(param.name)
    return [param.option_labels.get(str(o), str(o)) for o in param.options if o not in never]


def _lengths(spec: ModelSpec) -> str:
    length = spec.with_role("length")
    if isinstance(length, Number) and length.min is not None and length.max is not None:
        return f"{length.min:f}–{length.max:f} s"
    labels = [label.removesuffix(" s") for label in _labels(spec, "length")]
    if not labels:
        return ""
    return f"{labels[0]}–{labels[-1]} s" if len(labels) > 4 else f"{', '.join(labels)} s"


def _row(price: Price, spec: ModelSpec) -> Row:
    words = [_condition(spec, name, value) for name, value in price.when.items()]
    unit = UNITS.get(price.unit, "")
    return Row(words=(", ".join(filter(None, words)) or "any") + unit, credits=price.credits)


def _condition(spec: ModelSpec, name: str, value: object) -> str:
    if name.startswith("$"):
        words = name[1:].replace("_", " ")
        return f"{words} {value}" if isinstance(value, str) else f"with {words}" if value else ""
    if isinstance(value, list):
        return " or ".join(_condition(spec, name, each) for each in value)
    param = spec.by_name[name]
    if isinstance(param, Choice):
        return param.option_labels.get(str(value), str(value))
    if isinstance(value, bool):
        return f"{'with' if value else 'no'} {param.label.lower()}"
    return str(value)
