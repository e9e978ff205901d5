"""Tables as the text of a TOML file, laid out as the model files are."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def text_of(family: Mapping[str, Any]) -> str:
    """A family's file: what its models share first, then each model with its parameters, rules and prices."""
    blocks = [_pairs({"family": family["family"], "maker": family["maker"]})]
    for name, field in family.get("shared", {}).items():
        blocks.append(f"[shared.{_key(name)}]\n{_pairs(field)}")
    for model in family["models"]:
        lists = {key: model[key] for key in ("params", "rules") if model.get(key)}
        plain = {key: value for key, value in model.items() if key not in ("params", "rules", "prices")}
        rows = model.get("prices", [])
        prices = f"prices = [\n{''.join(f'    {_value(row)},{chr(10)}' for row in rows)}]\n" if rows else ""
        blocks.append(f"[[models]]\n{_pairs(plain)}{prices}")
        blocks += [f"[[models.{key}]]\n{_pairs(table)}" for key, tables in lists.items() for table in tables]
    return "\n".join(blocks)


def _pairs(table: Mapping[str, Any]) -> str:
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in table.items())


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case int() | float() | Decimal() | date():
            return str(value)
        case Mapping():
            inner = ", ".join(f"{_key(str(k))} = {_value(v)}" for k, v in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case Sequence():
            return _array(list(value))
        case _:
            raise TypeError(f"{value!r} cannot stand in TOML")


def _array(items: list[Any]) -> str:
    if items and all(isinstance(item, Mapping) for item in items):
        return "[\n" + "".join(f"    {_value(item)},\n" for item in items) + "]"
    return f"[{', '.join(map(_value, items))}]"
