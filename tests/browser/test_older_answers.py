"""What a page has asked before somebody did something is answered afterwards: what was done stays."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from generations import policy
from generations.models import State
from tests.browser.held import Held
from tests.browser.pages import NO_CLOCK, come_back
from tests.case_rows import task_in
from tests.thorough import rows

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
WATCH = """(selector) => {
    window.gone = [];
    const look = () => { if (!document.querySelector(selector)) window.gone.push(document.body.innerText); };
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, attributes: true});
    look();
}"""


def clip(page: Page) -> None:
    page.goto("/gallery/")
    page.goto(page.locator(".shot__link").first.get_attribute("href") or "")
    expect(page.locator("#review")).to_be_visible()


def judged_clip(page: Page) -> None:
    clip(page)
    page.click("#verdict-rejected")
    expect(page.locator("#verdict-withdrawn")).to_be_visible()


def studio(page: Page) -> None:
    for prompt in ("The first that failed", "The second"):
        task_in(User.objects.get(username="creator"), State.FAILED, prompt=prompt)
    page.goto("/studio/veo3_fast/")
    expect(page.locator("#now .job")).to_have_count(2)


def searched_gallery(page: Page) -> None:
    task_in(User.objects.get(username="author"), State.RUNNING, prompt="Under way")
    page.goto("/gallery/")
    expect(page.locator("#fresh .shot")).to_have_count(1)


def comment(page: Page) -> None:
    page.fill("#note", "Said meanwhile")
    page.keyboard.press("Control+Enter")


def search(page: Page) -> None:
    page.fill("#q", "Clip 7 of")
    page.keyboard.press("Enter")


# What is opened, the part that has asked before, what is done then, and what is there from then on.
Way = tuple[Callable[[Page], None], str, Callable[[Page], None], str]
WAYS: dict[str, Way] = {
    "a comment": (clip, "votes", comment, "#comment-list .comment"),
    "a verdict": (
        clip,
        "votes",
        lambda p: p.click("#verdict-approved"),
        "#verdict-approved[aria-pressed=true]",
    ),
    "a rating by a key": (clip, "votes", lambda p: p.keyboard.press("4"), "#star-4[aria-pressed=true]"),
    "a verdict taken back": (
        judged_clip,
        "votes",
        lambda p: p.click("#verdict-withdrawn"),
        "#verdict-rejected[aria-pressed=false]",
    ),
    "a strip cleared": (studio, "now", lambda p: p.click("#clear-ended"), "#strip:not(:has(.job))"),
    "a card put away": (
        studio,
        "now",
        lambda p: p.locator("[id^=away-]").first.click(),
        "#strip:has(.job):not(:has(.job + .job))",
    ),
    "the team's tasks": (
        studio,
        "now",
        lambda p: p.locator("#now .seg a").nth(1).click(),
        "#now .seg a:nth-child(2)[aria-current=true]",
    ),
    "a search": (searched_gallery, "fresh", search, "#gallery:has(.shot):not(:has(#fresh .shot))"),
}


@pytest.fixture
def somebody(look: Callable[..., Page]) -> Iterator[Page]:
    page = look(policy.Role.CREATOR)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert faults == []


def do_it_while_the_answer_is_on_its_way(page: Page, way: Way) -> tuple[list[Any], int]:
    """How often what was done was gone, and how often the part asked once more."""
    opens, part, do, done = way
    opens(page)
    held = Held(page, part)
    come_back(page)
    held.until_asked()
    do(page)
    expect(page.locator(done)).to_be_attached()
    page.evaluate(WATCH, done)
    held.let_go()
    return page.evaluate("() => window.gone"), held.asked_again


@pytest.mark.parametrize("name", rows(WAYS, in_short=["a comment", "a card put away"]))
def test_an_older_answer_takes_nothing_back_and_is_asked_for_again(somebody: Page, name: str) -> None:
    assert do_it_while_the_answer_is_on_its_way(somebody, WAYS[name]) == ([], 1)


@pytest.mark.parametrize("name", rows(WAYS, in_short=["a card put away"]))
def test_without_the_rule_it_would(somebody: Page, name: str) -> None:
    """Negative control: the same page without the script that keeps the order."""
    somebody.route(
        "**/js/meanwhile*.js", lambda route: route.fulfill(body="", content_type="text/javascript")
    )
    gone, _ = do_it_while_the_answer_is_on_its_way(somebody, WAYS[name])
    assert gone


def test_the_frame_asks_again_when_something_was_done_meanwhile(somebody: Page) -> None:
    page = somebody
    page.add_init_script(NO_CLOCK)
    page.goto("/studio/veo3_fast/")
    held = Held(page, "/news/")
    come_back(page)
    held.until_asked()
    page.fill("[data-prompt]", "Ordered meanwhile")
    page.click("#send")
    expect(page.locator("#now .job")).to_have_count(1)
    held.let_go()
    expect(page.locator("#queue-badge b")).to_have_text("1")
    assert held.asked_again


def test_an_answer_is_shown_whole_when_a_poll_has_taken_away_what_was_pressed(somebody: Page) -> None:
    page = somebody
    judged_clip(page)
    held = Held(page, "votes", "POST")
    page.click("#verdict-withdrawn")
    held.until_asked()
    with page.expect_response(lambda answer: answer.request.headers.get("hx-target") == "votes"):
        come_back(page)
    expect(page.locator("#take-back")).to_have_count(0)
    held.let_go()
    expect(page.locator(".toast p").last).to_have_text("Verdict taken back.")
    expect(page.locator("#votes")).to_have_count(1)
