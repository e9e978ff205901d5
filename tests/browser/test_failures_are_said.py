"""Whatever is pressed, and whatever asks by itself: an answer that is none is said where it can be seen."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import enter
from tests.browser.pages import end_session, open_clip, open_form, press_for_one, sign_in_again
from tests.processes.running import Studio
from tests.thorough import rows

pytestmark = pytest.mark.browser
FAULTS: dict[str, Callable[[Route], None]] = {
    "no answer": lambda route: route.abort(),
    "500": lambda route: route.fulfill(status=500, body="<h1>Server error</h1>", content_type="text/html"),
}
SAID = re.compile(r"cannot be reached|The server failed \(500\)|No answer came")
STUDIO: dict[str, Callable[[Page], None]] = {
    "the models": lambda page: page.locator("#model").click(),
    "the library": lambda page: page.locator("#open-library").click(),
    "another length": lambda page: page.locator('#order input[name="duration"]:not(:checked)').first.check(
        force=True
    ),
    "everyone's tasks": lambda page: page.locator("#now").get_by_role("link", name="Everyone").click(),
    "a card put away": lambda page: page.locator(".job").get_by_role("button", name="away").first.click(),
    "an earlier clip": lambda page: page.get_by_role("link", name="Earlier result").click(),
    "stars": lambda page: page.locator(".latest .rate label").first.click(),
    "approval": lambda page: page.locator('.latest button[value="approved"]').click(),
    "an order": lambda page: page.locator("#send").click(),
}
CLIP: dict[str, Callable[[Page], None]] = {
    "a verdict": lambda page: page.keyboard.press("a"),
    "a star": lambda page: page.keyboard.press("3"),
    "a comment": lambda page: page.locator("#composer button[type=submit]").click(),
}


@pytest.fixture
def page(browser: Browser, studio: Studio) -> Iterator[Page]:
    """One whose console may speak of what is made to fail, and nothing may break."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{studio.port}")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


class Line:
    """What scripts ask fails while it is broken; pages, files and the frame's own news go through.

    Every question passes here from the beginning: one that is sent while a route is set up is not caught.
    """

    def __init__(self, page: Page, fault: str) -> None:
        self.page, self.fault, self.broken = page, FAULTS[fault], False
        page.route("**/*", self.answer)

    def answer(self, route: Route) -> None:
        asked = route.request.resource_type in ("xhr", "fetch") and "/news/" not in route.request.url
        if self.broken and asked:
            return self.fault(route)
        return route.fallback()

    def says_of(self, opens: Callable[[], None], do: Callable[[Page], None]) -> None:
        """What is done on the page in vain is said."""
        self.broken = False
        opens()
        self.broken = True
        do(self.page)
        expect(self.page.locator(".notice, .toast, #fate").filter(has_text=SAID).first).to_be_visible()


@pytest.mark.parametrize("fault", rows(FAULTS, in_short=["500"]))
def test_in_the_studio(page: Page, studio: Studio, own_clip: str, fault: str) -> None:
    enter(page, studio, "creator")
    open_clip(page, own_clip)

    def opens() -> None:
        open_form(page, "/studio/veo3_fast/")
        expect(ended).to_be_visible(timeout=120_000)

    ended = page.locator(".job").get_by_role("button", name="away").first
    open_form(page, "/studio/veo3_fast/")
    if not ended.is_visible():  # Cards leave by themselves after some minutes.
        press_for_one(page, "To be put away")
    line = Line(page, fault)
    for do in STUDIO.values():
        line.says_of(opens, do)


@pytest.mark.parametrize("fault", rows(FAULTS, in_short=["500"]))
def test_on_the_page_of_a_clip(page: Page, studio: Studio, own_clip: str, fault: str) -> None:
    enter(page, studio, "creator")

    def opens() -> None:
        open_clip(page, own_clip)
        page.fill("#note", "Said in vain")
        page.keyboard.press("Escape")

    line = Line(page, fault)
    for do in CLIP.values():
        line.says_of(opens, do)


@pytest.mark.thorough
def test_in_the_list_of_models_and_a_session_that_ended_keeps_what_was_typed(
    page: Page, studio: Studio
) -> None:
    enter(page, studio, "creator")
    open_form(page, "/studio/kling-2.6/text-to-video/")
    page.fill("[data-prompt]", "Still here")
    page.click("#model")
    star = page.locator(".star").first
    before = star.get_attribute("aria-pressed")
    page.route(re.compile("/models/favourite/"), lambda route: route.abort())
    star.click()
    expect(page.locator("#models .notice")).to_contain_text("cannot be reached")
    expect(star).to_have_attribute("aria-pressed", str(before))
    page.unroute(re.compile("/models/favourite/"))

    def broken(route: Route) -> None:
        route.abort()  # Polls, too: an answer to one of them says that the line is back.

    page.route("**/*", broken)
    page.locator(".pick:not(:has([aria-current])) .pick__to").first.click()
    expect(page.locator("#models")).to_be_hidden()
    expect(page.locator(".notice:visible")).to_contain_text("cannot be reached")
    expect(page.locator("[data-prompt]")).to_have_value("Still here")
    page.unroute("**/*", broken)
    end_session(page.context)
    page.mouse.move(0, 0)
    page.fill("[data-prompt]", "Still here after it")
    page.click("#model")
    sign_in_again(page, studio)
    expect(page.locator("#models [data-filter]")).to_be_visible()
    expect(page.locator("[data-prompt]")).to_have_value("Still here after it")
