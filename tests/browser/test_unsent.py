"""Without script: what is sent after the session has ended is there again after the sign-in, and not done."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.pages import end_session, open_clip, password
from tests.processes.running import Studio

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(browser: Browser, studio: Studio) -> Iterator[Page]:
    """A page of somebody who has signed in, in a browser that runs no script."""
    context: BrowserContext = browser.new_context(
        base_url=f"http://127.0.0.1:{studio.port}", java_script_enabled=False
    )
    opened = context.new_page()
    sign_in(opened, studio, "creator")
    yield opened
    context.close()


def come_in(page: Page, studio: Studio, name: str = "creator") -> None:
    """Fill the sign-in page to which the browser was led."""
    expect(page.locator("#unsent")).to_contain_text("what you typed comes back when you have signed in")
    page.fill('input[name="username"]', name)
    page.fill('input[name="password"]', password(studio))
    page.click('main button[type="submit"]')


def test_an_order_comes_back_filled_and_is_ordered_by_pressing_again(plain: Page, studio: Studio) -> None:
    plain.goto("/studio/wan/2-6-text-to-video/")
    plain.fill('textarea[name="prompt"]', "Typed before the session ended")
    end_session(plain.context)
    plain.click("#send")
    assert "Typed before" not in plain.content(), "the next person at this browser would see it"
    come_in(plain, studio)
    expect(plain.locator("#unsent")).to_contain_text("before this could be ordered. Nothing was ordered.")
    expect(plain.locator('textarea[name="prompt"]')).to_have_value("Typed before the session ended")
    jobs = plain.locator("#now .job", has_text="Typed before the session ended")
    expect(jobs).to_have_count(0)
    plain.click("#send")
    expect(jobs).to_have_count(1)


def test_a_comment_comes_back_and_is_said_by_pressing_again(
    plain: Page, studio: Studio, own_clip: str
) -> None:
    open_clip(plain, own_clip)
    clip = plain.url
    plain.fill("#note", "Said before the session ended")
    end_session(plain.context)
    plain.click("#composer button[type=submit]")
    come_in(plain, studio)
    expect(plain.get_by_label("Comment")).to_have_value("Said before the session ended")
    plain.get_by_role("button", name="Send it now").click()
    expect(plain).to_have_url(clip)
    expect(plain.locator(".comment", has_text="Said before the session ended")).to_have_count(1)


def test_who_signs_in_instead_sees_nothing_of_it(plain: Page, studio: Studio) -> None:
    plain.goto("/studio/wan/2-6-text-to-video/")
    plain.fill('textarea[name="prompt"]', "For nobody else")
    end_session(plain.context)
    plain.click("#send")
    come_in(plain, studio, "admin")
    plain.goto("/studio/wan/2-6-text-to-video/")
    expect(plain.locator('textarea[name="prompt"]')).not_to_have_value("For nobody else")
    expect(plain.locator("#unsent")).to_have_count(0)
