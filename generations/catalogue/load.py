"""TOML files → model specs. A bad file is refused with its name, the key and the reason."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from generations.catalogue.lists import Items, Objects
from generations.catalogue.params import Choice, Media, Number, Param, Text, Toggle
from generations.catalogue.rule_tables import rule_of
from generations.catalogue.spec import ModelSpec, Price
from generations.catalogue.tables import BadCatalogue, Table

ROLES = {
    "prompt": "prompt",
    "duration": "length",
    "n_frames": "length",
    "aspect_ratio": "shape",
    "aspectRatio": "shape",
    "ratio": "shape",
    "resolution": "size",
    "quality": "size",
    "size": "size",
    "sound": "sound",
    "generate_audio": "sound",
    "generate_audio_switch": "sound",
    "seed": "seed",
    "seeds": "seed",
    "generationType": "mode",
    "generation_type": "mode",
}
OF_ONE_MODEL = {"veo-extend", "runway", "runway-extend", "aleph"}
"""The endpoints whose orders do not say which model is meant: each is of one model alone."""
ENDPOINTS = {"jobs", "veo"} | OF_ONE_MODEL
"""What a model's tasks may be created by; kie.endpoints has the calls of each."""
_UNITS = {"video", "second", "input second", "input image", "upscale", "call"}


def load(folder: Path) -> dict[str, ModelSpec]:
    """Read every *.toml of a folder. Raises BadCatalogue."""
    found: dict[str, ModelSpec] = {}
    alone: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for spec in load_file(path):
            if spec.id in found:
                raise BadCatalogue(f"{path.name}: the model “{spec.id}” is there twice")
            if spec.endpoint in OF_ONE_MODEL and alone.setdefault(spec.endpoint, spec.id) != spec.id:
                other = alone[spec.endpoint]
                raise BadCatalogue(f"{path.name}, {spec.id}: “endpoint” {spec.endpoint} is that of “{other}”")
            found[spec.id] = spec
    return found


def load_file(path: Path) -> list[ModelSpec]:
    """The models of one family. Raises BadCatalogue."""
    try:
        data = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise BadCatalogue(f"{path.name}: not valid TOML: {broken}") from broken
    top = Table(data, path.name)
    family, maker = top.take("family", str), top.take("maker", str)
    models = top.take("models", list)
    top.done()
    return [_model(Table(m, f"{path.name}, model {n}"), family, maker) for n, m in enumerate(models, 1)]


def _model(table: Table, family: str, maker: str) -> ModelSpec:
    model_id = table.take("id", str)
    table.where = f"{table.where.split(',')[0]}, {model_id}"
    usual = table.take("usual_seconds", list, None)
    spec = ModelSpec(
        id=model_id,
        label=table.take("label", str),
        family=family,
        maker=maker,
        endpoint=table.one_of("endpoint", ENDPOINTS, "jobs"),
        kind=table.take("kind", str),
        modes=table.texts("modes"),
        status=table.one_of("status", {"live", "retired"}),
        on_card=table.take("on_card", bool, False),
        source=table.texts("source"),
        as_of=table.take("as_of", str),
        confidence=table.one_of("confidence", {"high", "medium", "low"}),
        notes=table.take("notes", str, ""),
        params=tuple(_param(Table(p, table.where)) for p in table.take("params", list)),
        rules=tuple(rule_of(Table(r, f"{table.where}, rule")) for r in table.take("rules", list, [])),
        prices=tuple(_price(Table(p, f"{table.where}, price")) for p in table.take("prices", list, [])),
        usual_seconds=(int(usual[0]), int(usual[1])) if usual else None,
    )
    table.done()
    _check(spec, table.where)
    return spec


