"""A reading of the raw facts about models: what the service would say of a body. Knows no catalogue."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Body = Mapping[str, Any]

FILES = sorted((Path(__file__).parent / "facts").glob("*.json"))
MODELS: list[Facts] = [model for path in FILES for model in json.loads(path.read_text("utf-8"))]
KINDS = {"string": str, "integer": int, "number": int | float, "boolean": bool, "array": list}


def complaints(model: Facts, body: Body) -> list[str]:
    """What the facts refuse in an input; empty: it would be taken."""
    known = {p["name"]: p for p in model["params"]}
    spellings = {p["live"]["alias"] for p in model["params"] if "alias" in p.get("live", {})}
    found = [f"{name} is unknown" for name in body if name not in known and name not in spellings]
    for name, param in known.items():
        if name in body:
            found += list(_of_value(param, body[name]))
        elif param.get("required") and not _taken_away(model, name, body):
            found.append(f"{name} is required")
    return found + [f"rule {rule}" for rule in model["rules"] if _broken(rule, body)]


def _of_value(param: Facts, value: Any) -> Iterator[str]:
    name, kind = param["name"], KINDS[param["type"]]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        yield f"{name} has a wrong type"
        return
    if "options" in param and not any(o == value and type(o) is type(value) for o in param["options"]):
        yield f"{name} is no option"
    if param["type"] == "array":
        yield from _of_items(param, value)
    elif param.get("format") == "url" and not str(value).startswith("https://"):
        yield f"{name} is no address"
    elif isinstance(value, str) and "step" not in param:
        if not param.get("min_length", 0) <= len(value) <= param.get("max_length", 10**9):
            yield f"{name} has a wrong length"
    elif param["type"] != "boolean" and value not in param.get("live", {}).get("also", []):
        yield from _of_number(param, Decimal(str(value)))


def _of_number(param: Facts, number: Decimal) -> Iterator[str]:
    low, high = (
        Decimal(str(param.get(key, default))) for key, default in (("min", -(10**12)), ("max", 10**12))
    )
    step = Decimal(str(param.get("step", 0)))
    if not low <= number <= high:
        yield f"{param['name']} is out of range"
    elif step and "min" in param and (number - low) % step:
        yield f"{param['name']} is between two steps"


def _of_items(param: Facts, items: Any) -> Iterator[str]:
    most = param.get("live", {}).get("max_items", param.get("max_items", 10**6))
    least = param.get("min_items", 0) if items else 0
    if not least <= len(items) <= most:
        yield f"{param['name']} has a wrong number of items"
    for item in items:
        if "item_fields" in param:
            yield from complaints({"params": param["item_fields"], "rules": []}, item)
        elif not isinstance(item, str) or (param.get("format") == "url" and not item.startswith("https://")):
            yield f"{param['name']} has a wrong item"


def _given(body: Body, name: str) -> bool:
    return body.get(name) not in (None, "", [])


def _holds(condition: Body, body: Body) -> bool:
    present = condition.get("$present", [])
    if not all(_given(body, n) for n in ([present] if isinstance(present, str) else present)):
        return False
    return all(_meets(body, name, wanted) for name, wanted in condition.items() if name != "$present")


def _meets(body: Body, name: str, wanted: Any) -> bool:
    if wanted is None:
        return not _given(body, name)
    return body.get(name) in wanted if isinstance(wanted, list) else body.get(name) == wanted


def _taken_away(model: Facts, name: str, body: Body) -> bool:
    """Whether a required parameter must be missing beside these values."""
    for rule in model["rules"]:
        absent = rule["type"] == "allow" and name in rule["then"] and rule["then"][name] is None
        if absent and _holds(rule["if"], body):
            return True
        beside = rule["type"] == "forbid" and name in rule["if"].get("$present", [])
        if beside and _holds(rule["if"], {**body, name: 1}):
            return True
    return False


def _count(body: Body, name: str) -> int:
    value = body.get(name)
    return len(value) if isinstance(value, list) else int(_given(body, name))


def _broken(rule: Facts, body: Body) -> bool:
    match rule["type"]:
        case "allow":
            return _holds(rule["if"], body) and any(_outside(body, n, x) for n, x in rule["then"].items())
        case "forbid":
            return _holds(rule["if"], body)
        case "item_count":
            count = _count(body, rule["param"])
            return _holds(rule["if"], body) and not rule.get("min", 0) <= count <= rule["max"]
        case "mutually_exclusive":
            return sum(any(_given(body, n) for n in group) for group in rule["groups"]) > 1
        case "mutually_exclusive_flags":
            return sum(body.get(n) is True for n in rule["params"]) > 1
        case "requires":
            return _given(body, rule["if_present"]) and not _given(body, rule["needs"])
        case "at_least_one":
            return not any(_given(body, n) for n in rule["params"])
        case _:
            return _exceeds(rule, body)


def _exceeds(rule: Facts, body: Body) -> bool:
    match rule["type"]:
        case "max_total_items":
            return bool(sum(_count(body, n) for n in rule["params"]) > rule["max"])
        case "weighted_total":
            return bool(sum(w * _count(body, n) for n, w in rule["weights"].items()) > rule["max"])
        case "not_in":
            return body.get(rule["param"]) in rule["values"]
        case "sum_max":
            name, _, part = rule["param"].partition("[].")
            most = str(body.get(rule["max_param"], ""))
            return most.isdigit() and sum(Decimal(str(r[part])) for r in body.get(name, [])) > int(most)
        case other:
            raise ValueError(f"no reading of the rule {other}")


def _outside(body: Body, name: str, limit: Any) -> bool:
    if limit is None:
        return _given(body, name)
    if limit == "required":
        return not _given(body, name)
    if isinstance(limit, str):
        return _count(body, name) > int(limit.split()[2])
    return _given(body, name) and body[name] not in limit
