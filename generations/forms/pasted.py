"""An order that was pasted as JSON, in the order form: every value at its field, right or wrong."""

import json
from collections.abc import Mapping

from django.contrib.auth.models import User
from django.http import QueryDict

from generations.catalogue.lists import Items, Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Number, Param, Text, Toggle, Wrong
from generations.catalogue.spec import ModelSpec, Problem
from generations.forms.order import OrderForm
from generations.orders.expansion import escaped

KINDS = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list"}
"""What JSON calls its values; the rest are objects."""


def form_of(
    spec: ModelSpec, person: User, params: Mapping[str, object], here: OrderForm, *, ours: str
) -> tuple[OrderForm, list[str]]:
    """A bound form of these parameters, and the names of those that the model does not have.

    `ours` is what a preview shows in the place of a file of ours: such a value means the file that stands at
    its place in the form that is open, `here`. Null is no value; what is left out is what the model begins
    with.
    """
    data, problems, unknown = QueryDict(mutable=True), [], []
    names = dict(spec.by_name) | {param.alias: param for param in spec.offered if param.alias}
    for name, value in params.items():
        param = names.get(name)
        if param is None or param not in spec.offered:
            unknown.append(name)
        elif value is not None and not (name == param.alias and param.name in params):
            files = here.references.get(param.name, []) if here.spec is spec else []
            texts, wrong = _texts(param, _with_ours(value, ours, files))
            data.setlist(param.name, list(map(escaped, texts)) if param.role == "prompt" else texts)
            problems += [Problem(param=param.name, text=wrong)] if wrong else []
    for toggle in spec.offered:
        if isinstance(toggle, Toggle) and toggle.name not in data:
            data[toggle.name] = "on" if toggle.default else "off"
    data["takes"] = str(here.take_count)
    return OrderForm(spec, person, data, problems=problems), unknown


def _with_ours(value: object, ours: str, files: list[str]) -> object:
    if isinstance(value, list):
        return [files[n] if item == ours and n < len(files) else item for n, item in enumerate(value)]
    return files[0] if value == ours and files else value


def _texts(param: Param, value: object) -> tuple[list[str], str]:
    """The value as a form would post it, and what is wrong with its kind; the judge says all else."""
    try:
        match param:
            case Objects():
                return [json.dumps(value, ensure_ascii=False)], ""
            case Media() | Items():
                return _listed(param, value), ""
            case Text() if not isinstance(value, str):
                raise _other(param, "a text", value)
            case Number() if isinstance(value, bool | list | dict):
                raise _other(param, "a number", value)
            case Toggle() if not isinstance(value, bool):
                raise _other(param, "true or false", value)
    except Wrong as wrong:
        return ([] if isinstance(param, Toggle) else [_shown(value)]), str(wrong)
    return [_shown(value)], ""


def _listed(param: Media | Items, value: object) -> list[str]:
    given = value if isinstance(value, list) else [value]
    items = [item for item in given if isinstance(item, str)]
    if len(items) < len(given):
        wanted = "a text" if isinstance(param, Media) and param.single else "a list of texts"
        raise _other(param, wanted, value)
    if isinstance(param, Items) and any("\n" in item for item in items):
        raise Wrong(f"An entry of {param.label} has several lines. Write each in one.")
    return items if isinstance(param, Media) else ["\n".join(items)]


def _other(param: Param, wanted: str, value: object) -> Wrong:
    return Wrong(f"{param.label} is {wanted}; {KINDS.get(type(value), 'an object')} was pasted.")


def _shown(value: object) -> str:
    """A value as it would be typed."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
