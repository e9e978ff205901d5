"""No request makes a 500, leads to another host, shows a traceback or touches what belongs to others.

ODD_VALUES=20000 make test ARGS=tests/every_address tries so many instead of a part; ODD_SEED=… others.
"""

import os
import re
from itertools import islice
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from generations.models import Task
from tests.every_address import world as everything
from tests.every_address.drive import Request, crawl, faults, odd_paths, odd_requests, read_by_code
from tests.every_address.pages import Asked, asked_by
from tests.every_address.rows import ADMIN, ANONYMOUS, COLLEAGUE, CREATOR, NO_ROLE, REVIEWER
from tests.every_address.world import World, build
from tests.thorough import rows

pytestmark = [pytest.mark.long, pytest.mark.django_db]
MANY = int(os.environ.get("ODD_VALUES", "1500"))
SEED = int(os.environ.get("ODD_SEED", "1"))
SHARES = {CREATOR: 0.35, ADMIN: 0.3, COLLEAGUE: 0.2, REVIEWER: 0.07, NO_ROLE: 0.04, ANONYMOUS: 0.04}
"""Who sends how much of it."""


OFFERED = {
    ADMIN: {"q", "person", "verdict", "stars", "text", "limit", "role", "duration", "pick"},
    CREATOR: {"q", "verdict", "stars", "text", "duration", "pick"},
    REVIEWER: {"q", "verdict", "stars", "text"},
}
"""Parameters that pages are known to offer: a page that is read as empty is no reason to be content."""


@pytest.fixture
def world() -> World:
    return build()


@pytest.mark.parametrize("visitor", rows(SHARES, in_short=[CREATOR, ANONYMOUS]))
def test_odd_values_break_nothing(world: World, visitor: str) -> None:
    offered = crawl(world, visitor)
    assert OFFERED.get(visitor, set()) <= {name for asked in offered for name in asked.names}
    requests = islice(odd_requests(visitor, offered, SEED), int(MANY * SHARES[visitor]))
    found = faults(world, requests, guarded=COLLEAGUE)
    assert not found, "\n".join(found)


def test_what_views_read_by_name_is_found() -> None:
    assert {"next", "file", "shown", "carry", "turn", "before"} <= read_by_code()


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.thorough)])
def test_odd_addresses_break_nothing(world: World, every: int) -> None:
    found = faults(world, islice(odd_paths(world, ADMIN), 0, None, every), guarded=COLLEAGUE)
    assert not found, "\n".join(found)


def test_a_form_is_read_as_a_browser_reads_it() -> None:
    html = """<a href="?q=1">x</a><a href="https://elsewhere.example/">y</a>
      <form method="post" action="/there/?a=1" hx-post="/there/?a=1"><input name="b" value="2">
      <select name="c"><option value="3"><option value="4" selected></select>
      <input type="radio" name="d" value="5"><input type="radio" name="d" value="6" checked>
      <button name="e" value="7"></form>"""
    fields = (("a", "1"), ("b", "2"), ("c", "4"), ("d", "6"))
    assert asked_by("/here/", html) == [
        Asked("GET", "/here/", (("q", "1"),)),
        Asked("POST", "/there/", fields),
        Asked("POST", "/there/", (*fields, ("e", "7"))),
    ]


def breaks(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f'<a href="?n=1">again</a>{int(request.GET.get("n") or "1")}')


def leads_away(request: HttpRequest) -> HttpResponse:
    from django.http import HttpResponseRedirect

    return HttpResponseRedirect(request.GET.get("to") or "/gallery/")


def is_cut_off(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<main><p>Half of a pa")


def meddles(request: HttpRequest) -> HttpResponse:
    Task.objects.exclude(person_id=request.user.pk).update(failure_text=f"changed by {request.user}")
    return HttpResponse("done")


urlpatterns = [
    path("breaks/", breaks, name="breaks"),
    path("leads-away/", leads_away, name="leads-away"),
    path("cut-off/", is_cut_off, name="cut-off"),
    path("meddles/", meddles, name="meddles"),
    path("", include("generations.urls")),
]


def test_a_page_that_is_broken_is_found(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    settings.ROOT_URLCONF = __name__
    for name in ("breaks", "leads-away", "cut-off", "meddles"):
        monkeypatch.setitem(everything.KWARGS, name, lambda world: [{}])
    with pytest.raises(AssertionError, match="/cut-off/: <main> of line 1 is never closed"):
        crawl(world, REVIEWER)


def test_views_that_break_lead_away_or_meddle_are_found(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    settings.ROOT_URLCONF = __name__
    for name in ("breaks", "leads-away", "meddles"):
        monkeypatch.setitem(everything.KWARGS, name, lambda world: [{}])
    offered = [Asked("GET", "/breaks/", (("n", "1"),)), Asked("GET", "/leads-away/", (("to", "/x/"),))]
    found = "\n".join(faults(world, islice(odd_requests(COLLEAGUE, offered, SEED), 200), guarded=COLLEAGUE))
    assert "500: colleague: GET /breaks/ n=" in found
    assert re.search("leads to [^ ]*evil.example/: colleague: GET /leads-away/", found)
    meddling = faults(world, [Request(COLLEAGUE, "GET", "/meddles/")], guarded=COLLEAGUE)
    assert meddling
    assert "Something of others changed" in meddling[0]
