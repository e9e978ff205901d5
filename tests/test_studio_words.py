"""What the order form says: stale errors go, defaults are kind, sentences are true."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from generations import catalogue
from generations.catalogue.carry import open_options
from generations.catalogue.checking import example
from generations.catalogue.params import Choice
from generations.models import Task
from generations.money import ledger
from generations.orders.opening import opening_values
from tests.page import Page, read

KLING = "/studio/kling-2.6/text-to-video/"
KLING_QUOTE = "/quotes/kling-2.6/text-to-video/"
VEO = "/studio/veo3_fast/"
LIVE = sorted(m.id for m in catalogue.models().values() if m.status == "live")


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def shown(client: Client, url: str, **query: str) -> Page:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return read(answer)


def quoted(client: Client, **posted: Any) -> Page:
    return read(client.post(KLING_QUOTE, posted))


def error_of(answer: Page, name: str) -> str:
    said = answer.find(f"f-{name}-error")
    return said.text if said else "nothing is said"


def test_an_error_says_how_much_is_too_much(studio: Client) -> None:
    answer = studio.post(KLING, {"prompt": "x" * 11160})
    problem = read(answer).field("Prompt").problem
    assert "This model takes 1,000 characters. Shorten it by 10,160." in problem


def test_an_error_follows_what_is_typed_and_goes_when_it_is_mended(studio: Client) -> None:
    assert error_of(quoted(studio, prompt="x" * 1100, told="prompt"), "prompt").endswith("Shorten it by 100.")
    assert error_of(quoted(studio, prompt="Sea", told="prompt"), "prompt") == ""


def test_nothing_is_called_wrong_before_somebody_has_asked(studio: Client) -> None:
    assert error_of(quoted(studio, prompt="x" * 1100), "prompt") == "nothing is said"


@pytest.mark.parametrize(
    ("prompt", "said"),
    [("A {red|blue} fox", "2 prompts"), ("{day|night|dusk}", "3 prompts"), ("{|}", "an empty alternative")],
)
def test_what_alternatives_in_a_prompt_make_is_said_at_it(studio: Client, prompt: str, said: str) -> None:
    assert said in quoted(studio, prompt=prompt).part("f-prompt-warning")
    studio.post(KLING, {"prompt": prompt, "order_key": str(uuid.uuid4())})
    assert not Task.objects.exists()


@pytest.mark.parametrize("prompt", ["A red fox", "a | b", "{a}", "{a", "f(x) = {x}"])
def test_other_prompts_are_sent_as_they_stand(studio: Client, prompt: str) -> None:
    assert "prompts:" not in quoted(studio, prompt=prompt)
    assert studio.post(KLING, {"prompt": prompt, "order_key": str(uuid.uuid4())}).status_code == 302
    assert Task.objects.get().prompt == prompt


@pytest.mark.parametrize("model_id", LIVE)
def test_a_form_opens_with_the_cheapest_settings_in_a_wide_frame(model_id: str, creator: User) -> None:
    spec = catalogue.models()[model_id]
    values = opening_values(creator, spec)
    assert example(spec, values) is not None
    shape = spec.with_role("shape")
    if isinstance(shape, Choice) and {"16:9", "landscape"} & set(open_options(spec, shape, values)):
        alone = {"16:9", "landscape", None} if shape.default is None else {"16:9", "landscape"}
        assert values.get(shape.name) in alone


@pytest.mark.parametrize(
    ("model_id", "price"),
    [
        ("wan/2-6-text-to-video", "70"),
        ("hailuo/02-image-to-video-standard", "12"),
        ("kling-2.6/text-to-video", "55"),
        ("veo3_fast", "60"),
    ],
)
def test_the_first_price_is_the_lowest(studio: Client, model_id: str, price: str) -> None:
    page = shown(studio, reverse("order", args=[model_id]))
    assert page.button(f"Generate · ~{price} cr")
    assert f"from {price} cr" in page


def test_a_form_opens_with_the_settings_that_were_ordered_last(
    studio: Client, order: Any, admin: User
) -> None:
    order(duration="10", aspect_ratio="9:16", sound=True, prompt="Not these words")
    order(person=admin, duration="5")
    page = shown(studio, KLING)
    assert page.sent["duration"] == ["10"]
    assert page.sent["aspect_ratio"] == ["9:16"]
    assert page.sent["sound"] == ["true"]
    assert page.sent["prompt"] == [""]


def test_another_model_opens_with_kind_settings_too(studio: Client) -> None:
    posted = {"carry": "kling-2.6/text-to-video", "prompt": "Sea", "duration": "5"}
    answer = studio.post("/studio/wan/2-6-text-to-video/", posted, headers={"HX-Request": "true"})
    assert read(answer).button("Generate · ~70 cr")


def test_a_balance_that_is_too_low_is_said_in_a_sentence(studio: Client) -> None:
    ledger.record(Decimal("10.5"))
    page = shown(studio, KLING)
    assert "44.5 cr are missing at Kie" in page
    assert "−44.5" not in page
    ledger.record(Decimal(100))
    assert "are missing at Kie" not in shown(studio, KLING)


def test_held_is_not_called_spent(studio: Client, order: Any) -> None:
    order()
    assert "0 cr spent, 55 cr held, no limit" in shown(studio, KLING)


def test_the_mode_auto_is_explained_where_there_is_one(studio: Client) -> None:
    assert "Auto follows your images" in shown(studio, VEO)
    assert "Auto follows your images" not in shown(studio, KLING)


def test_prompts_find_their_own_direction(studio: Client, order: Any) -> None:
    order(prompt="قطة على السطح")
    page = shown(studio, KLING)
    assert page.field("Prompt")["dir"] == "auto"
    assert "قطة على السطح" in [part.text for part in page.item("قطة على السطح").having("dir", "auto")]


def test_the_counter_counts_what_is_sent(studio: Client) -> None:
    assert "3 of 1,000" in shown(studio, KLING, prompt="  Sea \n")
