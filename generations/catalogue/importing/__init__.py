"""A collection of facts about Kie's models, in JSON, becomes model files: the first draft of a review."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from generations.catalogue.importing.text import text_of
from generations.catalogue.importing.words import (
    FAMILIES,
    ITEMS,
    MAKERS,
    Facts,
    label_of,
    media_of,
    plain,
    role_of,
)
from generations.catalogue.tables import BadCatalogue, Table

HELPERS = {"sora-2-characters", "sora-2-characters-pro", "gemini-omni-character"}
OUR_OWN = {"callBackUrl"}
"""Parameters that the worker sets."""
_KEPT = (
    "advanced",
    "deprecated",
    "min_length",
    "max_length",
    "min",
    "max",
    "step",
    "min_items",
    "max_items",
    "accept",
    "max_mb",
    "min_px",
    "aspect_range",
    "min_seconds",
    "max_seconds",
)
CALLS = {
    "/api/v1/veo/extend": "veo-extend",
    "/api/v1/runway/generate": "runway",
    "/api/v1/runway/extend": "runway-extend",
    "/api/v1/aleph/generate": "aleph",
}
"""Calls of one model alone, and what they are called as endpoints."""
_TOGETHER = re.compile(r"(\d+) s together")
_DAY = re.compile(r"(feed|catalogue) (\d{4})-(\d\d)-(\d\d)")


def families_of(data: object, where: str) -> dict[str, dict[str, Any]]:
    """The model files for a collection, as tables by file name. Raises BadCatalogue with key and reason.

    What makes no video is left out.
    """
    entries = Table(data, where).take("models", list)
    found: dict[str, dict[str, Any]] = {}
    for n, entry in enumerate(entries, 1):
        table = Table(entry, f"{where}, model {n}")
        model_id, family = table.take("id", str), table.take("family", str)
        family = FAMILIES.get(family, family)
        try:
            if is_helper(entry):
                continue
            model = _model(entry)
        except (KeyError, TypeError, AttributeError, ValueError) as broken:
            raise BadCatalogue(f"{where}, {model_id}: cannot be read: {broken!r}") from broken
        name = _file(family, model["endpoint"])
        place = found.setdefault(name, _family(family))
        place["models"].append(model)
    for place in found.values():
        _share(place)
    return found


def texts_of(data: object, where: str) -> dict[str, str]:
    """The same as the texts of TOML files. Raises BadCatalogue."""
    try:
        return {name: text_of(family) for name, family in families_of(data, where).items()}
    except TypeError as broken:
        raise BadCatalogue(f"{where}: {broken}") from broken


def is_helper(entry: Facts) -> bool:
    """Whether a model only serves others: it makes and changes no video."""
    units = {row.get("unit") for row in entry.get("prices", [])}
    return entry["id"] in HELPERS or (
        entry["kind"] == "utility" and units == {"call"} and not _continues(entry)
    )


def _file(family: str, endpoint: str) -> str:
    """Models with calls of their own stand in a file of their own."""
    more = "-dedicated" if endpoint in CALLS.values() else ""
    return f"{re.sub(r'[^a-z0-9]+', '-', family.lower()).strip('-')}{more}.toml"


def _family(name: str) -> dict[str, Any]:
    return {"family": name, "maker": MAKERS.get(name, name), "models": []}


def _continues(entry: Facts) -> bool:
    return any(f.get("required") and role_of(f, entry["kind"]) == "task" for f in entry["params"])


def _endpoint(entry: Facts) -> str:
    return CALLS.get(entry.get("create_path", "")) or str(entry["endpoint"])


def _model(entry: Facts) -> dict[str, Any]:
    named = {name for row in [*entry["prices"], *entry["rules"]] for name in _conditions(row)}
    fields = [f for f in entry["params"] if f["name"] not in OUR_OWN]
    listed, rows = _prices(entry["prices"])
    model = {
        "id": entry["id"],
        "label": entry["label"],
        "endpoint": _endpoint(entry),
        "kind": entry["kind"],
        "modes": entry["modes"],
        "status": entry["status"],
        "on_card": bool(entry.get("in_seed")),
        "source": [source.replace("seed", "reference card") for source in entry["source"]],
        "as_of": entry["as_of"],
        "confidence": entry["confidence"],
        "notes": plain(entry.get("notes", "")),
        "price_list": listed,
        "prices": rows,
        "params": [_field(f, entry["kind"], named) for f in fields],
        "rules": [_rule(rule) for rule in entry["rules"]],
    }
    return {k: v for k, v in model.items() if k == "endpoint" or v not in ("", [], {}, False)}


def _conditions(row: Facts) -> Iterable[str]:
    return [*row.get("when", {}), *row.get("if", {})]


def _field(facts: Facts, kind: str, named: set[str] | None = None) -> dict[str, Any]:
    facts = {**facts, "media": media_of(facts)}
    name, role = facts["name"], role_of(facts, kind)
    needed = facts.get("required") or name in (named or ())
    default = facts.get("default")
    if facts["type"] == "boolean" and default is None and needed:
        default = False
    options = facts.get("options", [])
    seconds = role == "length" and options
    field = {
        "name": name,
        "label": label_of(facts, role),
        "role": role,
        "type": facts["type"],
        "media": facts["media"],
        "required": facts.get("required"),
        "default": default,
        "options": options,
        "option_labels": {str(o): f"{o} s" for o in options} if seconds else {},
        "also": facts.get("live", {}).get("also", []),
        "also_labels": {str(n): "Auto" for n in facts.get("live", {}).get("also", [])},
        **{key: facts.get(key) for key in _KEPT},
        "max_total_seconds": _together(facts.get("help", "")),
        "origin": "card" if facts.get("origin") == "seed" else None,
        "help": plain(facts.get("help", "")),
        "live": {k: v for k, v in facts.get("live", {}).items() if k != "also"},
        "item_label": ITEMS.get(name, "Element") if "item_fields" in facts else None,
        "item_fields": [_field(part, kind) for part in facts.get("item_fields", [])],
    }
    if facts["media"]:
        field |= {"max_items": None} if facts["type"] == "string" else {}
    return {
        k: v for k, v in field.items() if v not in (None, "", [], {}) and (v is not False or k == "default")
    }


def _together(words: str) -> int | None:
    match = _TOGETHER.search(words)
    return int(match[1]) if match else None


def _rule(rule: Facts) -> dict[str, Any]:
    """A rule as it is written in model files: an empty list says that something must be absent."""
    made = {k: v for k, v in rule.items() if k not in ("type", "text", "if", "then")}
    tables = {k: {n: [] if v is None else v for n, v in rule[k].items()} for k in ("if", "then") if k in rule}
    return {"type": rule["type"], **tables, **made, "text": plain(rule["text"])}


def _prices(rows: Sequence[Facts]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What all rows have in common, and the rows without it."""
    made = [_price(row) for row in rows]
    common = {
        key: made[0][key]
        for key in ("unit", "source", "confidence", "verified_on", "note")
        if made and all(key in row and row[key] == made[0][key] for row in made)
    }
    return common, [{k: v for k, v in row.items() if k not in common} for row in made]


