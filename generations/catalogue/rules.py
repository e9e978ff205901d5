"""Rules across parameters. Each kind says which parameter is to blame for given values, if any."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from generations.catalogue.params import given

Values = Mapping[str, object]
Condition = Mapping[str, object]


def holds(condition: Condition, values: Values) -> bool:
    """Whether values meet a condition: a value means equality, a list any of it, an empty list absence.

    `$present` names parameters that have to be given.
    """
    for name, wanted in condition.items():
        if name == "$present":
            names = wanted if isinstance(wanted, list) else [wanted]
            if not all(given(values.get(str(n))) for n in names):
                return False
        elif not _meets(values.get(name), wanted):
            return False
    return True


def _meets(value: object, wanted: object) -> bool:
    if isinstance(wanted, list):
        return value in wanted if wanted else not given(value)
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _named(condition: Condition) -> list[str]:
    """The parameters that a condition looks at."""
    present = condition.get("$present", [])
    others = present if isinstance(present, list) else [present]
    return [name for name in condition if name != "$present"] + list(map(str, others))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of a model, and the sentence that explains it."""

    text: str

    @property
    def names(self) -> list[str]:
        """Every parameter that the rule is about."""
        return []

    def blames(self, values: Values) -> str | None:
        """The parameter at which the broken rule is shown; None when the values comply."""
        return None

    def bars(self, name: str, values: Values) -> bool:
        """Whether beside these other values the parameter must be left out: its default is not sent."""
        return False


@dataclass(frozen=True, kw_only=True)
class Note(Rule):
    """An explanation that restricts nothing."""


@dataclass(frozen=True, kw_only=True)
class Allow(Rule):
    """When the condition holds, each parameter in `then` is restricted.

    It is restricted to the listed values, to being left out (empty list), to being given ("required"), or to
    a number of items ("at most 1 item").
    """

    condition: Condition
    then: Mapping[str, object]

    def blames(self, values: Values) -> str | None:
        if not holds(self.condition, values):
            return None
        return next((n for n, limit in self.then.items() if not self._fits(values.get(n), limit)), None)

    def bars(self, name: str, values: Values) -> bool:
        return self.then.get(name) == [] and holds(self.condition, values)

    @staticmethod
    def _fits(value: object, limit: object) -> bool:
        if limit == "required":
            return given(value)
        if isinstance(limit, int):
            return not isinstance(value, list) or len(value) <= limit
        return not given(value) or _meets(value, limit)

    @property
    def names(self) -> list[str]:
        return [*_named(self.condition), *self.then]


@dataclass(frozen=True, kw_only=True)
class Forbid(Rule):
    condition: Condition

    def blames(self, values: Values) -> str | None:
        if not holds(self.condition, values):
            return None
        name = next(iter(self.condition))
        if name != "$present":
            return name
        return self._present[0]

    def bars(self, name: str, values: Values) -> bool:
        """A default gives way to what was chosen; what a condition names by value does not."""
        return name in self._present and holds(self.condition, {**values, name: True})

    @property
    def _present(self) -> list[str]:
        names = self.condition.get("$present", [])
        return [str(n) for n in names] if isinstance(names, list) else [str(names)]

    @property
    def names(self) -> list[str]:
        return _named(self.condition)


@dataclass(frozen=True, kw_only=True)
class MutuallyExclusive(Rule):
    groups: tuple[tuple[str, ...], ...]

    def blames(self, values: Values) -> str | None:
        used = [group for group in self.groups if any(given(values.get(n)) for n in group)]
        return next(n for n in used[1] if given(values.get(n))) if len(used) > 1 else None

    def bars(self, name: str, values: Values) -> bool:
        mine = any(name in group for group in self.groups)
        others = (n for group in self.groups if name not in group for n in group)
        return mine and any(given(values.get(n)) for n in others)

    @property
    def names(self) -> list[str]:
        return [name for group in self.groups for name in group]


@dataclass(frozen=True, kw_only=True)
class MutuallyExclusiveFlags(Rule):
    params: tuple[str, ...]

    def blames(self, values: Values) -> str | None:
        on = [n for n in self.params if values.get(n) is True]
        return on[1] if len(on) > 1 else None

    @property
    def names(self) -> list[str]:
        return list(self.params)


@dataclass(frozen=True, kw_only=True)
class Requires(Rule):
    if_present: str
    needs: str

    def blames(self, values: Values) -> str | None:
        missing = given(values.get(self.if_present)) and not given(values.get(self.needs))
        return self.needs if missing else None

    @property
    def names(self) -> list[str]:
        return [self.if_present, self.needs]


@dataclass(frozen=True, kw_only=True)
class AtLeastOne(Rule):
    params: tuple[str, ...]

    def blames(self, values: Values) -> str | None:
        return None if any(given(values.get(n)) for n in self.params) else self.params[0]

    @property
    def names(self) -> list[str]:
        return list(self.params)


@dataclass(frozen=True, kw_only=True)
class WeightedTotal(Rule):
    """Limits the total of several parameters' items, each item counted with its parameter's weight."""

    weights: Mapping[str, int]
    max: int

    def blames(self, values: Values) -> str | None:
        total = sum(weight * _count(values.get(name)) for name, weight in self.weights.items())
        over = [name for name in self.weights if given(values.get(name))]
        return over[-1] if total > self.max else None

    @property
    def names(self) -> list[str]:
        return list(self.weights)


@dataclass(frozen=True, kw_only=True)
class ItemCount(Rule):
    """Limits how many items a parameter takes while the condition holds."""

    condition: Condition
    param: str
    min: int
    max: int

    def blames(self, values: Values) -> str | None:
        if not holds(self.condition, values):
            return None
        return None if self.min <= _count(values.get(self.param)) <= self.max else self.param

    @property
    def names(self) -> list[str]:
        return [*_named(self.condition), self.param]


@dataclass(frozen=True, kw_only=True)
class SumMax(Rule):
    """The sum of a field over a list of records must not exceed another parameter's value."""

    param: str
    field: str
    max_param: str

    def blames(self, values: Values) -> str | None:
        records, limit = values.get(self.param), values.get(self.max_param)
        if not isinstance(records, list) or not given(limit):
            return None
        total = sum(Decimal(str(r.get(self.field, 0))) for r in records if isinstance(r, dict))
        return self.param if total > Decimal(str(limit)) else None

    @property
    def names(self) -> list[str]:
        return [self.param, self.max_param]


@dataclass(frozen=True, kw_only=True)
class NotIn(Rule):
    param: str
    values: tuple[object, ...]

    def blames(self, values: Values) -> str | None:
        return self.param if values.get(self.param) in self.values else None

    @property
    def names(self) -> list[str]:
        return [self.param]


@dataclass(frozen=True, kw_only=True)
class Ignored(Rule):
    """Parameters without effect while another is given: nothing is refused, but the form says so."""

    if_present: str
    params: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return [self.if_present, *self.params]


def _count(value: object) -> int:
    if isinstance(value, list):
        return len(value)
    return 1 if given(value) else 0
