"""Two tabs and two people hear of each other without a reload; copying works without a clipboard."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import enter
from tests.browser.pages import come_back, open_clip, open_form
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
SAY = """async () => {
    const part = document.querySelector('[href*="/js/frame"], [src*="/js/frame"]');
    const { $notices } = await import(part.href ?? part.src);
    $notices.say('Said', 'success');
}"""


def order(page: Page, prompt: str) -> None:
    open_form(page, "/studio/wan/2-6-text-to-video/")
    page.fill('textarea[name="prompt"]', prompt)
    page.click("#send")
    expect(page.locator("#now .job", has_text=prompt)).to_have_count(1)


def test_an_order_in_one_tab_shows_in_the_idle_ones(page: Page, studio: Studio) -> None:
    enter(page, studio, "creator")
    tabs = {}
    for path in ("/studio/veo3_fast/", "/queue/?who=mine", "/gallery/"):
        tabs[path] = page.context.new_page()
        tabs[path].goto(path)
    order(page, "Seen in every tab")
    for tab in tabs.values():
        come_back(tab)
        expect(tab.locator("main")).to_contain_text("Seen in every tab")


def test_a_tab_that_nobody_touches_asks_by_itself(page: Page, studio: Studio) -> None:
    enter(page, studio, "creator")
    other = page.context.new_page()
    other.clock.install()
    other.goto("/models/")
    before = other.locator("#balance-facts").text_content()
    order(page, "Counted in the idle tab")
    other.clock.run_for(16_000)
    expect(other.locator("#balance-facts")).not_to_have_text(before or "")
    expect(other.locator("#queue-badge b")).to_have_text(re.compile("[1-9]"))


def test_a_page_that_nobody_sees_asks_nothing(page: Page, studio: Studio) -> None:
    enter(page, studio, "creator")
    page.clock.install()
    page.goto("/studio/veo3_fast/")
    expect(page.locator("#now")).to_be_visible()
    page.evaluate("() => Object.defineProperty(document, 'hidden', {configurable: true, get: () => true})")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(60_000)
    assert [url for url in asked if "/now/" in url or "/news/" in url] == []
    page.evaluate("() => Object.defineProperty(document, 'hidden', {configurable: true, get: () => false})")
    with page.expect_response("**/news/**"):
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def test_a_comment_of_somebody_else_comes_without_taking_words_away(
    browser: Browser, page: Page, studio: Studio, own_clip: str
) -> None:
    enter(page, studio, "creator")
    open_clip(page, own_clip)
    page.fill("#note", "Half a sen")
    context = browser.new_context(base_url=f"http://127.0.0.1:{studio.port}")
    judge = context.new_page()
    enter(judge, studio, "reviewer")
    judge.goto(page.url)
    judge.fill("#note", "From the other desk")
    judge.keyboard.press("Control+Enter")
    expect(judge.locator(".comment", has_text="From the other desk")).to_have_count(1)
    judge.click("#verdict-rejected")
    expect(judge.locator("#verdict-rejected")).to_have_attribute("aria-pressed", "true")
    context.close()
    come_back(page)
    expect(page.locator(".comment", has_text="From the other desk")).to_have_count(1)
    expect(page.locator(".votes")).to_contain_text("Rejected")
    expect(page.locator("#note")).to_have_value("Half a sen")
    expect(page.locator("#note")).to_be_focused()


@pytest.mark.parametrize("clipboard", ["gone", "refused"])
def test_copying_works_without_a_clipboard(page: Page, studio: Studio, clipboard: str) -> None:
    enter(page, studio, "creator")
    value = "undefined" if clipboard == "gone" else "{writeText: () => Promise.reject(new Error('no'))}"
    page.add_init_script(f"Object.defineProperty(navigator, 'clipboard', {{get: () => {value}}})")
    page.goto("/studio/veo3_fast/")
    page.locator('[data-view="curl"]').click()
    page.locator('[data-copy="#sent-curl"]').click()
    expect(page.locator(".toast p", has_text="Copied.")).to_have_count(1)
    page.locator('[data-view="form"]').click()
    page.fill('textarea[name="prompt"]', "")
    page.keyboard.press("Control+v")
    expect(page.locator('textarea[name="prompt"]')).to_have_value(re.compile("^curl "))


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_toasts_cover_nothing_that_is_worked_with(
    page: Page, studio: Studio, width: int, height: int, own_clip: str
) -> None:
    enter(page, studio, "creator")
    page.set_viewport_size({"width": width, "height": height})
    covers = """(selector) => {
        const toast = document.querySelector('.toast').getBoundingClientRect();
        const box = document.querySelector(selector).getBoundingClientRect();
        return !(box.right <= toast.left || box.left >= toast.right
            || box.bottom <= toast.top || box.top >= toast.bottom);
    }"""
    open_clip(page, own_clip)
    page.evaluate(SAY)
    for selector in ("#composer", "#composer button", "#rate .verdict", ".rate"):
        assert not page.evaluate(covers, selector), selector
    page.goto("/studio/veo3_fast/")
    page.evaluate(SAY)
    page.evaluate("() => document.querySelector('#send').scrollIntoView({block: 'nearest'})")
    for selector in ("#send", ".stepper"):
        assert not page.evaluate(covers, selector), selector
