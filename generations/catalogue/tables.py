"""Reads TOML tables key by key, with errors that name file, key and reason."""

from datetime import date
from decimal import Decimal
from typing import Any


class BadCatalogue(Exception):
    """A model file cannot be used; the text names the file, the key and the reason."""


class Table:
    """One TOML table, read key by key; keys that are left over at the end are unknown."""

    def __init__(self, data: object, where: str) -> None:
        self.where = where
        if not isinstance(data, dict):
            raise BadCatalogue(f"{where}: expected a table")
        self.data: dict[str, Any] = dict(data)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        if key not in self.data:
            if default is ...:
                raise BadCatalogue(f"{self.where}: “{key}” is missing")
            return default
        value = self.data.pop(key)
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise BadCatalogue(f"{self.where}: “{key}” is {value!r}, expected {_names_of(kinds)}")
        return value

    def number(self, key: str) -> Decimal | None:
        value = self.take(key, (int, Decimal), None)
        return None if value is None else Decimal(value)

    def one_of(self, key: str, allowed: set[str], default: Any = ...) -> str:
        value: str = self.take(key, str, default)
        if value not in allowed:
            raise BadCatalogue(
                f"{self.where}: “{key}” is {value!r}, expected one of {', '.join(sorted(allowed))}"
            )
        return value

    def texts(self, key: str, default: Any = ...) -> tuple[str, ...]:
        values = self.take(key, list, default)
        if not all(isinstance(v, str) for v in values):
            raise BadCatalogue(f"{self.where}: “{key}” has to be a list of texts")
        return tuple(values)

    def done(self) -> None:
        if self.data:
            raise BadCatalogue(f"{self.where}: unknown key “{next(iter(self.data))}”")


def _names_of(kinds: tuple[type, ...]) -> str:
    words = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}
    words |= {Decimal: "a number", date: "a date"}
    return " or ".join(words.get(k, k.__name__) for k in kinds)
