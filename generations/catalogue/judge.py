"""The single judge of orders: whether a model takes these values."""

from collections.abc import Mapping

from generations.catalogue.params import Param, Wrong, given
from generations.catalogue.spec import ModelSpec, Problem


def judge(spec: ModelSpec, values: Mapping[str, object]) -> list[Problem]:
    """What the model refuses in these values, by today's catalogue; empty: they can be sent as they are.

    Single parameters come first, then the rules that join the valid ones. A value that the model does not
    offer would be silently left out of the order, so it is refused too. Files and rows are not checked.
    """
    problems = [
        Problem(param=name, text=f"{spec.label} has no “{_label(spec, name)}” any more.")
        for name, value in values.items()
        if spec.by_name.get(name) not in spec.offered and given(value) and value is not False
    ]
    problems += [
        Problem(param=param.name, text=refusal)
        for param in spec.offered
        if (refusal := _refusal(param, values.get(param.name)))
    ]
    wrong = {problem.param for problem in problems}
    standing = {name: value for name, value in values.items() if name not in wrong}
    found = spec.problems(spec.settled(standing))
    return problems + [problem for problem in found if problem.param not in wrong]


def _refusal(param: Param, value: object) -> str:
    """What is wrong with one value; a missing value is replaced by its default."""
    if not given(value):
        value = param.default
    if not given(value):
        return param.missing if param.required else ""
    try:
        param.check(value)
    except Wrong as wrong:
        return str(wrong)
    return ""


def _label(spec: ModelSpec, name: str) -> str:
    known = spec.by_name.get(name)
    return known.label if known else name
