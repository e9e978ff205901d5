"""Parameters that are lists: of short texts, and of small records."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generations.catalogue.media import Media
from generations.catalogue.params import Param, Wrong, given, visible


@dataclass(frozen=True, kw_only=True)
class Items(Param):
    """A list of short texts, one per line in the form."""

    kind = "items"

    min_items: int = 0
    max_items: int | None = None

    def parse(self, texts: Sequence[str]) -> object:
        return [line for line in _lines(texts) if any(map(visible, line))] or None

    def check(self, value: object) -> None:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Wrong(f"{self.label} cannot be read any more. Write it again.")
        _count(value, self.min_items, self.max_items)


@dataclass(frozen=True, kw_only=True)
class Objects(Param):
    """A list of small records, such as shots or elements: a row of named fields each in the form.

    A value is a list of objects by field name; media in them are lists of addresses, as everywhere.
    """

    kind = "objects"

    item_fields: tuple[Param, ...]
    item_label: str = "Row"
    """What one record is, in words."""
    min_items: int = 0
    max_items: int | None = None
    send_empty: bool = False
    """Whether an empty list is sent when there is no record: some schemas require the key."""

    def parse(self, texts: Sequence[str]) -> object:
        """The records for a JSON list, whose fields may be texts as typed.

        Fields left as they are, and rows in which all were, are dropped.
        """
        text = texts[-1].strip() if texts else ""
        if text == "":
            return None
        rows = _rows(text)
        records = []
        for n, row in enumerate(rows, 1):
            record = {name: self._field(n, name, value) for name, value in row.items()}
            filled = {name: value for name, value in record.items() if given(value)}
            chosen = {name: value for name, value in filled.items() if value != self._default(name)}
            if chosen:
                records.append(chosen)
        return records or None

    def check(self, value: object) -> None:
        if not isinstance(value, list) or not all(isinstance(record, dict) for record in value):
            raise Wrong(f"{self.label} cannot be read any more. Write it again.")
        _count(value, self.min_items, self.max_items)
        names = {p.name for p in self.item_fields}
        for n, record in enumerate(value, 1):
            if unknown := sorted(map(str, set(record) - names)):
                raise Wrong(f"Unknown: {', '.join(unknown)}. It takes {', '.join(sorted(names))}.")
            for part in self.item_fields:
                self._check_field(n, part, record.get(part.name))

    def wire(self, value: object, media: Mapping[str, str]) -> object:
        if not isinstance(value, list):
            raise TypeError(f"{self.name} takes a list of records")
        return [self._wire_record(record, media) for record in value]

    def media_of(self, value: object, kind: str) -> list[str]:
        """The addresses of one kind of media in the records of a value."""
        names = [p.name for p in self.item_fields if isinstance(p, Media) and p.media == kind]
        records = [r for r in value if isinstance(r, dict)] if isinstance(value, list) else []
        found = [r.get(name) for r in records for name in names]
        return [str(item) for items in found if isinstance(items, list) for item in items]

    def _wire_record(self, record: Mapping[str, object], media: Mapping[str, str]) -> dict[str, object]:
        values = ((p, record.get(p.name, p.default if p.required else None)) for p in self.item_fields)
        return {p.name: p.wire(value, media) for p, value in values if given(value)}

    def _check_field(self, n: int, part: Param, value: object) -> None:
        if not given(value):
            if part.required and part.default is None:
                raise Wrong(f"{self.item_label} {n}: {part.missing}")
            return
        try:
            part.check(value)
        except Wrong as wrong:
            raise Wrong(f"{self.item_label} {n}: {wrong}") from wrong

    def _field(self, n: int, name: str, value: object) -> object:
        """A field as typed becomes a value of its own type; what has a type already stays as it is."""
        part = next((p for p in self.item_fields if p.name == name), None)
        texts = [value] if isinstance(value, str) else value
        if part is None or not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
            return value
        try:
            return part.parse(_lines(texts) if isinstance(part, Media) else texts)
        except Wrong as wrong:
            raise Wrong(f"{self.item_label} {n}: {wrong}") from wrong

    def _default(self, name: str) -> object:
        return next((p.default for p in self.item_fields if p.name == name), None)


def _rows(text: str) -> list[dict[str, object]]:
    """The objects of a JSON list, or of a single one. Raises Wrong."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise Wrong(f"This is not valid JSON: {broken}") from broken
    rows = read if isinstance(read, list) else [read]
    if not all(isinstance(row, dict) for row in rows):
        raise Wrong("Write a JSON list of objects.")
    return rows


def _lines(texts: Sequence[str]) -> list[str]:
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]


def _count(items: Sequence[object], low: int, high: int | None) -> None:
    if len(items) < low:
        raise Wrong(f"Give at least {low}.")
    if high is not None and len(items) > high:
        raise Wrong(f"Give at most {high}.")
