"""No line, a server that fails, and the same wish twice: said once at its place, and one state."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import enter
from tests.browser.pages import TOAST, come_back, open_clip, words
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
LINE = "The server cannot be reached."
HOUR = 60 * 60 * 1000


@pytest.fixture
def reviewer(page: Page, studio: Studio) -> Page:
    enter(page, studio, "reviewer")
    return page


@pytest.fixture
def unplugged(browser, studio: Studio):
    """A page whose line can break: what a browser says of that in its console is no fault of ours."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{studio.port}")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    enter(page, studio, "creator")
    yield page
    context.close()
    assert faults == []


def answers(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body="<h1>Bad gateway</h1>", content_type="text/html")


def has_news(route: Route) -> None:
    """What was seen is not told: so a poll is answered whole at once, and not when half a minute is over."""
    route.continue_(url=re.sub("seen=[^&]*", "seen=", route.request.url))


def test_an_hour_without_a_line_leaves_one_notice_that_goes_with_it(unplugged: Page) -> None:
    page = unplugged
    page.clock.install()
    page.goto("/studio/veo3_fast/")
    page.fill('textarea[name="prompt"]', "Typed before the line broke")
    page.context.set_offline(True)
    for _ in range(6):
        page.clock.run_for(60_000)
    expect(page.locator(f"{TOAST}, .notice")).to_have_count(1)
    assert words(page) == [f"{LINE} What you typed is still here."]
    page.context.set_offline(False)
    page.clock.run_for(20_000)
    expect(page.locator(f"{TOAST}, .notice")).to_have_count(0)
    expect(page.locator('textarea[name="prompt"]')).to_have_value("Typed before the line broke")


def test_what_is_pressed_without_a_line_is_said_beside_it_and_can_be_pressed_again(
    unplugged: Page, own_clip: str
) -> None:
    page = unplugged
    open_clip(page, own_clip)
    page.context.set_offline(True)
    page.fill("#note", "Said when the line was back")
    page.click("#composer button[type=submit]")
    expect(page.locator("#composer .notice")).to_contain_text(LINE)
    page.click("#verdict-approved")
    expect(page.locator("#rate .notice")).to_contain_text(LINE)
    assert len(words(page)) == 1
    expect(page.locator("#verdict-approved")).to_have_attribute("aria-pressed", "false")
    page.context.set_offline(False)
    expect(page.locator("#composer button[type=submit]")).to_be_enabled()
    page.click("#composer button[type=submit]")
    expect(page.locator(".comment", has_text="Said when the line was back")).to_have_count(1)
    assert words(page) == []


def test_search_says_that_there_is_no_line_and_goes_on_when_it_is_back(unplugged: Page) -> None:
    page = unplugged
    page.goto("/gallery/")
    found = page.locator("#palette-list")
    page.keyboard.press("Control+k")
    expect(found.get_by_role("link", name="Queue")).to_be_visible()
    page.context.set_offline(True)
    page.keyboard.type("queu")
    expect(found).to_contain_text("The server cannot be reached. It is asked again by itself.")
    page.keyboard.press("Enter")
    page.context.set_offline(False)
    page.wait_for_url("**/queue/")


def test_a_form_of_a_whole_page_stays_where_it_is_without_a_line(unplugged: Page) -> None:
    page = unplugged
    page.goto("/accounts/password/")
    page.fill('input[name="old_password"]', "still here")
    page.fill('input[name="new_password1"]', "still here")
    page.fill('input[name="new_password2"]', "still here")
    page.context.set_offline(True)
    page.get_by_role("button", name="Change password").click()
    expect(page.locator(".password .notice")).to_contain_text(LINE)
    expect(page.locator('input[name="old_password"]')).to_have_value("still here")


@pytest.mark.parametrize("status", [502, 503])
def test_a_restart_in_between_is_waited_for(unplugged: Page, status: int) -> None:
    page = unplugged
    page.goto("/studio/veo3_fast/")
    page.route(re.compile("/news/|/now/|/review/"), answers(status))
    come_back(page)
    page.locator(".latest .rate label").nth(0).click()
    expect(page.locator(".latest .notice")).to_contain_text(LINE)
    assert len(words(page)) == 1
    page.unroute(re.compile("/news/|/now/|/review/"))
    come_back(page)
    expect(page.locator(f".notice, {TOAST}")).to_have_count(0)


