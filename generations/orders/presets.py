"""Presets and prompts of the library in an order form: what is filled in, what it costs, what undoes it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from generations import catalogue
from generations.catalogue.carry import carry
from generations.catalogue.lengths import MEASURED
from generations.catalogue.lists import Items, Objects
from generations.catalogue.media import Media
from generations.catalogue.nearest import nearest
from generations.catalogue.params import Param, Toggle, given
from generations.catalogue.quote import Quote
from generations.catalogue.spec import LONGEST, ModelSpec
from generations.models import Draft, Filling, LibraryItem, LibraryUse, Task
from generations.models.asset import assets_of
from generations.orders import drafts
from generations.orders.pricing import pricings

OF_ONE_CLIP = ("prompt", "task")
"""Roles of parameters that are no settings; files are none either."""


class Part(models.TextChoices):
    """How much of an item is filled in."""

    WHOLE = "whole", "Fill the form"
    PROMPT = "prompt", "Prompt only"
    SETTINGS = "settings", "Settings only"


class CannotFill(Exception):
    """Nothing was filled in; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form with an item in it."""

    spec: ModelSpec
    values: dict[str, object]
    kept: list[str] = field(default_factory=list)
    brought: frozenset[str] = frozenset()
    """The parameters whose values come from the item."""
    dropped: list[str] = field(default_factory=list)
    """In words: what the model does not take of the item."""


def filled(
    item: LibraryItem, part: Part, spec: ModelSpec, values: Mapping[str, object], kept: Sequence[str] = ()
) -> Filled:
    """The form of `spec`, with these values in it, once a part of the item is filled in. Raises CannotFill.

    The values of a preset go into the form of its own model as they are, whatever that takes today: the judge
    says what does not fit. Where its model is gone they are carried to the nearest.
    """
    if part == Part.PROMPT or item.kind == LibraryItem.Kind.PROMPT:
        return _with_prompt(item, spec, values, kept)
    source, target = item.spec, target_of(item)
    if source is None or target is None:
        raise CannotFill(
            f"{item.label} is gone, and no other model here does the same. Take its prompt alone."
        )
    carried = carry(source, target, item.values)
    brought = dict(item.values) if source is target else carried.values
    dropped = _unknown(item, source) if source is target else carried.dropped
    if part == Part.WHOLE:
        return Filled(
            spec=target, values=brought, kept=carried.kept, brought=frozenset(brought), dropped=dropped
        )
    settings = {name: value for name, value in brought.items() if _is_setting(target.by_name.get(name))}
    own = carry(spec, target, values, kept)
    stays = {name: value for name, value in own.values.items() if not _is_setting(target.by_name.get(name))}
    return Filled(
        spec=target, values=stays | settings, kept=own.kept, brought=frozenset(settings), dropped=dropped
    )


def target_of(item: LibraryItem) -> ModelSpec | None:
    """The model whose form a preset fills: its own or, when that is gone, the nearest. None: no model."""
    spec = item.spec
    if spec is None or spec.orderable:
        return spec
    return nearest(spec, catalogue.models().values(), item.values)


def texts_of(spec: ModelSpec, values: Mapping[str, object]) -> dict[str, list[str]]:
    """Values as a form posts them; what is not given stands at its default."""
    found = {}
    for param in spec.offered:
        value = values.get(param.name)
        value = value if given(value) else param.default
        if given(value):
            found[param.name] = _texts(param, value)
    return {name: texts for name, texts in found.items() if texts}


def put(
    person: User, filling: Filled, item: LibraryItem, fields: drafts.Fields, *, tab: str, came_from: str
) -> Draft:
    """Keep the filled form as the draft of its model. `take_back` gives back what stood there before."""
    model_id = filling.spec.id
    with transaction.atomic():
        Draft.objects.get_or_create(person=person, model_id=model_id)
        before = Draft.objects.select_for_update().get(person=person, model_id=model_id)
        draft = _kept(before, fields, tab)
        row, _ = Filling.objects.update_or_create(
            person=person,
            model_id=model_id,
            defaults={
                "item": item,
                "title": item.title,
                "dropped": filling.dropped,
                "order_key": draft.order_key,
                "came_from": came_from,
                "before": before.fields,
                "at": timezone.now(),
            },
        )
        row.assets.set(assets_of(before.fields))
    return draft


def standing(person: User, model_id: str, key: UUID) -> Filling | None:
    """What was filled into the form under this key and can still be undone; None: nothing."""
    return Filling.objects.filter(person=person, model_id=model_id, order_key=key).first()


def take_back(person: User, model_id: str, tab: str) -> Filling | None:
    """Give the form what stood there before it was filled. None: there is nothing to undo any more."""
    with transaction.atomic():
        Draft.objects.get_or_create(person=person, model_id=model_id)
        draft = Draft.objects.select_for_update().get(person=person, model_id=model_id)
        found = standing(person, model_id, draft.order_key)
        if found:
            _kept(draft, found.before, tab)
            Filling.objects.filter(pk=found.pk).delete()
    return found


def note_use(person: User, spec: ModelSpec, tasks: Sequence[Task]) -> None:
    """Record that tasks were ordered with a preset: the last one in this form, if they have its settings."""
    last = Filling.objects.filter(person=person, model_id=spec.id, item__isnull=False).select_related("item")
    item = next((row.item for row in last), None)
    if item is None or item.kind != LibraryItem.Kind.PRESET or item.model_id != spec.id:
        return
    settings = {n: v for n, v in item.values.items() if _is_setting(spec.by_name.get(n))}
    alike = [t for t in tasks if all(t.values.get(name) == value for name, value in settings.items())]
    LibraryUse.objects.bulk_create([LibraryUse(item=item, task=t) for t in alike], ignore_conflicts=True)


def quotes(items: Collection[LibraryItem]) -> dict[int, Quote]:
    """What an order of each preset costs now, by item id; left out where that depends on the clip to go on
    from, and where the model is gone. A few look-ups, however many presets.
    """
    specs = {item.pk: item.spec for item in items}
    live = {pk: spec for pk, spec in specs.items() if spec is not None and spec.orderable}
    known = list({spec.id: spec for spec in live.values()}.values())
    lists = {f"{item.pk} {name}": value for item in items for name, value in item.values.items()}
    found = {a.reference: Decimal(f"{a.seconds:.3f}") for a in assets_of(lists) if 0 < a.seconds <= LONGEST}
    prices = {p.spec.id: p for p in pricings(known, {MEASURED: found} if found else {})}
    return {
        item.pk: prices[item.model_id].quote(item.values)
        for item in items
        if item.pk in live and not given(live[item.pk].value_of("task", item.values))
    }


def _with_prompt(
    item: LibraryItem, spec: ModelSpec, values: Mapping[str, object], kept: Sequence[str]
) -> Filled:
    param = spec.with_role("prompt")
    if param is None:
        raise CannotFill(f"{spec.label} takes no prompt. Choose another model first.")
    if not item.text:
        raise CannotFill(f"“{item.title}” has no prompt.")
    return Filled(
        spec=spec,
        values={**values, param.name: item.text},
        kept=list(kept),
        brought=frozenset({param.name}),
    )


def _unknown(item: LibraryItem, spec: ModelSpec) -> list[str]:
    """The names of values for which the form of its own model has no field any more."""
    return [n for n, value in item.values.items() if given(value) and spec.by_name.get(n) not in spec.offered]


def _is_setting(param: Param | None) -> bool:
    return param is not None and not isinstance(param, Media) and param.role not in OF_ONE_CLIP


def _texts(param: Param, value: object) -> list[str]:
    if isinstance(param, Toggle):
        return ["on"] if value is True else []
    if isinstance(param, Objects):
        return [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)]
    if isinstance(value, list):
        texts = [str(item) for item in value]
        return ["\n".join(texts)] if isinstance(param, Items) else texts
    return [str(value)]


def _kept(draft: Draft, fields: drafts.Fields, tab: str) -> Draft:
    """Write into a locked draft. Words whose place others take stay among the person's earlier prompts."""
    own = drafts.Tab(name=tab, turn=draft.turn, key=None, replaces=True)
    return drafts.keep(draft.person, draft.model_id, fields, own)
