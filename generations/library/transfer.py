"""The library as JSON: what is exported, and what an import makes of it. The format: docs/library.md."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from generations import catalogue
from generations.catalogue.judge import judge
from generations.catalogue.params import given
from generations.models import ItemContent, LibraryItem
from generations.models.asset import missing_assets
from generations.models.folded import fold
from generations.models.library_item import LONGEST_TAG, LONGEST_TEXT, LONGEST_TITLE, MOST_TAGS

FORMAT, VERSION = "kiestudio library", 2
ONE_VERSION = 1
"""The format in which an entry was its newest version alone."""
MOST_ITEMS = 500
MOST_VERSIONS = 5_000
"""Of all entries of a file."""
ABOUT = {"kind", "title", "tags", "shared", "versions"}
CONTENT = {"text", "model", "label", "values"}


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
    versions: list[ItemContent] = field(default_factory=list)
    """The oldest first."""
    left_out: int = 0
    """Older versions that are not taken here: an old value is no reason to refuse the newest."""
    problems: list[str] = field(default_factory=list)


def exported(items: QuerySet[LibraryItem]) -> str:
    """The items with all their versions."""
    found = [_exported(item) for item in items.prefetch_related("versions")]
    return json.dumps({"format": FORMAT, "version": VERSION, "items": found}, ensure_ascii=False, indent=2)


def entries(text: str) -> list[FileEntry]:
    """What is in a file, each with what is wrong with it. Raises Unreadable."""
    items = _items(text)
    seen: set[tuple[str, str]] = set()
    found = []
    for number, item in enumerate(items, 1):
        entry = _entry(number, item)
        if (key := (entry.kind, fold(entry.title))) in seen and not entry.problems:
            entry.problems.append("Its title comes twice in the file.")
        seen.add(key)
        found.append(entry)
    return found


def _items(text: str) -> list[object]:
    """The entries of a file, each with `versions`, whichever format it has. Raises Unreadable."""
    try:
        file = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as broken:
        raise Unreadable("This is not JSON, or it is cut off. Nothing was imported.") from broken
    items = file.get("items") if isinstance(file, dict) and file.get("format") == FORMAT else None
    if not isinstance(items, list):
        raise Unreadable("This is not a library that was exported here. Nothing was imported.")
    if file.get("version") not in (ONE_VERSION, VERSION):
        raise Unreadable(
            f"Versions {ONE_VERSION} and {VERSION} of the format are read here. Nothing was imported."
        )
    if not 0 < len(items) <= MOST_ITEMS:
        raise Unreadable(f"1 to {MOST_ITEMS} entries are taken at once. These are {len(items):,}.")
    if file["version"] == ONE_VERSION:
        return [_with_versions(item) for item in items]
    count = sum(len(_versions(item)) for item in items)
    if count > MOST_VERSIONS:
        raise Unreadable(f"Up to {MOST_VERSIONS:,} versions are taken at once. These are {count:,}.")
    return items


def _with_versions(item: object) -> object:
    if not isinstance(item, dict):
        return item
    only = {name: value for name, value in item.items() if name in CONTENT}
    return {name: value for name, value in item.items() if name not in CONTENT} | {"versions": [only]}


def _versions(item: object) -> list[object]:
    versions = item.get("versions") if isinstance(item, dict) else None
    return versions if isinstance(versions, list) else []


def take(person: User, found: Iterable[FileEntry]) -> tuple[int, int]:
    """Keep the entries that nothing is wrong with, all or none. How many were new, and how many known."""
    added = known = 0
    with transaction.atomic():
        for entry in found:
            if entry.problems:
                continue
            about: dict[str, Any] = {"tags": entry.tags, "is_shared": entry.is_shared}
            _, is_new = LibraryItem.keep(person, entry.kind, entry.title, *entry.versions, **about)
            added, known = added + is_new, known + (not is_new)
    return added, known


def _exported(item: LibraryItem) -> dict[str, object]:
    about = {"kind": item.kind, "title": item.title, "tags": item.tags, "shared": item.is_shared}
    versions = [v.content for v in sorted(item.versions.all(), key=lambda version: version.number)]
    if item.kind == LibraryItem.Kind.PROMPT:
        return {**about, "versions": [{"text": one.text} for one in versions]}
    return {
        **about,
        "versions": [{"model": v.model_id, "label": v.label, "values": v.values} for v in versions],
    }


def _entry(number: int, item: object) -> FileEntry:
    if not isinstance(item, dict):
        return FileEntry(number=number, title="", problems=["It is no entry of a library."])
    title = " ".join(item["title"].split()) if isinstance(item.get("title"), str) else ""
    if problem := _unwritable(item):
        return FileEntry(number=number, title="", problems=[problem])
    versions = _versions(item)
    unknown = [*(key for key in item if key not in ABOUT), *_unknown(versions)]
    problems = [f"“{key}” is not known here." for key in unknown]
    if not fold(title) or len(title) > LONGEST_TITLE:
        problems.append(f"A title is a text of 1 to {LONGEST_TITLE} characters.")
    tags, is_shared = item.get("tags", []), item.get("shared", False)
    if not _are_tags(tags):
        problems.append(f"Tags are up to {MOST_TAGS} texts of 1 to {LONGEST_TAG} characters.")
    if not isinstance(is_shared, bool):
        problems.append("“shared” is true or false.")
    read = [_content(item.get("kind"), version) for version in versions]
    fine = [content for content, wrong in read if not wrong]
    return FileEntry(
        number=number,
        title=title[:LONGEST_TITLE],
        kind=item["kind"] if item.get("kind") in LibraryItem.Kind.values else "",
        tags=tags,
        is_shared=is_shared,
        versions=fine,
        left_out=len(read) - len(fine),
        problems=problems + (read[-1][1] if read else ["“versions” is a list of what it held."]),
    )


def _unknown(versions: Iterable[object]) -> list[str]:
    """The keys that no version has, each once."""
    names = [key for version in versions if isinstance(version, dict) for key in version]
    return list(dict.fromkeys(key for key in names if key not in CONTENT))


def _content(kind: object, version: object) -> tuple[ItemContent, list[str]]:
    """What a version holds, and what is wrong with it."""
    if not isinstance(version, dict):
        return ItemContent(), ["A version is an object."]
    match kind:
        case LibraryItem.Kind.PROMPT:
            text = version.get("text")
            is_text = isinstance(text, str) and text.strip() and len(text) <= LONGEST_TEXT
            if not is_text:
                return ItemContent(), [f"A prompt is a “text” of 1 to {LONGEST_TEXT:,} characters."]
            return ItemContent(text=str(text).strip()), []
        case LibraryItem.Kind.PRESET:
            return _preset(version.get("model"), version.get("values"))
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