def _param(table: Table) -> Param:
    name = table.take("name", str)
    table.where = f"{table.where}, {name}"
    shared: dict[str, Any] = {
        "name": name,
        "label": table.take("label", str, name.replace("_", " ").capitalize()),
        "help": table.take("help", str, ""),
        "role": table.take("role", str, ROLES.get(name, "")),
        "required": table.take("required", bool, False),
        "default": table.take("default", (str, int, Decimal, bool), None),
        "advanced": table.take("advanced", bool, False),
        "deprecated": table.take("deprecated", bool, False),
        "origin": table.one_of("origin", {"card", "docs"}, "docs"),
        "live": table.take("live", dict, {}),
    }
    shared["alias"] = shared["live"].get("alias", "")
    kind = table.one_of("type", {"string", "integer", "number", "boolean", "array"})
    param = _kind(kind, table, shared)
    table.done()
    return param


def _kind(kind: str, table: Table, shared: dict[str, Any]) -> Param:
    if "media" in table.data or "max_mb" in table.data:
        return _media(table, shared, single=kind != "array")
    if kind == "boolean":
        return Toggle(**shared)
    if "options" in table.data:
        labels = table.take("option_labels", dict, {})
        return Choice(**shared, options=tuple(table.take("options", list)), option_labels=labels)
    if kind == "array":
        return _list(table, shared)
    if kind == "string":
        table.take("format", str, "")
        return Text(
            **shared,
            min_length=table.take("min_length", int, None),
            max_length=table.take("max_length", int, None),
        )
    return Number(
        **shared,
        integer=kind == "integer",
        min=table.number("min"),
        max=table.number("max"),
        step=table.number("step"),
    )


def _list(table: Table, shared: dict[str, Any]) -> Param:
    table.take("item_type", str, "string")
    table.take("format", str, "")
    low, high = table.take("min_items", int, 0), table.take("max_items", int, None)
    if "item_fields" not in table.data:
        return Items(**shared, min_items=low, max_items=high)
    parts = tuple(_param(Table(p, table.where)) for p in table.take("item_fields", list))
    return Objects(**shared, item_fields=parts, min_items=low, max_items=high)


def _media(table: Table, shared: dict[str, Any], *, single: bool) -> Media:
    table.take("item_type", str, "string")
    table.take("format", str, "url")
    aspect = table.take("aspect_range", list, None)
    return Media(
        **shared,
        media=table.one_of("media", {"image", "video", "audio", "file"}, "image"),
        single=single,
        accept=table.texts("accept", []),
        max_mb=table.take("max_mb", int, None),
        min_items=table.take("min_items", int, 0),
        max_items=1 if single else table.take("max_items", int, 99),
        max_length=table.take("max_length", int, None),
        min_px=table.take("min_px", int, None),
        aspect_range=(Decimal(aspect[0]), Decimal(aspect[1])) if aspect else None,
        min_seconds=table.number("min_seconds"),
        max_seconds=table.number("max_seconds"),
    )


def _price(table: Table) -> Price:
    amount = table.number("credits")
    if amount is None or amount < 0:
        raise BadCatalogue(f"{table.where}: “credits” has to be a number, 0 or more")
    price = Price(
        when=table.take("when", dict, {}),
        credits=amount,
        unit=table.one_of("unit", _UNITS, "video"),
        source=table.take("source", str),
        confidence=table.one_of("confidence", {"high", "medium", "low"}),
        verified_on=table.take("verified_on", date, None),
        estimate=table.take("estimate", bool, False),
        note=table.take("note", str, ""),
    )
    table.done()
    return price


def _check(spec: ModelSpec, where: str) -> None:
    names = [p.name for p in spec.params]
    if len(set(names)) != len(names):
        raise BadCatalogue(f"{where}: a parameter is there twice")
    for param in spec.params:
        if isinstance(param, Choice) and param.default is not None and param.default not in param.options:
            raise BadCatalogue(f"{where}, {param.name}: “default” {param.default!r} is not among the options")
        if isinstance(param, Text) and (param.min_length or 0) > (param.max_length or 10**9):
            raise BadCatalogue(f"{where}, {param.name}: “min_length” is above “max_length”")
    for price in spec.prices:
        for name in price.when:
            if not name.startswith("$") and name not in names:
                raise BadCatalogue(f"{where}, price: “when” names “{name}”, which is no parameter")
