"""A review session in a real browser: how many keys it takes, what is loaded ahead, what it ends in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import enter
from tests.files.corpus import film
from tests.processes.clips import put_clips
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
MADE = """async (tasks) => {
    const body = new FormData();
    for (const task of tasks) body.append("task", task);
    body.set("csrfmiddlewaretoken", document.body.dataset.token);
    return (await fetch("/sessions/", {method: "POST", body})).url;
}"""
STANDS = "() => { const one = document.querySelector('#screen video'); return [one.muted, one.paused]; }"

Made = Callable[[int], str]


@pytest.fixture
def made(page: Page, studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The address of a new session of so many clips that nobody has judged yet."""

    def make(count: int) -> str:
        source = tmp_path_factory.mktemp("session") / "session.mp4"
        film(source, size=(320, 180))
        put = put_clips(studio, source, count=count, seconds=2)
        enter(page, studio, "reviewer")
        page.goto("/sessions/")
        url: str = page.evaluate(MADE, [one.page.strip("/").rpartition("/")[2] for one in put])
        assert "/sessions/" in url
        return f"{url}?at=1"  # Making it has led to the first clip, which counts as seen.

    return make


@pytest.fixture
def pressed(page: Page) -> list[str]:
    """Every key that was pressed on the pages of the test."""
    keys: list[str] = []
    page.expose_function("notePressed", lambda key: keys.append(key))  # noqa: PLW0108
    page.add_init_script("addEventListener('keydown', ({ key }) => window.notePressed(key), true)")
    return keys


def judge(page: Page, count: int, url: str) -> None:
    """Stars and a verdict for each clip, and on to the end."""
    page.goto(url)
    expect(page.locator("#screen ~ .transport")).to_be_visible()
    for number in range(1, count + 1):
        expect(page.locator("#count")).to_have_text(f"{number} of {count}")
        page.keyboard.press(str(number % 5 + 1))
        page.keyboard.press("aer"[number % 3])
    page.wait_for_url("**/summary/")


def said(page: Page) -> list[tuple[str, str]]:
    rows = page.locator(".summary tbody tr")
    return [tuple(row.locator("td").all_inner_texts()[1:3]) for row in rows.all()]  # type: ignore[misc]


def test_four_clips_take_eight_keys_and_only_the_next_two_are_loaded(
    page: Page, made: Made, pressed: list[str]
) -> None:
    url, asked = made(4), set()

    def note(request: Request) -> None:
        if "/videos/" in request.url:
            asked.add(request.url)

    page.on("request", note)
    page.goto(url)
    page.wait_for_function("() => document.querySelector('#screen video').currentTime > 0.1")
    assert page.evaluate(STANDS) == [True, False], "it starts by itself, and silent"
    page.wait_for_timeout(500)  # Time enough to ask for more than it should.
    assert len(asked) == 3
    page.locator('[data-do="sound"]').click()
    page.keyboard.press("Shift+A")
    expect(page.locator("#clip-1")).to_have_attribute("data-verdict", "approved")
    expect(page.locator("#count")).to_have_text("1 of 4")
    page.keyboard.press("n")
    expect(page.locator("#count")).to_have_text("2 of 4")
    assert page.evaluate(STANDS) == [True, False], "silent again"
    page.wait_for_timeout(500)
    assert len(asked) == 4
    expect(page.locator("#clip-2")).not_to_have_attribute("data-unseen", "")
    page.locator(".toast", has_text="Approved.").get_by_role("button", name="Undo").click()
    expect(page.locator("#clip-1")).to_have_attribute("data-verdict", "")
    pressed.clear()
    judge(page, 4, url)
    assert len(pressed) == 8
    assert said(page) == [
        ("5.0", "Changes asked"),
        ("4.0", "Approved"),
        ("3.0", "Rejected"),
        ("2.0", "Changes asked"),
    ]


def test_an_undo_leaves_the_next_clip_unseen_and_who_judges_nothing_comes_to_the_end_too(
    page: Page, made: Made
) -> None:
    url = made(3).partition("?")[0]
    page.goto(url)
    expect(page.locator("#count")).to_have_text("2 of 3")
    page.keyboard.press("Shift+A")
    page.locator(".toast", has_text="Approved.").get_by_role("button", name="Undo").click()
    expect(page.locator("#clip-2")).to_have_attribute("data-verdict", "")
    page.goto(f"{url}?at=2")
    expect(page.locator("#clip-3")).to_have_attribute("data-unseen", "")
    for number in (2, 3):
        expect(page.locator("#count")).to_have_text(f"{number} of 3")
        page.keyboard.press("n")
    page.wait_for_url("**/summary/")


@pytest.mark.thorough
def test_thirty_clips_take_no_more_than_65_keys(page: Page, made: Made, pressed: list[str]) -> None:
    judge(page, 30, made(30))
    assert len(pressed) <= 65
    found = said(page)
    assert len(found) == 30
    assert all(verdict in ("Approved", "Changes asked", "Rejected") for _, verdict in found)
    assert [float(stars) for stars, _ in found] == sorted((float(stars) for stars, _ in found), reverse=True)
