"""The player is the same in the studio and on the page of a clip."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.browser.pages import open_clip
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
PAUSED = "() => document.querySelector('.player video').paused"
CONTROLS = "() => document.querySelector('.player video').controls"
WHOLE_SCREEN = "() => document.fullscreenElement === document.querySelector('.player video')"


@pytest.fixture(params=["studio", "page of the clip"])
def player(request: pytest.FixtureRequest, page: Page, studio: Studio, own_clip: str) -> Page:
    enter(page, studio, "creator")
    open_clip(page, own_clip)
    if request.param == "studio":
        page.goto("/studio/veo3_fast/")
    expect(page.locator('[data-do="play"]')).to_be_visible()
    return page


def test_a_click_and_a_button_play_and_pause_it(player: Page) -> None:
    video, button = player.locator(".player video"), player.locator('[data-do="play"]')
    for press, paused, label in ((video, False, "Pause"), (button, True, "Play"), (button, False, "Pause")):
        press.click()
        expect(button).to_have_attribute("aria-label", label)
        expect(player.locator(".player[data-playing]")).to_have_count(0 if paused else 1)
        assert player.evaluate(PAUSED) is paused


def test_on_the_whole_screen_it_has_the_browser_s_controls_and_a_click_is_one_click(player: Page) -> None:
    assert player.evaluate(CONTROLS) is False
    player.locator('[data-do="full"]').click()
    player.wait_for_function(WHOLE_SCREEN)
    player.wait_for_function(CONTROLS)
    player.mouse.click(720, 400)
    player.wait_for_function(f"() => !({PAUSED})()")
    player.evaluate("() => document.exitFullscreen()")
    player.wait_for_function(f"() => !({CONTROLS})()")


def test_it_says_when_its_file_cannot_be_reached(page: Page, studio: Studio, own_clip: str) -> None:
    enter(page, studio, "creator")
    page.route("**/videos/**", lambda route: route.fulfill(status=404))
    page.goto(own_clip)
    expect(page.locator(".player__cannot")).to_contain_text("The file cannot be reached right now")
