"""What people write and order, on bad lines and in several tabs: nothing is lost, nothing twice."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import enter
from tests.browser.pages import open_form, press_for_one
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
KLING, VEO = "/studio/kling-2.6/text-to-video/", "/studio/veo3_fast/"
WAN = "/studio/wan/2-6-text-to-video/"


@pytest.fixture
def admin(page: Page, studio: Studio) -> Page:
    enter(page, studio, "admin")  # Without a limit, so that these orders are in nobody's way.
    return one_take(page)


def one_take(page: Page) -> Page:
    """How many takes somebody ordered last stays in the form."""
    page.goto(KLING)
    if page.locator("#takes").input_value() != "1":
        with page.expect_response(lambda r: r.url.endswith("/draft/") and r.request.method == "POST"):
            page.fill("#takes", "1")
    return page


@pytest.fixture
def another(browser: Browser, studio: Studio) -> Iterator[Callable[..., Page]]:
    """Another browser of a person."""
    contexts: list[BrowserContext] = []

    def open_for(name: str, *, script: bool = True) -> Page:
        address = f"http://127.0.0.1:{studio.port}"
        context = browser.new_context(base_url=address, java_script_enabled=script)
        contexts.append(context)
        opened = context.new_page()
        enter(opened, studio, name)
        opened.goto("/studio/")
        return opened

    yield open_for
    for context in contexts:
        context.close()


def prompt(page: Page) -> str:
    return page.locator("[data-prompt]").input_value()


def write(page: Page, words: str) -> None:
    """Type and wait until the server has it."""
    with page.expect_response(lambda r: r.url.endswith("/draft/") and r.request.method == "POST"):
        page.fill("[data-prompt]", words)


def orders_of(studio: Studio, words: str) -> int:
    """How many tasks the studio's database has of these words."""
    with closing(sqlite3.connect(studio.data / "sandbox" / "kiestudio.sqlite3")) as database:
        row = database.execute("SELECT count(*) FROM generations_task WHERE prompt = ?", [words])
        return int(row.fetchone()[0])


def lose_answers(page: Page, path: str = KLING, *, arrives: bool = True) -> list[str]:
    """Cut the line of the next order: after the server has taken it, or before it gets there."""
    cut: list[str] = []

    def line(route: Route) -> None:
        if route.request.method != "POST" or cut:
            return route.continue_()
        cut.append(route.request.url)
        if not arrives:
            return route.fulfill(status=502, body="Bad Gateway")
        route.fetch()
        return route.abort("connectionreset")

    page.route(f"**{path}", line)
    return cut


def test_words_come_back_after_a_reload_at_once_and_in_another_browser(
    admin: Page, another: Callable[..., Page]
) -> None:
    page = admin
    page.goto(KLING)
    page.fill("[data-prompt]", "Typed and reloaded in the same breath")
    page.reload()
    expect(page.locator("[data-prompt]")).to_have_value("Typed and reloaded in the same breath")
    write(page, "A lamp in the fog")
    other = another("admin")
    assert KLING in other.url
    assert prompt(other) == "A lamp in the fog"
    assert "fog" not in another("creator").content()
    stored = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "fog" not in stored


def test_the_rail_leads_to_the_form_that_was_opened_last(admin: Page) -> None:
    page = admin
    page.goto(KLING)
    page.goto(VEO)
    write(page, "Words for Veo")
    page.goto("/gallery/")
    page.locator(".rail").get_by_role("link", name="Studio", exact=True).click()
    page.wait_for_url(f"**{VEO}")
    assert prompt(page) == "Words for Veo"


@pytest.mark.thorough
def test_settings_of_a_task_that_were_edited_survive_a_reload(admin: Page) -> None:
    page = admin
    page.goto("/gallery/")
    page.locator(".shot").first.get_by_role("link").first.click()
    page.wait_for_url("**/tasks/**")
    page.get_by_role("link", name="Remix").first.click()
    page.wait_for_url("**from=**")
    write(page, "Edited after Remix")
    page.reload()
    assert prompt(page) == "Edited after Remix"