def _price(row: Facts) -> dict[str, Any]:
    seen = _DAY.search(row["source"])
    day = date(int(seen[2]), int(seen[3]), int(seen[4])) if seen and row["confidence"] == "high" else None
    made = {
        "when": row["when"],
        "credits": row["credits"],
        "unit": row["unit"],
        "free": row.get("free"),
        "estimate": row.get("estimate"),
        "source": row["source"].replace("seed", "reference card"),
        "confidence": row["confidence"],
        "verified_on": day,
        "note": plain(row.get("note", "")).replace("given by the reference card, ", ""),
    }
    return {k: v for k, v in made.items() if v not in (None, "", {})}


def _share(family: dict[str, Any]) -> None:
    """Fields that are alike in several models are written once, and named by the others."""
    fields = [field for model in family["models"] for field in model["params"]]
    counts = Counter(repr(field) for field in fields)
    shared: dict[str, Mapping[str, Any]] = {}
    for model in family["models"]:
        for n, field in enumerate(model["params"]):
            if counts[repr(field)] < 2 or shared.get(field["name"], field) != field:
                continue
            shared[field["name"]] = field
            model["params"][n] = {"like": field["name"]}
    family["shared"] = {name: {k: v for k, v in f.items() if k != "name"} for name, f in shared.items()}
