"""What people see of prices that are observed, and of those that nobody knows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue
from generations.models import Task
from tests.case_rows import KLING
from tests.market.charged import charged
from tests.page import Page, read

pytestmark = pytest.mark.django_db

STUDIO = f"/studio/{KLING}/"
SAID = "Kie took 57.5 cr for each of the last 3 like this; its list says 55"


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def shown(client: Client, url: str, **query: str) -> Page:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return read(answer)


@pytest.fixture
def observed(order: Callable[..., Task]) -> None:
    for _ in range(3):
        charged(order(), Decimal("57.5"))


@pytest.mark.usefixtures("observed")
def test_the_studio_quotes_what_was_observed_and_says_so(studio: Client) -> None:
    page = shown(studio, STUDIO)
    assert "Observed" in page.part("quote")
    assert SAID in page.part("quote")
    assert page.button("Generate · ~57.5 cr")
    assert page.group("Length").field("10 s").name == "10 s 110 cr"
    sent = {"prompt": "A lake", "duration": "10", "aspect_ratio": "16:9"}
    other = read(studio.post(f"/quotes/{KLING}/", sent))
    assert SAID not in other
    assert other.button("Generate · ~110 cr")


@pytest.mark.usefixtures("observed")
def test_the_models_page_has_it_beside_the_list(client: Client, admin: User) -> None:
    client.force_login(admin)
    changed = shown(client, "/models/", show="changed")
    assert changed.part("shows").link("Changed").name == "Changed 1"
    row = changed.part("observed").row("Kling 2.6")
    assert ("55 cr" in row, "57.5 cr" in row) == (True, True)
    assert "5 s, sound off" in row
    said = "costs something else than its list says: 57.5 cr instead of 55 (5 s, sound off)"
    assert said in changed.part("list")
    details = shown(client, "/models/", model=KLING)
    assert "quoted instead" in details.part("observed-here")
    assert details.part("observed-here").row("5 s, sound off")
    assert "observed otherwise" in details.row("Kling 2.6kling-2.6/text-to-video")
    assert shown(client, "/models/", show="changed", q="veo").find("observed") is None


@pytest.mark.usefixtures("observed")
def test_a_list_that_has_changed_ends_what_was_observed_beside_it(client: Client, admin: User) -> None:
    client.force_login(admin)
    spec = catalogue.curated()[KLING]
    later = tuple(replace(price, verified_on=date(2026, 11, 20)) for price in spec.prices)
    catalogue.offer({KLING: replace(spec, prices=later)})
    changed = shown(client, "/models/", show="changed")
    assert changed.find("observed") is None
    assert changed.part("shows").link("Changed").name == "Changed 0"
    assert "57.5 cr instead of 55" in changed.part("list"), "what was noticed stays noticed"