def test_of_two_tabs_the_later_is_told_and_chooses(admin: Page) -> None:
    page = admin
    page.goto(KLING)
    write(page, "Both tabs begin here")
    other = page.context.new_page()
    other.goto(KLING)
    write(other, "From the other tab")
    page.fill("[data-prompt]", "From this tab")
    expect(page.locator("#elsewhere")).to_contain_text("Another tab changed this form")
    page.get_by_role("button", name="Keep this one").click()
    expect(page.locator("#elsewhere")).to_have_count(0)
    assert prompt(page) == "From this tab"
    other.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(other.locator("[data-prompt]")).to_have_value("From this tab")
    other.close()


@pytest.mark.thorough
def test_the_card_of_each_new_order_is_in_view_at_once_and_nothing_jumps(admin: Page) -> None:
    page = admin
    open_form(page, KLING)
    height = page.locator("#strip").bounding_box()
    assert height
    for n in range(7):
        page.fill("[data-prompt]", f"In view {n}")
        page.click("#send")
        card = page.locator("#now .job", has_text=f"In view {n}")
        expect(card).to_be_in_viewport(ratio=0.99)
        box = page.locator("#strip").bounding_box()
        assert box
        assert box["height"] == height["height"]
    assert prompt(page) == "In view 6", "the form is kept"


def test_an_answer_that_was_lost_is_found_out(another: Callable[..., Page], studio: Studio) -> None:
    page = another("admin")
    open_form(page, KLING)
    lose_answers(page)
    press_for_one(page, "Lost-and-found")
    expect(page.locator("#fate")).to_contain_text(re.compile(r"the order was not: it is #\d+, for"))
    assert "Nothing was changed" not in page.content()
    assert orders_of(studio, "Lost-and-found") == 1
    with page.expect_response(lambda r: r.url.endswith(KLING) and r.request.method == "POST"):
        page.click("#send")
    assert orders_of(studio, "Lost-and-found") == 2, "who was told can order once more with one press"


@pytest.mark.thorough
def test_an_answer_that_was_lost_and_a_reload_order_once(
    another: Callable[..., Page], studio: Studio
) -> None:
    page = another("admin")
    open_form(page, WAN)
    lose_answers(page, WAN)
    page.route("**/wishes/**", lambda route: route.abort())
    press_for_one(page, "Lost-and-reloaded")
    expect(page.locator("#fate")).to_be_visible()
    page.reload()
    expect(page.locator("#before")).to_contain_text("You ordered this already")
    with page.expect_response(lambda r: r.url.endswith(WAN) and r.request.method == "POST"):
        page.click("#send")
    assert orders_of(studio, "Lost-and-reloaded") == 1
    page.get_by_role("button", name="Order it again").click()
    expect(page.locator("#before")).to_have_count(0)
    assert orders_of(studio, "Lost-and-reloaded") == 2


def test_an_order_that_never_arrived_is_said_so_and_sent_again(
    another: Callable[..., Page], studio: Studio
) -> None:
    page = another("admin")
    open_form(page, KLING)
    lose_answers(page, arrives=False)
    press_for_one(page, "Never-arrived")
    expect(page.locator("#fate")).to_contain_text("The order has not arrived.")
    page.click("#send")
    expect(page.locator("#now .job", has_text="Never-arrived")).to_have_count(1)


@pytest.mark.thorough
def test_two_tabs_with_the_same_form_order_once(admin: Page, studio: Studio) -> None:
    page = admin
    open_form(page, KLING)
    write(page, "Two-tabs-one-wish")
    other = page.context.new_page()
    other.goto(KLING)
    other.route("**/draft/", lambda route: route.abort())  # It has not heard of the first one's answer.
    for tab in (page, other):
        with tab.expect_response(lambda r: r.url.endswith(KLING) and r.request.method == "POST"):
            tab.click("#send")
    expect(other.locator("#before")).to_contain_text("You ordered this already")
    assert orders_of(studio, "Two-tabs-one-wish") == 1
    other.close()


