"""Whether values that were once chosen can be ordered by the catalogue of today."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError

from generations.catalogue.params import Choice, Param, Text, Toggle, given
from generations.catalogue.spec import ModelSpec, Problem


def judge(spec: ModelSpec, values: Mapping[str, object]) -> list[Problem]:
    """What the model refuses of values as `orders.place` takes them; empty: they can be sent as they are.

    It judges as the order form does, without one: single parameters, then the rules that join them. What
    the model does not offer any more would be left out of the order without a word, so it is refused, too.
    """
    offered = {param.name: param for param in spec.offered}
    problems = [
        Problem(param=name, text=f"{spec.label} has no “{_label(spec, name)}” any more.")
        for name, value in values.items()
        if name not in offered and given(value) and value is not False
    ]
    problems += [
        Problem(param=param.name, text=refusal)
        for param in spec.offered
        if (refusal := _refusal(param, values.get(param.name)))
    ]
    return problems or spec.problems(values)


def _refusal(param: Param, value: object) -> str:
    """What is wrong with one value, as its own form field says it."""
    if not given(value):
        value = param.default
    if isinstance(param, Toggle):
        return "" if value is None or isinstance(value, bool) else f"{param.label} is either on or off."
    if not given(value):
        return f"{param.label} is missing." if param.required else ""
    if isinstance(param, Text) and not isinstance(value, str):
        return f"{param.label} cannot be read any more. Write it again."
    try:
        cleaned = param.formfield().clean(value)
        param.wire(value, {})
    except ValidationError as wrong:
        return " ".join(wrong.messages)
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return f"{param.label} cannot be read any more. Choose it again."
    if isinstance(param, Choice) and type(cleaned) is not type(value):
        return f"{param.label} is kept in a way that this model does not take any more. Choose it again."
    return ""


def _label(spec: ModelSpec, name: str) -> str:
    known = spec.by_name.get(name)
    return known.label if known else name
