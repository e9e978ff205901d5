"""Presets and prompts in the order form: whole or in parts, judged as all is, undone with one press."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import catalogue, orders
from generations.models import Asset, Draft, LibraryItem, LibraryUse, Prompt, Task
from generations.orders import presets
from tests.library.pages import (
    FAST,
    HAILUO,
    HTMX,
    KLING,
    SORA,
    fill,
    form_of,
    keep,
    shown,
    standing,
    undo,
)
from tests.page import Page, read
from tests.test_uploads import give, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(studio: Client) -> Asset:
    give(studio, picture())
    return Asset.objects.get()


def filled(answer: Any) -> Page:
    assert answer.status_code == 200, answer.content[:300]
    return read(answer)


def gone(model_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of our models as if Kie did not list it any more."""
    spec = replace(catalogue.models()[model_id], status="retired", retired_on=date(2026, 11, 3))
    models = dict(catalogue.models()) | {model_id: spec}
    monkeypatch.setattr(catalogue, "models", lambda: models)


def test_a_preset_fills_the_form_of_its_model_and_undo_brings_back_what_stood_there(
    studio: Client, preset: Any
) -> None:
    item = preset("Fjord", prompt="Slow dolly", duration="10", aspect_ratio="9:16")
    page = filled(fill(studio, item, prompt="My own words", duration="5", takes="3"))
    assert page.sent["prompt"] == ["Slow dolly"]
    assert page.sent["duration"] == ["10"]
    assert page.sent["aspect_ratio"] == ["9:16"]
    assert page.sent["takes"] == ["3"], "how many is no part of it"
    assert "Filled from “Fjord”." in page
    again = shown(studio, form_of(KLING))
    assert again.sent["prompt"] == ["Slow dolly"], "a reload changes nothing"
    assert again.has("button", "Undo")
    assert Prompt.objects.get().text == "My own words", "one step back"
    page = filled(undo(studio))
    assert page.sent["prompt"] == ["My own words"]
    assert page.sent["duration"] == ["5"]
    assert not page.has("button", "Undo")
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("part", "words", "seconds"),
    [("whole", "Slow dolly", "10"), ("prompt", "Slow dolly", "5"), ("settings", "My own words", "10")],
)
def test_a_part_leaves_the_rest_as_it_stands(
    part: str, words: str, seconds: str, studio: Client, preset: Any
) -> None:
    item = preset("Fjord", prompt="Slow dolly", duration="10")
    page = filled(fill(studio, item, part, prompt="My own words", duration="5"))
    assert (page.sent["prompt"], page.sent["duration"]) == ([words], [seconds])


def test_images_are_a_part_of_it_and_come_back_when_it_is_undone(
    studio: Client, image: Asset, preset: Any
) -> None:
    keep(studio, "With image", HAILUO, prompt="Sea", image_url=image.reference)
    item = LibraryItem.objects.get()
    assert item.values["image_url"] == [image.reference]
    page = filled(fill(studio, item, model_id=HAILUO, prompt="Else", image_url="https://e.com/mine.jpg"))
    assert page.sent["image_url"][0] == image.reference
    page = filled(undo(studio, HAILUO))
    assert page.sent["image_url"][0] == "https://e.com/mine.jpg"
    page = filled(fill(studio, item, "settings", model_id=HAILUO, image_url="https://e.com/mine.jpg"))
    assert page.sent["image_url"][0] == "https://e.com/mine.jpg", "a file is no setting"


def test_files_that_the_library_or_an_undo_names_are_kept(
    studio: Client, image: Asset, preset: Any, prompt: Any
) -> None:
    Asset.objects.update(created_at=timezone.now() - timedelta(days=30))
    assert image in Asset.objects.unused()
    item = preset("With image", HAILUO, prompt="Sea", image_url=[image.reference])
    assert image not in Asset.objects.unused()
    LibraryItem.objects.all().delete()
    fill(studio, prompt("Words", "Words"), model_id=HAILUO, image_url=image.reference)
    fill(studio, preset("Bare", HAILUO, prompt="Sea"), model_id=HAILUO, image_url=image.reference)
    assert image.reference not in str(Draft.objects.get(model_id=HAILUO).fields)
    assert image not in Asset.objects.unused(), f"{item} is gone, but one press brings the form back"


def test_another_model_comes_with_its_preset_and_undo_goes_back_to_the_form_one_was_in(
    studio: Client, preset: Any
) -> None:
    studio.post(f"/studio/{FAST}/draft/", {"prompt": "What stood at Veo", "tab": "other"})
    item = preset("For Veo", FAST, prompt="Glass", aspectRatio="9:16")
    answer = fill(studio, item, model_id=KLING, prompt="Written at Kling")
    assert answer["HX-Push-Url"] == form_of(FAST)
    page = filled(answer)
    assert page.sent["prompt"] == ["Glass"]
    assert page.part("order")["data-model"] == FAST
    answer = undo(studio, FAST)
    assert answer["HX-Push-Url"] == form_of(KLING)
    assert filled(answer).sent["prompt"] == ["Written at Kling"]
    assert shown(studio, form_of(FAST)).sent["prompt"] == ["What stood at Veo"]
    assert filled(undo(studio, FAST)).sent["prompt"] == ["What stood at Veo"], "twice is once"


def test_only_the_settings_of_another_model_take_the_words_along(studio: Client, preset: Any) -> None:
    item = preset("For Veo", FAST, prompt="Glass", aspectRatio="9:16")
    page = filled(fill(studio, item, "settings", prompt="Written at Kling"))
    assert page.sent["prompt"] == ["Written at Kling"]
    assert page.sent["aspectRatio"] == ["9:16"]