@pytest.mark.parametrize(("status", "said"), [(500, "The server failed (500)."), (400, "refused this (400)")])
def test_a_failure_is_said_once_beside_what_asked_until_it_works(
    unplugged: Page, status: int, said: str, own_clip: str
) -> None:
    page = unplugged
    open_clip(page, own_clip)
    page.route("**/review/", answers(status))
    for _ in range(2):
        page.click("#star-2")
        expect(page.locator("#rate .notice")).to_contain_text(said)
    assert len(words(page)) == 1
    page.unroute("**/review/")
    page.click("#star-2")
    expect(page.locator("#star-2")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".notice")).to_have_count(0)


@pytest.mark.thorough
def test_what_is_said_beside_something_outlives_the_polls_around_it(unplugged: Page, own_clip: str) -> None:
    page = unplugged
    open_clip(page, own_clip)
    page.route("**/review/", answers(500))
    page.click("#star-2")
    expect(page.locator("#rate .notice")).to_contain_text("The server failed (500).")
    page.evaluate("""() => {
        window.settled = new Promise((done) => {
            document.addEventListener('htmx:afterSettle', (event) => done(event.detail.target.id));
        });
    }""")
    page.route(re.compile("seen="), has_news)
    come_back(page)
    assert page.evaluate("() => window.settled") == "votes"
    expect(page.locator("#rate .notice")).to_contain_text("The server failed (500).")


def test_after_a_role_is_taken_away_the_reason_is_said_at_the_place(unplugged: Page, own_clip: str) -> None:
    page = unplugged
    open_clip(page, own_clip)
    why = "You have no role in this team yet."
    body = f"<main><h1>Not for you</h1><p>{why}</p></main>"
    page.route("**/review/", lambda route: route.fulfill(status=403, body=body, content_type="text/html"))
    page.click("#verdict-approved")
    expect(page.locator("#votes .notice")).to_have_text(why)
    expect(page.locator("#verdict-approved")).to_have_attribute("aria-pressed", "false")


def test_a_part_that_fails_says_so_itself_and_recovers(unplugged: Page) -> None:
    page = unplugged
    page.goto("/queue/")
    page.route(re.compile("/queue/"), answers(500))
    for _ in range(2):
        come_back(page)
    expect(page.locator("#queue > .notice")).to_have_count(1)
    page.unroute(re.compile("/queue/"))
    come_back(page)
    expect(page.locator(".notice")).to_have_count(0)


def test_a_double_click_and_a_held_key_are_one_wish(reviewer: Page, own_clip: str) -> None:
    page = reviewer
    open_clip(page, own_clip)
    page.locator("#verdict-approved").dblclick()
    expect(page.locator("#verdict-approved")).to_have_text("Approved")
    expect(page.locator("#verdict-approved")).to_have_attribute("aria-pressed", "true")
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.post_data or "") if "/review/" in request.url else None
    )
    page.locator("body").focus()
    for _ in range(12):
        page.keyboard.down("r")
    page.keyboard.up("r")
    expect(page.locator("#verdict-rejected")).to_have_attribute("aria-pressed", "true")
    assert len(sent) == 1
    page.keyboard.press("u")
    expect(page.locator("#verdict-rejected")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#verdict-withdrawn")).to_have_count(0)


def test_undo_follows_the_answer(reviewer: Page, own_clip: str) -> None:
    page = reviewer
    open_clip(page, own_clip)
    page.click("#star-5")
    expect(page.locator(f"{TOAST} p")).to_have_text("5 of 5.")
    page.locator(TOAST).get_by_role("button", name="Undo").click()
    expect(page.locator("#star-5")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(f"{TOAST} p")).to_have_text("Stars cleared.")


def test_approving_in_the_studio_is_shown_on_the_button_and_can_be_taken_back(
    page: Page, studio: Studio
) -> None:
    enter(page, studio, "creator")
    page.goto("/studio/veo3_fast/")
    button = page.locator(".latest button[value=approved]")
    if button.get_attribute("aria-pressed") == "true":  # Another test has approved it.
        page.locator(".latest").get_by_role("button", name="Take back").click()
    expect(button).to_have_attribute("aria-pressed", "false")
    button.dblclick()
    expect(button).to_have_text("Approved")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".toast p", has_text="Approved.")).to_have_count(1)
    page.locator(".latest").get_by_role("button", name="Take back").click()
    expect(button).to_have_text("Approve")


