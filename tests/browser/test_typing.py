"""Typing in the studio all day: drafts at their pace, pasting, marks, why a price, search and commands."""

import json
import re
import sqlite3
import time
from contextlib import closing
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import enter
from tests.browser.pages import open_form
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
KLING, WAN, VEO = "/studio/kling-2.6/text-to-video/", "/studio/wan/2-6-text-to-video/", "/studio/veo3_fast/"
TYPE = """async (text) => {
  const area = document.querySelector("[data-prompt]");
  area.focus();
  performance.clearResourceTimings();
  for (let at = 0; at < text.length; at += 20) {
    for (const letter of text.slice(at, at + 20)) document.execCommand("insertText", false, letter);
    await new Promise((done) => { setTimeout(done, 10); });
  }
  return area.value.length;
}"""
SENT = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => name.endsWith("/draft/")).map(({ startTime }) => startTime)"""
LETTERS = """(letters) => {
  const field = document.querySelector("#palette .input");
  for (const letter of letters) {
    field.value += letter;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""
SHIFTS = """
  window.shifts = [];
  const named = ({ node }) => node?.outerHTML?.slice(0, 120) ?? node?.textContent;
  const shown = ({ value, sources }) => ({ value, what: sources.map(named) });
  new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(shown)))
    .observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def admin(page: Page, studio: Studio) -> Page:
    """Somebody without a limit."""
    enter(page, studio, "admin")
    return page


def received(studio: Studio, words: str) -> Any:
    """The body that Kie's side got for a prompt, once it has."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with closing(sqlite3.connect(studio.data / "sandbox" / "simulator.sqlite3")) as database:
            bodies = [json.loads(body) for (body,) in database.execute("SELECT body FROM task")]
        for body in bodies:
            if words in json.dumps(body, ensure_ascii=False):
                return body
        time.sleep(0.2)
    raise AssertionError(f"Nothing of “{words}” has arrived.")


@pytest.mark.thorough
def test_ten_thousand_characters_are_kept_once_a_second_at_most(admin: Page) -> None:
    page = admin
    page.goto(VEO)
    page.fill("[data-prompt]", "")
    expect(page.locator("[data-count]")).to_have_text("0 characters")
    assert page.evaluate(TYPE, "a quiet sea " * 833 + "dusk") == 10_000
    expect(page.locator("[data-count]")).to_have_text("10,000 characters")
    with page.expect_response(lambda r: r.url.endswith("/draft/") and r.request.method == "POST"):
        page.keyboard.type("!")
    at = page.evaluate(SENT)
    assert len(at) >= 2, "it is kept while one types, not only after"
    assert all(after - before > 990 for before, after in pairwise(at)), at
    page.reload()
    expect(page.locator("[data-prompt]")).to_have_value("a quiet sea " * 833 + "dusk!")
    page.fill("[data-prompt]", "")


def test_what_is_pasted_fills_the_form_and_kie_gets_what_the_tab_shows(admin: Page, studio: Studio) -> None:
    page = admin
    open_form(page, WAN)
    page.fill("[data-prompt]", "What stood here before")
    words = "Pasted “dusk” – über $dunes"
    values = {"prompt": words, "duration": "10", "sound": True, "odd": 1}
    order = {"model": "kling-2.6/text-to-video", "input": values}
    head = "-H 'Authorization: Bearer 0123456789abcdef'"
    command = f"curl https://api.kie.ai/api/v1/jobs/createTask {head} -d '{json.dumps(order)}'"
    page.get_by_role("button", name="JSON", exact=True).click()
    page.get_by_text("Paste or edit").click()
    paste = page.get_by_label("JSON or cURL")
    paste.fill("{ broken")
    page.get_by_role("button", name="Fill the form").click()
    expect(page.locator("#pasted-error")).to_contain_text("This is no JSON")
    expect(paste).to_have_value("{ broken")
    paste.fill(command)
    page.get_by_role("button", name="Fill the form").click()
    page.wait_for_url(f"**{KLING}")
    note = page.locator("#pasted-note")
    expect(note).to_contain_text("does not have “odd”")
    expect(note).to_contain_text("There was a key in it")
    assert "0123456789abcdef" not in page.content()
    note.get_by_role("button", name="Bring back").click()
    expect(page.locator("[data-prompt]")).to_have_value("What stood here before")
    page.wait_for_url(f"**{WAN}")
    page.get_by_role("button", name="JSON", exact=True).click()
    page.get_by_label("JSON or cURL").fill(json.dumps(order))
    page.get_by_role("button", name="Fill the form").click()
    expect(page.locator("[data-prompt]")).to_be_focused()
    expect(page.locator("[data-prompt]")).to_have_value(words)
    page.fill("#takes", "1")
    expect(page.locator("#send")).to_contain_text("Generate ·")
    shown = page.locator("#sent-json").text_content() or ""
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#now .job", has_text="Pasted")).to_have_count(1)
    got = received(studio, words)
    assert json.dumps(got, sort_keys=True) == json.dumps(json.loads(shown.partition("\n")[2]), sort_keys=True)
    assert got["input"]["sound"] is True


def test_values_that_came_along_are_marked_until_the_first_edit(admin: Page) -> None:
    page = admin
    open_form(page, KLING)
    page.fill("[data-prompt]", "Marked")
    page.keyboard.press("Alt+m")
    expect(page.locator("#models [data-filter]")).to_be_focused()
    page.keyboard.type("wan 2.6 text")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wan/**")
    mark = page.locator(".carried", has_text="from Kling 2.6").first
    expect(mark).to_be_visible()
    page.reload()
    expect(mark).to_be_visible()
    page.locator("[data-prompt]").press_sequentially(" no more")
    expect(page.locator(".carried")).to_have_count(0)


def test_the_price_says_why_and_is_asked_only_then(admin: Page) -> None:
    page = admin
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/why/") else None)
    open_form(page, KLING)
    with page.expect_response(lambda r: "/quotes/" in r.url):
        page.fill("[data-prompt]", "Why so")
    assert asked == []
    page.get_by_role("button", name="Why?").click()
    why = page.get_by_role("dialog", name="Why it costs that")
    expect(why).to_contain_text("cr each video, seen")
    assert len(asked) == 1
    page.keyboard.press("Escape")
    expect(why).to_be_hidden()
    assert page.url.endswith(KLING)


def search_while_an_answer_is_late(page: Page) -> None:
    """The answer to fewer letters comes after all letters are typed: it says nothing any more."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/find/?q=qu&**", hold)
    page.keyboard.type("qu")
    ends = time.monotonic() + 30
    while not held and time.monotonic() < ends:
        page.wait_for_timeout(20)
    links = page.locator("#palette-list").get_by_role("link")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if "/find/" in request.url else None)
    with page.expect_response(lambda response: "q=queue&" in response.url):
        page.evaluate(LETTERS, "eue")
    expect(links).to_have_text([re.compile("Queue")])
    assert len(requests) == 1, "one question for a pause, however many letters"
    held[0].continue_()
    page.wait_for_timeout(300)
    expect(links).to_have_count(1)
    assert len(requests) == 1
    page.unroute("**/find/?q=qu&**")


def test_search_and_commands_by_key_from_within_the_prompt(admin: Page) -> None:
    page = admin
    page.emulate_media(
        reduced_motion="reduce"
    )  # A slow browser breaks the fade between pages off, and says so.
    open_form(page, KLING)
    page.locator("[data-prompt]").focus()
    page.keyboard.press("Control+k")
    field, list_ = page.locator("#palette .input"), page.locator("#palette-list")
    expect(field).to_be_focused()
    expect(list_.get_by_role("region", name="Do")).to_be_visible()
    search_while_an_answer_is_late(page)
    page.keyboard.press("ArrowDown")
    expect(list_.get_by_role("link", name="Queue")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue/")
    page.locator("#search").click()
    expect(list_.get_by_role("region", name="Recent")).to_contain_text("Queue")
    page.keyboard.type("light th")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(page.locator("#palette")).to_be_hidden()
    stored = page.evaluate("JSON.stringify({...localStorage})")
    assert "page:queue" in stored
    assert "light th" not in stored


def test_nothing_moves_while_the_studio_loads(admin: Page) -> None:
    page = admin
    page.add_init_script(SHIFTS)
    page.goto(KLING, wait_until="networkidle")
    page.evaluate("() => document.fonts.ready")
    page.wait_for_timeout(1500)  # Ages and clocks have ticked.
    assert page.evaluate("() => window.shifts") == []
    page.evaluate("() => { document.querySelector('.studio__tabs').style.height = '300px'; }")
    page.wait_for_function("() => window.shifts.some(({ value }) => value > 0.01)")
