"""TOML files → model specs. A bad file is refused with its name, the key and the reason."""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from generations.catalogue import rules
from generations.catalogue.params import Choice, Items, Media, Number, Objects, Param, Text, Toggle
from generations.catalogue.spec import ModelSpec, Price

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
_UNITS = {"video", "second", "input second", "input image", "upscale", "call"}


class BadCatalogue(Exception):
    """A model file cannot be used; the text names the file, the key and the reason."""


class _Table:
    """One TOML table, read key by key; what is left over at the end is unknown."""

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
            raise BadCatalogue(f"{self.where}: “{key}” is {value!r}, expected {_kind_names(kinds)}")
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


def load(folder: Path) -> dict[str, ModelSpec]:
    """Read every *.toml of a folder. Raises BadCatalogue."""
    found: dict[str, ModelSpec] = {}
    for path in sorted(folder.glob("*.toml")):
        for spec in load_file(path):
            if spec.id in found:
                raise BadCatalogue(f"{path.name}: the model “{spec.id}” is there twice")
            found[spec.id] = spec
    return found


def load_file(path: Path) -> list[ModelSpec]:
    """The models of one family. Raises BadCatalogue."""
    try:
        data = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise BadCatalogue(f"{path.name}: not valid TOML: {broken}") from broken
    top = _Table(data, path.name)
    family, maker = top.take("family", str), top.take("maker", str)
    models = top.take("models", list)
    top.done()
    return [_model(_Table(m, f"{path.name}, model {n}"), family, maker) for n, m in enumerate(models, 1)]


def _model(table: _Table, family: str, maker: str) -> ModelSpec:
    model_id = table.take("id", str)
    table.where = f"{table.where.split(',')[0]}, {model_id}"
    usual = table.take("usual_seconds", list, None)
    spec = ModelSpec(
        id=model_id,
        label=table.take("label", str),
        family=family,
        maker=maker,
        endpoint=table.one_of("endpoint", {"jobs", "veo"}, "jobs"),
        kind=table.take("kind", str),
        modes=table.texts("modes"),
        status=table.one_of("status", {"live", "retired"}),
        on_card=table.take("on_card", bool, False),
        source=table.texts("source"),
        as_of=table.take("as_of", str),
        confidence=table.one_of("confidence", {"high", "medium", "low"}),
        notes=table.take("notes", str, ""),
        params=tuple(_param(_Table(p, table.where)) for p in table.take("params", list)),
        rules=tuple(_rule(_Table(r, f"{table.where}, rule")) for r in table.take("rules", list, [])),
        prices=tuple(_price(_Table(p, f"{table.where}, price")) for p in table.take("prices", list, [])),
        usual_seconds=(int(usual[0]), int(usual[1])) if usual else None,
    )
    table.done()
    _check(spec, table.where)
    return spec


def _param(table: _Table) -> Param:
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


def _kind(kind: str, table: _Table, shared: dict[str, Any]) -> Param:
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


def _list(table: _Table, shared: dict[str, Any]) -> Param:
    table.take("item_type", str, "string")
    table.take("format", str, "")
    low, high = table.take("min_items", int, 0), table.take("max_items", int, None)
    if "item_fields" not in table.data:
        return Items(**shared, min_items=low, max_items=high)
    parts = tuple(_param(_Table(p, table.where)) for p in table.take("item_fields", list))
    return Objects(**shared, item_fields=parts, min_items=low, max_items=high)


def _media(table: _Table, shared: dict[str, Any], *, single: bool) -> Media:
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


def _price(table: _Table) -> Price:
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


def _limits(then: Mapping[str, object], where: str) -> dict[str, object]:
    limits: dict[str, object] = {}
    for name, limit in then.items():
        if isinstance(limit, list) or limit == "required":
            limits[name] = limit
        elif match := re.fullmatch(r"at most (\d+) items?", str(limit)):
            limits[name] = int(match[1])
        else:
            raise BadCatalogue(f"{where}: “then.{name}” is {limit!r}, which says nothing")
    return limits


def _sum_max(table: _Table, text: str) -> rules.SumMax:
    param, _, part = table.take("param", str).partition("[].")
    return rules.SumMax(text=text, param=param, field=part, max_param=table.take("max_param", str))


_RULES: Mapping[str, Callable[[_Table, str], rules.Rule]] = {
    "note": lambda t, text: rules.Note(text=text),
    "allow": lambda t, text: rules.Allow(
        text=text, condition=t.take("if", dict), then=_limits(t.take("then", dict), t.where)
    ),
    "forbid": lambda t, text: rules.Forbid(text=text, condition=t.take("if", dict)),
    "mutually_exclusive": lambda t, text: rules.MutuallyExclusive(
        text=text, groups=tuple(tuple(g) for g in t.take("groups", list))
    ),
    "mutually_exclusive_flags": lambda t, text: rules.MutuallyExclusiveFlags(
        text=text, params=t.texts("params")
    ),
    "requires": lambda t, text: rules.Requires(
        text=text, if_present=t.take("if_present", str), needs=t.take("needs", str)
    ),
    "at_least_one": lambda t, text: rules.AtLeastOne(text=text, params=t.texts("params")),
    "max_total_items": lambda t, text: rules.WeightedTotal(
        text=text, weights=dict.fromkeys(t.texts("params"), 1), max=t.take("max", int)
    ),
    "weighted_total": lambda t, text: rules.WeightedTotal(
        text=text, weights=t.take("weights", dict), max=t.take("max", int)
    ),
    "item_count": lambda t, text: rules.ItemCount(
        text=text,
        condition=t.take("if", dict),
        param=t.take("param", str),
        min=t.take("min", int, 0),
        max=t.take("max", int),
    ),
    "sum_max": _sum_max,
    "not_in": lambda t, text: rules.NotIn(
        text=text, param=t.take("param", str), values=tuple(t.take("values", list))
    ),
    "ignored": lambda t, text: rules.Ignored(
        text=text, if_present=t.take("if_present", str), params=t.texts("params")
    ),
}


def _rule(table: _Table) -> rules.Rule:
    kind = table.one_of("type", set(_RULES))
    rule = _RULES[kind](table, table.take("text", str))
    table.done()
    return rule


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


def _kind_names(kinds: tuple[type, ...]) -> str:
    words = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}
    words |= {Decimal: "a number", date: "a date"}
    return " or ".join(words.get(k, k.__name__) for k in kinds)
