"""What parameters accept, in the words of the Models page."""

from decimal import Decimal

from generations.catalogue.lists import Items, Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Choice, Number, Param, Text, Toggle

MOST_LISTED = 5
"""Options that are listed one by one where there is little room."""


def takes(param: Param) -> str:
    """What a parameter accepts, briefly."""
    match param:
        case Text():
            low = f"from {param.min_length:,} " if param.min_length else ""
            return f"text {low}to {param.max_length:,} characters" if param.max_length else "text"
        case Choice():
            more = ", or another value" if param.free else ""
            return ", ".join(said(option) for option in param.options) + more
        case Number():
            words = _range("whole number" if param.integer else "number", param.min, param.max)
            return f"{words}{''.join(f' or {n}' for n in param.also)}"
        case Toggle():
            return "on or off"
        case Media():
            return _media(param)
        case Items():
            return f"up to {param.max_items} lines" if param.max_items else "lines of text"
        case Objects():
            names = ", ".join(p.name for p in param.item_fields)
            return f"up to {param.max_items} records of {names}" if param.max_items else f"records of {names}"
        case _:
            return param.kind


def options(param: Param | None, unit: str = "") -> str:
    """The options or the range of a parameter, briefly; empty for none."""
    match param:
        case Choice() if len(param.options) > MOST_LISTED:
            return f"{param.options[0]}–{param.options[-1]}{unit}"
        case Choice():
            return ", ".join(str(o) for o in param.options) + unit
        case Number():
            return _range("", param.min, param.max).strip() + unit
        case _:
            return ""


def said(value: object) -> str:
    """A value, briefly: “on”, “16:9, 9:16”."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _media(param: Media) -> str:
    most = param.most_items
    number = f"{most} {param.noun}" if most == 1 else f"up to {most} {param.noun}s"
    size = f"{param.max_mb} MB{' each' if most > 1 else ''}" if param.max_mb else ""
    kinds = "/".join(t.rsplit("/", 1)[-1].upper() for t in param.accept)
    length = f"up to {param.max_seconds:f} s{' each' if most > 1 else ''}" if param.max_seconds else ""
    address = "" if param.takes_files else "by https address"
    return ", ".join(filter(None, [number, size, length, kinds, address]))


def _range(kind: str, low: Decimal | None, high: Decimal | None) -> str:
    if low is not None and high is not None:
        return f"{kind} {low:f}–{high:f}"
    return f"{kind} from {low:f}" if low is not None else f"{kind} to {high:f}" if high is not None else kind
