"""Goes to every address that pages offer, with odd values, and says what broke."""

import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.every_address.odd import HEADERS, ODD, PATHS
from tests.every_address.pages import Asked, asked_by
from tests.every_address.world import World, addresses, urls
from tests.page import BrokenPage, read

SLOW = 4.0
"""Seconds of work that no request may take."""
TOGETHER = 20
"""Requests whose changes are looked at and undone together."""
MOST_PAGES = 190
NOT_HERE = {"logout"}
"""Would end the session that all the others need."""
VIEWS = Path(__file__).parents[2] / "generations" / "views"
READ_BY_CODE = re.compile(r'\b(?:GET|POST|query|post)(?:\.get(?:list)?\(|\[)"([\w-]+)"')
TARGETS = (
    "order",
    "live",
    "continue",
    "older",
    "fresh",
    "queue",
    "gallery",
    "models",
    "the-plan",
    "key",
    "x",
)


@dataclass(frozen=True)
class Request:
    visitor: str
    method: str
    path: str
    pairs: tuple[tuple[bytes, bytes], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.visitor}: {self.method} {self.path[:200]} {self.form[:600]} {dict(self.headers)}"

    @property
    def form(self) -> str:
        return "&".join(f"{quote_from_bytes(n)}={quote_from_bytes(v)}" for n, v in self.pairs)


def crawl(world: World, visitor: str) -> list[Asked]:
    """What the pages of a visitor offer, beginning at every address; one of each shape of link.

    Fails at a page whose HTML is broken.
    """
    waiting = [Asked("GET", url) for name in addresses() if name not in NOT_HERE for url in urls(world, name)]
    found = dict.fromkeys(waiting)
    shapes: set[tuple[str, ...]] = set()
    for looked, asked in enumerate(waiting):
        if asked.method != "GET" or looked > MOST_PAGES:
            continue
        for offer in asked_by(
            asked.path, _whole(asked, send(world.clients[visitor], _plain(visitor, asked)))
        ):
            shape = (offer.path if offer.method == "POST" else _name(offer.path), *offer.shape)
            if shape not in shapes and _name(offer.path) not in NOT_HERE:
                shapes.add(shape)
                found[offer] = None
                waiting.append(offer)
    return list(found)


def odd_requests(visitor: str, offered: Iterable[Asked], seed: int) -> Iterator[Request]:
    """Without end: every parameter of every address in turn, each time with another odd value.

    What a form sends is asked for with GET as well, and so is what views read by name.
    """
    chance = random.Random(seed)
    jobs: dict[tuple[str, str, str], list[Asked]] = {}
    for asked in offered:
        twins = [asked, replace(asked, method="GET")] if asked.method == "POST" else [asked]
        for twin in twins:
            for name in (*twin.names, "", *(sorted(read_by_code()) if not asked.pairs else ())):
                jobs.setdefault((_kind(twin), twin.method, name), []).append(twin)
    values = {job: chance.sample(ODD, len(ODD)) for job in jobs}
    order = list(jobs)
    for turn in cycle(range(len(ODD))):
        chance.shuffle(order)
        for job in order:
            request = _plain(visitor, chance.choice(jobs[job]))
            if job[2]:
                request = _with(request, job[2].encode(), values[job][turn], chance)
            yield _dressed(request, chance)


def odd_paths(world: World, visitor: str) -> Iterator[Request]:
    """Every word and number that an address takes replaced by an odd one."""
    for name in addresses():
        kwargs = world.kwargs(name)[0]
        url = reverse(name, kwargs=dict(kwargs))
        for value in map(str, kwargs.values()):
            for odd in PATHS:
                yield Request(visitor, "GET", url.replace(value, odd))
                yield Request(visitor, "POST", url.replace(value, odd))


def read_by_code() -> set[str]:
    """Parameters that views read by name, whether or not a page shows them."""
    return {name for path in VIEWS.rglob("*.py") for name in READ_BY_CODE.findall(path.read_text())}


