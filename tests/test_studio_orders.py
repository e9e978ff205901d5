"""The price before sending, and sending: each form once, all takes or none."""

import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Task
from generations.money import ledger

KLING = "/studio/kling-2.6/text-to-video/"
VEO = "/studio/veo3_fast/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def page(client: Client, url: str, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_page_shows_the_price_of_the_defaults(studio: Client) -> None:
    text = page(studio, VEO)
    assert "Generate · ~60 cr" in text
    assert "$0.30" in text
    assert "List price of 24 Sep 2026" in text


def test_the_price_follows_the_values(studio: Client) -> None:
    answer = studio.post("/quotes/veo3_fast/", {"resolution": "4k", "takes": "2"})
    text = answer.content.decode()
    assert "Generate 2 · ~360 cr" in text
    assert "$1.80" in text
    assert '"resolution": "4k"' in text.replace("&quot;", '"')


def test_the_price_of_what_is_valid_so_far(studio: Client) -> None:
    answer = studio.post(
        "/quotes/kling-2.6/text-to-video/", {"prompt": "x" * 5000, "duration": "10", "takes": "99"}
    )
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Generate 4 · ~440 cr" in text
    assert "Order 1 to 4 takes at once." in text
    assert 'id="takes" name="takes" value="99"' in text


def test_the_price_of_each_option_stands_inside_it(studio: Client) -> None:
    text = page(studio, VEO)
    assert 'id="p-resolution-1080p">65 cr' in text
    assert "same price" in text
    assert "+55 cr" in page(studio, KLING)


def test_a_fresh_price_is_exact(studio: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "generations.orders.placing.timezone.localdate", lambda: __import__("datetime").date(2026, 9, 30)
    )
    assert "Generate · 60 cr" in page(studio, VEO)


def test_what_is_left_is_said_before_sending(studio: Client, creator: User) -> None:
    ledger.record(Decimal(1000))
    ledger.set_limit(creator, Decimal(300))
    text = page(studio, VEO)
    assert "940 cr" in text
    assert "240 of 300 cr left" in text


def test_over_budget_the_button_is_off_and_says_why(studio: Client, creator: User, admin: User) -> None:
    ledger.set_limit(creator, Decimal(100))
    text = studio.post("/quotes/veo3_fast/", {"takes": "2"}).content.decode()
    assert "100 cr are left, this needs about 120 cr" in text
    assert "Admin can raise it" in text
    assert 'disabled aria-describedby="block"' in text


def test_the_request_is_shown_without_the_key(studio: Client, settings: Any) -> None:
    settings.KIE_API_KEY = "very-secret"
    text = page(studio, VEO, prompt="Don't look", imageUrls="https://e.com/a.jpg")
    assert "very-secret" not in text
    assert "POST /api/v1/veo/generate" in text
    assert "Bearer $KIE_API_KEY" in text
    assert "Don&#x27;\\&#x27;&#x27;t look" in text


def test_an_order_is_queued_and_held(studio: Client, creator: User) -> None:
    answer = studio.post(
        KLING, {"prompt": "Sea", "duration": "10", "order_key": str(uuid.uuid4())}, follow=True
    )
    task = Task.objects.get()
    [(url, status)] = answer.redirect_chain
    assert (url.split("?")[0], status) == (KLING, 302)
    assert "Kling 2.6 is queued, 110 cr held." in answer.content.decode()
    assert task.person == creator
    assert task.values == {"prompt": "Sea", "duration": "10", "aspect_ratio": "1:1", "sound": False}
    assert ledger.budget_of(creator).held == 110


def test_with_htmx_the_form_stays_filled_with_a_key_of_its_own(studio: Client) -> None:
    key = str(uuid.uuid4())
    answer = studio.post(KLING, {"prompt": "Sea", "order_key": key}, headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert set(json.loads(answer.headers["HX-Trigger"])) == {"balance", "tasks", "ordered"}
    assert "Sea</textarea>" in text
    assert 'name="order_key"' in text
    assert key not in text


def test_the_same_form_sent_twice_is_one_task(studio: Client) -> None:
    posted = {"prompt": "Sea", "order_key": str(uuid.uuid4())}
    assert studio.post(KLING, posted).status_code == 302
    answer = studio.post(KLING, posted)
    assert answer.status_code == 200
    assert "You ordered this already" in answer.content.decode()
    assert Task.objects.count() == 1


def test_takes_are_tasks_and_a_double_click_places_each_once(studio: Client) -> None:
    posted = {"prompt": "Sea", "order_key": str(uuid.uuid4()), "takes": "3"}
    studio.post(KLING, posted)
    studio.post(KLING, posted)
    assert Task.objects.count() == 3


def test_a_changed_form_with_an_old_key_is_not_swallowed(studio: Client) -> None:
    key = str(uuid.uuid4())
    studio.post(KLING, {"prompt": "Sea", "order_key": key})
    answer = studio.post(KLING, {"prompt": "Another sea", "order_key": key})
    assert answer.status_code == 422
    assert "This form ordered this before, with other values" in answer.content.decode()
    assert Task.objects.count() == 1


def test_the_key_of_somebody_else_is_no_harm(studio: Client, client: Client, admin: User) -> None:
    posted = {"prompt": "Sea", "order_key": str(uuid.uuid4())}
    studio.post(KLING, posted)
    client.force_login(admin)
    assert client.post(KLING, posted).status_code == 302
    assert Task.objects.count() == 2


def test_bad_input_comes_back_with_the_words_at_the_field(studio: Client, creator: User) -> None:
    answer = studio.post(KLING, {"prompt": "x" * 1001, "duration": "10"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="f-prompt-error"' in text
    assert 'f-prompt-error" aria-invalid="true"' in text
    assert "x" * 1001 in text
    assert 'name="duration" value="10" checked' in text
    assert not Task.objects.exists()
    assert ledger.budget_of(creator).held == 0


def test_an_order_over_the_budget_is_not_admitted_and_nothing_is_lost(studio: Client, creator: User) -> None:
    ledger.set_limit(creator, Decimal(100))
    answer = studio.post(KLING, {"prompt": "Copper silk", "takes": "2"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Over your" in text
    assert "Copper silk</textarea>" in text
    assert not Task.objects.exists()
    assert ledger.budget_of(creator).held == 0


def test_too_many_takes_are_refused(studio: Client) -> None:
    answer = studio.post(KLING, {"prompt": "Sea", "takes": "50"})
    assert answer.status_code == 422
    assert "Order 1 to 4 takes at once." in answer.content.decode()
