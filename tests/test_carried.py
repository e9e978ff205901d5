"""Values that come along to another model: a quiet mark where they stand, and what had no place said once."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Draft
from generations.views.studio.marks import Marks
from tests.page import Page, read

KLING, WAN = "kling-2.6/text-to-video", "wan/2-6-text-to-video"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def carry(client: Client, source: str, target: str, **form: Any) -> Page:
    return read(client.post(f"/studio/{target}/", {"carry": source, **form}, headers=HTMX))


def marks(page: Page) -> list[str]:
    return [part.text for part in page.having("class", "carried")]


def test_each_value_that_was_chosen_is_marked_until_the_form_is_edited(studio: Client) -> None:
    page = carry(studio, KLING, WAN, prompt="Copper silk", duration="10")
    assert marks(page) == ["from Kling 2.6"] * 2
    assert page.find("not-carried") is None
    studio.post(f"/studio/{WAN}/draft/", page.sent)
    assert marks(read(studio.get(f"/studio/{WAN}/"))) == ["from Kling 2.6"] * 2, "also after a reload"
    edited = {**page.sent, "carried": "", "prompt": "Copper silk, red", "turn": "1"}
    studio.post(f"/studio/{WAN}/draft/", edited)
    assert marks(read(studio.get(f"/studio/{WAN}/"))) == []
    assert "carried" not in Draft.objects.get(model_id=WAN).fields


def test_what_changes_and_what_has_no_place_shows_its_old_value(studio: Client) -> None:
    page = carry(
        studio, KLING, "veo3_fast", prompt="Copper silk", duration="10", aspect_ratio="1:1", sound="true"
    )
    note = page.part("not-carried")
    assert "Veo 3.1 Fast does not take your" in note
    assert note.fact("Sound") == "on"
    assert note.link("All of it in Kling 2.6").href == f"/studio/{KLING}/"
    assert "from Kling 2.6" in marks(page)


def test_a_form_in_which_nothing_was_chosen_brings_no_marks(studio: Client) -> None:
    page = carry(studio, KLING, WAN, duration="5", aspect_ratio="1:1")
    assert marks(page) == []
    assert page.sent["carried"] == [""]


@pytest.mark.parametrize(
    "odd",
    [
        *("", "x", "[]", "{}", "null", '{"from": 1}', '{"from": "veo3"}', "[" * 3000, "x" * 9000),
        '{"from": "veo3", "was": [], "lost": []}',
        '{"from": "veo3", "was": {}, "lost": [1]}',
    ],
)
def test_nonsense_in_the_hidden_field_marks_nothing(studio: Client, odd: str) -> None:
    assert Marks.read(odd) is None
    answer = studio.post(f"/studio/{KLING}/", {"view": "form", "prompt": "Sea", "carried": odd})
    assert answer.status_code == 200
    wild = json.dumps({"from": "veo3", "was": {"prompt": "<b>"}, "lost": [["<i>", "x"]]})
    assert "was <b> at" in read(studio.post(f"/studio/{KLING}/", {"view": "form", "carried": wild}))
