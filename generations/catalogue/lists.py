"""Parameters that are lists: of short texts, and of small records."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from generations.catalogue.params import Param, Wrong, visible


@dataclass(frozen=True, kw_only=True)
class Items(Param):
    """A list of short texts, one per line in the form."""

    kind = "items"

    min_items: int = 0
    max_items: int | None = None

    def parse(self, texts: Sequence[str]) -> object:
        lines = [line.strip() for text in texts for line in text.splitlines()]
        return [line for line in lines if any(map(visible, line))] or None

    def check(self, value: object) -> None:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Wrong(f"{self.label} cannot be read any more. Write it again.")
        _count(value, self.min_items, self.max_items)


@dataclass(frozen=True, kw_only=True)
class Objects(Param):
    """A list of small records (shots, elements), written as JSON in the form."""

    kind = "objects"

    item_fields: tuple[Param, ...]
    min_items: int = 0
    max_items: int | None = None

    def parse(self, texts: Sequence[str]) -> object:
        text = texts[-1].strip() if texts else ""
        if text == "":
            return None
        try:
            return json.loads(text) or None
        except (ValueError, RecursionError) as broken:
            raise Wrong(f"This is not valid JSON: {broken}") from broken

    def check(self, value: object) -> None:
        if not isinstance(value, list) or not all(isinstance(record, dict) for record in value):
            raise Wrong("Write a JSON list of objects.")
        _count(value, self.min_items, self.max_items)
        names = {p.name: p.required for p in self.item_fields}
        for record in value:
            if unknown := sorted(set(record) - set(names)):
                raise Wrong(f"Unknown: {', '.join(unknown)}. It takes {', '.join(names)}.")
            if missing := [n for n, required in names.items() if required and n not in record]:
                raise Wrong(f"Missing: {', '.join(missing)}.")


def _count(items: Sequence[object], low: int, high: int | None) -> None:
    if len(items) < low:
        raise Wrong(f"Give at least {low}.")
    if high is not None and len(items) > high:
        raise Wrong(f"Give at most {high}.")
