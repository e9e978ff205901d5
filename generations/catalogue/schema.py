"""A model as Kie's own catalogue describes it → a ModelSpec. Pure: nothing is fetched."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from generations.catalogue.media import Media
from generations.catalogue.openapi import Node, operation, resolved, summary
from generations.catalogue.params import Param, Wrong, given
from generations.catalogue.price_rows import price_rows
from generations.catalogue.pricetext import Reading, read
from generations.catalogue.rules import AtLeastOne, Rule, Values
from generations.catalogue.schema_params import fields_of, params_of
from generations.catalogue.schema_values import words
from generations.catalogue.spec import ModelSpec
from generations.catalogue.unreadable import Fault, Unreadable

JOBS = "/api/v1/jobs/createTask"
MOST_BRANCHES = 12
_ID = re.compile(r"[A-Za-z0-9](?:[\w.-]|/(?![/.])){0,118}")
TAKEN = frozenset(
    {"order_key", "takes", "kept", "csrfmiddlewaretoken", "again", "tab", "turn", "mine", "replaces", "carry"}
    | {"swap", "from", "without_price"}
)
"""Names of the order form's own fields."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What Kie's list says about a model."""

    id: str
    title: str = ""
    provider: str = ""
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Branches(Rule):
    """Ways of ordering, of which the values have to fit one: all that it requires, nothing that it lacks."""

    ways: tuple[tuple[Param, ...], ...]

    def blames(self, values: Values) -> str | None:
        sent = {name: value for name, value in values.items() if given(value) and value is not False}
        faults = [self._fault(way, sent) for way in self.ways]
        return None if None in faults else faults[0]

    @staticmethod
    def _fault(way: tuple[Param, ...], sent: Values) -> str | None:
        by_name = {param.name: param for param in way}
        if missing := [p.name for p in way if p.required and p.name not in sent and p.default is None]:
            return missing[0]
        for name, value in sent.items():
            if name not in by_name:
                return name
            try:
                by_name[name].check(value)
            except Wrong:
                return name
        return None


def valid_id(text: object) -> bool:
    """Whether this can be a model's id: it becomes part of addresses and pages."""
    return isinstance(text, str) and bool(_ID.fullmatch(text))


def model_spec(
    document: object, listed: Listed, price: str | None, *, seen_on: date, version: str = ""
) -> ModelSpec:
    """The model, orderable from its schema alone. Raises Unreadable with what cannot be read.

    Prices come from the text; without rows in `prices`, `read(price).doubt` says why.
    """
    if not valid_id(listed.id):
        raise Unreadable(Fault.NO_MODEL_ID, text=listed.id[:80])
    params, rules = _input(document, listed)
    if taken := sorted({p.name for p in params} & TAKEN):
        raise Unreadable(Fault.TAKEN, name=taken[0])
    modes = _modes(params, rules)
    reading: Reading = read(price)
    source = f"Kie’s catalogue of {seen_on:%Y-%m-%d}"
    return ModelSpec(
        id=listed.id,
        label=words(summary(document), 60) or words(listed.title, 60) or listed.id,
        family=words(listed.provider, 40) or "Kie",
        maker=words(listed.provider, 40) or "Kie",
        endpoint="jobs",
        kind=modes[0],
        modes=modes,
        status="live",
        on_card=False,
        source=(source,),
        as_of=f"{seen_on:%Y-%m-%d}",
        confidence="medium",
        notes=_notes(listed, price, reading),
        params=tuple(params),
        rules=tuple(rules),
        prices=price_rows(reading, listed.id, params, source=source, seen_on=seen_on),
        version=version,
    )


def _notes(listed: Listed, price: str | None, reading: Reading) -> str:
    said = f"Kie about the price: {words(price, 1000)}" if price and reading.doubt else ""
    return " ".join(filter(None, [words(listed.title, 200), said]))


def _input(document: object, listed: Listed) -> tuple[list[Param], list[Rule]]:
    path, body = operation(document)
    if path != JOBS:
        raise Unreadable(Fault.OTHER_CALL, path=words(path, 80))
    top, required = fields_of(body)
    named = resolved(top.get("model", {}), document)
    names = named.get("enum") or [named.get("default")]
    if not isinstance(names, list) or listed.id not in names:
        raise Unreadable(Fault.OTHER_MODEL)
    if odd := sorted(required - {"model", "input", "callBackUrl"}):
        raise Unreadable(Fault.BESIDE, name=odd[0])
    node = resolved(top.get("input"), document)
    bare = _bare_media(listed.tasks)
    if "oneOf" in node:
        return _branched(node, document, bare)
    return params_of(node, document, kind_of_bare_media=bare), _at_least_one(node, document)


