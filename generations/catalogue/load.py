"""TOML files → model specs. A bad file is refused with its name, the key and the reason."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from generations.catalogue.continues import Continues
from generations.catalogue.lists import Items, Objects
from generations.catalogue.live import KNOWN, as_live
from generations.catalogue.media import GIVEN, Media
from generations.catalogue.params import Choice, Number, Param, Text, Toggle, Wrong
from generations.catalogue.roles import ROLES
from generations.catalogue.rule_tables import rule_of
from generations.catalogue.spec import ModelSpec, Price
from generations.catalogue.tables import BadCatalogue, Table

Shared = Mapping[str, Mapping[str, Any]]
OF_ONE_MODEL = {"veo-extend", "veo-1080p", "runway", "runway-extend", "aleph"}
"""The endpoints whose orders do not say which model is meant: each is of one model alone."""
ENDPOINTS = {"jobs", "veo"} | OF_ONE_MODEL
"""What a model's tasks may be created by; kie.endpoints has the calls of each."""
MOST_CREDITS = 100_000
"""A unit that costs more is a slip of the pen."""
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
    _check_continued(found)
    return found


def _check_continued(found: Mapping[str, ModelSpec]) -> None:
    for spec in found.values():
        for model_id in spec.continues.models if spec.continues else ():
            if model_id not in found:
                raise BadCatalogue(f"{spec.id}: “continues” names “{model_id}”, which is no model")


