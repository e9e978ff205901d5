"""Lists of records in the order form, such as shots: a row of named fields each, and a blank one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from generations.catalogue.lists import Items, Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Choice, Number, Param, Text
from generations.forms.rows import field_name, typed
from generations.views.studio.controls import Control, Option, Row

LONG = 60
"""Texts that may be longer than this get several lines."""


def records(param: Objects, shown: object, shared: Control) -> Control:
    """The control of a list of records: its rows, and one more while there is room."""
    values = typed(shown)
    room = param.max_items is None or len(values) < param.max_items
    filled = [_row(param, n, value) for n, value in enumerate(values)]
    blank = [replace(_row(param, len(values), {}), discard="")] if room else []
    most = f"up to {param.max_items}" if param.max_items else ""
    return replace(
        shared,
        template="forms/_records.html",
        rows=[*filled, *blank],
        adds=param.item_label.lower() if room else "",
        note="" if param.required else most,
    )


def without_row(values: Mapping[str, object], param: Objects, which: str) -> dict[str, object]:
    """The values without the row of this number."""
    rows = typed(values.get(param.name))
    kept = [row for n, row in enumerate(rows) if str(n) != which]
    return {**values, param.name: kept}


def _row(param: Objects, n: int, value: Mapping[str, Any]) -> Row:
    return Row(
        name=f"{param.item_label} {n + 1}",
        parts=[_part(param, n, part, value.get(part.name, part.default)) for part in param.item_fields],
        discard=f"{param.name} {n}",
    )


def _part(param: Objects, n: int, part: Param, value: object) -> Control:
    control = Control(
        template="forms/_text.html",
        name=field_name(param, n, part.name),
        id=f"f-{param.name}-{n}-{part.name}",
        label=part.label,
        help=part.help,
        value=_text(value),
        note="" if part.required else "optional",
    )
    match part:
        case Choice():
            return replace(control, template="forms/_select.html", note="", options=_options(part, value))
        case Number():
            low, high = ("" if n is None else f"{n:f}" for n in (part.min, part.max))
            note = f"{low}–{high}" if low and high else control.note
            return replace(control, template="forms/_number.html", low=low, high=high, note=note)
        case Items():
            return replace(control, template="forms/_lines.html", note="one a line")
        case Media():
            many = "one https address a line" if not part.single else "https address"
            template = "forms/_lines.html" if not part.single else "forms/_text.html"
            return replace(control, template=template, note=many)
        case Text() if part.role == "prompt" or (part.max_length or 0) > LONG:
            limit = f"up to {part.max_length:,} characters" if part.max_length else ""
            return replace(control, template="forms/_lines.html", note=limit or control.note)
        case _:
            return control


def _options(part: Choice, value: object) -> list[Option]:
    return [
        Option(
            value=str(o),
            label=part.option_labels.get(str(o), str(o)),
            chosen=str(o) == _text(value),
            price_id="",
        )
        for o in part.options
    ]


def _text(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)
