"""Clips on one clock in a real browser: how far apart they drift, picks by key, the wipe, blind, a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.browser.conftest import enter
from tests.files.corpus import film
from tests.processes.clips import put_clips
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
FRAME = 1 / 25
"""Seconds."""
LONG, RATE = 66, 12
"""Seconds, and frames a second, of the clips."""
PHONE: ViewportSize = {"width": 390, "height": 844}
PLACES = "() => [...document.querySelectorAll('#panes video')].map((one) => one.currentTime)"
APART = """async (seconds) => {
    const videos = [...document.querySelectorAll("#panes video")];
    const found = [];
    const ends = performance.now() + seconds * 3000 + 30000;
    let [played, last, stood, before] = [0, performance.now(), 0, []];
    while (played < seconds * 1000 && last < ends) {
        await new Promise((done) => setTimeout(done, 20));
        const [now, times] = [performance.now(), videos.map((one) => one.currentTime)];
        const plays = videos.every((one) => !one.paused && !one.seeking && one.readyState > 2);
        before = plays ? [...before, { now, times }] : [];
        while (before.length > 2 && now - before[1].now >= 60) before.shift();
        const [{ now: since, times: then } = { now, times }] = before;
        if (times.some((time, n) => time - then[n] < (now - since) / 2000)) stood = now;
        if (plays && now - stood > 1000) {
            played += now - last;
            found.push(Math.max(...times) - Math.min(...times));
        }
        last = now;
    }
    return found;
}"""
"""How far apart the players are, in so many seconds in which all of them play and none waits for data.

Nor has one stood still for 30 ms or more in the second before, as when the machine holds it up: within that
it is back with the others.
"""
BEGUN = "() => [...document.querySelectorAll('#panes video')].every((one) => one.currentTime > 0.7)"
STILL = """() => [...document.querySelectorAll("#panes video")]
    .every((one) => one.paused && !one.seeking)"""
PUSH = """() => {
    const [one, other] = document.querySelectorAll("#panes video");
    other.currentTime += 0.25;
    return other.currentTime - one.currentTime;
}"""
SEEK = "(clock, t) => { clock.value = t; clock.dispatchEvent(new Event('input', {bubbles: true})); }"
HEARD = "() => [...document.querySelectorAll('#panes video')].map((one) => !one.muted)"

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def takes(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The ids of four tasks whose clips are 66 seconds of picture and sound."""
    source = tmp_path_factory.mktemp("takes") / "take.mp4"
    film(source, size=(320, 180), frames=RATE * LONG, sound="aac", options={"movflags": "faststart"})
    put = put_clips(studio, source, count=4, seconds=LONG, has_sound=True)
    return [one.page.strip("/").rpartition("/")[2] for one in put]


@pytest.fixture
def opened(page: Page, studio: Studio, takes: list[str]) -> Opened:
    def go(count: int = 2, more: str = "", who: str = "creator", play: bool = True) -> Page:
        enter(page, studio, who)
        page.goto("/compare/?" + "&".join(f"task={task}" for task in takes[:count]) + more)
        expect(page.locator("#transport")).to_be_visible()
        if play:
            page.keyboard.press("Space")
            page.wait_for_function(BEGUN)
        return page

    return go


def test_two_players_keep_one_clock(opened: Opened) -> None:
    page = opened()
    assert max(page.evaluate(APART, 2)) < FRAME
    assert page.evaluate(PUSH) > 3 * FRAME, "a push is seen, so the measure can fail"
    page.wait_for_timeout(2000)
    assert max(page.evaluate(APART, 1)) < FRAME, "and it is made good"
    page.keyboard.press("Space")
    page.wait_for_function(STILL)
    one, other = page.evaluate(PLACES)
    assert one == pytest.approx(other, abs=0.002)
    page.eval_on_selector("#clock", SEEK, 39.6 / RATE)  # Late within a frame.
    page.keyboard.press(".")
    assert [int(place * RATE) for place in page.evaluate(PLACES)] == [40, 40]
    page.keyboard.press(",")
    assert [int(place * RATE) for place in page.evaluate(PLACES)] == [39, 39]
    page.locator("#pane-B [data-offset]").fill("0.4")
    page.wait_for_function(STILL)
    one, other = page.evaluate(PLACES)
    assert other - one == pytest.approx(0.4, abs=0.002)


