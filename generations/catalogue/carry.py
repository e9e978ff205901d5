"""Which of one model's values another model takes over, and which it would drop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generations.catalogue.lists import Items, Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Choice, Number, Param, Text, Toggle, Wrong, given
from generations.catalogue.rules import Allow, ItemCount, Rule, Values, holds
from generations.catalogue.spec import ModelSpec


@dataclass(frozen=True, kw_only=True)
class Carried:
    """Values for the next model."""

    values: dict[str, object] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    """References of images without a place now; they come back with a mode or model that has one."""
    dropped: list[str] = field(default_factory=list)
    """In words: only what the user had chosen."""


def carry(source: ModelSpec | None, target: ModelSpec, values: Values, kept: Sequence[str] = ()) -> Carried:
    """Keep every value that the target also has: by name, else by role; shapes by their text.

    Without a source, the values are matched by name alone.
    """
    found, dropped = Carried(), []
    for name, value in values.items():
        given_by = source.by_name.get(name) if source else target.by_name.get(name)
        if given_by is None or isinstance(given_by, Media) or value is None:
            continue
        taker = counterpart(given_by, target)
        new = _fit(taker, given_by, value, target) if taker else None
        if taker and new is not None:
            found.values[taker.name] = new
        elif chosen(given_by, value):
            dropped.append(_words(given_by, value))
    lost = _carry_media(source or target, target, values, kept, found)
    _settle(target, found.values)
    return Carried(values=found.values, kept=found.kept, dropped=[*lost, *dropped])


def room(spec: ModelSpec, param: Media, values: Values) -> tuple[int, int]:
    """The minimum and maximum number of items that a media parameter takes in the chosen mode."""
    low, high = 1 if param.required else param.min_items, param.max_items
    for rule in _of_mode(spec, values):
        if isinstance(rule, ItemCount) and rule.param == param.name:
            low, high = rule.min, rule.max
        if isinstance(rule, Allow) and param.name in rule.then:
            limit = rule.then[param.name]
            if limit == "required":
                low = max(low, 1)
            elif isinstance(limit, int):
                high = min(high, limit)
            elif limit == []:
                low = high = 0
    return low, high


def open_options(spec: ModelSpec, param: Choice, values: Values) -> list[str | int | float]:
    """The options that the model can take at all in the chosen mode."""
    never = spec.never(param.name)
    options = [o for o in param.options if o not in never]
    for rule in _of_mode(spec, values):
        limit = rule.then.get(param.name) if isinstance(rule, Allow) else None
        if isinstance(limit, list) and limit:
            options = [o for o in options if o in limit]
    return options


def _settle(spec: ModelSpec, values: dict[str, object]) -> None:
    """Where the mode rules out the current value of a choice, replace it with one that the mode allows."""
    for param in spec.offered:
        if not isinstance(param, Choice):
            continue
        options = open_options(spec, param, values)
        value = values.get(param.name, param.default)
        if value is not None and value not in options and options:
            values[param.name] = param.default if param.default in options else options[-1]


def _of_mode(spec: ModelSpec, values: Values) -> Iterator[Rule]:
    """The rules that apply because of the mode alone."""
    mode = spec.with_role("mode")
    for rule in spec.rules:
        condition = getattr(rule, "condition", None)
        if mode and condition and list(condition) == [mode.name] and holds(condition, values):
            yield rule


def counterpart(param: Param, target: ModelSpec) -> Param | None:
    """The target's parameter for the same: of the same name and role, else of the same role."""
    same = target.by_name.get(param.name)
    if same is not None and same in target.offered and same.role == param.role:
        return same
    return target.with_role(param.role) if param.role else None


def _fit(taker: Param, source: Param, value: object, target: ModelSpec) -> object:
    """The value as the other parameter takes it, or None."""
    match taker:
        case Choice():
            return _option(taker, source, value, target)
        case Toggle():
            return value if isinstance(value, bool) else None
        case Number():
            as_typed = isinstance(source, Number) and isinstance(value, str)
            return value if as_typed else _as_number(taker, value)
        case Text():
            return str(value) if isinstance(source, Text) else None
        case Items() | Objects():
            as_typed = isinstance(value, str) or source is taker
            fits = as_typed or (isinstance(value, list) and _takes(taker, value))
            return value if type(source) is type(taker) and fits else None
    return None


def _as_number(taker: Number, value: object) -> object:
    """A number, or an option that spells one, if the parameter takes it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = taker.parse([str(value)])
    except Wrong:
        return None
    return number if _takes(taker, number) else None


def _takes(taker: Param, value: object) -> bool:
    try:
        taker.check(value)
    except Wrong:
        return False
    return True


def _option(taker: Choice, source: Param, value: object, target: ModelSpec) -> object:
    never = target.never(taker.name)
    options = [o for o in taker.options if o not in never]
    wanted = {str(value).lower(), label_of(source, value).lower()}
    same = (o for o in options if type(o) is type(value) and o == value)
    alike = (o for o in options if wanted & {str(o).lower(), label_of(taker, o).lower()})
    return next(same, next(alike, None))


def label_of(param: Param, value: object) -> str:
    """A value as people read it: by the label of its option, if it has one."""
    labels = param.option_labels if isinstance(param, Choice) else {}
    return labels.get(str(value), str(value))


def _carry_media(
    source: ModelSpec, target: ModelSpec, values: Values, kept: Sequence[str], found: Carried
) -> list[str]:
    """Media stay in the same parameter if it exists; the rest fills free places, in order."""
    pool: dict[str, list[tuple[str, str]]] = {}
    for param in source.media_params():
        items = values.get(param.name)
        references = [str(i) for i in items] if isinstance(items, list) else []
        twin = target.by_name.get(param.name)
        most = room(target, twin, found.values)[1] if isinstance(twin, Media) else 0
        if references[:most]:
            found.values[param.name] = references[:most]
        pool.setdefault(param.media, []).extend((_word(param), r) for r in references[most:])
    pool.setdefault("image", []).extend(("", r) for r in kept)
    for param in target.media_params():
        taken = found.values.get(param.name)
        mine = list(taken) if isinstance(taken, list) else []
        waiting = pool.get(param.media, [])
        while waiting and len(mine) < room(target, param, found.values)[1]:
            mine.append(waiting.pop(0)[1])
        if mine:
            found.values[param.name] = mine
    found.kept.extend(reference for _, reference in pool["image"])
    return _counted([word for pairs in pool.values() for word, _ in pairs if word])


def _word(param: Media) -> str:
    return param.label.lower() if param.single else param.noun


def _counted(words: list[str]) -> list[str]:
    names = list(dict.fromkeys(words))
    return [f"your {n}" if words.count(n) == 1 else f"your {words.count(n)} {n}s" for n in names]


def chosen(param: Param, value: object) -> bool:
    """Whether the user would miss the value: a mode follows its images."""
    return given(value) and value != param.default and value is not False and param.role != "mode"


def _words(param: Param, value: object) -> str:
    return label_of(param, value) if isinstance(param, Choice) else param.label
