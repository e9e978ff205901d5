"""What people see of prices that are observed, and of those that nobody knows."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue
from generations.decisions import limits
from generations.models import Runtime, Task
from generations.wording.priced import priced_words
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


def test_priced_values_are_said_in_the_words_of_the_form() -> None:
    upscaled = {"$source_resolution": "480p", "resolution": "1080p", "$tier": "fast", "$images": False}
    seconds = [{"unit": "second", "units": "9"}, {"unit": "input second", "units": "4"}]
    for model_id, facts, words in (
        ("grok-imagine/upscale", {"values": upscaled}, "1080p, from 480p, fast tier"),
        ("topaz/video-upscale", {"values": {"upscale_factor": "2"}, "lines": seconds[:1]}, "factor 2, 9 s"),
        (
            "wan/3-0-video",
            {"values": {"$video_input": True}, "lines": seconds},
            "with a video, 9 s, 4 s of input",
        ),
        ("no/model", {"values": {"camera_motion": "pan", "sound": True}}, "camera motion pan, sound on"),
        (KLING, {"values": {}}, "any order"),
    ):
        assert priced_words(model_id, facts) == words


UNPRICED = "/studio/wan/2-6-flash-video-to-video/"
FORM = {"prompt": "A lake at dusk", "video_urls": "https://a.example/a.mp4", "duration": "5"}
TICK = "Order it without a price"


@pytest.fixture
def capped(admin: User) -> Callable[[int], None]:
    def to(credits: int) -> None:
        limits.set_unpriced_cap(admin, Decimal(credits))

    to(30)
    return to


def sent(client: Client, **more: str) -> Any:
    """What the form's button sends."""
    posted = {**FORM, "order_key": str(uuid.uuid4()), **more}
    return client.post(UNPRICED, posted, headers={"HX-Request": "true"})


def test_without_a_cap_the_studio_takes_nothing_without_a_price(studio: Client) -> None:
    page = read(studio.post(UNPRICED.replace("/studio/", "/quotes/"), FORM))
    assert "No price is known for this choice." in page.part("block")
    assert page.find("unpriced") is None
    assert page.part("send").is_disabled
    answer = sent(studio, without_price="1000")
    assert answer.status_code == 422
    assert not Task.objects.exists()


def test_a_tick_is_wanted_and_nothing_typed_is_lost(studio: Client, capped: Callable[[int], None]) -> None:
    offered = read(studio.post(UNPRICED.replace("/studio/", "/quotes/"), FORM))
    said = offered.part("unpriced")
    assert "No price is known. At most 30 cr is set aside." in said
    assert not said.field(TICK).is_checked
    assert "Unknown" in offered.part("quote")
    assert offered.button("Generate · ≤ 30 cr")

    refused = sent(studio)
    page = read(refused)
    assert refused.status_code == 422
    assert "Agree first that up to 30 cr are held for each." in page.part("refusal")
    assert page.field("Prompt").value == FORM["prompt"]
    assert FORM["video_urls"] in refused.content.decode()
    assert not page.field(TICK).is_checked
    assert not Task.objects.exists()

    ticked = sent(studio, without_price="30", prompt="")
    assert ticked.status_code == 422
    assert read(ticked).field(TICK).is_checked, "another fault does not untick it"

    capped(45)
    raised = sent(studio, without_price="30")
    assert raised.status_code == 422, "thirty were agreed to, not forty-five"
    assert not read(raised).field(TICK).is_checked

    taken = sent(studio, without_price="45")
    assert taken.status_code == 200
    task = Task.objects.get()
    assert (task.quote_basis, f"{task.quote_credits}") == ("unknown", "45")
    assert "45 cr held" in read(taken)
    assert not read(taken).field(TICK).is_checked, "each order wants a tick of its own"
    assert not shown(studio, UNPRICED).part("unpriced").field(TICK).is_checked
    for url in (task.get_absolute_url(), "/queue/", "/now/", "/gallery/"):
        assert "unknown, up to 45 cr" in shown(studio, url), url
    assert "≤ 45" in shown(studio, "/credits/").part("ledger")
    studio.post(f"{task.get_absolute_url()}cancel/")
    assert shown(studio, task.get_absolute_url()).button("Retry · up to 45 cr")


@pytest.mark.usefixtures("capped")
def test_a_clip_to_go_on_from_is_asked_for_before_a_tick(studio: Client) -> None:
    page = shown(studio, "/studio/runway-extend/")
    assert "Name the clip to go on from." in page.part("block")
    assert page.find("unpriced") is None


def test_an_admin_sets_the_cap_in_credits(client: Client, admin: User, creator: User) -> None:
    client.force_login(admin)
    page = shown(client, "/credits/")
    assert "none is taken" in page.part("unpriced-cap")
    assert page.part("unpriced-cap").field("Held without a price").value == ""
    for typed, said in (
        ("0", "It is more than 0."),
        ("lots", "Write a number"),
        ("1e99", "That is more than"),
    ):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.post("/credits/unpriced/", {"cap": typed}, headers=headers)
            field = read(answer).part("unpriced-cap").field("Held without a price")
            assert (answer.status_code, field.value) == (422, typed)
            assert said in field.problem
    assert client.post("/credits/unpriced/", {}).status_code == 422
    assert Runtime.now().unpriced_cap is None

    told = client.post("/credits/unpriced/", {"cap": "150"}, follow=True)
    assert "Orders without a known price: up to 150 cr each." in read(told)
    assert "each holds up to 150 cr" in read(told).part("unpriced-cap")
    morphed = client.post("/credits/unpriced/", {"cap": "150.5"}, headers={"HX-Request": "true"})
    assert read(morphed).part("unpriced-cap").field("Held without a price").value == "150.5"
    assert "An order holds up to 150.5 cr." in shown(client, "/models/", model="runway-extend")

    client.force_login(creator)
    seen = shown(client, "/credits/").part("unpriced-cap")
    assert "150.5 cr" in seen
    assert not seen.fields
    assert client.post("/credits/unpriced/", {"cap": ""}).status_code == 403
    client.force_login(admin)
    assert client.post("/credits/unpriced/", {"cap": ""}, follow=True).status_code == 200
    assert Runtime.now().unpriced_cap is None
