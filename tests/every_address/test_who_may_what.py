"""Every address with every visitor and every method: who may what, stated here and nowhere else in tests."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import include, path

from generations import policy
from generations.models import Share, Task
from tests.every_address import guests
from tests.every_address import world as everything
from tests.every_address.guests import GUEST
from tests.every_address.world import (
    ADMIN,
    ANONYMOUS,
    COLLEAGUE,
    CREATOR,
    OFF,
    REVIEWER,
    VISITORS,
    World,
    addresses,
    build,
    urls,
)
from tests.thorough import rows

pytestmark = [pytest.mark.long, pytest.mark.django_db]

ANYBODY = set(VISITORS)
SIGNED_IN = ANYBODY - {ANONYMOUS, GUEST, OFF}
MEMBER = {REVIEWER, CREATOR, COLLEAGUE, ADMIN}
ORDERER = MEMBER - {REVIEWER}
OWNER = {CREATOR, ADMIN}
"""The tasks and the item of the library are the creator’s, and the team sees them."""
ONLY_ADMIN = {ADMIN}
MINE = {CREATOR}
"""What people arrange in their own line, nobody else does."""
READ_ONLY: set[str] = set()

MAY: dict[str, tuple[set[str] | None, set[str] | None]] = {
    # address: who may GET, who may POST; None: there is no such method
    "home": (SIGNED_IN, SIGNED_IN),
    "studio": (ORDERER, None),
    "order": (ORDERER, ORDERER),
    "quote": (None, ORDERER),
    "why": (None, ORDERER),
    "draft": (ORDERER, ORDERER),
    "wish": (ORDERER, None),
    "now": (MEMBER, None),
    "put-away": (None, MEMBER),
    "library": (ORDERER, None),
    "library-keep": (None, ORDERER),
    "library-star": (None, ORDERER),
    "earlier": (ORDERER, None),
    "keep-earlier": (None, MINE),
    "unfill": (None, ORDERER),
    "library-export": (ORDERER, None),
    "library-import": (ORDERER, ORDERER),
    "library-item": (ORDERER, OWNER),
    "fill": (None, ORDERER),
    "library-deed": (None, OWNER),
    "assets": (ORDERER, None),
    "uploads": (None, ORDERER),
    "asset": (MEMBER, None),
    "asset-small": (MEMBER, None),
    "plan": (MEMBER, {CREATOR}),
    "plan-deed": (None, OWNER),
    "plan-deed again": (None, ORDERER),
    "plan-deed yes": (None, ONLY_ADMIN),
    "plan-deed no": (None, ONLY_ADMIN),
    "queue": (MEMBER, None),
    "sending": (None, ONLY_ADMIN),
    "hold-window": (None, ONLY_ADMIN),
    "list-ended": (None, MEMBER),
    "cancel-chosen": (None, MEMBER),
    "close-quiet": (None, MEMBER),
    "gallery": (MEMBER, None),
    "chosen": (None, MEMBER),
    "saved-views": (MEMBER, MEMBER),
    "remove-view": (None, OWNER),
    "boards": (MEMBER, MEMBER),
    "board-add": (MEMBER, MEMBER),
    "board": (MEMBER, OWNER),
    "board-zip": (MEMBER, None),
    "board-cut": (MEMBER, None),
    "board-deed": (None, MEMBER),
    "board-deed delete": (None, OWNER),
    "task": (MEMBER, None),
    "cancel": (None, OWNER),
    "move": (None, MINE),
    "hold": (None, MINE),
    "retry": (None, OWNER),
    "go_on": (None, ORDERER),
    "case": (MEMBER, None),
    "choose": (MEMBER, OWNER),
    "choose lost": (MEMBER, ONLY_ADMIN),
    "review": (None, MEMBER),
    "comment": (None, MEMBER),
    "compare": (MEMBER, None),
    "compare-round": (MEMBER, None),
    "compare-pick": (None, MEMBER),
    "sessions": (MEMBER, MEMBER),
    "review-session": (MEMBER, None),
    "session-seen": (None, MEMBER),
    "session-summary": (MEMBER, None),
    "comment-deed": (None, MEMBER),
    "comment-deed edit": (None, {REVIEWER}),
    "comment-deed delete": (None, {REVIEWER, ADMIN}),
    "video": (MEMBER, None),
    "rendition": (MEMBER, None),
    "everywhere": (MEMBER, MEMBER),
    "frame": (None, ORDERER),
    "poster": (MEMBER, None),
    "strip": (MEMBER, None),
    "credits": (MEMBER, None),
    "statement": (MEMBER, None),
    "ledger-csv": (MEMBER, None),
    "budget": (None, ONLY_ADMIN),
    "unpriced-cap": (None, ONLY_ADMIN),
    "approval": (None, ONLY_ADMIN),
    "find": (MEMBER, None),
    "keys": (MEMBER, None),
    "news": (MEMBER, None),
    "told": (MEMBER, None),
    "models": (MEMBER, None),
    "market-ask": (None, ONLY_ADMIN),
    "adopt": (None, ONLY_ADMIN),
    "favourite": (None, MEMBER),
    "people": (ONLY_ADMIN, ONLY_ADMIN),
    "person": (ONLY_ADMIN, None),
    "rating": (None, ONLY_ADMIN),
    "decide": (ONLY_ADMIN, ONLY_ADMIN),
    "theme": (None, ANYBODY),
    "login": (ANYBODY, ANYBODY),
    "session": (ANYBODY, None),
    "logout": (None, SIGNED_IN),
    "password": (SIGNED_IN, SIGNED_IN),
    "unsent": (MEMBER, MEMBER),
    "notices": (MEMBER, MEMBER),
    "sign-out-elsewhere": (None, SIGNED_IN),
    "setup": (ANYBODY, ANYBODY),
    "hook": (None, ANYBODY),
    "shares": (ORDERER, None),
    "share-make": (ORDERER, ORDERER),
    "share": (OWNER, None),
    "share-deed": (None, OWNER),
    **guests.rows(ANYBODY),
    "healthz": (ANYBODY, None),
    "readyz": (ANYBODY, None),
}
METHODS = {
    "GET and POST": ("GET", "POST"),
    "the odd ones": ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"),
}
NOTED_ASIDE = {"Visit", "Seen", "SessionSeen", "PutAway", "Draft", "Change", "ShareLook"}
WHO = {"GET and POST": VISITORS, "the odd ones": (ANONYMOUS, COLLEAGUE, ADMIN)}
DATA = {
    "order": {"prompt": "A quiet sea", "order_key": "6f1c0a57-6a0e-4d4c-9a60-0e6f2d1f4b11"},
    "quote": {"prompt": "A quiet sea"},
    "why": {"prompt": "A quiet sea"},
    "review": {"stars": "2", "verdict": "rejected"},
    "saved-views": {"title": "Mine", "view": "verdict=review"},
    "chosen": {"all": "1", "verdict": "rejected"},
    "comment": {"text": "Mine"},
    "comment-deed": {"text": "Mine"},
    "rating": {"blind": "on"},
    "frame": {"at": "last"},
    "boards": {"title": "Mine"},
    "board": {"title": "Mine", "names": "{number}"},
    "sessions": {"view": ""},
    "session-seen": {"at": "1"},
    "choose": {"task_id": "kie-77", "reason": "not in the log", "turn": "0"},
    "favourite": {"mark": "veo3_fast"},
    "library-keep": {"item-title": "Mine", "item-kind": "prompt", "prompt": "Sea", "order_key": "x"},
    "library-item": {"item-title": "Mine", "item-text": "Other words"},
    "library-deed": {"version": "1"},
    "unfill": {"form_of": "veo3_fast"},
    "hold": {"do": "hold"},
    "move": {"first": ""},
    "hold-window": {"seconds": "12"},
    "list-ended": {"do": "hide"},
    "notices": {"ways": "sounds", "sounds": "on"},
    "sending": {"do": "pause", "reason": "so"},
    "budget": {"limit": "12"},
    "unpriced-cap": {"cap": "12"},
    "approval": {"order": "12", "day": "30"},
    "plan": {"do": "hold"},
    "plan-deed": {"comment": "So be it", "total": "1"},
    "people": {"username": "mallory", "role": "admin"},
    "decide": {"role": "admin", "username": "mallory", "first_name": "Mallory"},
    "share-deed": {"days": "30"},
    "guest-open": {"password": guests.PASSWORD},
    "guest-say": guests.SAY,
}


@dataclass(frozen=True)
class Try:
    """One request, and what came of it."""

    visitor: str
    method: str
    name: str
    url: str
    status: int
    location: str

    @property
    def denied(self) -> bool:
        """Sent to sign in, to choose a password, or refused, by a closed link too."""
        away = self.location.startswith(("/accounts/login/?next=", "/accounts/password/"))
        return self.status in (401, 403, 410) or (self.status == 302 and away)

    def __str__(self) -> str:
        return f"{self.visitor}: {self.method} {self.url} → {self.status} {self.location}"


@pytest.fixture
def world(settings: Any) -> World:
    settings.SANDBOX = False
    return build()


def test_the_table_names_every_address() -> None:
    assert sorted({name.split()[0] for name in MAY}) == addresses()


@pytest.mark.parametrize("methods", rows(METHODS, in_short=["GET and POST"]))
def test_everybody_may_what_the_table_says_and_nothing_else(world: World, methods: str) -> None:
    faults = [fault for name in addresses() for fault in faults_of(world, name, methods)]
    assert not faults, "\n".join(faults)


def faults_of(world: World, name: str, methods: str = "GET and POST") -> list[str]:
    """Where an address disagrees with the table, breaks, or changes something for who may not."""
    found, before = [], fingerprint()
    for url in urls(world, name):
        for visitor in WHO[methods]:
            tries = [try_it(world, visitor, method, name, url) for method in METHODS[methods]]
            found += [f"{t} (the table: {wanted(t)})" for t in tries if not as_wanted(t)]
            if (after := fingerprint()) != before:
                found.append(f"{visitor}: {url} changed something although it was denied")
            before = after
    return found


def try_it(world: World, visitor: str, method: str, name: str, url: str) -> Try:
    """What is allowed is undone; what is denied must not need undoing."""
    client = world.clients[visitor]
    allowed = wanted_of(visitor, method, name, url) == "allowed"
    cookies = copy(client.cookies)
    with undone() if allowed else transaction.atomic():
        answer = send(client, method, url, DATA.get(name, {}))
    client.cookies = cookies
    return Try(visitor, method, name, url, answer.status_code, answer.get("Location", ""))


def send(client: Client, method: str, url: str, data: dict[str, str]) -> HttpResponseBase:
    """The answer, read to its end."""
    answer: HttpResponseBase = client.post(url, data) if method == "POST" else client.generic(method, url)
    if answer.streaming:
        b"".join(answer)
    return answer


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def wanted(t: Try) -> str:
    return wanted_of(t.visitor, t.method, t.name, t.url)


def wanted_of(visitor: str, method: str, name: str, url: str) -> str:
    """allowed, denied, or no such method."""
    rows = (MAY.get(f"{name} {word}") for word in url.split("/"))
    reads, writes = next(filter(None, rows), MAY[name])
    who = {"GET": reads, "POST": writes}.get(method)
    if who is None:
        return "no such method"
    return "allowed" if visitor in who else "denied"


def as_wanted(t: Try) -> bool:
    if t.status >= 500 and not (t.name == "readyz" and t.status == 503):
        return False
    match wanted(t):
        case "allowed":
            return not t.denied or t.name in ("password", "sign-out-elsewhere")
        case "denied":
            return t.denied or t.status in (404, 405)
        case _:
            harmless = t.method in ("HEAD", "OPTIONS") or t.name in ("home", "login")
            return t.denied or t.status in (404, 405) or harmless


def fingerprint() -> str:
    """All that is remembered, but for sessions, last sign-ins, months in which nothing happened, and what
    pages note of those who look.
    """
    rows: list[Any] = []
    for model in apps.get_app_config("generations").get_models():
        found = model._default_manager.order_by("pk")
        if model.__name__ in NOTED_ASIDE:
            continue
        if model.__name__ == "Budget":
            found = found.exclude(held=0, spent=0, limit=None)
        rows.append((model.__name__, list(found.values_list())))
    people = apps.get_model("auth", "User").objects.order_by("pk")
    rows.append(list(people.values_list("username", "password", "is_active", "is_superuser", "first_name")))
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def unguarded(request: Any) -> Any:
    """What a view must not be: it asks nobody who they are, and changes a task on GET."""
    Task.objects.update(failure_text=f"changed by {request.user}")
    return HttpResponse("done")


urlpatterns = [path("unguarded/", unguarded, name="unguarded"), path("", include("generations.urls"))]


def test_an_unguarded_view_is_found(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    settings.ROOT_URLCONF = __name__
    monkeypatch.setitem(MAY, "unguarded", (ONLY_ADMIN, None))
    monkeypatch.setitem(everything.KWARGS, "unguarded", lambda world: [{}])
    faults = faults_of(world, "unguarded")
    assert any("reviewer: GET /unguarded/ → 200" in fault for fault in faults)
    assert any("reviewer: /unguarded/ changed something" in fault for fault in faults)


def test_a_link_that_opens_although_it_was_withdrawn_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(policy, "open_shares", Share.objects.all)
    faults = faults_of(world, "guest-film")
    assert any(f"anonymous: GET /s/{guests.WITHDRAWN}/1/film → 200" in fault for fault in faults)
