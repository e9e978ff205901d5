"""The list of models by keyboard, its stars and its order, and a model that is gone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.browser.pages import open_form
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
KLING = "/studio/kling-2.6/text-to-video/"
TURBO = "kling/v3-turbo-text-to-video"
SORA = "/studio/sora-2-text-to-video/"


def test_models_are_found_starred_and_chosen_by_keyboard(page: Page, studio: Studio) -> None:
    enter(page, studio, "admin")
    open_form(page, KLING)
    search, star = page.locator("#models [data-filter]"), page.locator(f'[data-model="{TURBO}"] .star')
    page.fill("[data-prompt]", "Kept while choosing")
    page.keyboard.press("Alt+m")
    expect(search).to_be_focused()
    page.keyboard.type("qqqq zzzz")
    expect(page.locator("[data-none]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#models")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(search).to_be_focused()
    page.keyboard.type("klng 3 turbo text")
    expect(page.locator(".pick:visible")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(star).to_be_focused()
    page.keyboard.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f'[data-model="{TURBO}"] .pick__to')).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-prompt]")).to_be_focused()
    page.locator("#model").press("Enter")
    expect(page.locator(".pick").first).to_have_attribute("data-model", TURBO)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/studio/{TURBO}/")
    expect(page.locator("#model")).to_be_focused()
    expect(page.locator("[data-prompt]")).to_have_value("Kept while choosing")
    expect(page).to_have_title("Kling 3.0 Turbo text to video · KieStudio")
    page.goto("/models/")
    page.get_by_role("button", name="Favourite: Kling 3.0 Turbo").first.click()
    expect(page.get_by_role("button", name="Favourite: Kling 3.0 Turbo").first).to_have_attribute(
        "aria-pressed", "false"
    )


def test_the_list_can_be_sorted_and_comes_back_in_its_own_order(page: Page, studio: Studio) -> None:
    enter(page, studio, "creator")
    open_form(page, KLING)
    page.click("#model")
    first = page.locator(".pick").first.get_attribute("data-model")
    page.select_option("[data-sort]", "clip")
    prices = page.locator("[data-sorted] .pick[data-clip]").evaluate_all(
        "picks => picks.map((p) => Number(p.dataset.clip || 1e9))"
    )
    assert prices == sorted(prices)
    assert len(prices) > 80
    page.select_option("[data-sort]", "")
    expect(page.locator(".pick").first).to_have_attribute("data-model", str(first))


def test_a_draft_of_a_model_that_is_gone_goes_on_in_the_nearest(page: Page, studio: Studio) -> None:
    enter(page, studio, "creator")
    page.goto(SORA)
    with page.expect_response(lambda r: "/studio/sora" in r.url and r.url.endswith("/draft/") and r.ok):
        page.fill("[data-prompt]", "A draft that was stranded")
    page.goto(KLING)
    page.locator("#stranded").get_by_role("link", name="Go on with it").click()
    page.wait_for_url(f"**{SORA}")
    block = page.locator("#block")
    expect(block).to_contain_text("It is gone since 24 September 2026")
    expect(block).to_contain_text("it takes your prompt")
    block.get_by_text("What becomes of each value").click()
    expect(block.get_by_role("row", name=re.compile("Prompt"))).to_contain_text("stays")
    with page.expect_response(lambda r: r.url.endswith("/draft/") and r.request.method == "POST" and r.ok):
        block.get_by_role("button", name=re.compile("Go on with")).click()
    expect(page.locator("[data-prompt]")).to_have_value("A draft that was stranded")
    assert SORA not in page.url
    page.goto(KLING)
    expect(page.locator("#stranded")).to_have_count(0)
