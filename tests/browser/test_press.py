"""Generate is pressed before the form has its answers: what is shown is ordered once, or it says why not."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import enter
from tests.browser.held import Held
from tests.browser.pages import open_form
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
KLING = "/studio/kling-2.6/text-to-video/"


def begin(page: Page) -> Page:
    """A form of one take of 5 s, with its price."""
    open_form(page, KLING)
    page.fill("#takes", "1")
    page.locator("label", has_text=re.compile(r"^\s*5 s")).click()
    return settled(page)


def settled(page: Page) -> Page:
    """What was typed and chosen has its price."""
    page.wait_for_timeout(400)  # So long a form waits for the next letter, and a little longer.
    expect(page.locator("#order.htmx-request, #order .htmx-request")).to_have_count(0)
    return page


@pytest.fixture
def admin(page: Page, studio: Studio) -> Page:
    enter(page, studio, "admin")
    return begin(page)


def cards(page: Page, words: str) -> int:
    return page.locator("#now .job", has_text=words).count()


def test_what_is_pressed_while_the_price_is_asked_for_is_ordered_once(admin: Page) -> None:
    page, words = admin, "Pressed before the price"
    orders: list[str] = []
    page.on(
        "request",
        lambda r: orders.append(r.url) if (r.method, r.url[-len(KLING) :]) == ("POST", KLING) else None,
    )
    held = Held(page, "quote", "POST")
    page.fill("[data-prompt]", words)
    for _ in range(2):
        page.keyboard.press("Control+Enter")
    held.until_asked()
    page.locator("#send").click()
    expect(page.locator("#send")).to_have_attribute("aria-busy", "true")
    assert orders == []
    held.let_go()
    expect(page.locator("#now .job", has_text=words)).to_have_count(1)
    expect(page.locator(".htmx-request")).to_have_count(0)
    assert len(orders) == 1


def test_a_price_that_was_not_seen_is_not_ordered_until_it_is_pressed_again(admin: Page) -> None:
    page, words = admin, "Twice as long"
    page.fill("[data-prompt]", words)
    before = settled(page).locator("#send .send__label").inner_text()
    held = Held(page, "quote", "POST")
    page.locator("label", has_text=re.compile(r"^\s*10 s")).click()
    page.keyboard.press("Control+Enter")
    held.until_asked()
    held.let_go()
    fate = page.locator("#fate")
    expect(fate).to_contain_text("Nothing was ordered: the button says “Generate · ")
    assert before not in fate.inner_text()
    assert cards(page, words) == 0
    page.keyboard.press("Control+Enter")
    expect(page.locator("#now .job", has_text=words)).to_have_count(1)
    expect(fate).to_be_hidden()


def test_nothing_is_ordered_when_the_form_was_changed_or_no_price_came(on_a_bad_line: Page) -> None:
    page, words, held = begin(on_a_bad_line), "Changed after the press", list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/quotes/**", hold)
    page.fill("[data-prompt]", words)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#send")).to_have_attribute("aria-busy", "true")
    page.locator("[data-prompt]").press_sequentially("!")
    expect(page.locator("#fate")).to_contain_text("the form was changed after you had pressed.")
    page.unroute("**/quotes/**", hold)
    page.route("**/quotes/**", lambda route: route.abort())
    page.locator("[data-prompt]").press_sequentially("!")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#fate")).to_contain_text("Nothing was ordered: its price could not be asked for.")
    assert cards(page, words) == 0