def _branched(node: Node, document: object, bare: str) -> tuple[list[Param], list[Rule]]:
    """One form for all ways: every field of any of them, required where all require it.

    A field that not every way has is sent only when it was chosen.
    """
    branches = node["oneOf"]
    if not isinstance(branches, list) or not 1 <= len(branches) <= MOST_BRANCHES:
        raise Unreadable(Fault.NO_WAYS)
    ways = [tuple(params_of(resolved(b, document), document, kind_of_bare_media=bare)) for b in branches]
    names = list(dict.fromkeys(param.name for way in ways for param in way))
    union = []
    for name in names:
        same = [param for way in ways for param in way if param.name == name]
        everywhere = len(same) == len(ways)
        alike = len({param.default for param in same}) == 1
        wide = _widest(same)
        union.append(
            replace(
                wide,
                required=everywhere and all(param.required for param in same),
                default=wide.default if everywhere and alike else None,
            )
        )
    text = "These values do not go together. " + " Or: ".join(_way(way, ways) for way in ways)
    return union, [Branches(text=text, ways=tuple(ways))]


def _widest(same: Sequence[Param]) -> Param:
    first = same[0]
    if any(type(param) is not type(first) for param in same):
        raise Unreadable(Fault.OTHER_TYPE, name=first.name)
    changes: dict[str, object] = {}
    if all(hasattr(param, "options") for param in same):
        changes["options"] = tuple(dict.fromkeys(o for param in same for o in getattr(param, "options", ())))
    for limit, pick in (
        ("min_items", min),
        ("max_items", max),
        ("min", min),
        ("max", max),
        ("max_length", max),
    ):
        if hasattr(first, limit):
            values = [getattr(param, limit) for param in same]
            changes[limit] = None if None in values else pick(values)
    if isinstance(first, Media) and changes.get("max_items") is None:
        changes["max_items"] = 99
    return replace(first, **changes)  # type: ignore[arg-type]


def _way(way: tuple[Param, ...], ways: Sequence[tuple[Param, ...]]) -> str:
    """What one way needs that another does not, in words."""
    shared = set.intersection(*({p.name for p in other if p.required} for other in ways))
    own = [p for p in way if p.required and p.name not in shared]
    media = [
        f"{p.max_items} in {p.label.lower()}"
        for p in way
        if isinstance(p, Media) and not p.single and p.required
    ]
    return "Give " + ", ".join([p.label.lower() for p in own] + media if own or media else ["the rest"]) + "."


def _at_least_one(node: Node, document: object) -> list[Rule]:
    """`anyOf` with nothing but `required` in it. Raises Unreadable for any other combination."""
    found: list[Rule] = []
    groups = [node["anyOf"]] if "anyOf" in node else []
    for part in _nodes(node.get("allOf", []), document):
        if set(part) - {"anyOf"}:
            raise Unreadable(Fault.JOINS, key="allOf")
        groups.append(part.get("anyOf"))
    for group in groups:
        names = [_only_required(branch) for branch in _nodes(group, document)]
        labels = " or ".join(name.replace("_", " ") for name in names)
        found.append(AtLeastOne(text=f"Give {labels}.", params=tuple(names)))
    return found


def _only_required(branch: Node) -> str:
    needed = branch.get("required")
    if set(branch) - {"required", "properties"} or not isinstance(needed, list) or len(needed) != 1:
        raise Unreadable(Fault.JOINS, key="anyOf")
    return str(needed[0]).strip()


def _nodes(group: object, document: object) -> list[Node]:
    if not isinstance(group, list) or len(group) > MOST_BRANCHES:
        raise Unreadable(Fault.NO_LIST)
    return [resolved(branch, document) for branch in group]


def _bare_media(tasks: Sequence[str]) -> str:
    """What `input_urls` holds: images where the list names only tasks from an image; else any file."""
    told = {task.lower() for task in tasks}
    return "image" if "image to video" in told and not told & {"video to video", "video editing"} else "file"


def _modes(params: Sequence[Param], rules: Sequence[Rule]) -> tuple[str, ...]:
    media = [p for p in params if isinstance(p, Media) and not p.deprecated]
    needed = {p.media for p in media if p.required}
    for rule in rules:
        if isinstance(rule, AtLeastOne):
            needed |= {p.media for p in media if p.name in rule.params[:1]}
    found = [] if needed else ["text-to-video"]
    kinds = ("image", "video", "audio")
    found += [
        f"{kind}-to-video"
        for kind in kinds
        if kind in needed or (not needed and any(p.media == kind for p in media))
    ]
    return tuple(found) or ("text-to-video",)
