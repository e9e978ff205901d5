"""Stars: what a person likes to use comes first where models are chosen, and nobody else is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.models import Favourite, MarketAnswer, MarketModel, Task
from tests.page import Page, read

pytestmark = pytest.mark.django_db
KLING, FAST, WAN = "kling-2.6/text-to-video", "veo3_fast", "wan/2-6-text-to-video"
PICK = {"pick": "1", "prompt": "Sea"}
HTMX = {"HX-Request": "true"}
BY_SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def picker(client: Client) -> Page:
    return read(client.post(f"/studio/{FAST}/", PICK, headers=HTMX))


def order_of(page: Page) -> list[str]:
    return [item["data-model"] for item in page.having("data-model")]


def test_favourites_come_first_then_what_the_person_used_last(
    studio: Client, order: Any, make_person: Any
) -> None:
    others = [order(WAN, person=make_person("creator", "other"))]
    images = ["https://e.com/a.jpg"]
    mine = [order(KLING), order("hailuo/2-3-image-to-video-pro", image_url=images)]
    Task.objects.filter(pk__in=[t.pk for t in [*others, *mine]]).update(accepted_at=timezone.now())
    before = order_of(picker(studio))
    assert before[:2] == [mine[1].model_id, KLING], "the last used first"
    studio.post("/models/favourite/", {"mark": WAN})
    page = picker(studio)
    assert order_of(page)[:3] == [WAN, mine[1].model_id, KLING]
    assert sorted(order_of(page)) == sorted(before), "each once"
    assert "Favourites" in page
    Task.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert "Used lately" not in picker(studio)


def test_a_star_is_set_and_not_turned(studio: Client, creator: User, make_person: Any) -> None:
    for _ in range(2):
        assert studio.post("/models/favourite/", {"mark": KLING}, headers=BY_SCRIPT).status_code == 204
    assert Favourite.of(creator) == {KLING}
    star = read(studio.get("/models/")).button("Favourite: Kling 2.6")
    assert star["aria-pressed"] == "true"
    assert (star["name"], star["value"]) == ("unmark", KLING)
    other = Client()
    other.force_login(make_person("reviewer"))
    assert read(other.get("/models/")).button("Favourite: Kling 2.6")["aria-pressed"] == "false"
    for _ in range(2):
        answer = studio.post(
            "/models/favourite/", {"unmark": KLING}, headers={"referer": "http://testserver/models/?q=kling"}
        )
        assert answer["Location"] == "/models/?q=kling"
    assert not Favourite.of(creator)


@pytest.mark.parametrize("odd", ["", "nowhere", "\0", "a" * 5000])
def test_what_is_no_model_gets_no_star(studio: Client, odd: str) -> None:
    for name in ("mark", "unmark"):
        assert studio.post("/models/favourite/", {name: odd}).status_code == 404
    assert not Favourite.objects.exists()


def test_favourites_come_first_on_the_models_page(studio: Client) -> None:
    studio.post("/models/favourite/", {"mark": WAN})
    stars = [b["value"] for b in read(studio.get("/models/")).having("aria-pressed")]
    assert stars[0] == WAN


def test_the_picker_says_which_model_fails_at_kie_and_can_be_sorted_by_what_it_costs(studio: Client) -> None:
    listed = MarketAnswer.keep(KLING, MarketAnswer.Kind.LISTED, {})
    row = MarketModel.objects.create(model_id=KLING, listed=listed, points={"rate": 71.4, "hours": []})
    shown = {item["data-model"]: item for item in picker(studio).having("data-model")}
    assert "71 % succeeded at Kie in the last 24 hours" in shown[KLING]
    assert "succeeded" not in shown[FAST]
    turbo = shown["kling/v3-turbo-text-to-video"]
    assert (float(turbo["data-second"]), float(turbo["data-clip"])) == (18, 54)
    assert float(shown[KLING]["data-longest"]) == -10
    row.points = {"rate": None, "hours": []}
    row.save()
    assert "succeeded" not in picker(studio)
