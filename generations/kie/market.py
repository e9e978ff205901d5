"""The four look-ups of Kie's own catalogue. They cost nothing and change nothing.

docs.kie.ai: the agent skill “kie-models”. One look-up a second in all; who asks keeps that pace. An answer
that is not what it should be raises Nonsense: it says nothing, and what was known before stays.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from urllib.parse import quote

from generations.kie import wire
from generations.kie.endpoints import MODELS
from generations.kie.errors import KieError, judge
from generations.kie.transport import Transport

LARGEST_ANSWER = 4 * 1024 * 1024
LARGEST_SCHEMA = 512 * 1024
"""Bytes of one document as text; those seen have 10 kB."""
DEEPEST = 60
MOST_MODELS = 5_000
MOST_POINTS = 1_000
LONGEST_ID = 120
LONGEST_TEXT = 20_000


class Flaw(StrEnum):
    """What is wrong with an answer; the comment names the facts that are kept beside the code."""

    NO_DATA = "no data"
    NO_MODELS = "no models"
    TOTAL = "total"  # said, held
    MODEL_TWICE = "model twice"  # model
    ENTRY = "entry"  # place
    NO_ID = "no id"  # place
    NO_TASKS = "no tasks"  # model
    NO_TEXT = "no text"  # model, key
    NO_PRICE_TEXT = "no price text"  # text, and the model in a list
    LONG_PRICE = "long price"  # limit, and the model in a list
    ABOUT_ANOTHER = "about another"  # said, model
    NO_SCHEMA_OBJECT = "no schema object"
    LARGE_SCHEMA = "large schema"
    NO_POINTS = "no points"
    NO_RATE = "no rate"  # rate
    NO_TIME = "no time"  # text
    TOO_DEEP = "too deep"


class Nonsense(KieError):
    """A readable answer that cannot be true: its flaw, with facts as plain JSON."""

    def __init__(self, flaw: Flaw, **facts: object) -> None:
        super().__init__(f"nonsense: {flaw} {facts or ''}".rstrip())
        self._facts: dict[str, object] = {"why": str(flaw), **facts}

    @property
    def facts(self) -> dict[str, object]:
        return dict(self._facts)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One model of Kie's list."""

    id: str
    title: str
    provider: str
    tasks: tuple[str, ...]
    price: str | None
    raw: Mapping[str, object]
    """The entry as it came."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """The success of all of Kie's tasks of a model over some minutes; None: there were none."""

    start: str
    end: str
    rate: float | None
    """0 to 100."""


class Market:
    """Kie's catalogue, over the transport of the client."""

    def __init__(self, transport: Transport, api_url: str) -> None:
        self._transport, self._api = transport, api_url

    def models(self) -> tuple[Entry, ...]:
        """The whole list, unfiltered. Raises KieError."""
        data = self._ask("")
        models, total = data.get("models"), data.get("total")
        if not isinstance(models, list) or not models or len(models) > MOST_MODELS:
            raise Nonsense(Flaw.NO_MODELS)
        if total is not None and total != len(models):
            raise Nonsense(Flaw.TOTAL, said=str(total)[:20], held=len(models))
        entries = tuple(_entry(model, place) for place, model in enumerate(models, 1))
        seen: set[str] = set()
        for entry in entries:
            if entry.id in seen:
                raise Nonsense(Flaw.MODEL_TWICE, model=entry.id)
            seen.add(entry.id)
        return entries

    def schema(self, model: str) -> Mapping[str, object] | None:
        """The OpenAPI document of a model; None when Kie has none. Raises KieError."""
        document = self._about(model, "schema").get("openapi")
        if document is None:
            return None
        if not isinstance(document, Mapping):
            raise Nonsense(Flaw.NO_SCHEMA_OBJECT)
        plain = _plain(document)
        if len(str(plain)) > LARGEST_SCHEMA:
            raise Nonsense(Flaw.LARGE_SCHEMA)
        return plain if isinstance(plain, Mapping) else None

    def price(self, model: str) -> str | None:
        """The price of a model in Kie's words; None when Kie names none. Raises KieError."""
        return _price(self._about(model, "price").get("pricingDesc"))

    def success(self, model: str) -> tuple[Point, ...]:
        """The success of the last 24 hours, oldest first; empty for an unwatched model. Raises KieError."""
        points = self._about(model, "success-rate").get("points")
        if not isinstance(points, list) or len(points) > MOST_POINTS:
            raise Nonsense(Flaw.NO_POINTS)
        return tuple(map(_point, points))

    def play(self, what: str, model: str) -> str:
        """Have the sandbox change its catalogue, and return the model's id; Kie itself has no such call."""
        body = json.dumps({"play": what, "model": model}).encode()
        url = f"{self._api}/sandbox/market"
        answer = self._transport.once("POST", url, body=body, content_type="application/json")
        data = judge(answer.status, answer.body).get("data")
        return wire.words(data.get("model")) if isinstance(data, Mapping) else ""

    def _about(self, model: str, what: str) -> Mapping[str, object]:
        """The slash of an id stays a slash in the path."""
        data = self._ask(f"/{quote(model, safe='/')}/{what}")
        if data.get("model") != model:
            said = wire.words(data.get("model"))[:60]
            raise Nonsense(Flaw.ABOUT_ANOTHER, said=said, model=model[:60])
        return data

    def _ask(self, path: str) -> Mapping[str, object]:
        answer = self._transport.get(self._api + MODELS + path, {}, largest=LARGEST_ANSWER)
        data = judge(answer.status, answer.body).get("data")
        if not isinstance(data, Mapping):
            raise Nonsense(Flaw.NO_DATA)
        return data


