"""The library as JSON: what is exported, and what an import makes of it. The format: docs/library.md."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from generations import catalogue
from generations.catalogue.judge import judge
from generations.catalogue.params import given
from generations.models import ItemContent, LibraryItem
from generations.models.asset import missing_assets
from generations.models.folded import fold
from generations.models.library_item import LONGEST_TAG, LONGEST_TEXT, LONGEST_TITLE, MOST_TAGS

FORMAT, VERSION = "kiestudio library", 1
MOST_ITEMS = 500
KEYS = {"kind", "title", "tags", "shared", "text", "model", "label", "values"}


class Unreadable(ValueError):
    """Not a library; the text says why."""


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """One entry of a file: what it is, and what is wrong with it."""

    number: int
    """Its place in the file, from 1."""
    title: str
    kind: str = ""
    tags: list[str] = field(default_factory=list)
    is_shared: bool = False
    content: ItemContent = field(default_factory=ItemContent)
    problems: list[str] = field(default_factory=list)


def exported(items: Iterable[LibraryItem]) -> str:
    """The items as their newest versions hold them."""
    return json.dumps(
        {"format": FORMAT, "version": VERSION, "items": [_exported(item) for item in items]},
        ensure_ascii=False,
        indent=2,
    )


def entries(text: str) -> list[FileEntry]:
    """What is in a file, each with what is wrong with it. Raises Unreadable."""
    try:
        file = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as broken:
        raise Unreadable("This is not JSON, or it is cut off. Nothing was imported.") from broken
    items = file.get("items") if isinstance(file, dict) and file.get("format") == FORMAT else None
    if not isinstance(items, list):
        raise Unreadable("This is not a library that was exported here. Nothing was imported.")
    if file.get("version") != VERSION:
        raise Unreadable(f"Version {VERSION} of the format is read here. Nothing was imported.")
    if not 0 < len(items) <= MOST_ITEMS:
        raise Unreadable(f"1 to {MOST_ITEMS} entries are taken at once. These are {len(items):,}.")
    seen: set[tuple[str, str]] = set()
    found = []
    for number, item in enumerate(items, 1):
        entry = _entry(number, item)
        if (key := (entry.kind, fold(entry.title))) in seen and not entry.problems:
            entry.problems.append("Its title comes twice in the file.")
        seen.add(key)
        found.append(entry)
    return found


def take(person: User, found: Iterable[FileEntry]) -> tuple[int, int]:
    """Keep the entries that nothing is wrong with, all or none. How many were new, and how many known."""
    added = known = 0
    with transaction.atomic():
        for entry in found:
            if entry.problems:
                continue
            about: dict[str, Any] = {"tags": entry.tags, "is_shared": entry.is_shared}
            _, is_new = LibraryItem.keep(person, entry.kind, entry.title, entry.content, **about)
            added, known = added + is_new, known + (not is_new)
    return added, known


def _exported(item: LibraryItem) -> dict[str, object]:
    about = {"kind": item.kind, "title": item.title, "tags": item.tags, "shared": item.is_shared}
    if item.kind == LibraryItem.Kind.PROMPT:
        return {**about, "text": item.text}
    return {**about, "model": item.model_id, "label": item.label, "values": item.values}


def _entry(number: int, item: object) -> FileEntry:
    if not isinstance(item, dict):
        return FileEntry(number=number, title="", problems=["It is no entry of a library."])
    title = " ".join(item["title"].split()) if isinstance(item.get("title"), str) else ""
    if problem := _unwritable(item):
        return FileEntry(number=number, title="", problems=[problem])
    problems = [f"“{key}” is not known here." for key in item if key not in KEYS]
    if not fold(title) or len(title) > LONGEST_TITLE:
        problems.append(f"A title is a text of 1 to {LONGEST_TITLE} characters.")
    tags, is_shared = item.get("tags", []), item.get("shared", False)
    if not _are_tags(tags):
        problems.append(f"Tags are up to {MOST_TAGS} texts of 1 to {LONGEST_TAG} characters.")
    if not isinstance(is_shared, bool):
        problems.append("“shared” is true or false.")
    content, wrong = _content(item)
    return FileEntry(
        number=number,
        title=title[:LONGEST_TITLE],
        kind=item["kind"] if item.get("kind") in LibraryItem.Kind.values else "",
        tags=tags,
        is_shared=is_shared,
        content=content,
        problems=problems + wrong,
    )


def _content(item: Mapping[str, Any]) -> tuple[ItemContent, list[str]]:
    match item.get("kind"):
        case LibraryItem.Kind.PROMPT:
            text = item.get("text")
            is_text = isinstance(text, str) and text.strip() and len(text) <= LONGEST_TEXT
            if not is_text:
                return ItemContent(), [f"A prompt is a “text” of 1 to {LONGEST_TEXT:,} characters."]
            return ItemContent(text=str(text).strip()), []
        case LibraryItem.Kind.PRESET:
            return _preset(item.get("model"), item.get("values"))
    return ItemContent(), ["A “kind” is preset or prompt."]


def _preset(model_id: object, values: object) -> tuple[ItemContent, list[str]]:
    spec = catalogue.find(model_id) if isinstance(model_id, str) else None
    if spec is None:
        return ItemContent(), [f"The model “{str(model_id)[:120]}” is not known here."]
    if not isinstance(values, dict):
        return ItemContent(), ["“values” is an object: a value for each name of a parameter."]
    chosen = {name: value for name, value in values.items() if given(value)}
    unknown = [name for name in chosen if name not in {p.name for p in spec.offered}]
    problems = [f"{spec.label} has no “{name[:60]}”." for name in unknown]
    named = {name: value for name, value in chosen.items() if name not in unknown}
    problems += [f"{p.param}: {p.text}" for p in judge(spec, named) if p.param in named]
    if not problems and missing_assets(named):
        problems.append("It names files that are not here.")
    prompt = spec.value_of("prompt", named)
    return ItemContent(
        text=prompt if isinstance(prompt, str) else "", model_id=spec.id, label=spec.label, values=named
    ), problems


def _are_tags(tags: object) -> bool:
    texts = isinstance(tags, list) and len(tags) <= MOST_TAGS and all(isinstance(tag, str) for tag in tags)
    return texts and all(fold(tag) and len(tag) <= LONGEST_TAG for tag in tags)  # type: ignore[attr-defined]


def _unwritable(item: Mapping[str, Any]) -> str:
    """Why no database stores it; empty when one does."""
    text = json.dumps(item, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return "It has characters that no text has."
    return "It has characters that no text has." if "\\u0000" in text else ""


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