def faults(world: World, requests: Iterable[Request], guarded: str) -> list[str]:
    """What broke. `guarded` is the visitor whose requests must not change what belongs to others."""
    from tests.every_address.others import fingerprint

    found: list[str] = []
    waiting = iter(requests)
    while batch := list(islice(waiting, TOGETHER)):
        whose = world.people.get(guarded) if all(r.visitor == guarded for r in batch) else None
        with transaction.atomic():
            before = fingerprint(whose) if whose else ""
            found += [fault for request in batch if (fault := _fault(world, request))]
            if whose and fingerprint(whose) != before:
                found.append("Something of others changed: " + " | ".join(map(str, batch)))
            transaction.set_rollback(True)
    return found


def send(client: Client, request: Request) -> HttpResponseBase:
    """The answer, read to its end."""
    query, body, kind = "", b"", "application/x-www-form-urlencoded"
    if request.method == "POST":
        body = request.form.encode()
    else:
        query = request.form
    headers: dict[str, Any] = {
        name: value for name, value in request.headers.items() if name != "content-type"
    }
    kind = request.headers.get("content-type", kind)
    more: dict[str, Any] = {"QUERY_STRING": query} if query else {}
    answer: HttpResponseBase = client.generic(
        request.method, request.path, body, kind, headers=headers, **more
    )
    if answer.streaming:
        b"".join(answer)
    return answer


def _whole(asked: Asked, answer: HttpResponseBase) -> str:
    html = _text(answer)
    if answer.get("Content-Type", "").startswith("text/html"):
        try:
            read(html)
        except BrokenPage as broken:
            raise AssertionError(f"{asked.path}: {broken}") from broken
    return html


def _fault(world: World, request: Request) -> str:
    client = world.clients[request.visitor]
    cookies, began = copy(client.cookies), time.thread_time()
    answer = send(client, request)
    took = time.thread_time() - began
    client.cookies = cookies
    where = answer.get("Location", answer.get("HX-Redirect", ""))
    away = urlsplit(where).netloc or where.startswith(("//", "/\\")) or "\\" in where
    if answer.status_code >= 500 and answer.status_code != 503:
        return f"{answer.status_code}: {request}"
    if where and (away or not where.startswith("/")):
        return f"leads to {where}: {request}"
    if "Traceback (most recent call last)" in _text(answer):
        return f"shows a traceback: {request}"
    return f"took {took:.1f} s: {request}" if took > SLOW else ""


def _plain(visitor: str, asked: Asked) -> Request:
    pairs = tuple((name.encode(), value.encode()) for name, value in asked.pairs)
    return Request(visitor, asked.method, asked.path, pairs)


def _with(request: Request, name: bytes, value: bytes, chance: random.Random) -> Request:
    """The value in the place of the right one; sometimes beside it, and others odd as well."""
    pairs = [
        (n, chance.choice(ODD) if chance.random() < 0.08 and n != b"csrfmiddlewaretoken" else v)
        for n, v in request.pairs
        if n != name or chance.random() < 0.1
    ]
    return replace(request, pairs=(*pairs, (name, value)))


def _dressed(request: Request, chance: random.Random) -> Request:
    """As htmx asks, or with odd headers, or plain."""
    luck = chance.random()
    if luck < 0.35:
        return replace(request, headers={"hx-request": "true", "hx-target": chance.choice(TARGETS)})
    if luck < 0.5:
        return replace(request, headers=chance.choice(HEADERS))
    return request


def _text(answer: HttpResponseBase) -> str:
    content: bytes = b"" if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content.decode("utf-8", "replace")


def _kind(asked: Asked) -> str:
    """Each model has a form of its own; of the other addresses one task is as good as another."""
    name = _name(asked.path)
    return asked.path if name in ("order", "quote") else name


def _name(path: str) -> str:
    try:
        return resolve(path).url_name or path
    except Resolver404:
        return path
