"""What the studio page weighs when it is opened, and what comes only with what is opened later."""

import re
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, Route, expect
from playwright.sync_api import Request as Sent

from tests.browser.conftest import enter, sign_in
from tests.browser.pages import open_form, without_pictures
from tests.processes.running import Studio, manage

pytestmark = pytest.mark.browser
VEO, HAILUO = "/studio/veo3_fast/", "/studio/hailuo/02-image-to-video-standard/"
MOST = 60 * 1024
"""Bytes of the page with its scripts and styles, each compressed by gzip. A card adds some 150."""
NEWCOMER = """
from django.contrib.auth.models import User
from generations import policy
from generations.first_start import sandbox_password
policy.give_role(User.objects.create_user("newcomer", password=sandbox_password()), policy.Role.CREATOR)
"""
LATER = "**/static/**/{layers,pages,studio-layers,media}.*"
DROP = """() => {
  const dataTransfer = new DataTransfer();
  const bytes = Uint8Array.from(atob(PNG), (letter) => letter.charCodeAt(0));
  dataTransfer.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
  const how = { bubbles: true, cancelable: true, dataTransfer };
  const zone = document.querySelector("[data-media] .drop");
  for (const kind of ["dragover", "drop"]) zone.dispatchEvent(new DragEvent(kind, how));
}""".replace(
    "PNG",
    '"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="',
)


@pytest.fixture
def admin(page: Page, studio: Studio) -> Page:
    enter(page, studio, "admin")
    return page


def gzipped(page: Page, url: str) -> int:
    """Bytes of what is sent for this address to who understands nothing better."""
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip", "Cookie": cookies})) as answer:
        assert answer.headers["Content-Encoding"] == "gzip", url
        return len(answer.read())


def test_the_page_weighs_60_kb_at_most_and_asks_for_the_rest_when_it_is_opened(
    page: Page, studio: Studio
) -> None:
    assert manage(studio.data, "shell", "-c", NEWCOMER).returncode == 0
    sign_in(page, studio, "newcomer")
    asked = dict[str, int]()
    weighed = re.compile(r"\.(?:js|css)$|/studio/veo3_fast/$")

    def note(sent: Sent) -> None:
        if weighed.search(sent.url):
            asked[sent.url] = 0

    page.on("request", note)
    page.goto(VEO, wait_until="networkidle")
    weights = {url: gzipped(page, url) for url in asked}
    assert sum("/static/js/" in url for url in asked) == 2
    assert sum(weights.values()) <= MOST, weights
    page.keyboard.press("Alt+l")
    expect(page.locator("#library [type=search]")).to_be_focused()
    later = {url: gzipped(page, url) for url in asked if url not in weights}
    assert {re.sub(r"\.\w{12}\.", ".", url.rpartition("/")[2]) for url in later} == {
        "layers.js",
        "pages.css",
        "studio-layers.css",
    }
    assert sum(weights.values()) + sum(later.values()) > MOST, "a page with them would be too heavy"


def test_what_cannot_be_loaded_when_it_is_opened_says_so_and_opens_with_the_next_press(
    on_a_bad_line: Page,
) -> None:
    page = on_a_bad_line

    def cut(route: Route) -> None:
        route.abort()

    page.route(LATER, cut)
    open_form(page, VEO)
    page.fill("[data-prompt]", "Stays while the line is broken")
    page.keyboard.press("Alt+l")
    said = page.locator(".notice, .toast p", has_text="It cannot be loaded just now.")
    expect(said.first).to_be_visible()
    assert page.locator("#library").get_attribute("open") is None
    page.unroute(LATER, cut)
    page.keyboard.press("Alt+l")
    expect(page.locator("#library [type=search]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-prompt]")).to_have_value("Stays while the line is broken")


def test_a_file_that_is_dropped_before_its_script_has_come_is_taken_when_it_has(admin: Page) -> None:
    page = admin
    open_form(page, HAILUO)
    without_pictures(page)
    page.reload()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/static/js/studio/media.*", hold)
    page.mouse.move(0, 0)
    page.evaluate(DROP)
    page.wait_for_timeout(100)
    assert held
    assert page.locator("#order [data-tile]").count() == 0
    held[0].continue_()
    expect(page.locator("#order [data-tile]")).to_contain_text("dropped.png")
    page.locator('#order button[name="discard"]').first.click()
    expect(page.locator("#order [data-tile]")).to_have_count(0)
