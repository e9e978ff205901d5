"""What somebody types or chooses while an answer is on its way is there when it has come."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from generations import policy
from tests.browser.conftest import enter
from tests.browser.held import Held
from tests.browser.pages import open_clip
from tests.processes.running import Studio

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
VEO = "/studio/veo3_fast/"


@pytest.fixture
def creator(look: Callable[..., Page]) -> Page:
    return look(policy.Role.CREATOR)


def without_the_script(page: Page) -> None:
    page.route("**/js/meanwhile*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))


def chosen(page: Page) -> str:
    return str(page.locator("#order input[name=duration]:checked").input_value())


def write_while_the_form_is_arranged(page: Page) -> None:
    """Another mode is asked for; before the form comes, a prompt is typed and another duration chosen."""
    page.goto(VEO)
    expect(page.locator("#order")).to_be_visible()
    assert chosen(page) == "8"
    held = Held(page, "order", "POST")
    page.locator("#order .modes label").nth(1).click()
    held.until_asked()
    page.fill("[data-prompt]", "Typed meanwhile")
    page.locator("#order label", has_text="4 s").click()
    assert chosen(page) == "4"
    held.let_go()
    expect(page.locator("#order .modes input").nth(1)).to_be_checked()


def test_what_is_chosen_while_the_form_is_arranged_stays(creator: Page) -> None:
    write_while_the_form_is_arranged(creator)
    assert chosen(creator) == "4"
    expect(creator.locator("[data-prompt]")).to_have_value("Typed meanwhile")


def test_without_the_script_it_would_not(creator: Page) -> None:
    without_the_script(creator)
    write_while_the_form_is_arranged(creator)
    assert chosen(creator) == "8"


def write_while_a_comment_is_sent(page: Page, first: str = "The first") -> None:
    page.fill("#note", first)
    held = Held(page, "composer", "POST")
    page.locator("#note").press("Control+Enter")
    held.until_asked()
    page.fill("#note", "Begun meanwhile")
    held.let_go()
    expect(page.locator(".comment", has_text=first)).to_have_count(1)


def test_a_comment_that_is_begun_while_another_is_sent_stays(
    page: Page, studio: Studio, own_clip: str
) -> None:
    enter(page, studio, "reviewer")
    open_clip(page, own_clip)
    write_while_a_comment_is_sent(page, "Sent before the next")
    expect(page.locator("#note")).to_have_value("Begun meanwhile")
    page.reload()
    expect(page.locator("#note")).to_have_value("Begun meanwhile")
    page.fill("#note", "Sent, and no draft any more")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment", has_text="Sent, and no draft any more")).to_have_count(1)
    page.reload()
    expect(page.locator("#note")).to_have_value("")


def test_without_the_script_it_would_be_gone(creator: Page) -> None:
    without_the_script(creator)
    creator.goto("/gallery/")
    creator.goto(creator.locator(".shot__link").first.get_attribute("href") or "")
    write_while_a_comment_is_sent(creator)
    expect(creator.locator("#note")).to_have_value("")
