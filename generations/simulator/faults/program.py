"""Fault programs: which calls fail, how, and how often. Read once, and rejected as a whole when invalid."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self, cast

from generations.simulator.faults.vocabulary import OUTAGE, PLACES, STORM, Knob, Knobs

TRAITS = ("model", "prompt", "token", "task")
"""What a rule may require of a call: equality, except for the prompt, which must contain the text."""
KNOWN = {"create": TRAITS[:3], **dict.fromkeys(("record", "copy_1080p", "file", "callback"), TRAITS)}
"""The traits that are known, by call."""
RULE: Knobs = {
    "on": Knob(str),
    "fault": Knob(str),
    "probability": Knob(float, 1.0),
    "first": Knob(int, 1),
    "count": Knob(int, 0),
    "match": Knob(dict, {}),
}
Traits = Mapping[str, str]


class BadProgram(ValueError):
    """A program that cannot be followed: the text says which rule, which key and why."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One fault: where it strikes, which calls, how often. `values` holds its other settings."""

    number: int
    on: str
    fault: str
    probability: float = 1.0
    first: int = 1
    count: int = 0
    """How many matching calls from `first` on may be struck; 0: all of them."""
    match: Traits = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)

    def reaches(self, call: int) -> bool:
        return call >= self.first and (not self.count or call < self.first + self.count)

    def fits(self, traits: Traits) -> bool:
        return all(
            wanted in traits.get(name, "") if name == "prompt" else traits.get(name) == wanted
            for name, wanted in self.match.items()
        )

    def amount(self, name: str) -> float:
        return float(cast("float", self.values[name]))

    def whole(self, name: str) -> int:
        return int(cast("int", self.values[name]))

    def flag(self, name: str) -> bool:
        return self.values[name] is True

    def text(self, name: str) -> str:
        return str(self.values[name])


@dataclass(frozen=True, kw_only=True)
class Spell:
    """A period in which everything fails, in seconds from the start of the program."""

    mode: str
    """503, hang, refuse, 429 (in the body) or http_429."""
    after: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class FaultProgram:
    """The faults a simulator plays. The same seed and the same calls produce the same faults."""

    seed: int = 0
    rules: tuple[Rule, ...] = ()
    spells: tuple[Spell, ...] = ()

    @classmethod
    def load(cls, source: str | Mapping[str, object]) -> Self:
        """A program from JSON or from the object it represents. Raises BadProgram."""
        content = _parsed(source) if isinstance(source, str) else source
        known = {"seed", "rules", "outage", "storm_429"}
        for key in content:
            if key not in known:
                raise BadProgram(f"program: {key}: is unknown")
        try:
            seed = Knob(int).read(content.get("seed", 0))
        except ValueError as reason:
            raise BadProgram(f"program: seed: {reason}") from None
        rules = content.get("rules", [])
        if not isinstance(rules, list):
            raise BadProgram("program: rules: a list is wanted")
        return cls(
            seed=int(cast("int", seed)),
            rules=tuple(_rule(number, rule) for number, rule in enumerate(rules, start=1)),
            spells=(*_spells(content, "outage", OUTAGE), *_spells(content, "storm_429", STORM)),
        )


def _parsed(text: str) -> Mapping[str, object]:
    try:
        content = json.loads(text)
    except ValueError as reason:
        raise BadProgram(f"program: is not JSON: {reason}") from None
    if not isinstance(content, dict):
        raise BadProgram("program: an object is wanted")
    return content


def _rule(number: int, content: object) -> Rule:
    where = f"rule {number}"
    if not isinstance(content, dict):
        raise BadProgram(f"{where}: an object is wanted")
    head = _read(where, {key: content[key] for key in RULE if key in content}, RULE)
    on, fault = str(head["on"]), str(head["fault"])
    if on not in PLACES:
        raise BadProgram(f"{where}: on: {on!r} is none of {', '.join(PLACES)}")
    if fault not in PLACES[on]:
        raise BadProgram(f"{where}: fault: {fault!r} is none of {', '.join(PLACES[on])}")
    if _amount(head["probability"]) > 1:
        raise BadProgram(f"{where}: probability: {head['probability']} is more than 1")
    if head["first"] == 0:
        raise BadProgram(f"{where}: first: calls are counted from 1")
    rest = {key: value for key, value in content.items() if key not in RULE}
    return Rule(
        number=number,
        on=on,
        fault=fault,
        probability=_amount(head["probability"]),
        first=int(_amount(head["first"])),
        count=int(_amount(head["count"])),
        match=_match(where, on, head["match"]),
        values=_read(where, rest, PLACES[on][fault]),
    )


def _read(where: str, content: Mapping[str, object], knobs: Knobs) -> dict[str, object]:
    for key in content:
        if key not in knobs:
            raise BadProgram(f"{where}: {key}: is unknown here")
    read: dict[str, object] = {}
    for key, knob in knobs.items():
        if key not in content and knob.default is None and knob.kind is not object:
            raise BadProgram(f"{where}: {key}: is missing")
        try:
            read[key] = knob.read(content.get(key, knob.default))
        except ValueError as reason:
            raise BadProgram(f"{where}: {key}: {reason}") from None
    return read


def _match(where: str, on: str, content: object) -> Traits:
    if not isinstance(content, dict):
        raise BadProgram(f"{where}: match: an object is wanted")
    for key, value in content.items():
        if key not in TRAITS:
            raise BadProgram(f"{where}: match: {key!r} is none of {', '.join(TRAITS)}")
        if key not in KNOWN.get(on, ()):
            raise BadProgram(f"{where}: match: {key!r} cannot be known of {on}")
        if not isinstance(value, str):
            raise BadProgram(f"{where}: match: {key}: a text is wanted, not {value!r}")
    return dict(content)


def _spells(content: Mapping[str, object], key: str, knobs: Knobs) -> list[Spell]:
    """One or several, as given under that key."""
    given = content.get(key, [])
    spells = []
    for one in given if isinstance(given, list) else [given]:
        if not isinstance(one, dict):
            raise BadProgram(f"program: {key}: an object or a list of them is wanted")
        read = _read(f"program: {key}", one, knobs)
        mode = str(read.get("mode") or ("http_429" if read["as_http"] else "429"))
        spells.append(Spell(mode=mode, after=_amount(read["after"]), seconds=_amount(read["seconds"])))
    return spells


def _amount(value: object) -> float:
    return float(cast("float", value))
