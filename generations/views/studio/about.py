"""What the catalogue says of a model, in the words of the list from which models are chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from generations.catalogue.params import Choice, Number
from generations.catalogue.quote import cheapest
from generations.catalogue.spec import ModelSpec, Price
from generations.models.folded import fold
from generations.wording.modes import MODES

UNITS = {"second": " a second", "input second": " a second of input", "input image": " an image"}
KNOWN = 1024
"""Models whose words are kept: more than any catalogue has."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the price table."""

    words: str
    credits: Decimal


@dataclass(frozen=True, kw_only=True)
class About:
    """What the catalogue says of a model, in the words of the picker: the same for everybody."""

    modes: list[str]
    lengths: str
    sizes: str
    sound: bool
    cheapest: Decimal | None
    tags: list[str]
    """The values that the pills filter by."""
    data: SafeString
    names: SafeString
    price: SafeString
    """What its row is searched and sorted by, and what stands in it."""
    prices: SafeString
    """The name and the list prices, as they stand beside the list."""


@lru_cache(maxsize=KNOWN)
def about(spec: ModelSpec) -> About:
    """Worked out once for each entry of the catalogue."""
    modes = list(dict.fromkeys(MODES.get(m, m.replace("-", " ").capitalize()) for m in spec.modes))
    sizes, shapes, lengths = _labels(spec, "size"), _labels(spec, "shape"), _lengths(spec)
    size = f"up to {sizes[-1]}" if len(sizes) > 2 else ", ".join(sizes)
    sound = spec.with_role("sound") is not None
    fixed = [s for s in shapes if s != "Auto"]
    shape = ", ".join(fixed) if len(fixed) <= 3 else f"{len(fixed)} shapes"
    facts = " · ".join(filter(None, [lengths, size, shape, "sound" if sound else ""])) or _follows(spec)
    longest = _longest(spec)
    tags = [*modes, *(["Sound"] if sound else []), *shapes, *sizes]
    shown = {
        "spec": spec,
        "modes": modes,
        "facts": facts,
        "words": fold(" ".join([spec.label, spec.id, spec.family, spec.maker, *modes, facts])),
        "tags": tags,
        "cheapest": cheapest(spec),
        "rate": min((p.credits for p in spec.list_prices if p.unit == "second"), default=None),
        "longest": f"-{longest}" if longest else "",
        "rows": [_row(p, spec) for p in spec.list_prices[:8]],
        "verified": max((p.verified_on for p in spec.prices if p.verified_on), default=None),
    }
    return About(
        modes=modes,
        lengths=lengths,
        sizes=size,
        sound=sound,
        cheapest=cheapest(spec),
        tags=tags,
        data=_rendered("studio/_pick_data.html", shown),
        names=_rendered("studio/_pick_facts.html", shown),
        price=_rendered("studio/_pick_price.html", shown),
        prices=_rendered("studio/_prices.html", shown),
    )


def _rendered(template: str, shown: Mapping[str, object]) -> SafeString:
    """Without the blanks between lines: a browser makes a node of each, in a hundred rows."""
    return mark_safe(" ".join(render_to_string(template, dict(shown)).split()))  # noqa: S308


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


def _follows(spec: ModelSpec) -> str:
    """Where nothing can be chosen, the clip is as what it is made from."""
    given = next((param.noun for param in spec.media_params()), "clip")
    return f"follows the {given}"


def _longest(spec: ModelSpec) -> Decimal | None:
    length = spec.with_role("length")
    options = length.options if isinstance(length, Choice) else ()
    known = [Decimal(str(o)) for o in options if str(o).isdigit()]
    return length.max if isinstance(length, Number) else max(known, default=None)


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
