"""The model card, and the dialog for choosing a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from django.contrib.auth.models import User
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone

from generations import catalogue, policy
from generations.catalogue.carry import carry
from generations.catalogue.params import Choice
from generations.catalogue.quote import cheapest
from generations.catalogue.spec import ModelSpec, Price
from generations.library.durations import usual_times
from generations.models import State, Video
from generations.models.track_record import Span

MODES = {
    "text-to-video": "Text",
    "image-to-video": "Image",
    "first-last-frame": "First + last",
    "reference-to-video": "Reference",
    "video-to-video": "Video",
}
RUNS_OF = timedelta(days=30)


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
    def modes(self) -> list[str]:
        return [MODES.get(m, m.replace("-", " ").capitalize()) for m in self.spec.modes]

    @property
    def lengths(self) -> str:
        return _lengths(self.spec)

    @property
    def sizes(self) -> str:
        labels = _labels(self.spec, "size")
        return f"up to {labels[-1]}" if len(labels) > 2 else ", ".join(labels)

    @property
    def sound(self) -> bool:
        return self.spec.with_role("sound") is not None

    @property
    def facts(self) -> str:
        """“5, 10 s · 16:9, 9:16, 1:1 · sound”."""
        shapes = [s for s in _labels(self.spec, "shape") if s != "Auto"]
        shape = ", ".join(shapes) if len(shapes) <= 3 else f"{len(shapes)} shapes"
        parts = [self.lengths, self.sizes, shape, "sound" if self.sound else ""]
        return " · ".join(filter(None, parts))

    @property
    def cheapest(self) -> Decimal | None:
        return cheapest(self.spec)

    @property
    def retired(self) -> bool:
        return self.spec.status == "retired"

    @property
    def words(self) -> str:
        """The text that the search matches."""
        spec = self.spec
        texts = [spec.label, spec.id, spec.family, spec.maker, *self.modes, self.facts]
        return " ".join(texts).lower()

    @property
    def tags(self) -> list[str]:
        """The values that the pills filter by."""
        sound = ["Sound"] if self.sound else []
        return [*self.modes, *sound, *_labels(self.spec, "shape"), *_labels(self.spec, "size")]

    @property
    def tag_text(self) -> str:
        return "|".join(self.tags)

    @property
    def verified(self) -> date | None:
        return max((p.verified_on for p in self.spec.prices if p.verified_on), default=None)

    @property
    def prices(self) -> list[Row]:
        return [_row(p, self.spec) for p in self.spec.list_prices[:8]]


@dataclass(frozen=True, kw_only=True)
class Family:
    name: str
    maker: str
    models: list[ModelCard]


@dataclass(frozen=True, kw_only=True)
class Picker:
    families: list[Family]
    retired: list[ModelCard]
    current: ModelCard
    count: int

    @property
    def models(self) -> list[ModelCard]:
        return [*(m for f in self.families for m in f.models), *self.retired]

    @property
    def pills(self) -> list[str]:
        """Tags worth filtering by: those that some models have and others do not."""
        words = [*MODES.values(), "Sound", "9:16", "1080p", "4k"]
        has = {w: sum(w in m.tags for m in self.models) for w in words}
        return [w for w in words if 0 < has[w] < self.count]


def card(spec: ModelSpec) -> ModelCard:
    """The chosen model, at the top of the form."""
    return ModelCard(
        spec=spec, url=reverse("order", args=[spec.id]), usual=usual_times([spec.id]).get(spec.id)
    )


def picker(person: User, spec: ModelSpec, values: Mapping[str, object], kept: Sequence[str]) -> Picker:
    """Every model by family, each with the current values that it would drop."""
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
    live = sorted((m for m in models if not m.retired), key=lambda m: m.spec.family != spec.family)
    families = [
        Family(name=name, maker=maker, models=list(found))
        for (name, maker), found in groupby(live, key=lambda m: (m.spec.family, m.spec.maker))
    ]
    return Picker(
        families=families,
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

    live = [s for s in catalogue.models().values() if s.status == "live"]
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
    videos = Video.objects.filter(task__in=list(models), kind=Video.Kind.RESULT, number=0)
    return {models[v.task_id]: v.poster_url for v in videos if v.poster_path}


def _labels(spec: ModelSpec, role: str) -> list[str]:
    param = spec.with_role(role)
    if not isinstance(param, Choice):
        return []
    never = spec.never(param.name)
    return [param.option_labels.get(str(o), str(o)) for o in param.options if o not in never]


def _lengths(spec: ModelSpec) -> str:
    labels = [label.removesuffix(" s") for label in _labels(spec, "length")]
    if not labels:
        return ""
    return f"{labels[0]}–{labels[-1]} s" if len(labels) > 4 else f"{', '.join(labels)} s"


def _row(price: Price, spec: ModelSpec) -> Row:
    words = [_condition(spec, name, value) for name, value in price.when.items()]
    unit = " a second" if price.unit == "second" else ""
    return Row(words=(", ".join(filter(None, words)) or "any") + unit, credits=price.credits)


def _condition(spec: ModelSpec, name: str, value: object) -> str:
    if name.startswith("$"):
        return f"with {name[1:].replace('_', ' ')}" if value else ""
    param = spec.by_name[name]
    if isinstance(param, Choice):
        return param.option_labels.get(str(value), str(value))
    if isinstance(value, bool):
        return f"{'with' if value else 'no'} {param.label.lower()}"
    return str(value)
