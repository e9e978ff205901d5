"""The four look-ups of Kie's own catalogue. They cost nothing and change nothing.

docs.kie.ai: the agent skill “kie-models”. One look-up a second in all; who asks keeps that pace. An answer
that is not what it should be raises Nonsense: it says nothing, and what was known before stays.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
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


class Nonsense(KieError):
    """A readable answer that cannot be true, with the reason."""


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
            raise Nonsense("the list holds no models")
        if total is not None and total != len(models):
            raise Nonsense(f"the list says {str(total)[:20]} models and holds {len(models)}")
        entries = tuple(_entry(model, place) for place, model in enumerate(models, 1))
        seen: set[str] = set()
        for entry in entries:
            if entry.id in seen:
                raise Nonsense(f"the list holds the model “{entry.id}” twice")
            seen.add(entry.id)
        return entries

    def schema(self, model: str) -> Mapping[str, object] | None:
        """The OpenAPI document of a model; None when Kie has none. Raises KieError."""
        document = self._about(model, "schema").get("openapi")
        if document is None:
            return None
        if not isinstance(document, Mapping):
            raise Nonsense("its schema is not an object")
        plain = _plain(document)
        if len(str(plain)) > LARGEST_SCHEMA:
            raise Nonsense("its schema is larger than 512 KiB")
        return plain if isinstance(plain, Mapping) else None

    def price(self, model: str) -> str | None:
        """The price of a model in Kie's words; None when Kie names none. Raises KieError."""
        return _price(self._about(model, "price").get("pricingDesc"), "its price")

    def success(self, model: str) -> tuple[Point, ...]:
        """The success of the last 24 hours, oldest first; empty for an unwatched model. Raises KieError."""
        points = self._about(model, "success-rate").get("points")
        if not isinstance(points, list) or len(points) > MOST_POINTS:
            raise Nonsense("its success rate is not a list")
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
            raise Nonsense(
                f"the answer is about “{wire.words(data.get('model'))[:60]}”, not about “{model[:60]}”"
            )
        return data

    def _ask(self, path: str) -> Mapping[str, object]:
        answer = self._transport.get(self._api + MODELS + path, {}, largest=LARGEST_ANSWER)
        data = judge(answer.status, answer.body).get("data")
        if not isinstance(data, Mapping):
            raise Nonsense("the answer holds no data")
        return data


def _entry(model: object, place: int) -> Entry:
    if not isinstance(model, Mapping):
        raise Nonsense(f"entry {place} of the list is not an object")
    name = model.get("model")
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_ID or not name.isprintable():
        raise Nonsense(f"entry {place} of the list has no usable id")
    tasks = model.get("taskType")
    if not isinstance(tasks, list) or not all(isinstance(task, str) for task in tasks):
        raise Nonsense(f"“{name}”: “taskType” is not a list of texts")
    for key in ("title", "provider", "description"):
        if not isinstance(model.get(key), str | None):
            raise Nonsense(f"“{name}”: “{key}” is not a text")
    raw = _plain(model)
    return Entry(
        id=name,
        title=wire.words(model.get("title"))[:300],
        provider=wire.words(model.get("provider"))[:60],
        tasks=tuple(wire.words(task)[:60] for task in tasks[:20]),
        price=_price(model.get("pricingDesc"), f"“{name}”: “pricingDesc”"),
        raw=raw if isinstance(raw, Mapping) else {},
    )


def _price(value: object, what: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Nonsense(f"{what} is not a text: {wire.words(value)[:40] or 'a structure'}")
    if len(value) > LONGEST_TEXT:
        raise Nonsense(f"{what} is longer than {LONGEST_TEXT:,} characters")
    return str(_plain(value))


def _point(value: object) -> Point:
    point = value if isinstance(value, Mapping) else {}
    rate = point.get("successRate")
    share = None if rate is None else wire.decimal(rate)
    if rate is not None and (share is None or not 0 <= share <= 100):
        raise Nonsense(f"a success rate of {wire.words(rate)[:20] or 'nothing'} is none")
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
        raise Nonsense(f"“{wire.words(value)[:40]}” is no time") from wrong


def _plain(value: object) -> object:
    """The same JSON with nothing that a database cannot store: exact numbers, NUL, half characters."""
    return _stored(value, DEEPEST)


def _stored(value: object, deeper: int) -> object:
    if not deeper:
        raise Nonsense("the answer is nested too deeply")
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
