"""The model card, and the dialog for choosing a model."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from itertools import groupby

from django.contrib.auth.models import User
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone

from generations import catalogue, policy
from generations.catalogue.carry import Carried, carry
from generations.catalogue.spec import ModelSpec
from generations.library import win_rates
from generations.library.durations import usual_times
from generations.library.win_rates import WinRate
from generations.models import Favourite, MarketModel, State, Video
from generations.models.track_record import Span
from generations.views.studio.about import About, about
from generations.wording.cautions import LOW
from generations.wording.modes import MODES
from generations.wording.picks import won_text

RUNS_OF = timedelta(days=30)
MOST_LATELY = 5
"""Models in the group of those used lately."""


@dataclass(frozen=True, kw_only=True)
class Runs:
    """How many of a model's tasks Kie took, how many ended well, and which was the person's last; 0: none."""

    all: int
    good: int
    mine: int


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """Why a model does not fit what stands in the form."""

    drops: str = ""
    """What it would not take over: “your 2 images, 12 s”."""
    wants: str = ""
    """What it starts from and the form does not have: “an image”."""

    @property
    def words(self) -> str:
        """In one line; empty when it fits."""
        wants = f"starts from {self.wants}" if self.wants else ""
        drops = f"would drop {self.drops}" if self.drops else ""
        return ", ".join(filter(None, [wants, drops]))


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """A model as shown for choosing."""

    spec: ModelSpec
    url: str
    usual: Span | None
    current: bool = False
    misfit: Misfit = Misfit()
    runs: int = 0
    good: int = 0
    poster: str = ""
    favourite: bool = False
    success: float | None = None
    """Per cent of Kie's tasks of the last 24 hours that ended well; None: not known."""
    wins: WinRate = field(default_factory=WinRate)
    """How often its clips were preferred to those of other models."""

    @property
    def won_text(self) -> str:
        """Empty until there are enough picks."""
        return won_text(self.wins.won, self.wins.picks) if self.wins.is_enough else ""

    @property
    def about(self) -> About:
        return about(self.spec)

    @property
    def low_success(self) -> str:
        """Said where it fell under the line; the full sentence stands before the price."""
        low = self.success is not None and self.success < LOW
        return f"{self.success:.0f} % succeeded at Kie in the last 24 hours" if low else ""

    @property
    def retired(self) -> bool:
        return self.spec.status == "retired"


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
    def has_favourites(self) -> bool:
        return any(model.favourite for model in self.models)

    @cached_property
    def models(self) -> list[ModelCard]:
        return [*(m for f in self.families for m in f.models), *self.closed, *self.retired]

    @property
    def pills(self) -> list[str]:
        """Tags worth filtering by: those that some models have and others do not."""
        words = dict.fromkeys([*MODES.values(), "Sound", "9:16", "1080p", "4k"])
        has = Counter(tag for model in self.models for tag in model.about.tags)
        return [w for w in words if 0 < has[w] < self.count]


def card(spec: ModelSpec) -> ModelCard:
    """The chosen model, at the top of the form."""
    return ModelCard(
        spec=spec, url=reverse("order", args=[spec.id]), usual=usual_times([spec.id]).get(spec.id)
    )


def picker(person: User, spec: ModelSpec, values: Mapping[str, object], kept: Sequence[str]) -> Picker:
    """Every model: favourites, those used lately, then by family, each with the values that it would drop."""
    specs = list(catalogue.models().values())
    usual = usual_times([s.id for s in specs])
    runs, posters = _runs(person), _posters(person)
    favourites, successes, wins = Favourite.of(person), _successes(), win_rates.of_models()
    models = [
        ModelCard(
            spec=s,
            url=reverse("order", args=[s.id]),
            usual=usual.get(s.id),
            current=s.id == spec.id,
            misfit=Misfit() if s.id == spec.id else _misfit(s, carry(spec, s, values, kept)),
            runs=runs[s.id].all if s.id in runs else 0,
            good=runs[s.id].good if s.id in runs else 0,
            poster=posters.get(s.id, ""),
            favourite=s.id in favourites,
            success=successes.get(s.id),
            wins=wins.get(s.id, WinRate()),
        )
        for s in specs
    ]
    live = [m for m in models if m.spec.orderable]
    starred = [m for m in live if m.favourite]
    used = [m for m in live if not m.favourite and m.spec.id in runs and runs[m.spec.id].mine]
    lately = sorted(used, key=lambda m: -runs[m.spec.id].mine)[:MOST_LATELY]
    rest = (m for m in live if m not in starred and m not in lately)
    others = sorted(rest, key=lambda m: m.spec.family != spec.family)
    families = [
        Family(name=name, maker=maker, models=list(found))
        for (name, maker), found in groupby(others, key=lambda m: (m.spec.family, m.spec.maker))
    ]
    first = [
        Family(name="Favourites", maker="", models=starred),
        Family(name="Used lately", maker="by you, in the last 30 days", models=lately),
    ]
    return Picker(
        families=[*(group for group in first if group.models), *families],
        closed=[m for m in models if not m.spec.orderable and not m.retired],
        retired=[m for m in models if m.retired],
        current=next(m for m in models if m.current),
        count=len(models),
    )


def _misfit(spec: ModelSpec, carried: Carried) -> Misfit:
    missing = (p.one_item for p in spec.media_params() if p.required and not carried.values.get(p.name))
    return Misfit(drops=", ".join(carried.dropped), wants=next(missing, ""))


def _runs(person: User) -> dict[str, Runs]:
    """Per model, the tasks of the last 30 days that Kie took."""
    taken = policy.visible_tasks(person).filter(
        accepted_at__isnull=False, created_at__gt=timezone.now() - RUNS_OF
    )
    rows = taken.values_list("model_id").annotate(
        Count("id"),
        good=Count("id", filter=Q(state__in=(State.READY, State.SAVING))),
        mine=Max("id", filter=Q(person=person)),
    )
    return {model_id: Runs(all=runs, good=good, mine=mine or 0) for model_id, runs, good, mine in rows}


def _successes() -> dict[str, float]:
    """Per model, the per cent of Kie's tasks of the last 24 hours that ended well."""
    return dict(MarketModel.objects.filter(points__rate__gte=0).values_list("model_id", "points__rate"))


def _posters(person: User) -> dict[str, str]:
    """Per model, the poster of its newest clip."""
    ready = policy.visible_tasks(person).filter(state=State.READY)
    newest = ready.values_list("model_id").annotate(newest=Max("id"))
    models = {task: model_id for model_id, task in newest}
    videos = Video.objects.filter(task__in=list(models), number=0)
    return {models[v.task_id]: v.poster_url for v in videos if v.poster_path}
