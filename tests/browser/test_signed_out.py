"""The session ends in the middle of a page: one line, a sign-in in place, nothing typed or pressed lost."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import enter, sign_in
from tests.browser.pages import (
    TOAST,
    come_back,
    end_session,
    open_clip,
    open_form,
    password,
    sign_in_again,
    without_pictures,
    words,
)
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
OUT = "You were signed out. What you typed is still here."


@pytest.fixture
def creator(page: Page, studio: Studio) -> Page:
    enter(page, studio, "creator")
    return page


def test_a_verdict_is_given_after_the_sign_in_and_never_said_before(
    creator: Page, studio: Studio, own_clip: str
) -> None:
    page = creator
    open_clip(page, own_clip)
    end_session(page.context)
    page.click("#verdict-changes")
    expect(page.locator("#sign-in")).to_be_visible()
    assert words(page) == [OUT]
    sign_in_again(page, studio)
    expect(page.locator("#verdict-changes")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#verdict-changes")).to_be_focused()
    expect(page.locator(".toast p", has_text="Changes asked.")).to_have_count(1)
    page.reload()
    expect(page.locator("#verdict-changes")).to_have_attribute("aria-pressed", "true")


def test_all_that_was_pressed_is_sent_after_the_sign_in(creator: Page, studio: Studio, own_clip: str) -> None:
    page = creator
    open_clip(page, own_clip)
    end_session(page.context)
    held: list[Route] = []
    page.route("**/review/", lambda route: held.append(route), times=1)  # noqa: PLW0108 Playwright marks what it calls.
    with page.expect_request("**/review/"):
        page.keyboard.press("a")
    page.keyboard.press("4")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    sign_in_again(page, studio)
    expect(page.locator("#verdict-approved")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#star-4")).to_have_attribute("aria-pressed", "true")
    for key in "u0":  # For the tests that come.
        page.keyboard.press(key)
    expect(page.locator("#votes [aria-pressed=true]")).to_have_count(0)


def test_a_comment_is_sent_after_the_sign_in(creator: Page, studio: Studio, own_clip: str) -> None:
    page = creator
    open_clip(page, own_clip)
    page.fill("#note", "Said across a sign-in")
    end_session(page.context)
    page.keyboard.press("Control+Enter")
    sign_in_again(page, studio)
    expect(page.locator(".comment", has_text="Said across a sign-in")).to_have_count(1)
    expect(page.locator("#note")).to_have_value("")
    expect(page.locator(".notice")).to_have_count(0)


@pytest.mark.thorough
def test_not_now_keeps_the_words_and_sends_nothing(creator: Page, studio: Studio, own_clip: str) -> None:
    page = creator
    open_clip(page, own_clip)
    page.fill("#note", "Not sent yet")
    end_session(page.context)
    page.click("#composer button[type=submit]")
    expect(page.locator("#sign-in")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#composer .notice")).to_contain_text("this was not sent")
    expect(page.locator("#note")).to_have_value("Not sent yet")
    page.locator(TOAST).get_by_role("button", name="Sign in").click()
    sign_in_again(page, studio)
    expect(page.locator("#sign-in")).to_have_count(0)
    assert words(page) == []
    assert page.locator(".comment", has_text="Not sent yet").count() == 0


def test_an_order_is_placed_once_after_the_sign_in(creator: Page, studio: Studio) -> None:
    page = creator
    open_form(page, "/studio/wan/2-6-text-to-video/")
    page.fill('textarea[name="prompt"]', "Ordered across a sign-in")
    end_session(page.context)
    page.click("#send")
    sign_in_again(page, studio)
    expect(page.locator("#now .job", has_text="Ordered across a sign-in")).to_have_count(1)
    expect(page.locator("#order")).to_have_count(1)
    assert "/studio/" in page.url


@pytest.mark.thorough
def test_a_rating_in_the_studio_is_kept_after_the_sign_in(creator: Page, studio: Studio) -> None:
    page = creator
    page.goto("/studio/veo3_fast/")
    page.locator(".latest").hover()
    task = page.locator(".latest").get_attribute("data-task")
    end_session(page.context)
    page.locator(".latest .rate label").nth(2).click()
    sign_in_again(page, studio)
    expect(page.locator(".toast p", has_text="3 of 5.")).to_have_count(1)
    page.goto(f"/tasks/{task}/")
    expect(page.locator("#star-3")).to_have_attribute("aria-pressed", "true")


@pytest.mark.thorough
def test_an_image_is_kept_after_the_sign_in(creator: Page, studio: Studio, picture: Path) -> None:
    page = creator
    page.goto("/studio/hailuo/02-image-to-video-standard/")
    without_pictures(page)
    end_session(page.context)
    page.set_input_files('form#order input[type="file"][name="image_url"]', picture)
    sign_in_again(page, studio)
    expect(page.locator('input[type="hidden"][name="image_url"]')).to_have_value(re.compile("upload:"))


def test_a_search_of_the_gallery_goes_on_after_the_sign_in(creator: Page, studio: Studio) -> None:
    page = creator
    page.goto("/gallery/")
    end_session(page.context)
    page.locator("#q").press_sequentially("zebra xylophone")
    sign_in_again(page, studio)
    expect(page.locator("#gallery")).to_contain_text("Nothing matches")
    expect(page).to_have_url(re.compile(r"/gallery/\?q=zebra"))
    expect(page.locator("#q")).to_have_value("zebra xylophone")


@pytest.mark.parametrize("path", ["/queue/", "/studio/", "/gallery/"])
def test_polls_say_it_once_wait_and_go_on(creator: Page, studio: Studio, path: str) -> None:
    page = creator
    page.goto(path)
    heading = page.title()
    end_session(page.context)
    for _ in range(2):
        come_back(page)
    expect(page.locator(".toast p", has_text=OUT)).to_have_count(1)
    assert page.title() == heading
    assert page.locator('main input[name="password"], #sign-in').count() == 0
    page.locator(TOAST).get_by_role("button", name="Sign in").click()
    with page.expect_response(lambda answer: "/news/" in answer.url and answer.ok):
        sign_in_again(page, studio)
    expect(page.locator(TOAST)).to_have_count(0)


@pytest.mark.thorough
def test_a_form_of_a_whole_page_asks_before_it_goes(page: Page, studio: Studio) -> None:
    enter(page, studio, "admin")
    page.goto("/queue/")
    page.get_by_role("button", name="Pause sending").first.click()
    page.fill("#pause-reason", "kept across a sign-in")
    end_session(page.context)
    page.locator("#pause-menu").get_by_role("button", name="Pause sending").click()
    sign_in_again(page, studio)
    expect(page.locator("#queue")).to_contain_text("kept across a sign-in")
    page.get_by_role("button", name="Resume sending").click()  # All tests of this studio share its sending.
    expect(page.locator("#queue")).to_contain_text("Sending is on")


def test_another_person_never_gets_what_the_first_one_typed(
    creator: Page, studio: Studio, own_clip: str
) -> None:
    page = creator
    open_clip(page, own_clip)
    page.fill("#note", "Only for the first")
    end_session(page.context)
    page.click("#composer button[type=submit]")
    sign_in_again(page, studio, "reviewer")
    expect(page.locator(".me")).to_contain_text("Reviewer")
    expect(page.locator("#note")).to_have_value("")
    assert page.locator(".comment", has_text="Only for the first").count() == 0
    page.reload()
    expect(page.locator("#note")).to_have_value("")


@pytest.mark.thorough
def test_a_tab_of_the_first_person_ends_when_another_signs_in(
    creator: Page, studio: Studio, own_clip: str
) -> None:
    page = creator
    open_clip(page, own_clip)
    page.fill("#note", "Typed in the old tab")
    other = page.context.new_page()
    end_session(page.context)
    sign_in(other, studio, "reviewer")
    other.goto("/gallery/")
    expect(page.locator(".me")).to_contain_text("Reviewer")
    expect(page.locator("#note")).to_have_value("")


def test_a_link_that_asks_to_sign_in_leads_on_to_its_page(page: Page, studio: Studio) -> None:
    page.goto("/credits/?period=7")
    page.fill('input[name="username"]', "creator")
    page.fill('input[name="password"]', password(studio))
    page.click('main button[type="submit"]')
    expect(page).to_have_url(re.compile(r"/credits/\?period=7$"))


def test_signing_out_ends_every_tab_and_drops_the_drafts(page: Page, studio: Studio, own_clip: str) -> None:
    sign_in(page, studio, "creator")
    open_clip(page, own_clip)
    page.fill("#note", "A draft")
    other = page.context.new_page()
    other.goto("/gallery/")
    other.locator(".me").click()
    other.get_by_role("button", name="Sign out").click()
    expect(other).to_have_url(re.compile("/accounts/login/"))
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert page.evaluate("() => Object.keys(localStorage).filter((n) => n.startsWith('draft:'))") == []
    page.go_back()
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_a_new_sign_in_of_the_same_person_elsewhere_needs_no_password(
    creator: Page, studio: Studio, own_clip: str
) -> None:
    page = creator
    open_clip(page, own_clip)
    other = page.context.new_page()
    end_session(page.context)
    sign_in(other, studio, "creator")
    page.click("#star-4")
    expect(page.locator("#star-4")).to_have_attribute("aria-pressed", "true")
    assert page.locator("#sign-in").count() == 0


def test_a_browser_that_hides_where_it_is_hears_why_and_asks_once(
    browser: Browser, studio: Studio, own_clip: str
) -> None:
    """A new form token would not help it. htmx says in the console that it was refused."""
    context, asked = browser.new_context(base_url=f"http://127.0.0.1:{studio.port}"), []
    page = context.new_page()
    enter(page, studio, "creator")
    open_clip(page, own_clip)

    def hide(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(response=route.fetch(headers={**route.request.all_headers(), "origin": "null"}))

    page.route(lambda url: "/review" in url, hide)
    page.click("#verdict-changes")
    expect(page.locator(".notice")).to_contain_text("Your browser did not say from which address")
    expect(page.locator("#sign-in")).to_have_count(0)
    assert len(asked) == 1
    context.close()
