"""The fields of a model's schema → parameters. What has no plain meaning is named, never guessed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from generations.catalogue.lists import Items, Objects
from generations.catalogue.media import GIVEN, Media
from generations.catalogue.openapi import Node, resolved
from generations.catalogue.params import Choice, Number, Param, Text, Toggle
from generations.catalogue.roles import USUAL
from generations.catalogue.schema_values import bound, count, label_of, words
from generations.catalogue.unreadable import Fault, Unreadable

MOST_FIELDS = 60
MOST_OPTIONS = 200
KNOWN = frozenset(
    {
        "type",
        "description",
        "enum",
        "const",
        "default",
        "examples",
        "example",
        "title",
        "format",
        "deprecated",
    }
    | {"minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"}
    | {"items", "properties", "required", "additionalProperties", "nullable", "readOnly", "writeOnly"}
    | {"anyOf", "oneOf", "allOf"}
)
_NAME = re.compile(r"[A-Za-z][\w.-]{0,59}")
_MEDIA_NAME = re.compile(
    r"(?:.*[_-])?(?:url|urls|uri|uris)|(?:.*_)?(?:image|video|audio|frame|clip|voice|photo|mask|picture)s?"
    r"|.*[a-z](?:Url|Urls)"
)
_MEDIA = (
    ("audio", re.compile(r"audio|voice|sound|music|speech|song")),
    ("video", re.compile(r"video|clip|footage")),
    ("image", re.compile(r"image|frame|photo|mask|picture|img|cover|portrait|face")),
    ("file", re.compile(r"file|link|document|page")),
)
_MEDIA_ROLES = {
    "first_frame": "first frame",
    "first_frame_url": "first frame",
    "last_frame": "last frame",
    "last_frame_url": "last frame",
    "reference_image": "reference",
    "reference_images": "reference",
    "reference_image_urls": "reference",
}
SOURCE_ROLES = {"video": "source video", "audio": "audio"}
_LENGTHS = ("duration", "extend_times", "n_frames", "seconds", "length", "video_length")
_OPTION_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float, Decimal),
}
_ADVANCED = re.compile(r"nsfw|safety|watermark|seed|negative|expansion|callback|enable_|_id$|_ids$|taskId")


def params_of(node: Node, document: object, *, kind_of_bare_media: str, within: bool = False) -> list[Param]:
    """Every field of an object schema. Raises Unreadable with every field that has no plain meaning.

    `kind_of_bare_media` is what an address means whose name does not say it (`input_urls`). Records hold no
    records: `within` one, a list of them is refused.
    """
    fields, required = fields_of(node)
    params: list[Param] = []
    faults: list[dict[str, object]] = []
    for name, field in fields.items():
        try:
            param = _param(
                name, resolved(field, document), document, name in required, kind_of_bare_media, within
            )
            params.append(param)
        except Unreadable as fault:
            faults.append({"field": name[:60], **fault.facts})
    if faults:
        raise Unreadable(Fault.FIELDS, fields=faults)
    return params


def fields_of(node: Node) -> tuple[dict[str, object], set[str]]:
    """Fields by name without blanks at its ends, and the names of those required. Raises Unreadable."""
    raw, needed = node.get("properties", {}), node.get("required", [])
    if not isinstance(raw, Mapping) or not raw:
        raise Unreadable(Fault.NO_FIELDS)
    if not isinstance(needed, list) or not all(isinstance(name, str) for name in needed):
        raise Unreadable(Fault.NO_NAMES)
    fields: dict[str, object] = {}
    for key, field in raw.items():
        name = key.strip()
        if not _NAME.fullmatch(name):
            raise Unreadable(Fault.NO_NAME, text=key[:60])
        if name in fields:
            raise Unreadable(Fault.TWICE, name=name)
        fields[name] = field
    required = {name.strip() for name in needed}
    if missing := sorted(required - set(fields)):
        raise Unreadable(Fault.NO_FIELD, name=missing[0][:60])
    if len(fields) > MOST_FIELDS:
        raise Unreadable(Fault.TOO_MANY, count=len(fields))
    return fields, required


def _param(name: str, field: Node, document: object, required: bool, bare: str, within: bool) -> Param:
    field = _one_of_null(field, document)
    if odd := sorted(key for key in field if key not in KNOWN and not key.startswith("x-")):
        raise Unreadable(Fault.KEYWORD, key=odd[0][:60])
    if any(key in field for key in ("oneOf", "anyOf", "allOf")):
        raise Unreadable(Fault.FORMS)
    kind = _type(field)
    shared: dict[str, Any] = {
        "name": name,
        "label": label_of(name),
        "help": words(field.get("description"), 300),
        "required": required,
        "advanced": bool(_ADVANCED.search(name)) and not required,
        "deprecated": field.get("deprecated") is True,
        "role": USUAL.get(name, "length" if name in _LENGTHS else ""),
    }
    if kind == "array" and _is_record(field, document):
        param: Param = _records(field, shared, document, bare, within)
    else:
        param = _kind(kind, field, shared, document, bare)
    return _with_default(_with_role(param), field.get("default"))


def _one_of_null(field: Node, document: object) -> Node:
    """`anyOf: [X, null]` is X that may be left out, as every field may."""
    for key in ("anyOf", "oneOf", "allOf"):
        branches = field.get(key)
        if isinstance(branches, list):
            real = [b for b in (resolved(b, document) for b in branches) if b.get("type") != "null"]
            if len(real) == 1:
                return {**real[0], **{k: v for k, v in field.items() if k != key}}
    return field


def _type(field: Node) -> str:
    kind = field.get("type")
    if isinstance(kind, list):
        kinds = [k for k in kind if k != "null"]
        kind = kinds[0] if len(kinds) == 1 else str(kinds)
    if kind is None:
        values = field.get("enum")
        return "string" if isinstance(values, list) and all(isinstance(v, str) for v in values) else ""
    return str(kind)


def _kind(kind: str, field: Node, shared: dict[str, Any], document: object, bare: str) -> Param:
    name = shared["name"]
    if kind == "boolean":
        return Toggle(**shared)
    if "const" in field or "enum" in field:
        return _choice(kind, field, shared)
    if kind in ("integer", "number"):
        return _number(kind, field, shared)
    if kind == "string":
        if field.get("format") in ("uri", "url") or _MEDIA_NAME.fullmatch(name):
            return _media(shared, bare, single=True)
        return _text(field, shared)
    if kind == "array":
        return _list(field, shared, document, bare)
    if kind == "" and _MEDIA_NAME.fullmatch(name):
        single = not name.lower().rstrip("_ ").endswith("s")
        return _media(shared, bare, single=single)
    raise Unreadable(Fault.TYPE, type=kind[:40]) if kind else Unreadable(Fault.NO_TYPE)


def _choice(kind: str, field: Node, shared: dict[str, Any]) -> Choice:
    values = [field["const"]] if "const" in field else field["enum"]
    wanted = _OPTION_TYPES.get(kind, ())
    if not isinstance(values, list) or not values or len(values) > MOST_OPTIONS or not wanted:
        raise Unreadable(Fault.NO_OPTIONS)
    for value in values:
        sound = isinstance(value, wanted) and not isinstance(value, bool)
        if not sound or (isinstance(value, str) and (len(value) > 100 or not value.isprintable())):
            raise Unreadable(Fault.OPTION, value=str(value)[:40], type=kind)
    options = tuple(float(v) if isinstance(v, Decimal) else v for v in values)
    if len({(type(option), option) for option in options}) != len(options):
        raise Unreadable(Fault.OPTION_TWICE)
    labels = {str(o): f"{o} s" for o in options if str(o).isdigit()} if shared["role"] == "length" else {}
    return Choice(**shared, options=options, option_labels=labels)


def _number(kind: str, field: Node, shared: dict[str, Any]) -> Number:
    low, high, step = (bound(field, key) for key in ("minimum", "maximum", "multipleOf"))
    if low is not None and high is not None and low > high:
        raise Unreadable(Fault.RANGE, low=str(low), high=str(high))
    whole = kind == "integer" or shared["role"] in ("length", "seed")
    return Number(**shared, integer=whole, min=low, max=high, step=step)


def _text(field: Node, shared: dict[str, Any]) -> Text:
    low, high = count(field, "minLength"), count(field, "maxLength")
    if low is not None and high is not None and low > high:
        raise Unreadable(Fault.LIMITS, low="minLength", high="maxLength")
    return Text(**shared, min_length=low, max_length=high)


def _is_record(field: Node, document: object) -> bool:
    items = resolved(field.get("items", {}), document)
    return items.get("type") == "object" or "properties" in items


def _records(field: Node, shared: dict[str, Any], document: object, bare: str, within: bool) -> Objects:
    """A list that is required without a least number of items may be empty, but its key is sent."""
    if within:
        raise Unreadable(Fault.NESTED)
    items = resolved(field.get("items", {}), document)
    parts = params_of(items, document, kind_of_bare_media=bare, within=True)
    low, high = count(field, "minItems") or 0, count(field, "maxItems")
    only_key = shared["required"] and not low
    return Objects(
        **{**shared, "required": shared["required"] and not only_key},
        item_fields=tuple(replace(p, takes_files=False) if isinstance(p, Media) else p for p in parts),
        min_items=low,
        max_items=high,
        send_empty=only_key,
    )


def _list(field: Node, shared: dict[str, Any], document: object, bare: str) -> Param:
    name, items = shared["name"], resolved(field.get("items", {}), document)
    low, high = count(field, "minItems") or 0, count(field, "maxItems")
    if high is not None and low > high:
        raise Unreadable(Fault.LIMITS, low="minItems", high="maxItems")
    kind = _type(items)
    if kind not in ("string", ""):
        raise Unreadable(Fault.LIST_TYPE, type=kind[:40])
    if items.get("format") in ("uri", "url") or _MEDIA_NAME.fullmatch(name):
        return _media(shared, bare, single=False, low=low, high=high)
    return Items(**shared, min_items=low, max_items=high)


def _media(
    shared: dict[str, Any], bare: str, *, single: bool, low: int = 0, high: int | None = None
) -> Media:
    """An address, or several. A clip is as long as its source where nothing else says how long it is."""
    name = str(shared["name"]).lower()
    media = next((media for media, pattern in _MEDIA if pattern.search(name)), bare)
    return Media(
        **{**shared, "role": _MEDIA_ROLES.get(name) or SOURCE_ROLES.get(media, "")},
        media=media,
        single=single,
        min_items=low,
        max_items=1 if single else 99 if high is None else high,
        takes_files=media in GIVEN,
    )


def _with_role(param: Param) -> Param:
    """Sound and size are what their names say only when the value is of the right kind."""
    if isinstance(param, Toggle) and (
        param.role == "sound" or re.fullmatch(r"(?:\w+_)?(?:audio|sound)", param.name)
    ):
        return replace(param, role="sound")
    fits = {
        "size": Choice, "shape": Choice, "mode": Choice, "length": Choice | Number | Text, "seed": Number,
        "prompt": Text, "sound": Toggle, "task": Text,
        "frame count": Choice | Number, "frame rate": Choice | Number,
    }  # fmt: skip
    if isinstance(param, Media):
        return param
    return replace(param, role="") if param.role and not isinstance(param, fits[param.role]) else param


def _with_default(param: Param, default: object) -> Param:
    """A default that the field itself does not take is left to Kie; so are empty texts and lists.

    A switch that is required and has none is off until somebody turns it on.
    """
    if default is None and param.required and isinstance(param, Toggle):
        return replace(param, default=False)
    if default is None or default == "" or isinstance(default, list | dict) or isinstance(param, Media):
        return param
    value = float(default) if isinstance(default, Decimal) else default
    if isinstance(param, Number) and isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        param.check(value)
    except ValueError:
        return param
    return replace(param, default=value)
