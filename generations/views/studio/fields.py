"""How a model's parameters are arranged in the order form: decided here, rendered by templates/forms."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from django.utils.text import slugify

from generations.catalogue.carry import open_options
from generations.catalogue.lists import Items, Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Choice, Number, Param, Text, Toggle
from generations.views.studio.controls import Control, Option, PriceTag, Typed
from generations.views.studio.drops import drop_zones, references_of
from generations.views.studio.records import records
from generations.wording.figures import cr

MOST_SEGMENTS = 6
SMALL_SHAPES = 3
EXAMPLE = (
    "What happens, where, and how the camera moves. "
    "A red fox crosses a frozen lake at dawn, slow dolly in, breath in the cold air."
)
AUTO_MODE = "Auto follows your images: none is text alone, one or two are first and last frame."


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The whole form in reading order."""

    mode: Control | None
    media: list[Control]
    prompt: Control | None
    pair: list[Control]
    rest: list[Control]
    advanced: list[Control]
    advanced_open: bool
    hidden: list[tuple[str, str]]
    """Kept references without a place in this mode."""

    @property
    def controls(self) -> list[Control]:
        above = [c for c in (self.mode, *self.media, self.prompt) if c]
        return [*above, *self.pair, *self.rest, *self.advanced]

    @property
    def advanced_words(self) -> str:
        return ", ".join(c.label for c in self.advanced)

    @property
    def prices(self) -> Iterator[PriceTag]:
        """All prices inside fields."""
        return (tag for control in [*self.pair, *self.rest, *self.advanced] for tag in control.tags)


def layout(entered: Typed) -> Layout:
    """Lay out every parameter that the model can take in the chosen mode."""
    spec = entered.spec
    mode, prompt = spec.with_role("mode"), spec.with_role("prompt")
    absent = {name for name in spec.barred(entered.values) if not entered.errors.get(name)}
    here = [p for p in spec.offered if p not in (mode, prompt) and p.name not in absent]
    plain = [p for p in here if not isinstance(p, Media)]
    main = [p for p in plain if not p.advanced]
    shape, length = spec.with_role("shape"), spec.with_role("length")
    together = [p for p in (shape, length) if isinstance(p, Choice) and p in main]
    if len(together) < 2 or _wide(together[0]):
        together = []
    rest = sorted((p for p in main if p not in together), key=_weight)
    media = [zone for zone in drop_zones(entered) if zone.tiles or zone.name not in absent]
    advanced = [_control(entered, p) for p in plain if p.advanced]
    return Layout(
        mode=_control(entered, mode) if mode else None,
        media=media,
        prompt=_control(entered, prompt) if prompt else None,
        pair=[_control(entered, p, tall=True) for p in together],
        rest=[_control(entered, p) for p in rest],
        advanced=advanced,
        advanced_open=any(c.errors or _changed(spec.by_name[c.name], c) for c in advanced),
        hidden=[("kept", r) for r in _homeless(entered, {c.name for c in media})],
    )


def _homeless(entered: Typed, placed: set[str]) -> list[str]:
    stray = [p.name for p in entered.spec.media_params() if p.name not in placed and p.media == "image"]
    return [*entered.kept, *(r for name in stray for r in references_of(entered, name))]


def _wide(param: Choice) -> bool:
    return len(param.options) > SMALL_SHAPES


def _weight(param: Param) -> int:
    """The clip to go on from first, then choices, texts, and switches last."""
    if param.role == "task":
        return -1
    return {"choice": 0, "number": 1, "text": 1, "toggle": 3}.get(param.kind, 2)


def _changed(param: Param, control: Control) -> bool:
    if isinstance(param, Toggle):
        return control.on != bool(param.default)
    return control.value not in ("", "" if param.default is None else str(param.default))


def _control(entered: Typed, param: Param, *, tall: bool = False) -> Control:
    shown = entered.shown.get(param.name)
    shared = Control(
        template="forms/_text.html",
        name=param.name,
        id=f"f-{param.name}",
        label=param.label,
        help=param.help,
        value="" if shown is None else str(shown),
        errors=list(entered.errors.get(param.name, [])),
        mark=entered.marks.get(param.name, ""),
        required=param.required,
        tall=tall,
    )
    make = _MAKERS[type(param)]
    return make(entered, param, shared)


def _text(entered: Typed, param: Param, shared: Control) -> Control:
    param = cast("Text", param)
    if param.role == "prompt":
        return replace(shared, template="forms/_prompt.html", limit=param.max_length, placeholder=EXAMPLE)
    note = "" if param.required else "optional"
    if param.role == "task":
        return replace(shared, placeholder="#12, or the task id at Kie", note=note)
    return replace(shared, limit=param.max_length, placeholder="none", note=note)


def _number(entered: Typed, param: Param, shared: Control) -> Control:
    param = cast("Number", param)
    if param.also and param.steps:
        return _steps(entered, param, shared)
    low, high = ("" if n is None else f"{n:f}" for n in (param.min, param.max))
    note = f"{low}–{high}" if low and high else ""
    hint = "chosen by the model" if param.default is None else f"{param.default}"
    shared = replace(shared, low=low, high=high, note=note, placeholder=hint)
    if param.role == "seed":
        return replace(shared, template="forms/_seed.html")
    if param.steps is None:
        return replace(shared, template="forms/_number.html")
    unit = " s" if param.role == "length" else ""
    return replace(shared, template="forms/_slider.html", step=f"{param.step:f}", note=note + unit)


