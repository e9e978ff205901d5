"""Drafts: what somebody writes in the studio comes back, and is never shown to anybody else."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue
from generations.models import Draft, Prompt, Task
from generations.orders import drafts
from generations.orders.drafts import ChangedElsewhere, Tab
from tests.page import Page, read

KLING = "/studio/kling-2.6/text-to-video/"
KLING_DRAFT = "/studio/kling-2.6/text-to-video/draft/"
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


def write(client: Client, prompt: str, *, turn: int = 0, tab: str = "one", **fields: str) -> Any:
    return client.post(KLING_DRAFT, {"prompt": prompt, "turn": str(turn), "tab": tab, **fields})


def test_what_was_written_comes_back_in_another_browser(studio: Client, creator: User) -> None:
    assert write(studio, "Copper silk", duration="10", takes="3").json() == {"turn": 1}
    other = Client()
    other.force_login(creator)
    page = shown(other, KLING)
    assert page.sent["prompt"] == ["Copper silk"]
    assert page.sent["duration"] == ["10"]
    assert page.sent["takes"] == ["3"]
    assert page.sent["turn"] == ["1"]


def test_images_and_half_typed_addresses_come_back(studio: Client) -> None:
    body = {"imageUrls": ["https://example.com/a.jpg", "https:/half"], "prompt": "Sea", "tab": "one"}
    studio.post("/studio/veo3_fast/draft/", body)
    page = shown(studio, VEO)
    assert page.sent["imageUrls"] == ["https://example.com/a.jpg", "https:/half"]


def test_what_cannot_be_sent_is_kept_as_it_was_written(studio: Client) -> None:
    write(studio, "x" * 1500)
    page = shown(studio, KLING)
    assert page.sent["prompt"] == ["x" * 1500]
    assert "Shorten" not in page, "nobody has asked yet whether it can be sent"


def test_a_null_character_is_no_error(studio: Client) -> None:
    assert write(studio, "Co\0pper").status_code == 200
    assert shown(studio, KLING).sent["prompt"] == ["Copper"]


def test_a_switch_that_was_turned_off_stays_off(studio: Client) -> None:
    studio.post("/studio/veo3_fast/draft/", {"prompt": "Sea", "tab": "one"})
    assert "enableTranslation" not in shown(studio, VEO).sent
    assert shown(studio, "/studio/veo3/").sent["enableTranslation"] == ["true"]


def test_the_studio_opens_the_form_that_was_opened_last(studio: Client, order: Any) -> None:
    order("kling-2.6/text-to-video")
    shown(studio, VEO)
    assert studio.get("/studio/").headers["Location"] == VEO
    shown(studio, KLING)
    assert studio.get("/studio/").headers["Location"] == KLING
    shown(studio, VEO)
    assert studio.get("/studio/").headers["Location"] == VEO


def test_a_form_that_is_gone_from_the_catalogue_is_not_opened(studio: Client, creator: User) -> None:
    Draft.objects.create(person=creator, model_id="gone/model")
    assert studio.get("/studio/").headers["Location"] == VEO


def test_without_script_sending_keeps_the_words_also_when_they_are_refused(studio: Client) -> None:
    assert studio.post(KLING, {"prompt": "x" * 1500, "tab": "one"}).status_code == 422
    assert shown(studio, KLING).sent["prompt"] == ["x" * 1500]


def test_after_sending_the_form_is_kept(studio: Client) -> None:
    studio.post(KLING, {"prompt": "Copper silk", "duration": "10"})
    page = shown(studio, KLING)
    assert page.sent["prompt"] == ["Copper silk"]
    assert page.sent["duration"] == ["10"]


def test_settings_of_a_task_do_not_touch_the_draft_until_they_are_edited(studio: Client, order: Any) -> None:
    task = order(prompt="Old words")
    write(studio, "New words")
    assert shown(studio, KLING, **{"from": str(task.uuid)}).sent["prompt"] == ["Old words"]
    assert shown(studio, KLING).sent["prompt"] == ["New words"]


def test_words_whose_place_others_take_are_kept_among_the_earlier_prompts(studio: Client, order: Any) -> None:
    task = order(prompt="Old words")
    write(studio, "Unsent words")
    page = shown(studio, KLING, **{"from": str(task.uuid)})
    assert page.sent["replaces"] == ["1"]
    assert write(studio, "Old words, edited", tab="two", turn=1, replaces="1").status_code == 200
    library = shown(studio, "/library/", show="history")
    assert "Unsent words" in library
    assert "not sent" in library


def test_editing_alone_keeps_no_versions(studio: Client) -> None:
    write(studio, "Unsent words")
    write(studio, "Unsent words, edited", turn=1)
    assert not Prompt.objects.exists()


def test_another_model_with_words_of_its_own_sets_them_aside(studio: Client) -> None:
    write(studio, "Words for Kling")
    posted = {"carry": "veo3_fast", "prompt": "Words for Veo"}
    page = read(studio.post(KLING, posted, headers=HTMX))
    assert page.sent["replaces"] == ["1"]
    write(studio, "Words for Veo", tab="two", turn=1, replaces="1")
    assert "Words for Kling" in shown(studio, "/library/", show="history")


def test_another_tab_never_overwrites_in_silence(studio: Client) -> None:
    write(studio, "From the first", tab="one")
    answer = write(studio, "From the second", tab="two")
    assert answer.status_code == 409
    assert "Another tab changed this form" in read(answer)
    assert shown(studio, KLING).sent["prompt"] == ["From the first"]


def test_of_two_tabs_the_person_chooses(studio: Client) -> None:
    write(studio, "From the first", tab="one")
    posted = {"prompt": "From the second", "tab": "two", "turn": "0", "mine": "1"}
    answer = studio.post(KLING, posted, headers=HTMX)
    assert "Another tab" not in read(answer)
    assert shown(studio, KLING).sent["prompt"] == ["From the second"]
    assert write(studio, "First again", tab="one", turn=1).status_code == 409
    assert not Task.objects.exists()


def test_one_tab_never_collides_with_itself(studio: Client) -> None:
    write(studio, "Co", tab="one")
    assert write(studio, "Copper", tab="one", turn=0).json() == {"turn": 2}


def test_tabs_that_show_the_same_never_collide(studio: Client) -> None:
    write(studio, "Copper", tab="one")
    assert write(studio, "Copper", tab="two").json() == {"turn": 1}


def test_an_order_from_a_tab_that_fell_behind_is_placed_and_the_other_words_stay(studio: Client) -> None:
    write(studio, "From the first", tab="one")
    key = str(uuid.uuid4())
    posted = {"prompt": "From the second", "tab": "two", "turn": "0", "order_key": key}
    page = read(studio.post(KLING, posted, headers=HTMX))
    assert "Another tab changed this form" in page
    assert Task.objects.get().prompt == "From the second"
    assert shown(studio, KLING).sent["prompt"] == ["From the first"]


def test_the_words_of_one_person_are_never_shown_to_another(studio: Client, admin: User) -> None:
    write(studio, "A secret launch film")
    studio.force_login(admin)
    assert b"secret" not in studio.get(KLING).content


def test_a_form_that_somebody_else_left_open_is_refused(studio: Client, creator: User, admin: User) -> None:
    studio.force_login(admin)
    theirs = {"prompt": "A secret launch film", "person": str(creator.pk), "tab": "one"}
    assert studio.post(KLING_DRAFT, theirs).status_code == 403
    assert studio.post(KLING, theirs).status_code == 403
    assert not Draft.objects.exclude(fields={}).exists()
    assert not Task.objects.exists()


def test_the_page_is_kept_in_no_cache(studio: Client) -> None:
    for url in (KLING, KLING_DRAFT):
        assert "no-store" in studio.get(url).headers["Cache-Control"]


def test_who_may_not_order_has_no_drafts(client: Client, reviewer: User) -> None:
    client.force_login(reviewer)
    assert client.post(KLING_DRAFT, {"prompt": "Sea"}).status_code == 403
    assert Client().post(KLING_DRAFT, {"prompt": "Sea"}).status_code in (302, 401, 403)
    assert not Draft.objects.exists()


def test_a_model_that_is_not_there_has_no_draft(studio: Client) -> None:
    assert studio.post("/studio/no/such/model/draft/", {"prompt": "Sea"}).status_code == 404


@pytest.mark.parametrize("turn", ["", "x", "-1", "9" * 30, "²"])
def test_nonsense_about_the_turn_is_tolerated(studio: Client, turn: str) -> None:
    answer = studio.post(KLING_DRAFT, {"prompt": "Sea", "turn": turn, "tab": "t" * 500, "order_key": "x"})
    assert answer.json() == {"turn": 1}


def test_a_collision_names_the_draft_as_it_stands(creator: User) -> None:
    drafts.keep(creator, "veo3", {"prompt": ["a"]}, Tab(name="one", turn=0, key=None))
    with pytest.raises(ChangedElsewhere) as other:
        drafts.keep(creator, "veo3", {"prompt": ["b"]}, Tab(name="two", turn=0, key=None))
    assert (other.value.draft.turn, other.value.draft.fields) == (1, {"prompt": ["a"]})


def test_a_character_that_a_database_cannot_keep_is_left_out_wherever_it_stands(studio: Client) -> None:
    odd = {"imageUrls": "a\0b", "kept": "https://x\0", "prompt": "Sea\0", "tab": "o\0ne", "turn": "0"}
    assert studio.post("/studio/veo3_fast/draft/", odd).status_code == 200
    draft = Draft.objects.get(model_id="veo3_fast")
    assert "\0" not in f"{draft.fields}{draft.tab}"
    assert draft.fields["imageUrls"] == ["ab"]


def test_a_script_may_rely_on_the_address_of_a_draft(creator: User) -> None:
    """A plain form post from a signed-in session, with the session's token; GET tells the turn."""
    script = Client(enforce_csrf_checks=True)
    script.force_login(creator)
    assert script.post(KLING_DRAFT, {"prompt": "Sea"}).status_code == 403
    token = script.get("/accounts/session/").json()["token"]
    posted = {"prompt": "Sea", "duration": "10", "csrfmiddlewaretoken": token}
    assert script.post(KLING_DRAFT, posted).json() == {"turn": 1}
    assert script.get(KLING_DRAFT).json() == {"turn": 1}
    drafts.keep(
        creator, "kling-2.6/text-to-video", {"prompt": ["A person's"]}, Tab(name="one", turn=1, key=None)
    )
    assert script.post(KLING_DRAFT, posted | {"turn": "1"}).status_code == 409
    assert script.post(KLING_DRAFT, posted | {"turn": "2"}).json() == {"turn": 3}
    assert script.get("/drafts/kling-2.6/text-to-video/").status_code == 404
    assert not [model_id for model_id in catalogue.models() if model_id.endswith("/draft")]
