"""What stays at an edge of the window never covers what is in focus, nor a button that one needs at once.

A toast does not stay: it goes by itself.
"""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import enter
from tests.browser.pages import open_clip
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
PHONE, LOW = ViewportSize(width=390, height=844), ViewportSize(width=720, height=450)
STOPS = 45
COVERED = """element => {
  if (element === document.body) return "";
  const box = element.getBoundingClientRect();
  const middle = [box.left + box.width / 2, box.top + box.height / 2];
  const above = document.elementFromPoint(...middle);
  const own = above && (element.contains(above) || above.contains(element)
    || (element.closest("label") ?? element).contains(above) || element.closest("fieldset")?.contains(above)
    || above.closest(".toast")
    || element.closest(".job")?.contains(above));
  return own ? "" : `${element.outerHTML.slice(0, 90)} at ${middle} under ${above?.outerHTML.slice(0, 60)}`;
}"""


@pytest.fixture
def creator(page: Page, studio: Studio) -> Page:
    enter(page, studio, "creator")
    return page


def covered_stops(page: Page, key: str) -> list[str]:
    """What was in focus, one key press after another, and was not to be seen."""
    found: list[str] = []
    for _ in range(STOPS):
        page.keyboard.press(key)
        found += filter(None, [page.evaluate(f"() => ({COVERED})(document.activeElement)")])
    return found


def begin_anew(page: Page) -> None:
    """A long draft that was left elsewhere would come late, and make its field larger than what is seen."""
    with page.expect_response(lambda r: r.url.endswith("/draft/") and r.request.method == "POST"):
        page.fill("[data-prompt]", f"Short {uuid4()}")
    page.reload()


@pytest.mark.parametrize(
    "window", [PHONE, pytest.param(LOW, marks=pytest.mark.thorough)], ids=["phone", "low window"]
)
@pytest.mark.parametrize("address", ["/studio/veo3_fast/", "/gallery/", "a clip"])
def test_what_is_in_focus_can_be_seen(
    creator: Page, address: str, window: ViewportSize, request: pytest.FixtureRequest
) -> None:
    creator.set_viewport_size(window)
    if address == "a clip":
        open_clip(creator, request.getfixturevalue("own_clip"))
    else:
        creator.goto(address)
    if creator.locator("[data-prompt]").count():
        begin_anew(creator)
    assert covered_stops(creator, "Tab") == []
    assert covered_stops(creator, "Shift+Tab") == []


def test_a_comment_can_be_sent_on_a_phone_without_scrolling(creator: Page, own_clip: str) -> None:
    creator.set_viewport_size(PHONE)
    open_clip(creator, own_clip)
    send = creator.locator("#composer button[type=submit]")
    creator.evaluate("() => window.scrollTo(0, 0)")
    bar, button = creator.locator(".verdict").bounding_box(), send.bounding_box()
    assert bar
    assert button
    assert button["y"] + button["height"] <= bar["y"]


def test_a_strip_shows_the_focused_part_whole(creator: Page) -> None:
    creator.set_viewport_size(PHONE)
    creator.goto("/gallery/")
    for name in ("pill-state", "pill-person"):
        creator.evaluate("() => document.activeElement.blur()")
        pill = creator.locator(f"#{name}")
        creator.keyboard.press("Tab")  # The focus is one of a keyboard from here on.
        pill.evaluate("pill => pill.focus({ preventScroll: true })")
        expect(pill).to_be_in_viewport(ratio=1)