def test_letters_work_on_every_layout(reviewer: Page, own_clip: str) -> None:
    page = reviewer
    open_clip(page, own_clip)
    press = """(made) => document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', {bubbles: true, ...made}))"""
    cyrillic, greek, hebrew, arabic = ("ф", "KeyA"), ("ε", "KeyE"), ("ר", "KeyR"), ("ع", "KeyU")
    for key, code in (cyrillic, greek, hebrew, arabic):
        with page.expect_response("**/review/"):
            page.evaluate(press, {"key": key, "code": code})
    key, code = cyrillic
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for more in ({"isComposing": True}, {"ctrlKey": True}, {"altKey": True}, {"repeat": True}):
        page.evaluate(press, {"key": key, "code": code, **more})
    page.locator("#note").focus()
    page.evaluate(press, {"key": key, "code": code})
    assert [url for url in asked if "/review/" in url] == []


def test_letters_that_are_switched_off_do_nothing_beside_the_timeline_either(
    reviewer: Page, own_clip: str
) -> None:
    page = reviewer
    open_clip(page, own_clip)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/review/" in request.url else None)
    switch = "letters => { document.documentElement.dataset.letters = letters; }"
    page.locator("#clock").focus()
    page.evaluate(switch, "off")
    page.keyboard.press("a")
    page.evaluate(switch, "on")
    with page.expect_request("**/review/"):
        page.keyboard.press("a")
    assert len(sent) == 1


@pytest.mark.thorough
def test_news_that_fail_are_said_for_the_whole_page_with_what_is_wrong(unplugged: Page) -> None:
    page = unplugged
    page.goto("/models/")
    page.route("**/news/**", answers(500))
    for said in ("The server failed (500).", LINE):
        come_back(page)
        words = f"{said} The page goes on by itself when it is back."
        expect(page.locator(".toast p", has_text=words)).to_have_count(1)
        page.unroute("**/news/**")
        come_back(page)
        expect(page.locator(".toast p", has_text=words)).to_have_count(0)
        page.route(
            "**/news/**", lambda route: route.fulfill(status=200, body="<h1>Sign in to the hotel</h1>")
        )


@pytest.mark.thorough
def test_a_draft_that_is_refused_says_why_and_is_kept_later(unplugged: Page) -> None:
    page = unplugged
    page.goto("/studio/veo3_fast/")
    page.route("**/draft/", lambda route: route.fulfill(status=429, body="Too much at once."))
    page.fill('textarea[name="prompt"]', "Refused at first")
    expect(page.locator("#draft-state")).to_have_text("Not kept yet: Too much at once.")
    page.unroute("**/draft/")
    expect(page.locator("#draft-state")).to_have_text("")
    page.reload()
    expect(page.locator('textarea[name="prompt"]')).to_have_value("Refused at first")


def test_stars_are_given_by_the_row_of_digits_where_it_needs_shift(reviewer: Page, own_clip: str) -> None:
    page = reviewer
    open_clip(page, own_clip)
    press = """made => document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, ...made}))"""
    french = ("&", "é", '"', "'", "(")
    for stars, key in enumerate(french, 1):
        with page.expect_response("**/review/"):
            page.evaluate(press, {"key": key, "code": f"Digit{stars}"})
        expect(page.locator(f"#star-{stars}")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("ahead", [HOUR, -HOUR])
def test_a_wrong_clock_of_the_browser_changes_no_age(page: Page, studio: Studio, ahead: int) -> None:
    enter(page, studio, "creator")
    page.add_init_script(f"{{ const real = Date.now; Date.now = () => real() + {ahead}; }}")
    page.goto("/gallery/")
    expect(page.locator("#balance small time")).to_have_text(re.compile(r"just now|^\d+ (s|min) ago"))
    page.wait_for_function("() => document.querySelector('#health time').textContent !== ''")
    texts = page.locator("time[data-ago], time[data-since]").all_inner_texts()
    assert texts
    assert [text for text in texts if text.endswith("h ago") or text.startswith("1:00:")] == []
