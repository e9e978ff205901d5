"""Every address with every visitor and every method: who may what, stated here and nowhere else in tests."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import include, path

from generations import policy
from generations.models import Share, Task
from tests.every_address import guests
from tests.every_address import world as everything
from tests.every_address.rows import ADMIN, ANONYMOUS, COLLEAGUE, VISITORS
from tests.every_address.table import DATA, MAY, ONLY_ADMIN
from tests.every_address.world import World, addresses, build, urls
from tests.thorough import rows

pytestmark = [pytest.mark.long, pytest.mark.django_db]

METHODS = {
    "GET and POST": ("GET", "POST"),
    "the odd ones": ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"),
}
NOTED_ASIDE = {"Visit", "Seen", "SessionSeen", "PutAway", "Draft", "Change", "ShareLook"}
WHO = {"GET and POST": VISITORS, "the odd ones": (ANONYMOUS, COLLEAGUE, ADMIN)}


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
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for sql, params in questions():
            cursor.execute(sql, params)
            found.update(repr(cursor.fetchall()).encode())
    return found.hexdigest()


@cache
def questions() -> list[tuple[str, tuple[Any, ...]]]:
    """The SQL that asks for it, made once: saying it takes Django longer than having it answered."""
    models = apps.get_app_config("generations").get_models()
    rows = {model.__name__: model._default_manager.order_by("pk").values_list() for model in models}
    rows["Budget"] = rows["Budget"].exclude(held=0, spent=0, limit=None)
    people = apps.get_model("auth", "User").objects.order_by("pk")
    rows["User"] = people.values_list("username", "password", "is_active", "is_superuser", "first_name")
    return [rows[name].query.sql_with_params() for name in sorted(rows.keys() - NOTED_ASIDE)]


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
