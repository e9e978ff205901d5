"""Single values of a schema: numbers that can be counted with, and foreign text for people."""

import re
import unicodedata
from decimal import Decimal

from generations.catalogue.openapi import Node
from generations.catalogue.unreadable import Fault, Unreadable

LARGEST = 2**53


def label_of(name: str) -> str:
    """“image_urls” → “Images”, “taskId” → “Task id”."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").lower()
    text = re.sub(r"(?<=\w) urls$", "s", re.sub(r"(?<=\w) url$", "", text))
    return text.capitalize()


def bound(field: Node, key: str) -> Decimal | None:
    value = field.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unreadable(Fault.NO_NUMBER, key=key)
    number = Decimal(str(value))
    if not abs(number) <= LARGEST:
        raise Unreadable(Fault.NO_NUMBER, key=key)
    return number


def count(field: Node, key: str) -> int | None:
    value = bound(field, key)
    if value is not None and (value < 0 or value != value.to_integral_value()):
        raise Unreadable(Fault.NO_COUNT, key=key)
    return None if value is None else int(value)


def words(value: object, most: int) -> str:
    """Foreign text for people: one line, without control and direction characters, cut to a length."""
    text = value if isinstance(value, str) else ""
    plain = "".join(" " if _unfit(c) else c for c in text[: most * 4])
    short = " ".join(plain.split())
    return short if len(short) <= most else f"{short[: most - 1].rstrip()}…"


def _unfit(character: str) -> bool:
    """Controls, separators, halves of characters, and emoji, which not every screen has."""
    kind = unicodedata.category(character)
    return kind[0] in "CZ" or kind == "So"