def _entry(model: object, place: int) -> Entry:
    if not isinstance(model, Mapping):
        raise Nonsense(Flaw.ENTRY, place=place)
    name = model.get("model")
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_ID or not name.isprintable():
        raise Nonsense(Flaw.NO_ID, place=place)
    tasks = model.get("taskType")
    if not isinstance(tasks, list) or not all(isinstance(task, str) for task in tasks):
        raise Nonsense(Flaw.NO_TASKS, model=name)
    for key in ("title", "provider", "description"):
        if not isinstance(model.get(key), str | None):
            raise Nonsense(Flaw.NO_TEXT, model=name, key=key)
    raw = _plain(model)
    return Entry(
        id=name,
        title=wire.words(model.get("title"))[:300],
        provider=wire.words(model.get("provider"))[:60],
        tasks=tuple(wire.words(task)[:60] for task in tasks[:20]),
        price=_price(model.get("pricingDesc"), model=name),
        raw=raw if isinstance(raw, Mapping) else {},
    )


def _price(value: object, **whose: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Nonsense(Flaw.NO_PRICE_TEXT, text=wire.words(value)[:40], **whose)
    if len(value) > LONGEST_TEXT:
        raise Nonsense(Flaw.LONG_PRICE, limit=LONGEST_TEXT, **whose)
    return str(_plain(value))


def _point(value: object) -> Point:
    point = value if isinstance(value, Mapping) else {}
    rate = point.get("successRate")
    share = None if rate is None else wire.decimal(rate)
    if rate is not None and (share is None or not 0 <= share <= 100):
        raise Nonsense(Flaw.NO_RATE, rate=wire.words(rate)[:20])
    return Point(
        start=_moment(point.get("start")),
        end=_moment(point.get("end")),
        rate=None if share is None else float(share),
    )


def _moment(value: object) -> str:
    try:
        moment = datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    except ValueError as wrong:
        raise Nonsense(Flaw.NO_TIME, text=wire.words(value)[:40]) from wrong


def _plain(value: object) -> object:
    """The same JSON with nothing that a database cannot store: exact numbers, NUL, half characters."""
    return _stored(value, DEEPEST)


def _stored(value: object, deeper: int) -> object:
    if not deeper:
        raise Nonsense(Flaw.TOO_DEEP)
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
        case Decimal():
            number = float(value)
            return number if abs(number) < 1e300 else None
        case Mapping():
            return {str(_stored(key, 1)): _stored(part, deeper - 1) for key, part in value.items()}
        case list():
            return [_stored(part, deeper - 1) for part in value]
        case int() if not isinstance(value, bool) and abs(value) > 10**300:
            return None
    return value
