"""Rules as data: one TOML table → one rule."""

import re
from collections.abc import Callable, Mapping

from generations.catalogue import rules
from generations.catalogue.tables import BadCatalogue, Table


def _limits(then: Mapping[str, object], where: str) -> dict[str, object]:
    limits: dict[str, object] = {}
    for name, limit in then.items():
        if isinstance(limit, list) or limit == "required":
            limits[name] = limit
        elif match := re.fullmatch(r"at most (\d+) items?", str(limit)):
            limits[name] = int(match[1])
        else:
            raise BadCatalogue(f"{where}: “then.{name}” is {limit!r}, which says nothing")
    return limits


def _sum_max(table: Table, text: str) -> rules.SumMax:
    param, _, part = table.take("param", str).partition("[].")
    return rules.SumMax(text=text, param=param, field=part, max_param=table.take("max_param", str))


_RULES: Mapping[str, Callable[[Table, str], rules.Rule]] = {
    "note": lambda t, text: rules.Note(text=text),
    "allow": lambda t, text: rules.Allow(
        text=text, condition=t.take("if", dict), then=_limits(t.take("then", dict), t.where)
    ),
    "forbid": lambda t, text: rules.Forbid(text=text, condition=t.take("if", dict)),
    "mutually_exclusive": lambda t, text: rules.MutuallyExclusive(
        text=text, groups=tuple(tuple(g) for g in t.take("groups", list))
    ),
    "mutually_exclusive_flags": lambda t, text: rules.MutuallyExclusiveFlags(
        text=text, params=t.texts("params")
    ),
    "requires": lambda t, text: rules.Requires(
        text=text, if_present=t.take("if_present", str), needs=t.take("needs", str)
    ),
    "at_least_one": lambda t, text: rules.AtLeastOne(text=text, params=t.texts("params")),
    "max_total_items": lambda t, text: rules.WeightedTotal(
        text=text, weights=dict.fromkeys(t.texts("params"), 1), max=t.take("max", int)
    ),
    "weighted_total": lambda t, text: rules.WeightedTotal(
        text=text, weights=t.take("weights", dict), max=t.take("max", int)
    ),
    "item_count": lambda t, text: rules.ItemCount(
        text=text,
        condition=t.take("if", dict),
        param=t.take("param", str),
        min=t.take("min", int, 0),
        max=t.take("max", int),
    ),
    "sum_max": _sum_max,
    "not_in": lambda t, text: rules.NotIn(
        text=text, param=t.take("param", str), values=tuple(t.take("values", list))
    ),
    "ignored": lambda t, text: rules.Ignored(
        text=text, if_present=t.take("if_present", str), params=t.texts("params")
    ),
}


def rule_of(table: Table) -> rules.Rule:
    kind = table.one_of("type", set(_RULES))
    rule = _RULES[kind](table, table.take("text", str))
    table.done()
    return rule
