"""The price before sending, and sending: each form once, all takes or none."""

import json
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Plan, Task
from generations.money import ledger
from tests.page import Page, read

KLING = "/studio/kling-2.6/text-to-video/"
VEO = "/studio/veo3_fast/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def shown(client: Client, url: str, **query: str) -> Page:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return read(answer)


def test_the_page_shows_the_price_of_the_defaults(studio: Client) -> None:
    page = shown(studio, VEO)
    assert page.button("Generate · ~60 cr")
    assert "$0.30" in page
    assert "List price of 24 Sep 2026" in page


def test_the_price_follows_the_values(studio: Client) -> None:
    answer = studio.post("/quotes/veo3_fast/", {"resolution": "4k", "takes": "2"})
    page = read(answer)
    assert page.button("Plan 2 tasks · ~360 cr")
    assert page.button("Plan 2 tasks")["title"] == "$1.80"
    assert '"resolution": "4k"' in page


def test_the_price_of_what_is_valid_so_far(studio: Client) -> None:
    answer = studio.post(
        "/quotes/kling-2.6/text-to-video/", {"prompt": "x" * 5000, "duration": "10", "takes": "99"}
    )
    assert answer.status_code == 200
    page = read(answer)
    assert page.button("Plan 12 tasks · ~1,320 cr")
    assert page.field("Takes").problem == "Order 1 to 12 takes at once."
    assert page.field("Takes").value == "99"


def test_the_price_of_each_option_stands_inside_it(studio: Client) -> None:
    page = shown(studio, VEO)
    assert page.group("Resolution").field("1080p").name == "1080p 65 cr"
    assert page.group("Length").name == "Length same price"
    assert "+55 cr" in shown(studio, KLING)


def test_a_fresh_price_is_exact(studio: Client, creator: User) -> None:
    with time_machine.travel(datetime(2026, 9, 30, 12, tzinfo=UTC)):
        studio.force_login(creator)
        assert shown(studio, VEO).button("Generate · 60 cr")


def test_what_is_left_is_said_before_sending(studio: Client, creator: User) -> None:
    ledger.record(Decimal(1000))
    ledger.set_limit(creator, Decimal(300))
    page = shown(studio, VEO)
    assert "940 cr" in page
    assert "240 of 300 cr left" in page


def test_over_budget_the_button_is_off_and_says_why(studio: Client, creator: User, admin: User) -> None:
    ledger.set_limit(creator, Decimal(100))
    page = read(studio.post("/quotes/veo3_fast/", {"resolution": "4k"}))
    send = page.button("Generate ·")
    assert send.is_disabled
    assert "100 of 100 cr are left, this needs about 180 cr" in send.described
    assert "Admin can raise it" in send.described
    several = read(studio.post("/quotes/veo3_fast/", {"takes": "2"}))
    assert "100 cr are left, this needs about 120 cr" in several.part("block")
    assert not several.button("Plan 2 tasks").is_disabled, "a plan can be trimmed"


def test_the_request_is_shown_without_the_key(studio: Client, settings: Any) -> None:
    settings.KIE_API_KEY = "very-secret"
    answer = studio.get(VEO, {"prompt": "Don't look", "imageUrls": "https://e.com/a.jpg"})
    assert b"very-secret" not in answer.content
    assert "POST /api/v1/veo/generate" in read(answer).part("sent-json")
    curl = read(answer).part("sent-curl")
    assert "Bearer $KIE_API_KEY" in curl
    assert r"Don'\''t look" in curl


def test_an_order_is_queued_and_held(studio: Client, creator: User) -> None:
    answer = studio.post(
        KLING, {"prompt": "Sea", "duration": "10", "order_key": str(uuid.uuid4())}, follow=True
    )
    task = Task.objects.get()
    [(url, status)] = answer.redirect_chain
    assert (url.split("?")[0], status) == (KLING, 302)
    assert "Kling 2.6 is queued, 110 cr held." in read(answer)
    assert task.person == creator
    assert task.values == {"prompt": "Sea", "duration": "10", "aspect_ratio": "1:1", "sound": False}
    assert ledger.budget_of(creator).held == 110


def test_with_htmx_the_form_stays_filled_with_a_key_of_its_own(studio: Client) -> None:
    key = str(uuid.uuid4())
    answer = studio.post(KLING, {"prompt": "Sea", "order_key": key}, headers=HTMX)
    assert answer.status_code == 200
    assert set(json.loads(answer.headers["HX-Trigger"])) == {"balance", "tasks", "ordered"}
    assert read(answer).sent["prompt"] == ["Sea"]
    (next_key,) = read(answer).sent["order_key"]
    assert uuid.UUID(next_key)
    assert key.encode() not in answer.content


def test_the_same_form_sent_twice_is_one_task(studio: Client) -> None:
    posted = {"prompt": "Sea", "order_key": str(uuid.uuid4())}
    assert studio.post(KLING, posted).status_code == 302
    answer = studio.post(KLING, posted)
    assert answer.status_code == 200
    assert "You ordered this already" in read(answer).alert
    assert Task.objects.count() == 1


def test_several_takes_are_planned_and_a_double_click_is_one_plan(studio: Client) -> None:
    posted = {"prompt": "Sea", "order_key": str(uuid.uuid4()), "takes": "3"}
    first, second = (studio.post(KLING, posted).headers["Location"] for _ in range(2))
    assert first == second
    assert Plan.objects.get().get_absolute_url() == first
    assert not Task.objects.exists()


def test_a_changed_form_with_an_old_key_is_not_swallowed(studio: Client) -> None:
    key = str(uuid.uuid4())
    studio.post(KLING, {"prompt": "Sea", "order_key": key})
    answer = studio.post(KLING, {"prompt": "Another sea", "order_key": key})
    assert answer.status_code == 422
    assert "This form ordered this before, with other values" in read(answer).alert
    assert Task.objects.count() == 1


def test_the_key_of_somebody_else_is_no_harm(studio: Client, client: Client, admin: User) -> None:
    posted = {"prompt": "Sea", "order_key": str(uuid.uuid4())}
    studio.post(KLING, posted)
    client.force_login(admin)
    assert client.post(KLING, posted).status_code == 302
    assert Task.objects.count() == 2


def test_bad_input_comes_back_with_the_words_at_the_field(studio: Client, creator: User) -> None:
    answer = studio.post(KLING, {"prompt": "x" * 1001, "duration": "10"})
    page = read(answer)
    assert answer.status_code == 422
    assert "Shorten it by 1." in page.field("Prompt").problem
    assert page.field("Prompt").value == "x" * 1001
    assert page.sent["duration"] == ["10"]
    assert not Task.objects.exists()
    assert ledger.budget_of(creator).held == 0


def test_an_order_over_the_budget_is_not_admitted_and_nothing_is_lost(studio: Client, creator: User) -> None:
    ledger.set_limit(creator, Decimal(100))
    answer = studio.post(KLING, {"prompt": "Copper silk", "duration": "10"})
    page = read(answer)
    assert answer.status_code == 422
    assert page.button("Generate ·").described.startswith("Over your")
    assert page.sent["prompt"] == ["Copper silk"]
    assert not Task.objects.exists()
    assert ledger.budget_of(creator).held == 0


def test_too_many_takes_are_refused(studio: Client) -> None:
    answer = studio.post(KLING, {"prompt": "Sea", "takes": "50"})
    assert answer.status_code == 422
    assert read(answer).field("Takes").problem == "Order 1 to 12 takes at once."
