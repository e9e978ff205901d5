"""Values that break one thing each, made from the raw facts: a limit of a parameter, or a rule."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.market.reading import Facts

Values = dict[str, Any]
ADDRESS = "https://example.com/given"


def plain(param: Facts) -> Any:
    """A value that the parameter takes by itself, in the catalogue's form: media are lists."""
    if "options" in param:
        return param["options"][0]
    if "item_fields" in param:
        return [{p["name"]: plain(p) for p in param["item_fields"] if p.get("required")}] * _least(param)
    if param.get("format") == "url":
        return [ADDRESS] * (_least(param) if param["type"] == "array" else 1)
    if param["type"] == "array":
        return ["one"] * _least(param)
    if param["type"] == "boolean":
        return True
    if "step" in param or param["type"] in ("integer", "number"):
        return param.get("min", 1)
    if param["name"] == "duration":
        return "5"
    return "x" * max(4, param.get("min_length", 0))


def _least(param: Facts) -> int:
    return max(1, int(param.get("min_items", 1)))


def limits(param: Facts) -> Iterator[tuple[str, Any]]:
    """Values just outside of what the parameter takes, with what is wrong with them."""
    if "options" in param:
        yield "no option", "nothing of the kind"
        yield "wrong type", str(param["options"][0]) if not isinstance(param["options"][0], str) else 1.5
    elif "step" in param or param["type"] in ("integer", "number"):
        yield from _beside(param)
    elif param["type"] == "array":
        if "max_items" in param:
            most = param.get("live", {}).get("max_items", param["max_items"])
            yield "too many", plain(param)[:1] * (most + 1)
        if param.get("format") == "url" and "item_fields" not in param:
            yield "no address", ["http://example.com/a"] * _least(param)
    elif param.get("format") == "url":
        yield "no address", ["ftp://example.com/a"]
    elif param["type"] == "string":
        if "max_length" in param:
            yield "too long", "x" * (param["max_length"] + 1)
        if param.get("min_length", 0) > 1:
            yield "too short", "x" * (param["min_length"] - 1)


def _beside(param: Facts) -> Iterator[tuple[str, Any]]:
    step = param.get("step", 1)
    if "min" in param:
        also = param.get("live", {}).get("also", [])
        yield "too small", next(n for n in (param["min"] - k * step for k in range(1, 9)) if n not in also)
        if step not in (1, 0.1):
            yield "between steps", param["min"] + step / 2
    if "max" in param:
        yield "too large", param["max"] + step
    if param["type"] == "integer":
        yield "no whole number", param.get("min", 1) + 0.5


def broken(model: Facts, rule: Facts) -> Values | None:
    """Values that break the rule, to be laid over good ones; None stands for absence. None: it cannot be."""
    params = {p["name"]: p for p in model["params"]}
    match rule["type"]:
        case "allow":
            name, limit = next(iter(rule["then"].items()))
            return _met(rule["if"], params) | {name: _against(params[name], limit)}
        case "forbid":
            return _met(rule["if"], params)
        case "item_count":
            one = plain(params[rule["param"]])[:1]
            return _met(rule["if"], params) | {rule["param"]: one * (rule["max"] + 1)}
        case "mutually_exclusive":
            first, second = rule["groups"][0][0], rule["groups"][1][0]
            return {first: plain(params[first]), second: plain(params[second])}
        case "mutually_exclusive_flags":
            return dict.fromkeys(rule["params"], True)
        case "requires":
            return {rule["if_present"]: plain(params[rule["if_present"]]), rule["needs"]: None}
        case "at_least_one":
            return dict.fromkeys(rule["params"])
        case "max_total_items" | "weighted_total":
            return _full(rule, params)
        case "not_in":
            return {rule["param"]: rule["values"][0]}
        case _:
            name, _, part = rule["param"].partition("[].")
            record = plain(params[name])[0] | {part: 15}
            return {name: [record] * 2, rule["max_param"]: "10"}


def _met(condition: Mapping[str, Any], params: Mapping[str, Facts]) -> Values:
    present = condition.get("$present", [])
    names = [present] if isinstance(present, str) else present
    met = {n: x[0] if isinstance(x, list) else x for n, x in condition.items() if n != "$present"}
    return met | {name: plain(params[name]) for name in names}


def _against(param: Facts, limit: Any) -> Any:
    if limit is None:
        return plain(param)
    if limit == "required":
        return None
    if isinstance(limit, str):
        return plain(param)[:1] * (int(limit.split()[2]) + 1)
    return next(o for o in param.get("options", [6]) if o not in limit)


def _full(rule: Facts, params: Mapping[str, Facts]) -> Values | None:
    """As many items as each parameter takes by itself, if that is more than all together may have."""
    weights = rule.get("weights") or dict.fromkeys(rule["params"], 1)
    lists = {n: plain(params[n])[:1] * params[n].get("max_items", 1) for n in weights}
    total = sum(weights[n] * len(items) for n, items in lists.items())
    return lists if total > rule["max"] else None
