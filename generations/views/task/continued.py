"""How a clip can go on: what the catalogue allows for it."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.urls import reverse

from generations import catalogue, policy
from generations.catalogue.limits import misfit
from generations.catalogue.params import Choice, given
from generations.catalogue.quote import Quote
from generations.catalogue.spec import ModelSpec
from generations.kie.endpoints import ENDPOINTS, JOBS
from generations.models import State, Task, TaskInput
from generations.orders import continuing
from generations.orders.pricing import Pricing, pricings
from generations.orders.sources import facts_of
from generations.wording.modes import MODES


@dataclass(frozen=True, kw_only=True)
class Way:
    """A model that can go on from the clip by its task id."""

    spec: ModelSpec
    does: str
    quote: Quote
    url: str
    """Its order form, with the clip filled in."""
    at_once: bool
    """Whether nothing has to be chosen, so one press orders it."""
    turn: int
    """How often it was ordered for this clip: one press of a page is one order."""


@dataclass(frozen=True, kw_only=True)
class FileWay:
    """A model that takes the clip as a file, within its limits."""

    spec: ModelSpec
    does: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Continued:
    task: Task
    ways: Sequence[Way]
    as_file: Sequence[FileWay]
    waits: bool
    """Whether something made from the clip is still to come."""

    @classmethod
    def of(cls, task: Task, person: User) -> "Continued":
        """For a stored clip; anything else has nothing that could go on."""
        if task.state != State.READY:
            return cls(task=task, ways=(), as_file=(), waits=False)
        made = made_from(task, person)
        waits = any(one.is_open for one in made)
        if not policy.may_order(person):
            return cls(task=task, ways=(), as_file=(), waits=waits)
        ways = _ways(task, made) if task.task_id else ()
        return cls(task=task, ways=ways, as_file=_file_ways(task), waits=waits)


def made_from(task: Task, person: User) -> list[Task]:
    """What went on from a task, the oldest first, as far as the person may see it."""
    by_kie = TaskInput.objects.filter(source=task).values("task")
    by_file = TaskInput.objects.filter(asset__video__task=task).values("task")
    rows = policy.visible_tasks(person).filter(pk__in=by_kie.union(by_file))
    return list(rows.order_by("id"))


def order_key(task: Task, spec: ModelSpec, person: User, turn: int) -> uuid.UUID:
    """Names the wish of one press: pressed twice it is one task."""
    return uuid.uuid5(task.uuid, f"{spec.id} for {person.pk}, {turn}")


def values_for(task: Task, spec: ModelSpec) -> dict[str, object]:
    return {**spec.defaults(), _source(spec): task.task_id}


def _ways(task: Task, made: Sequence[Task]) -> list[Way]:
    """What takes the clip and has a price for it. Of one family, one that does the same is enough.

    By the calls that the clip was made by, if it can be. Those of the clip's own family come first.
    """
    specs = [spec for spec in catalogue.going_on().by_task if not continuing.unfit(spec, task)]
    standing = {one.model_id for one in made if one.is_asked and _stands(one)}
    facts = facts_of(specs[0], values_for(task, specs[0])) if specs else {}
    found: dict[tuple[str, str], Way] = {}
    for prices in pricings(specs, facts):
        spec = prices.spec
        same = (spec.family, _does(spec))
        if same in found and (spec.endpoint == JOBS) != (task.endpoint == JOBS):
            continue
        if way := _way(prices, task, made):
            found[same] = way
    family = task.spec.family if task.spec else ""
    ways = [way for way in found.values() if way.spec.id not in standing]
    return sorted(ways, key=lambda way: way.spec.family != family)


def _way(prices: Pricing, task: Task, made: Sequence[Task]) -> Way | None:
    """At the model's defaults or, where these have no price for this clip, at the cheapest other choice.

    Its form opens with these choices, so it says the same price.
    """
    spec = prices.spec
    begin = values_for(task, spec)
    priced = [(chosen, prices.quote({**begin, **chosen})) for chosen in _choices(spec)]
    known = [(chosen, quote) for chosen, quote in priced if quote.credits is not None]
    if not known:
        return None
    chosen, quote = known[0] if known[0][0] == {} else min(known, key=lambda each: each[1].credits or 0)
    choices = {p.name: v for p in spec.offered if isinstance(p, Choice) and given(v := begin.get(p.name))}
    named = urlencode({_source(spec): f"#{task.pk}", **choices, **chosen})
    return Way(
        spec=spec,
        does=_does(spec),
        quote=quote,
        url=f"{reverse('order', args=[spec.id])}?{named}",
        at_once=ENDPOINTS[spec.endpoint].asked,
        turn=sum(one.model_id == spec.id for one in made),
    )


def _file_ways(task: Task) -> list[FileWay]:
    clip = next(iter(task.videos.all()), None)
    if clip is None:
        return []
    found = []
    for spec in catalogue.going_on().by_file:
        param = next(p for p in spec.media_params() if p.media == "video")
        if param.takes_files and not misfit(param, clip.measured):
            does = "Reference" if param.role == "reference" else MODES.get(spec.kind, spec.kind)
            url = f"{reverse('order', args=[spec.id])}?{urlencode({param.name: f'#{task.pk}'})}"
            found.append(FileWay(spec=spec, does=does, url=url))
    return sorted(found, key=lambda way: way.does)


def _choices(spec: ModelSpec) -> Iterator[Mapping[str, object]]:
    """No choice but the defaults, then each other option of each parameter alone."""
    yield {}
    for param in spec.offered:
        if isinstance(param, Choice):
            yield from ({param.name: option} for option in param.options if option != param.default)


def _source(spec: ModelSpec) -> str:
    """The name of the parameter that names the clip."""
    param = spec.with_role("task")
    return param.name if param else ""


def _does(spec: ModelSpec) -> str:
    return spec.continues.does if spec.continues else spec.label


def _stands(task: Task) -> bool:
    return task.state == State.READY or not task.has_ended
