"""A matrix is planned, trimmed, approved by an admin in another browser, ordered, and found again later."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import DESK, enter
from tests.browser.pages import open_form
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
KLING = "/studio/kling/v2-5-turbo-text-to-video-pro/"
"""A model in whose form no other test writes: takes and words stay in it."""
WAN = "/studio/wan/2-6-text-to-video/"


@pytest.fixture
def another(browser: Browser, studio: Studio) -> Iterator[Callable[[str], Page]]:
    """A browser of a person, of its own."""
    contexts: list[BrowserContext] = []

    def make(name: str) -> Page:
        context = browser.new_context(base_url=f"http://127.0.0.1:{studio.port}", viewport=DESK)
        contexts.append(context)
        page = context.new_page()
        enter(page, studio, name)
        return page

    yield make
    for context in contexts:
        context.close()


def set_limit(page: Page, credits: str) -> None:
    """What creators may order without a yes."""
    page.goto("/credits/")
    page.locator("#approval summary").click()
    page.locator("#approval").get_by_label("One order or plan").fill(credits)
    page.locator("#approval").get_by_role("button", name="Set").click()
    said = f"above {credits} cr each" if credits else "no order waits"
    expect(page.locator("#approval p").first).to_contain_text(said)


def keep_as_preset(page: Page, title: str) -> None:
    """What stands in the form, under a title in the library."""
    page.keyboard.press("Alt+p")
    drawer = page.locator("#library")
    expect(drawer.locator("[type=search]")).to_be_focused()
    drawer.locator("summary", has_text="Save this form").click()
    drawer.get_by_label("Title").fill(title)
    drawer.get_by_role("button", name="Save", exact=True).click()
    expect(drawer).to_contain_text(f"Kept “{title}”")
    page.keyboard.press("Escape")


def begin_with_preset(page: Page) -> None:
    """In the form of another model, with other words in it: the preset brings its own."""
    open_form(page, KLING)
    page.fill('textarea[name="prompt"]', "Matrix of dunes at {dusk|noon}")
    keep_as_preset(page, "Dunes, twice")
    page.fill('textarea[name="prompt"]', "")
    open_form(page, WAN)
    page.keyboard.press("Alt+p")
    preset = page.locator("#library .lib__item", has_text="Dunes, twice")
    preset.get_by_role("button", name="Fill the form").click()
    page.wait_for_url(f"**{KLING}")
    expect(page.locator("[data-prompt]")).to_have_value("Matrix of dunes at {dusk|noon}")


def plan_and_edit(page: Page) -> None:
    """Two prompts by three takes; a prompt is edited, and is there when the plan was closed meanwhile."""
    page.fill("#takes", "3")
    expect(page.locator("#send")).to_contain_text("Plan 6 tasks")
    page.keyboard.press("Control+Enter")
    plan = page.locator("dialog#plan")
    expect(plan).to_be_visible()
    expect(plan.locator("mark")).to_have_text(["dusk"] * 3 + ["noon"] * 3)
    plan.locator("summary[title='Edit its prompt']").first.click()
    plan.locator("textarea").first.fill("Matrix of dunes at dusk, wide")
    plan.locator("#plan-lines summary").click()
    plan.locator("#lines").fill("Silk\nGlass")
    with page.expect_response(lambda answer: "/plans/" in answer.url):
        page.keyboard.press("Escape")
    expect(page.locator("#plan-here")).to_be_empty()
    page.locator("#send").click()
    expect(plan.locator("summary").first).to_contain_text("at dusk, wide")
    expect(plan.locator("#lines")).to_have_value("Silk\nGlass")


def add_a_model_and_trim(plan: Locator) -> None:
    plan.get_by_label("The same on").select_option("hailuo/02-text-to-video-standard")
    plan.get_by_role("button", name="Add", exact=True).click()
    expect(plan.get_by_role("heading", name="Plan for 12 tasks")).to_be_visible()
    expect(plan.locator("#lines")).to_have_value("Silk\nGlass")
    plan.locator("#lines").fill("")
    plan.get_by_role("button", name=re.compile("^Take out noon, Hailuo.*take 3")).click()


def ask_for_a_yes(page: Page) -> None:
    """The plan waits, and the form is ready for the next wish."""
    plan = page.locator("dialog#plan")
    ask = plan.get_by_role("button", name=re.compile("^Ask for a yes to 11 · .*cr"))
    expect(ask).to_be_visible()
    key = page.locator("#order > [name=order_key]").input_value()
    ask.click()
    expect(plan).to_contain_text("It waits for an admin’s yes")
    plan.get_by_role("button", name="Close").click()
    expect(plan).to_be_hidden()
    expect(page.locator("#plan-here")).to_be_empty()
    expect(page.locator("#order > [name=order_key]")).not_to_have_value(key)


def say_yes(page: Page) -> None:
    page.goto("/queue/")
    asked = page.locator("#asked .case", has_text="11 tasks")
    asked.get_by_label("A word with the answer").fill("Go on")
    asked.get_by_role("button", name=re.compile("^Yes, ")).click()
    expect(page.locator(".toast p", has_text="11 tasks are queued").first).to_be_visible()


def find_again(page: Page) -> None:
    page.goto("/queue/?who=mine")
    page.locator("#plans").get_by_role("link", name="Matrix of dunes at dusk").first.click()
    expect(page.get_by_role("heading", name="Plan for 11 tasks")).to_be_visible()
    expect(page.locator("#the-plan")).to_contain_text("Admin said yes: “Go on”")
    expect(page.locator("#the-plan tbody tr .state")).to_have_count(11)


@pytest.mark.thorough
def test_a_matrix_from_a_preset_is_trimmed_approved_elsewhere_ordered_and_found_again(
    another: Callable[[str], Page],
) -> None:
    theirs = another("admin")
    set_limit(theirs, "100")
    try:
        mine = another("creator")
        begin_with_preset(mine)
        plan_and_edit(mine)
        add_a_model_and_trim(mine.locator("dialog#plan"))
        ask_for_a_yes(mine)
        mine.context.close()
        say_yes(theirs)
    finally:
        set_limit(theirs, "")
    theirs.context.close()
    find_again(another("creator"))


def test_on_the_phone_without_script_a_plan_is_a_page_of_its_own(browser: Browser, studio: Studio) -> None:
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{studio.port}",
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
    )
    page = context.new_page()
    enter(page, studio, "admin")
    open_form(page, KLING)
    page.fill('textarea[name="prompt"]', "Phone in {rain|snow}")
    page.locator("#send").click()
    page.wait_for_url("**/plans/**")
    page.get_by_role("button", name=re.compile("^Take out snow, Kling .*take 1$")).click()
    expect(page.get_by_role("heading", name="Plan for 1 task")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name=re.compile("^Generate 1 · ")).click()
    expect(page.locator("#the-plan")).to_contain_text("Ordered")
    context.close()
