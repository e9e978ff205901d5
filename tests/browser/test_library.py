"""The library beside the form: walked by keys, searched, filled in and undone; no jump and no loss."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.browser.held import Held
from tests.browser.pages import open_form, without_pictures
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
WAN = "/studio/wan/2-6-text-to-video/"
HAILUO = "/studio/hailuo/2-3-image-to-video-pro/"


@pytest.fixture
def creator(page: Page, studio: Studio) -> Page:
    enter(page, studio, "creator")
    return page


def write(page: Page, words: str) -> None:
    """Type and wait until the server has it."""
    with page.expect_response(lambda r: "/draft/" in r.url and r.request.method == "POST"):
        page.fill("[data-prompt]", words)


def test_earlier_prompts_are_walked_in_place_and_unsaved_words_are_one_step_back(creator: Page) -> None:
    page = creator
    open_form(page, WAN)
    for words in ("Walked: the first", "Walked: the second"):  # Each takes the place of what stood there.
        write(page, words)
        with page.expect_response(lambda r: "/draft/" in r.url and r.request.method == "POST"):
            page.keyboard.press("Alt+ArrowUp")
        expect(page.locator("[data-prompt]")).not_to_have_value(words)
    page.reload()
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if r.url.endswith("/library/earlier/") else None)
    field, send = page.locator("[data-prompt]"), page.locator("#send")
    field.fill("My own words, typed in the same breath")
    place = send.bounding_box()
    for _ in range(2):
        page.keyboard.press("Alt+ArrowUp")
    expect(field).to_have_value("Walked: the first")
    page.keyboard.press("Alt+ArrowDown")
    expect(field).to_have_value("Walked: the second")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect(field).to_have_value("My own words, typed in the same breath")
    assert field.evaluate("f => f.selectionStart === f.value.length && document.activeElement === f")
    assert len(asked) == 1, "one round trip, however often it is pressed"
    assert send.bounding_box() == place, "nothing jumps"
    with page.expect_response(lambda r: "/draft/" in r.url and r.request.method == "POST"):
        page.get_by_role("button", name="Earlier prompt").click()
    expect(field).to_have_value("Walked: the second")
    expect(page.locator("#order > [name=replaces]")).to_have_value("")
    page.reload()
    expect(field).to_have_value("Walked: the second")
    page.keyboard.press("Alt+ArrowUp")
    expect(field).to_have_value("My own words, typed in the same breath")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("Walked: the second")


def test_a_preset_is_kept_found_filled_in_and_undone_with_its_image(creator: Page, picture: Path) -> None:
    page = creator
    open_form(page, HAILUO)
    without_pictures(page)
    page.locator('#order input[type="file"]').first.set_input_files(picture)
    expect(page.locator("#order [data-tile]")).to_have_count(1)
    write(page, "A lamp swings in the wind")
    page.keyboard.press("Alt+p")
    drawer = page.locator("#library")
    expect(drawer.locator("[type=search]")).to_be_focused()
    drawer.locator("summary", has_text="Save this form").click()
    drawer.get_by_role("button", name="Save", exact=True).click()
    expect(drawer.get_by_text("Give it a title.")).to_be_visible()
    expect(drawer.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Lamp, windy")
    page.keyboard.press("Enter")
    expect(drawer).to_contain_text("Kept “Lamp, windy”.")
    page.keyboard.press("Escape")
    expect(page.locator("[data-prompt]")).to_be_focused()
    page.locator('#order button[name="discard"]').click()
    expect(page.locator("#order [data-tile]")).to_have_count(0)
    write(page, "Words that stood there before")
    page.keyboard.press("Alt+p")
    expect(drawer.locator("[type=search]")).to_be_focused()
    page.keyboard.type("lamp win")
    page.keyboard.press("Enter")  # In the same breath: the list does not know of it yet.
    expect(page.locator("[data-prompt]")).to_have_value("A lamp swings in the wind")
    expect(page.locator("#order [data-tile]")).to_have_count(1)
    expect(page.locator("[data-prompt]")).to_be_focused()
    expect(page.locator("#filled")).to_contain_text("Filled from “Lamp, windy”.")
    page.reload()
    page.locator("#filled").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-prompt]")).to_have_value("Words that stood there before")
    expect(page.locator("#order [data-tile]")).to_have_count(0)
    expect(page.locator("#filled")).to_have_count(0)


@pytest.mark.thorough
def test_a_preset_of_another_model_brings_its_form_and_undo_goes_back(creator: Page) -> None:
    page = creator
    open_form(page, HAILUO)
    write(page, "Of the other model")
    page.keyboard.press("Alt+p")
    drawer = page.locator("#library")
    drawer.locator("summary", has_text="Save this form").click()
    drawer.get_by_label("Title").fill("Of the other")
    drawer.get_by_role("button", name="Save", exact=True).click()
    expect(drawer).to_contain_text("Kept “Of the other”")
    open_form(page, WAN)
    write(page, "Words at Wan")
    page.keyboard.press("Alt+p")
    card = drawer.locator(".lib__item", has_text="Of the other")
    card.get_by_role("button", name="Favourite").click()
    expect(card.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    card.get_by_role("button", name="Fill the form").click()
    page.wait_for_url(f"**{HAILUO}")
    expect(page.locator("[data-prompt]")).to_have_value("Of the other model")
    page.locator("#filled").get_by_role("button", name="Undo").click()
    page.wait_for_url(f"**{WAN}")
    expect(page.locator("[data-prompt]")).to_have_value("Words at Wan")


def test_a_prompt_has_versions_and_comes_back_when_its_removal_is_undone(creator: Page) -> None:
    page = creator
    open_form(page, WAN)
    drawer = page.locator("#library")
    for words, says in (("A ribbon of copper silk", "Kept"), ("A ribbon of silver silk", "as version 2")):
        write(page, words)
        page.keyboard.press("Alt+l")
        expect(drawer.locator("[type=search]")).to_be_focused()
        drawer.locator("summary", has_text="Save this form").click()
        drawer.get_by_text("Prompt only", exact=True).first.click()
        drawer.get_by_label("Title").fill("Ribbon")
        drawer.get_by_role("button", name="Save", exact=True).click()
        expect(drawer).to_contain_text(says)
        page.keyboard.press("Escape")
    page.locator("#open-library").click()
    drawer.get_by_role("link", name=re.compile("^Prompts")).click()
    drawer.get_by_role("link", name="Ribbon").click()
    expect(drawer.locator("ins")).to_have_text("silver")
    expect(drawer.locator("del")).to_have_text("copper")
    drawer.get_by_role("link", name=re.compile("^1 ")).click()
    drawer.get_by_role("button", name="Go back to version 1").click()
    expect(drawer.locator("#item-text")).to_have_value("A ribbon of copper silk")
    drawer.get_by_role("button", name="Remove").click()
    expect(drawer).to_contain_text("“Ribbon” is removed.")
    expect(drawer.get_by_role("link", name="Ribbon")).to_have_count(0)
    drawer.get_by_role("button", name="Undo").click()
    expect(drawer).to_contain_text("“Ribbon” is back.")
    drawer.get_by_role("button", name="Use: Ribbon").click()
    expect(page.locator("[data-prompt]")).to_have_value("A ribbon of copper silk")


def test_a_drawer_that_is_closed_while_its_answer_is_on_its_way_stays_closed(creator: Page) -> None:
    page = creator
    open_form(page, WAN)
    drawer = page.locator("#library")
    page.keyboard.press("Alt+l")
    expect(drawer.locator("[type=search]")).to_be_focused()
    held = Held(page, "library")
    drawer.get_by_role("link", name=re.compile("^Prompts")).click()
    held.until_asked()
    page.keyboard.press("Escape")
    held.let_go()
    expect(drawer.locator("a[aria-current=true]")).to_contain_text("Prompts")
    expect(page.locator(".htmx-settling, .htmx-request")).to_have_count(0)
    assert drawer.get_attribute("open") is None
    page.keyboard.press("Alt+p")
    expect(drawer.locator("[type=search]")).to_be_focused()


@pytest.mark.thorough
def test_words_left_while_their_draft_is_on_its_way_are_kept(creator: Page) -> None:
    page = creator
    open_form(page, WAN)
    write(page, "Something to walk to")
    page.reload()
    field = page.locator("[data-prompt]")
    held = Held(page, f"{WAN}draft/", "POST")
    field.fill("Left on a slow line")
    held.until_asked()
    page.keyboard.press("Alt+ArrowUp")
    held.let_go()
    expect(field).not_to_have_value("Left on a slow line")
    expect(page.locator("#order > [name=replaces]")).to_have_value("")
    assert page.request.get("/library/earlier/").json()["prompts"][0] == "Left on a slow line"
