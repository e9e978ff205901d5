"""The one judge of what is ordered: whether a model takes these values."""

from collections.abc import Mapping

from generations.catalogue.params import Param, Wrong, given
from generations.catalogue.spec import ModelSpec, Problem


def judge(spec: ModelSpec, values: Mapping[str, object]) -> list[Problem]:
    """What the model refuses of values, by the catalogue of today; empty: they can be sent as they are.

    Single parameters first, then the rules that join those which stand. What the model does not offer would
    be left out of the order without a word, so it is refused, too. No file and no row is looked at.
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
    return problems + [problem for problem in spec.problems(standing) if problem.param not in wrong]


def _refusal(param: Param, value: object) -> str:
    """What is wrong with one value; its default stands for one that is not given."""
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