def _steps(entered: Typed, param: Number, shared: Control) -> Control:
    """A number with special values, such as “the model chooses”: each value is a choice."""
    values = param.steps or []
    prices = [entered.price({**entered.values, param.name: v}) for v in values]
    differ = len(set(prices)) > 1
    unit = " s" if param.role == "length" else ""
    chosen = shared.value or ("" if param.default is None else str(param.default))
    options = [
        Option(
            value=str(v),
            label=param.also_labels.get(str(v), f"{v}{unit}"),
            chosen=str(v) == chosen,
            price_id=f"p-{param.name}-{slugify(str(v)) or n}",
            price=f"{cr(p)} cr" if differ and p is not None else "",
        )
        for n, (v, p) in enumerate(zip(values, prices, strict=True))
    ]
    return _listed(replace(shared, options=options, price_id=f"n-{param.name}"))


def _listed(control: Control) -> Control:
    """As a list to choose from, whose choices have their prices in their texts."""
    tags = [
        PriceTag(id=o.price_id, text=" · ".join(filter(None, [o.label, o.price])), in_option=True)
        for o in control.options
    ]
    note = PriceTag(id=control.price_id, text=control.note, css="label__end")
    return replace(control, template="forms/_select.html", tags=[note, *tags])


def _toggle(entered: Typed, param: Param, shared: Control) -> Control:
    on, off = (entered.price({**entered.values, param.name: v}) for v in (True, False))
    more = on - off if on is not None and off is not None else Decimal(0)
    sign = f"{'+' if more > 0 else ''}{cr(more)} cr" if more else ""
    return replace(
        shared,
        template="forms/_switch.html",
        on=entered.shown.get(param.name) is True,
        price_id=f"p-{param.name}",
        price=sign,
        tags=[PriceTag(id=f"p-{param.name}", text=sign, css="faint")],
    )


def _choice(entered: Typed, param: Param, shared: Control) -> Control:
    param = cast("Choice", param)
    if param.free:
        return replace(
            shared, template="forms/_free.html", options=_suggestions(param), note="or another value"
        )
    options = open_options(entered.spec, param, entered.values)
    prices = [entered.price({**entered.values, param.name: o}) for o in options]
    differ = len(set(prices)) > 1
    chosen = shared.value if shared.value or param.default is None else str(param.default)
    if chosen and chosen not in map(str, options) and options:
        chosen = str(options[0])
    found = [
        Option(
            value=str(o),
            label=param.option_labels.get(str(o), str(o)),
            chosen=str(o) == chosen,
            price_id=f"p-{param.name}-{slugify(str(o)) or n}",
            price=f"{cr(p)} cr" if differ and p is not None else "",
        )
        for n, (o, p) in enumerate(zip(options, prices, strict=True))
    ]
    if param.default is None and not param.required:
        found.insert(
            0, Option(value="", label="Auto", chosen=not chosen, price_id=f"p-{param.name}--", price="")
        )
    same = param.role in ("length", "size") and len(found) > 1 and not differ and prices[0] is not None
    control = replace(
        shared,
        value=chosen,
        options=found,
        note="same price" if same else "",
        help=AUTO_MODE if param.role == "mode" and found[0].value == "" else shared.help,
        price_id=f"n-{param.name}",
    )
    if param.role == "shape" and len(found) <= MOST_SEGMENTS + 1:
        shapes = [PriceTag(id=o.price_id, text=o.price, css="sr") for o in found]
        return replace(control, template="forms/_shapes.html", tags=shapes)
    return _segments(control) if len(found) <= MOST_SEGMENTS else _listed(control)


def _segments(control: Control) -> Control:
    """As parts of one bar, with their prices."""
    note = PriceTag(id=control.price_id, text=control.note, css="label__end")
    tags = [PriceTag(id=o.price_id, text=o.price) for o in control.options]
    return replace(control, template="forms/_seg.html", tags=[note, *tags])


def _suggestions(param: Choice) -> list[Option]:
    labels = param.option_labels
    return [
        Option(value=str(o), label=labels.get(str(o), str(o)), chosen=False, price_id="")
        for o in param.options
    ]


def _items(entered: Typed, param: Param, shared: Control) -> Control:
    shown = entered.shown.get(param.name)
    value = "\n".join(map(str, shown)) if isinstance(shown, list) else shared.value
    most = getattr(param, "max_items", None)
    return replace(
        shared, template="forms/_lines.html", value=value, note=f"one a line, up to {most}" if most else ""
    )


def _objects(entered: Typed, param: Param, shared: Control) -> Control:
    return records(cast("Objects", param), entered.shown.get(param.name), shared)


_MAKERS: Mapping[type[Param], Callable[[Typed, Param, Control], Control]] = {
    Text: _text,
    Number: _number,
    Toggle: _toggle,
    Choice: _choice,
    Items: _items,
    Objects: _objects,
}
