"""The Models page on Kie's own catalogue: new, changed, gone, and how tasks fare."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import catalogue
from generations.decisions.market import adopt
from generations.kie.client import KieClient
from generations.market import offered
from generations.models import MarketModel, MarketState
from generations.worker.steps import run
from generations.worker.steps.market import is_due, look_up
from tests.alive.asked import CURATED, NEW, refresh
from tests.kie_server import KieServer, answer
from tests.page import Page, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client) -> Callable[..., Page]:
    def open_page(person: User, query: str = "") -> Page:
        client.force_login(person)
        answer = client.get(f"/models/{query}")
        assert answer.status_code == 200
        return read(answer)

    return open_page


def test_before_kie_was_asked_the_page_says_so_and_only_admins_can_ask(
    page: Any, client: Client, admin: User, creator: User
) -> None:
    assert "Kie’s catalogue was not read yet" in page(creator)
    assert "Compare with Kie" not in page(creator)
    assert client.post("/models/ask/").status_code == 403
    assert "Compare with Kie" in page(admin)
    client.post("/models/ask/")
    assert MarketState.now().whole
    assert "Reading Kie’s catalogue" in page(admin)


def test_a_new_model_is_adopted_with_one_click(
    page: Any, client: Client, kie: Any, simulator: Any, admin: User, creator: User
) -> None:
    simulator.shop.play("new")
    refresh()
    shown = page(creator, "?show=new")
    assert shown.part("list").has("link", "New model 1")
    assert "Adopt" not in shown.part("list")
    assert "it is ordered at “/api/v1/omni/character/create”" in shown
    assert "camera_motion" in page(admin, f"?show=new&model={NEW}")
    answer = client.post("/models/adopt/", {"model": NEW}, follow=True)
    assert "stands as Kie describes it now" in answer.content.decode()
    assert catalogue.find(NEW) is None
    offered.follow()
    assert page(creator, f"?model={NEW}").has("link", "Use it")
    assert client.get(f"/studio/{NEW}/").status_code == 200


def test_what_cannot_be_adopted_says_why_on_the_page(
    page: Any, client: Client, kie: Any, admin: User
) -> None:
    refresh()
    client.force_login(admin)
    answer = client.post("/models/adopt/", {"model": "gemini-omni-character"}, follow=True)
    assert "not orderable yet: it is ordered at" in answer.content.decode()
    for odd in ("\0", "no model’s id", ""):
        assert "That is no id of a model." in client.post("/models/adopt/", {"model": odd}, follow=True).text
    assert not MarketModel.objects.exclude(adopted_at=None).exists()


def test_a_change_stands_old_beside_new_with_who_and_when(
    page: Any, client: Client, kie: Any, simulator: Any, admin: User
) -> None:
    simulator.shop.play("new")
    refresh()
    adopt(admin, NEW)
    simulator.shop.play("parameter", NEW)
    simulator.shop.play("price", CURATED)
    refresh()
    offered.follow()
    shown = page(admin, "?show=changed")
    assert "720p, 1080p, 4k" in shown
    assert "720p, 1080p" in shown
    assert "Take it over" in shown
    assert "Noted" in shown
    assert "was taken into the studio" in shown
    assert "Admin" in shown
    client.post("/models/adopt/", {"model": NEW})
    assert "Take it over" not in page(admin, "?show=changed")


def test_what_is_gone_is_retired(page: Any, kie: Any, simulator: Any, creator: User) -> None:
    refresh()
    simulator.shop.play("gone", CURATED)
    refresh()
    offered.follow()
    shown = page(creator, f"?show=retired&model={CURATED}")
    assert shown.part("list").has("link", CURATED)
    assert f"gone since {timezone.localdate():%-d %b %Y}" in shown
    assert "nearest:" in shown.part("list")
    assert not page(creator).part("list").has("link", CURATED)


def test_success_of_the_last_day_stands_beside_a_model(page: Any, kie: Any, creator: User) -> None:
    refresh()
    while is_due():
        run(look_up(kie))
    row = MarketModel.objects.get(model_id=CURATED)
    row.points = {"rate": 71.4, "hours": [None, 100, 50, *[None] * 20, 90]}
    row.save()
    shown = page(creator)
    assert "71 %" in shown
    row.points = {"rate": None, "hours": [None] * 24}
    row.save()
    assert "none in use" in page(creator)


def test_a_list_that_was_not_read_is_said(page: Any, creator: User) -> None:
    MarketState.row()
    MarketState.objects.update(failed_at="2026-10-01T00:00Z", failed_why={"why": "no models"})
    assert "Kie’s catalogue was not read: the list holds no models" in page(creator)


def test_foreign_text_is_shown_as_text(page: Any, kie: Any, simulator: Any, creator: User) -> None:
    simulator.shop.play("new")
    fact = simulator.shop.models()[NEW]
    fact["listed"]["title"] = "<script>alert(1)</script>"
    fact["listed"]["pricingDesc"] = "<img src=x onerror=alert(1)> 5 credits"
    refresh()
    shown = page(creator, "?show=new")
    assert "<script>alert(1)</script>" in shown


def test_queries_do_not_grow_with_the_new_models(
    client: Client, kie: Any, simulator: Any, creator: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        simulator.shop.play("new")
    refresh()
    client.force_login(creator)
    with django_assert_max_num_queries(26):
        client.get("/models/?show=new")


def test_the_studio_says_before_the_price_what_speaks_against_it(
    client: Client, kie: Any, simulator: Any, creator: User
) -> None:
    refresh()
    client.force_login(creator)
    address = f"/studio/{CURATED}/"
    assert "succeeded at Kie" not in client.get(address).content.decode()
    MarketModel.objects.filter(model_id=CURATED).update(points={"rate": 71.4, "hours": []})
    simulator.shop.play("price", CURATED)
    refresh()
    shown = client.get(address).content.decode()
    assert "Only 71 % of all tasks with it succeeded at Kie in the last 24 hours." in shown
    assert "Kie names another price by now" in shown


def test_the_page_goes_on_asking_while_the_list_is_under_way(
    client: Client, kie: Any, admin: User, settings: Any
) -> None:
    client.force_login(admin)
    client.post("/models/ask/")
    reading = look_up(kie)
    work = next(reading)
    assert 'hx-trigger="every 3s"' in client.get("/models/?show=new").content.decode()
    with pytest.raises(StopIteration):
        reading.send(work())
    assert "4 to go" in client.get("/models/?show=new").content.decode()
    while is_due(("schema", "price")):
        run(look_up(kie, ("schema", "price")))
    assert "every 3s" not in client.get("/models/?show=new").content.decode()
    MarketState.ask()
    with KieServer((answer(body=b"<html>"),)) as server:
        run(look_up(KieClient(api_url=server.url, upload_url=server.url, key="")))
    assert "every 3s" not in client.get("/models/").content.decode()
