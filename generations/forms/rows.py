"""Lists of records in a form: a row of named fields each, posted as `shots[0].prompt`."""

import json
import re
from collections.abc import Mapping
from typing import Any

from generations.catalogue.lists import Objects
from generations.catalogue.params import given

MOST_ROWS = 50
"""Rows that are read at most; what comes after them is no form of ours."""


def field_name(param: Objects, row: int, part: str) -> str:
    return f"{param.name}[{row}].{part}"


def posted(data: Mapping[str, Any], param: Objects) -> list[str]:
    """The records as one JSON text, with fields as typed, or the JSON that a script wrote. Empty: none."""
    rows = _rows(data, param)
    if rows:
        return [json.dumps(rows, ensure_ascii=False)]
    texts = data.getlist(param.name) if hasattr(data, "getlist") else []
    return [str(text) for text in texts]


def typed(value: object) -> list[dict[str, Any]]:
    """The rows to show again for a value, or for a JSON text that could not be read as one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict)]


def _rows(data: Mapping[str, Any], param: Objects) -> list[dict[str, str]]:
    """The posted rows in their order, without those in which nothing was written."""
    if not hasattr(data, "getlist"):
        return []
    names = {p.name: p for p in param.item_fields}
    pattern = re.compile(rf"{re.escape(param.name)}\[(\d{{1,3}})\]\.(\w+)")
    found: dict[int, dict[str, str]] = {}
    for key in data:
        match = pattern.fullmatch(key)
        if match and match[2] in names:
            found.setdefault(int(match[1]), {})[match[2]] = "\n".join(data.getlist(key)).strip()
    rows = [found[n] for n in sorted(found)[:MOST_ROWS]]
    return [row for row in rows if any(_written(names[n].default, text) for n, text in row.items())]


def _written(default: object, text: str) -> bool:
    return text != "" and not (given(default) and text == str(default))
