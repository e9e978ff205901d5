"""The values with which a form opens before anything was written in it."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.utils import timezone

from generations.catalogue.carry import open_options
from generations.catalogue.params import Choice, Number, Param, Toggle, given
from generations.catalogue.quote import quote
from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec
from generations.models import Task

OF_ONE_CLIP = ("seed", "mode")
WIDE = ("16:9", "landscape")


def opening_values(person: User, spec: ModelSpec) -> dict[str, object]:
    """The settings of the person's last order of this model, else the cheapest ones and a wide frame.

    Prompts, images, what depends on them, and seeds are not settings: they belong to one clip.
    """
    last = Task.objects.filter(person=person, model_id=spec.id).order_by("-id").first()
    if last is None:
        return _cheapest(spec)
    settings = [
        p for p in spec.offered if isinstance(p, Choice | Toggle | Number) and p.role not in OF_ONE_CLIP
    ]
    return {p.name: last.values[p.name] for p in settings if _still_offered(spec, p, last.values.get(p.name))}


def _still_offered(spec: ModelSpec, param: Param, value: object) -> bool:
    return given(value) and (not isinstance(param, Choice) or value in open_options(spec, param, {}))


def _cheapest(spec: ModelSpec) -> dict[str, object]:
    """Give each parameter in turn its cheapest option; at equal prices, what the maker suggests."""
    values = spec.defaults()
    for param in spec.offered:
        if param.role != "mode" and isinstance(param, Choice | Toggle):
            options = open_options(spec, param, values) if isinstance(param, Choice) else [False, True]
            options = [o for o in options if _fits(spec, param, {**values, param.name: o})]
            wide = [o for o in options if o in WIDE] if param.role == "shape" else []
            best = wide[0] if wide else _cheapest_of(spec, param, options, values)
            if best is not None:
                values[param.name] = best
    return values


def _fits(spec: ModelSpec, param: Param, values: Values) -> bool:
    """Whether no rule is broken at the parameter in a form without prompt and images."""
    return all(problem.param != param.name for problem in spec.problems(spec.settled(values)))


def _cheapest_of(spec: ModelSpec, param: Param, options: Sequence[object], values: Values) -> object:
    """The cheapest option by the list, or the current one when none is cheaper; None: no price is known."""
    today = timezone.localdate()
    prices = {o: quote(spec, {**values, param.name: o}, today=today).credits for o in options}
    known = {o: p for o, p in prices.items() if p is not None}
    now = values.get(param.name)
    if now is None and len(set(known.values())) < 2:
        return None
    return min(known, key=lambda o: (known[o], o != now), default=None)