@pytest.mark.thorough
def test_without_script_going_back_orders_nothing(another: Callable[..., Page], studio: Studio) -> None:
    page = another("admin", script=False)
    open_form(page, KLING)
    page.fill("#takes", "1")
    page.fill("[data-prompt]", "Back-without-script")
    page.click("#send")
    page.wait_for_url("**after=**")
    assert "is queued" in page.locator("#toasts").inner_text()
    page.go_back()
    page.click("#send")
    assert "You ordered this already" in page.locator("#before").inner_text()
    assert orders_of(studio, "Back-without-script") == 1
    page.get_by_role("button", name="Order it again").click()
    assert orders_of(studio, "Back-without-script") == 2


@pytest.mark.thorough
def test_the_clip_under_the_pointer_is_not_exchanged(admin: Page) -> None:
    page = admin
    open_form(page, KLING)
    latest = page.locator(".latest")
    expect(latest).to_be_visible(timeout=120_000)
    page.locator(".latest__bar").hover()
    shown = latest.get_attribute("data-task")
    page.fill("[data-prompt]", "The newer one")
    page.locator(".latest__bar").hover()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#newer")).to_contain_text("newer", timeout=120_000)
    assert latest.get_attribute("data-task") == shown
    page.click("#newer")
    expect(page.locator("#newer")).to_have_count(0)
    assert latest.get_attribute("data-task") != shown


def test_approving_says_what_is_so_in_both_directions(admin: Page) -> None:
    page = admin
    page.goto(KLING)
    approve = page.locator(".latest__bar [id^=approve]")
    back = page.locator(".latest__bar").get_by_role("button", name="Take back")
    expect(approve).to_be_visible(timeout=120_000)
    page.locator(".latest__bar").hover()
    if back.is_visible():
        back.click()
    expect(approve).to_have_text("Approve")
    for _ in range(2):
        approve.click()
        expect(approve).to_have_text("Approved")
        expect(approve).to_have_attribute("aria-pressed", "true")
    back.click()
    expect(approve).to_have_text("Approve")
    expect(approve).to_have_attribute("aria-pressed", "false")


def test_a_stale_error_goes_and_too_many_takes_are_said_at_once(admin: Page) -> None:
    page = admin
    open_form(page, KLING)
    field = page.locator("[data-prompt]")
    expect(field).to_be_focused()
    field.fill("x" * 1200)
    page.click("#send")
    expect(page.locator("#f-prompt-error")).to_contain_text("Shorten it by 200.")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("Short")
    expect(page.locator("#f-prompt-error")).to_be_empty()
    expect(field).not_to_have_attribute("aria-invalid", "true")
    page.fill("#takes", "13")
    expect(page.locator("#takes-error")).to_contain_text("1 to 12 takes")
    page.click("#send")
    expect(page.locator("#send")).to_contain_text("Plan 12 tasks ·")


def test_models_and_prompts_are_chosen_by_keyboard(admin: Page) -> None:
    page = admin
    page.goto(KLING)
    write(page, "Chosen by keyboard")
    page.keyboard.press("Alt+m")
    expect(page.locator("#models [data-filter]")).to_be_focused()
    page.keyboard.type("wan")
    with page.expect_response(lambda r: "/wan/" in r.url and r.url.endswith("/draft/")):
        page.keyboard.press("Enter")
    page.wait_for_url("**/wan/**")
    expect(page.locator("[data-prompt]")).to_have_value("Chosen by keyboard")
    page.keyboard.press("Alt+l")
    expect(page.locator("#library [type=search]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    wanted = page.locator("#library .lib__text").first.text_content()
    page.keyboard.press("Enter")
    expect(page.locator("[data-prompt]")).to_have_value(wanted or "")