@pytest.mark.thorough
@pytest.mark.parametrize("count", [2, 4])
def test_they_drift_less_than_a_frame_in_a_minute(opened: Opened, count: int) -> None:
    page = opened(count)
    page.keyboard.press("m")
    assert page.evaluate(HEARD) == [True] + [False] * (count - 1)
    page.wait_for_timeout(1500)  # Another one leads from now on.
    assert page.evaluate(PLACES)[0] < 5, "a minute of it is left"
    found = page.evaluate(APART, 60)
    assert len(found) > 300
    assert max(found) < FRAME


def test_a_blind_pick_by_key_shows_what_made_them(opened: Opened) -> None:
    page = opened(2, "&blind=1", play=False)
    expect(page.locator("main")).not_to_contain_text("Veo 3.1 Fast")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#pane-B")).to_be_focused()
    page.keyboard.press("3")
    expect(page.locator("#stars-B [data-lit]")).to_have_count(3)
    page.locator(".toast", has_text="3 of 5").get_by_role("button", name="Undo").click()
    expect(page.locator("#stars-B [data-lit]")).to_have_count(0)
    page.locator("#pane-B").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pane-B .pane__best")).to_be_visible()
    expect(page.locator("#pane-A")).to_contain_text("Veo 3.1 Fast")
    page.keyboard.press("u")
    expect(page.locator(".pane__best")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("Veo 3.1 Fast")


def test_a_pick_waits_for_the_stars_that_were_given_just_before_it(
    on_a_bad_line: Page, takes: list[str]
) -> None:
    page = on_a_bad_line
    page.goto(f"/compare/?task={takes[0]}&task={takes[1]}")
    expect(page.locator("#transport")).to_be_visible()
    slow: list[Route] = []
    page.route("**/review/", lambda route: slow.append(route), times=1)  # noqa: PLW0108
    page.locator("#pane-B").focus()
    with page.expect_request("**/review/"):
        page.keyboard.press("2")
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)  # Time enough to leave.
    expect(page.locator(".pane__best")).to_have_count(0)
    slow[0].continue_()
    expect(page.locator("#pane-B .pane__best")).to_be_visible()
    expect(page.locator("#stars-B [data-lit]")).to_have_count(4)


def test_one_is_wiped_over_the_other_and_one_alone_is_heard(opened: Opened) -> None:
    page = opened(2, play=False)
    page.keyboard.press("w")
    wipe = page.locator("#wipe-at")
    expect(wipe).to_be_focused()
    boxes = [page.locator(f"#pane-{letter} .player").bounding_box() for letter in "AB"]
    assert boxes[0] == boxes[1]
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    shown = "() => getComputedStyle(document.querySelector('#pane-B .player')).clipPath"
    assert page.evaluate(shown) == "inset(0px 0px 0px 40%)"
    box = wipe.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 20)
    page.mouse.up()
    assert 70 < float(wipe.input_value()) < 80
    page.keyboard.press("w")
    page.locator("#pane-B [data-hear]").click()
    assert page.evaluate(HEARD) == [False, True]
    page.locator("#pane-A [data-hear]").click()
    assert page.evaluate(HEARD) == [True, False]


@pytest.mark.thorough
def test_on_a_phone_the_next_take_is_a_swipe_or_a_letter_away(opened: Opened, page: Page) -> None:
    page.set_viewport_size(PHONE)
    opened(3, play=False)
    seen = """() => [...document.querySelectorAll(".pane")]
        .map((one) => Math.round(one.getBoundingClientRect().left))"""
    assert page.evaluate(seen)[0] == 16
    page.locator('[data-tab="C"]').click()
    page.wait_for_function(f"() => ({seen})()[2] === 16")
    expect(page.locator('[data-tab="C"]')).to_have_attribute("aria-current", "true")
    page.evaluate("() => { document.querySelector('#panes').scrollLeft -= 390; }")
    expect(page.locator('[data-tab="B"]')).to_have_attribute("aria-current", "true")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
