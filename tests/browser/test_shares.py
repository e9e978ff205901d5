"""A link for guests: made by its maker, used in a second browser that is signed out, and withdrawn."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import enter
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}
MOST = 100_000
"""Bytes before a guest plays anything."""


@pytest.fixture
def guest(browser: Browser, studio: Studio) -> Iterator[Page]:
    """A phone that has never been here; what it complains about fails the test."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{studio.port}", viewport=PHONE)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert [text for text in complaints if "responded with a status of 410" not in text] == []


@pytest.fixture
def unscripted(browser: Browser, studio: Studio) -> Iterator[Page]:
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{studio.port}", viewport=PHONE, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def make_link(page: Page, clip: str) -> str:
    page.goto(clip)
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_label("Title").fill("Two quiet seas")
    page.get_by_role("button", name="Make the link").click()
    return page.locator("#address").inner_text()


def play(guest: Page) -> None:
    guest.evaluate("document.querySelector('#film').play()")
    guest.wait_for_function("() => document.querySelector('#film').currentTime > 0.1")


def expect_moment(guest: Page) -> None:
    """The page has come back to the moment that was shown, under whichever address."""
    guest.wait_for_function("() => document.querySelector('#film').currentTime > 0")


def look_and_say(guest: Page, link: str) -> None:
    """Little is loaded before the film plays, and each answer leads back to its moment."""
    loaded: list[int] = []
    wire = guest.context.new_cdp_session(guest)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda said: loaded.append(said["encodedDataLength"]))
    guest.goto(link, wait_until="networkidle")
    assert 5_000 < sum(loaded) < MOST
    assert not guest.evaluate("document.querySelector('#film').buffered.length")
    play(guest)
    guest.get_by_label("Your name").fill("Anna Ås")
    guest.get_by_role("button", name="Good").click()
    expect(guest.get_by_role("button", name="Good")).to_have_attribute("aria-pressed", "true")
    expect(guest.locator(".guest__you")).to_contain_text("You are Anna Ås")
    expect_moment(guest)
    guest.get_by_role("button", name="4 of 5").click()
    expect(guest.locator("[data-lit]")).to_have_count(4)
    play(guest)
    guest.get_by_label("Comment", exact=True).fill("Too dark <b>here</b>")
    guest.get_by_role("button", name="Send").last.click()
    expect(guest.locator(".guest__comments")).to_contain_text("Too dark <b>here</b>")
    assert 0 < float(guest.locator("[data-at]").get_attribute("data-at") or 0) <= 1
    expect_moment(guest)


def test_a_guest_rates_and_comments_by_a_link_until_it_is_withdrawn(
    page: Page, guest: Page, unscripted: Page, studio: Studio, own_clip: str
) -> None:
    enter(page, studio, "creator")
    link = make_link(page, own_clip)
    look_and_say(guest, link)

    plain = unscripted
    plain.goto(link)
    expect(plain.locator(".guest__comments")).to_contain_text("Too dark")
    plain.get_by_label("Your name").fill("Bo")
    plain.get_by_label("Comment", exact=True).fill("I like it")
    plain.get_by_role("button", name="Send").last.click()
    expect(plain.locator(".guest__comments li")).to_have_count(2)

    page.goto(own_clip)
    told = page.locator("#guests")
    for word in ("Anna Ås", "Approved", "Too dark <b>here</b>", "Bo", "I like it"):
        expect(told).to_contain_text(word)
    page.goto("/shares/")
    page.get_by_role("link", name="Two quiet seas").first.click()
    expect(page.locator("#looks")).to_contain_text("Anna Ås")
    page.get_by_role("button", name="Withdraw the link").click()
    expect(page.locator("#terms")).to_contain_text("withdrawn")
    for other in (guest, plain):
        other.reload()
        expect(other.get_by_role("heading", name="This link is closed")).to_be_visible()
    assert guest.request.get(f"{link}1/film").status == 410