def load_file(path: Path) -> list[ModelSpec]:
    """The models of one family. Raises BadCatalogue."""
    try:
        return load_text(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError as broken:
        raise BadCatalogue(f"{path.name}: not valid TOML: {broken}") from broken


def load_text(text: str, name: str) -> list[ModelSpec]:
    """The models in the text of a model file; `name` stands in refusals. Raises BadCatalogue."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as broken:
        raise BadCatalogue(f"{name}: not valid TOML: {broken}") from broken
    top = Table(data, name)
    family, maker = top.take("family", str), top.take("maker", str)
    shared, models = _shared(top), top.take("models", list)
    top.done()
    return [_model(Table(m, f"{name}, model {n}"), family, maker, shared) for n, m in enumerate(models, 1)]


def _shared(top: Table) -> Shared:
    """Parameters that several models of the file have, by the name under which they are asked for."""
    found: Shared = top.take("shared", dict, {})
    if not all(isinstance(keys, dict) for keys in found.values()):
        raise BadCatalogue(f"{top.where}: “shared” has to hold tables")
    return found


def _model(table: Table, family: str, maker: str, shared: Shared) -> ModelSpec:
    model_id = table.take("id", str)
    table.where = f"{table.where.split(',')[0]}, {model_id}"
    usual = table.take("usual_seconds", list, None)
    listed = table.take("price_list", dict, {})
    spec = ModelSpec(
        id=model_id,
        label=table.take("label", str),
        family=family,
        maker=maker,
        endpoint=table.one_of("endpoint", ENDPOINTS, "jobs"),
        kind=table.take("kind", str),
        modes=table.texts("modes"),
        status=table.one_of("status", {"live", "retired"}),
        retired_on=table.take("retired_on", date, None),
        reason=table.take("reason", str, ""),
        tier=table.take("tier", str, ""),
        on_card=table.take("on_card", bool, False),
        source=table.texts("source"),
        as_of=table.take("as_of", str),
        confidence=table.one_of("confidence", {"high", "medium", "low"}),
        notes=table.take("notes", str, ""),
        params=tuple(_param(_like(p, shared, table.where)) for p in table.take("params", list)),
        rules=tuple(rule_of(Table(r, f"{table.where}, rule")) for r in table.take("rules", list, [])),
        prices=tuple(_price(p, listed, f"{table.where}, price") for p in table.take("prices", list, [])),
        usual_seconds=(int(usual[0]), int(usual[1])) if usual else None,
        continues=_continues(table),
    )
    table.done()
    _check(spec, table.where)
    return spec


def _like(keys: object, shared: Shared, where: str) -> Table:
    """A parameter's table; one that is `like` a shared one has its keys, and its own before them."""
    table = Table(keys, where)
    like = table.take("like", str, None)
    if like is None:
        return table
    if like not in shared:
        raise BadCatalogue(f"{where}: “like” names “{like}”, which is not shared")
    return Table({"name": like, **shared[like], **table.data}, where)


def _param(table: Table) -> Param:
    name = table.take("name", str)
    table.where = f"{table.where}, {name}"
    role = table.take("role", str, "")
    if role and role not in ROLES:
        raise BadCatalogue(f"{table.where}: “role” is {role!r}, expected one of {', '.join(sorted(ROLES))}")
    shared: dict[str, Any] = {
        "name": name,
        "label": table.take("label", str, name.replace("_", " ").capitalize()),
        "help": table.take("help", str, ""),
        "role": role,
        "required": table.take("required", bool, False),
        "default": table.take("default", (str, int, Decimal, bool), None),
        "advanced": table.take("advanced", bool, False),
        "deprecated": table.take("deprecated", bool, False),
        "origin": table.one_of("origin", {"card", "docs"}, "docs"),
        "live": table.take("live", dict, {}),
    }
    if isinstance(shared["default"], Decimal):
        shared["default"] = float(shared["default"])
    shared["alias"] = shared["live"].get("alias", "")
    kind = table.one_of("type", {"string", "integer", "number", "boolean", "array"})
    param = _kind(kind, table, shared)
    table.done()
    return param


def _kind(kind: str, table: Table, shared: dict[str, Any]) -> Param:
    if "media" in table.data:
        return _media(table, shared, single=kind != "array")
    if kind == "boolean":
        return Toggle(**shared)
    if "options" in table.data:
        labels = table.take("option_labels", dict, {})
        options = tuple(table.take("options", list))
        return Choice(**shared, options=options, option_labels=labels, free=table.take("free", bool, False))
    if kind == "array":
        return _list(table, shared)
    as_text = kind == "string" and "step" in table.data
    if kind == "string" and not as_text:
        table.take("format", str, "")
        return Text(
            **shared,
            min_length=table.take("min_length", int, None),
            max_length=table.take("max_length", int, None),
        )
    return Number(
        **shared,
        integer=kind != "number",
        min=table.number("min"),
        max=table.number("max"),
        step=table.number("step"),
        also=tuple(table.take("also", list, [])),
        also_labels=table.take("also_labels", dict, {}),
        follows=table.take("follows", int, None),
        as_text=as_text,
    )


def _list(table: Table, shared: dict[str, Any]) -> Param:
    table.take("item_type", str, "string")
    table.take("format", str, "")
    low, high = table.take("min_items", int, 0), table.take("max_items", int, None)
    if "item_fields" not in table.data:
        return Items(**shared, min_items=low, max_items=high)
    parts = (_param(Table(p, table.where)) for p in table.take("item_fields", list))
    word = table.take("item_label", str, "Row")
    return Objects(
        **shared,
        item_fields=tuple(replace(p, takes_files=False) if isinstance(p, Media) else p for p in parts),
        item_label=word,
        min_items=low,
        max_items=high,
        send_empty=table.take("send_empty", bool, False),
    )


def _media(table: Table, shared: dict[str, Any], *, single: bool) -> Media:
    table.take("item_type", str, "string")
    table.take("format", str, "url")
    aspect = table.take("aspect_range", list, None)
    media = table.one_of("media", {"image", "video", "audio", "document", "page"})
    return Media(
        **shared,
        media=media,
        single=single,
        accept=table.texts("accept", []),
        max_mb=table.take("max_mb", int, None),
        min_items=table.take("min_items", int, 0),
        max_items=1 if single else table.take("max_items", int, 99),
        max_length=table.take("max_length", int, None),
        min_px=table.take("min_px", int, None),
        max_px=table.take("max_px", int, None),
        min_pixels=table.take("min_pixels", int, None),
        max_pixels=table.take("max_pixels", int, None),
        min_fps=table.take("min_fps", int, None),
        max_fps=table.take("max_fps", int, None),
        aspect_range=(Decimal(aspect[0]), Decimal(aspect[1])) if aspect else None,
        min_seconds=table.number("min_seconds"),
        max_seconds=table.number("max_seconds"),
        max_total_seconds=table.number("max_total_seconds"),
        takes_files=media in GIVEN,
        references_in=table.texts("references_in", []),
    )


def _continues(table: Table) -> Continues | None:
    keys = table.take("continues", dict, None)
    if keys is None:
        return None
    how = Table(keys, f"{table.where}, continues")
    found = Continues(
        does=how.take("does", str), models=how.texts("models", []), sizes=how.texts("sizes", [])
    )
    how.done()
    return found


def _price(keys: object, listed: Mapping[str, Any], where: str) -> Price:
    """A row of the price list; what the whole list has in common stands in `listed`."""
    table = Table({**listed, **keys} if isinstance(keys, dict) else keys, where)
    amount = table.number("credits")
    if amount is None or not amount.is_finite() or not 0 <= amount <= MOST_CREDITS:
        raise BadCatalogue(f"{table.where}: “credits” has to be a number from 0 to {MOST_CREDITS:,}")
    price = Price(
        when=table.take("when", dict, {}),
        credits=amount,
        unit=table.one_of("unit", _UNITS, "video"),
        source=table.take("source", str),
        confidence=table.one_of("confidence", {"high", "medium", "low"}),
        verified_on=table.take("verified_on", date, None),
        free=table.take("free", int, 0),
        estimate=table.take("estimate", bool, False),
        note=table.take("note", str, ""),
    )
    table.done()
    return price


def _check(spec: ModelSpec, where: str) -> None:
    names = [p.name for p in spec.params]
    if len(set(names)) != len(names):
        raise BadCatalogue(f"{where}: a parameter is there twice")
    if spec.continues and spec.with_role("task") is None:
        raise BadCatalogue(f"{where}: “continues” needs a parameter whose role is “task”")
    for param in spec.params:
        _check_param(param, where)
    for price in spec.prices:
        _check_names(price.when, names, f"{where}, price: “when”")
    for rule in spec.rules:
        _check_names(rule.names, names, f"{where}, rule “{rule.text}”")


def _check_param(param: Param, where: str) -> None:
    if isinstance(param, Choice) and param.default is not None and param.default not in param.options:
        raise BadCatalogue(f"{where}, {param.name}: “default” {param.default!r} is not among the options")
    if isinstance(param, Text) and (param.min_length or 0) > (param.max_length or 10**9):
        raise BadCatalogue(f"{where}, {param.name}: “min_length” is above “max_length”")
    if unknown := param.live.keys() - KNOWN:
        raise BadCatalogue(f"{where}, {param.name}: “live” names “{min(unknown)}”, which is no limit")
    for limited in (param, as_live(param)) if param.default is not None else ():
        try:
            limited.check(param.default)
        except Wrong as wrong:
            raise BadCatalogue(f"{where}, {param.name}: “default” {param.default!r}: {wrong}") from wrong


def _check_names(named: Iterable[str], names: Sequence[str], where: str) -> None:
    for name in named:
        if not name.startswith("$") and name not in names:
            raise BadCatalogue(f"{where} names “{name}”, which is no parameter")
