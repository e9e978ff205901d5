"""The studio: where it begins, the form of every model, another model or mode, the library."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from generations import catalogue
from generations.models import Prompt, Task
from generations.orders.opening import opening_values
from tests.page import Page, read
from tests.thorough import rows

KLING = "/studio/kling-2.6/text-to-video/"
VEO = "/studio/veo3_fast/"
MODELS = sorted(catalogue.models())
ON_CARD = [name for name, spec in catalogue.models().items() if spec.on_card]
HTMX = {"HX-Request": "true"}
NAMES = ("from", "prompt", "shown", "who", "duration", "imageUrls", "seeds", "carry", "earlier", "after")
NONSENSE = ("", "nonsense", "0", "-1", "9" * 40, "🙂", "0b31dc50-4f6f-4d6f-9a53-3e3ed5a4b0aa", "%00", "\x00")


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def shown(client: Client, url: str, **query: str) -> Page:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return read(answer)


def test_home_is_the_studio_for_those_who_order(studio: Client) -> None:
    assert studio.get("/").headers["Location"] == "/studio/"
    assert studio.get("/studio/").headers["Location"] == VEO


def test_home_is_the_gallery_for_a_reviewer(client: Client, reviewer: User) -> None:
    client.force_login(reviewer)
    assert client.get("/").headers["Location"] == "/gallery/"


def test_the_studio_goes_on_with_the_model_used_last(studio: Client, order: Any) -> None:
    order("kling-2.6/text-to-video")
    assert studio.get("/studio/").headers["Location"] == KLING


def test_a_task_in_the_address_decides_the_model(studio: Client, order: Any) -> None:
    task = order("wan/2-6-text-to-video")
    order("kling-2.6/text-to-video")
    answer = studio.get("/studio/", {"from": str(task.uuid)})
    assert answer.headers["Location"] == f"/studio/wan/2-6-text-to-video/?from={task.uuid}"


@pytest.mark.parametrize("path", ["/studio/", VEO])
def test_a_reviewer_is_told_who_can_order(path: str, client: Client, reviewer: User, creator: User) -> None:
    client.force_login(reviewer)
    answer = client.get(path)
    assert answer.status_code == 403
    assert creator.first_name in read(answer).main


def test_a_reviewer_orders_nothing(client: Client, reviewer: User) -> None:
    client.force_login(reviewer)
    assert client.post(VEO, {"prompt": "Sea"}).status_code == 403
    assert client.post("/quotes/veo3_fast/").status_code == 403
    assert client.get("/library/").status_code == 403
    assert not Task.objects.exists()


def test_a_model_that_is_not_there(studio: Client) -> None:
    assert studio.get("/studio/no/such/model/").status_code == 404
    assert studio.post("/studio/no/such/model/", {"prompt": "Sea"}).status_code == 404
    assert studio.post("/quotes/no/such/model/").status_code == 404


@pytest.mark.parametrize("model_id", rows(MODELS, in_short=ON_CARD))
def test_every_model_has_its_form(
    model_id: str, studio: Client, creator: User, django_assert_max_num_queries: Any
) -> None:
    spec = catalogue.models()[model_id]
    url = reverse("order", args=[model_id])
    with django_assert_max_num_queries(32):
        answer = studio.get(url)
    form = read(answer).part("order")
    fields = {field["name"].partition("[")[0] for field in form.fields if field.get("name")}
    here = {param.name for param in spec.offered} - spec.barred(opening_values(creator, spec))
    assert here <= fields
    assert form.sent["csrfmiddlewaretoken"]
    assert b'style="' not in answer.content
    assert b"<style" not in answer.content


def test_what_is_never_taken_is_not_offered(studio: Client) -> None:
    assert not shown(studio, "/studio/veo3/").has("radio", "Reference")
    assert shown(studio, VEO).has("radio", "Reference")


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_in_the_address_is_tolerated(name: str, value: str, studio: Client) -> None:
    assert studio.get(VEO, {name: value}).status_code == 200
    assert studio.get("/now/", {name: value}).status_code == 200


def test_all_settings_of_a_task_fill_the_form(studio: Client, order: Any) -> None:
    task = order("kling-2.6/text-to-video", prompt="Copper silk", duration="10", aspect_ratio="9:16")
    page = shown(studio, KLING, **{"from": str(task.uuid)})
    assert page.sent["prompt"] == ["Copper silk"]
    assert page.sent["duration"] == ["10"]
    assert page.sent["aspect_ratio"] == ["9:16"]


def test_settings_of_another_model_fill_what_this_one_takes(studio: Client, order: Any) -> None:
    task = order("sora-2-text-to-video", prompt="Copper silk", aspect_ratio="portrait", n_frames="10")
    page = shown(studio, KLING, **{"from": str(task.uuid)})
    assert page.sent["prompt"] == ["Copper silk"]
    assert page.sent["duration"] == ["10"]
    assert page.sent["aspect_ratio"] == ["9:16"]


def test_an_earlier_prompt_fills_the_form(studio: Client, creator: User) -> None:
    Prompt.remember(creator, "Kelp forest, slow")
    assert shown(studio, VEO, earlier=str(Prompt.objects.get().pk)).sent["prompt"] == ["Kelp forest, slow"]


def test_a_number_is_a_prompt_like_any_other(studio: Client, creator: User) -> None:
    Prompt.remember(creator, "Kelp forest, slow")
    number = str(Prompt.objects.get().pk)
    assert shown(studio, VEO, prompt=number).sent["prompt"] == [number]


def test_the_prompts_of_others_stay_theirs(studio: Client, admin: User) -> None:
    Prompt.remember(admin, "A secret launch film")
    assert b"secret" not in studio.get(VEO, {"earlier": str(Prompt.objects.get().pk)}).content
    assert b"secret" not in studio.get("/library/?show=history").content


def test_single_values_come_from_the_address(studio: Client) -> None:
    page = shown(studio, VEO, prompt="A glass sphere", duration="6", imageUrls="https://example.com/a.jpg")
    assert page.sent["prompt"] == ["A glass sphere"]
    assert page.sent["duration"] == ["6"]
    assert page.sent["imageUrls"] == ["https://example.com/a.jpg", ""]


def test_what_people_write_is_escaped(studio: Client) -> None:
    odd = "</textarea><script>alert(1)</script>"
    assert shown(studio, VEO, prompt=odd).sent["prompt"] == [odd]
    assert b"<script>alert" not in studio.get(VEO, {"prompt": odd}).content


def test_another_model_keeps_what_it_takes(studio: Client) -> None:
    posted = {
        "carry": "veo3_fast",
        "prompt": "Sea",
        "aspectRatio": "9:16",
        "imageUrls": "https://e.com/a.jpg",
    }
    page = read(studio.post(KLING, posted, headers=HTMX))
    assert page.sent["prompt"] == ["Sea"]
    assert page.sent["aspect_ratio"] == ["9:16"]
    assert page.sent["kept"] == ["https://e.com/a.jpg"]
    assert not Task.objects.exists()


def test_a_kept_image_comes_back_with_a_mode_that_takes_it(studio: Client) -> None:
    posted = {"carry": "kling-2.6/text-to-video", "prompt": "Sea", "kept": "https://e.com/a.jpg"}
    page = read(studio.post(VEO, posted, headers=HTMX))
    assert page.sent["imageUrls"] == ["https://e.com/a.jpg", ""]


def test_a_mode_without_images_has_no_drop_zone(studio: Client) -> None:
    posted = {"carry": "veo3_fast", "generationType": "TEXT_2_VIDEO", "prompt": "Sea"}
    page = read(studio.post(VEO, posted, headers=HTMX))
    assert not page.has("file")
    assert not shown(studio, VEO).has("file"), "the mode is a part of the draft"
    assert shown(studio, "/studio/veo3/").has("file")


def test_images_change_places_and_go(studio: Client) -> None:
    first, last = "https://e.com/a.jpg", "https://e.com/b.jpg"
    posted = {"prompt": "Sea", "image_url": first, "end_image_url": last}
    url = "/studio/hailuo/02-image-to-video-standard/"
    page = read(studio.post(url, {**posted, "swap": f"image_url {first}"}, headers=HTMX))
    assert page.sent["image_url"] == [last]
    assert page.sent["end_image_url"] == [first]
    page = read(studio.post(url, {**posted, "discard": f"image_url {first}"}, headers=HTMX))
    assert page.sent["image_url"] == [""]
    assert page.sent["end_image_url"] == [last]


@pytest.mark.parametrize("action", ["carry", "pick", "swap", "discard", "view"])
@pytest.mark.parametrize("value", ["", "nonsense", "prompt x", "🙂"])
def test_arranging_never_orders(action: str, value: str, studio: Client) -> None:
    for headers in ({}, HTMX):
        answer = studio.post(VEO, {"prompt": "Sea", action: value}, headers=headers)
        assert answer.status_code == 200
    assert not Task.objects.exists()


def test_the_dialog_lists_every_model_and_what_it_would_drop(
    studio: Client, order: Any, django_assert_max_num_queries: Any
) -> None:
    order("kling-2.6/text-to-video")
    posted = {"pick": "1", "prompt": "Sea", "imageUrls": "https://e.com/a.jpg"}
    with django_assert_max_num_queries(16):
        page = read(studio.post(VEO, posted, headers=HTMX))
    offered = {button["data-model"]: button for button in page.having("data-model")}
    assert set(offered) == set(catalogue.models())
    assert all(catalogue.models()[key].label in button for key, button in offered.items())
    assert "Sora 2" in page.group("Retired")
    assert "would drop your image" in page
    assert "from 60 cr" in page