def test_a_value_that_the_model_does_not_take_any_more_is_named_at_its_field(
    studio: Client, preset: Any
) -> None:
    item = preset("Old", prompt="x" * 1200, duration="7")
    page = filled(fill(studio, item))
    assert "Shorten it by 200." in page.field("Prompt").problem
    assert "“7” is not offered." in page
    page = filled(fill(studio, preset("Older", duration="5", wings=2)))
    assert "This model does not take wings." in page, "there is no field to say it at"
    page = filled(fill(studio, preset("No words", duration="5"), prompt=""))
    assert page.field("Prompt").problem == "", "what it never had is not missing in it"


def test_a_preset_whose_model_is_gone_moves_to_the_nearest_and_says_what_is_lost(
    studio: Client, preset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = preset("Macro ink", KLING, prompt="Ink", duration="10", aspect_ratio="1:1", sound=True)
    gone(KLING, monkeypatch)
    card = shown(studio, show="presets", model=FAST).item("Macro ink")
    assert "model gone" in card
    moves = card.button("Move to ")
    assert not card.has("button", "Fill the form")
    page = filled(fill(studio, item, model_id=FAST, prompt="Mine"))
    assert page.sent["prompt"] == ["Ink"]
    label = catalogue.models()[page.part("order")["data-model"]].label
    assert label in moves.name
    assert page.part("order")["data-model"] != KLING
    monkeypatch.setattr(catalogue, "models", lambda: {FAST: catalogue.curated()[FAST]})
    card = shown(studio, show="presets").item("Macro ink")
    assert not card.has("button", "Move to")
    answer = fill(studio, item, model_id=FAST)
    assert answer.status_code == 409
    assert "Take its prompt alone." in answer.content.decode()
    assert filled(fill(studio, item, "prompt", model_id=FAST)).sent["prompt"] == ["Ink"]


def test_a_form_that_another_tab_has_changed_is_not_filled_before_the_person_has_chosen(
    studio: Client, preset: Any
) -> None:
    item, before = preset("Fjord", prompt="Slow dolly"), standing(studio)
    studio.post(f"/studio/{KLING}/draft/", {"prompt": "From the other tab", "tab": "other"})
    body = before | {"prompt": "From this tab", "part": "whole", "form_of": KLING}
    page = filled(studio.post(f"/library/{item.uuid}/fill/", body, headers=HTMX))
    assert "Another tab changed this form" in page
    assert page.sent["prompt"] == ["From this tab"]
    assert shown(studio, form_of(KLING)).sent["prompt"] == ["From the other tab"]


def test_without_script_the_draft_is_filled_and_the_form_opens(studio: Client, preset: Any) -> None:
    studio.post(f"/studio/{KLING}/draft/", {"prompt": "My own words", "duration": "5", "tab": "one"})
    shown(studio, form_of(KLING))
    page = shown(studio, "/library/", show="presets")
    item = preset("Fjord", prompt="Slow dolly", duration="10")
    page = shown(studio, "/library/", show="presets")
    sent = page.item("Fjord").sent
    answer = studio.post(f"/library/{item.uuid}/fill/", sent | {"part": "settings"})
    assert answer["Location"] == form_of(KLING)
    page = shown(studio, form_of(KLING))
    assert (page.sent["prompt"], page.sent["duration"]) == (["My own words"], ["10"])
    assert studio.post("/library/undo/", {"form_of": KLING})["Location"] == form_of(KLING)
    assert shown(studio, form_of(KLING)).sent["duration"] == ["5"]
    refused = studio.post(f"/library/{item.uuid}/fill/", {"part": "prompt", "form_of": "no/such"})
    assert refused.status_code == 404


def test_an_ordered_form_has_nothing_to_undo_and_counts_for_the_preset(
    studio: Client, preset: Any, creator: User
) -> None:
    item = preset("Fjord", prompt="Slow dolly", duration="10")
    fill(studio, item)
    body = standing(studio, prompt="Other words, same settings")
    assert studio.post(form_of(KLING), body, headers=HTMX).status_code == 200
    assert LibraryUse.objects.get().task.prompt == "Other words, same settings"
    after = shown(studio, form_of(KLING), after=body["order_key"][0])
    assert not after.has("button", "Undo")
    body = after.part("order").sent | {"duration": ["5"]}
    assert studio.post(form_of(KLING), body, headers=HTMX).status_code == 200
    assert (Task.objects.count(), LibraryUse.objects.count()) == (2, 1), "with other settings it is not its"


def test_presets_are_priced_as_orders_are_with_one_look_up_for_all(
    studio: Client, preset: Any, django_assert_num_queries: Any
) -> None:
    items = [
        preset("One", prompt="Sea", duration="5", sound=False),
        preset("Two", prompt="Sea", duration="10", sound=True),
        preset("Three", FAST, prompt="Sea"),
        preset("Gone", SORA, prompt="Sea"),
    ]
    with django_assert_num_queries(1):
        quotes = presets.quotes(items)
    for item in items[:3]:
        spec = catalogue.models()[item.model_id]
        assert quotes[item.pk].credits == orders.price(spec, item.values).credits
    assert quotes[items[0].pk].credits != quotes[items[1].pk].credits
    assert items[3].pk not in quotes


def test_what_the_nearest_model_does_not_take_is_said_in_its_form(
    studio: Client, preset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = preset("Long", KLING, prompt="Ink", duration="10")
    spec = replace(catalogue.models()[KLING], status="retired")
    two = {KLING: spec, FAST: catalogue.models()[FAST]}
    monkeypatch.setattr(catalogue, "models", lambda: two)
    page = filled(fill(studio, item, model_id=FAST))
    assert "This model does not take 10 s." in page
    assert page.sent["prompt"] == ["Ink"]
