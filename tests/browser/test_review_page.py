"""Review in a real browser: drawing, ranges, naming people, answers written while others speak."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from generations.models import Comment, Runtime, Video
from tests.browser.conftest import DESK, enter
from tests.browser.pages import NO_CLOCK, come_back, open_clip
from tests.processes.running import Studio

pytestmark = pytest.mark.browser


@pytest.fixture
def clip(page: Page, studio: Studio, own_clip: str) -> Page:
    enter(page, studio, "creator")
    open_clip(page, own_clip)
    return page


@pytest.fixture
def judge(browser: Browser, studio: Studio, own_clip: str) -> Iterator[Page]:
    """The same clip, in the browser of the reviewer."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{studio.port}", viewport=DESK)
    opened = context.new_page()
    enter(opened, studio, "reviewer")
    open_clip(opened, own_clip)
    yield opened
    context.close()


def at(page: Page, seconds: float) -> None:
    """The player stands still at this moment."""
    page.evaluate(
        """(t) => new Promise((done) => {
          const video = document.querySelector("#video");
          video.pause();
          video.addEventListener("seeked", () => done(), { once: true });
          video.currentTime = t;
        })""",
        seconds,
    )


def picture(page: Page) -> dict[str, float]:
    """Where the picture of the clip, not the player around it, is on the page."""
    found: dict[str, float] = page.evaluate(
        """() => {
          const video = document.querySelector("#video");
          const box = video.getBoundingClientRect();
          const scale = Math.min(box.width / video.videoWidth, box.height / video.videoHeight);
          const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
          return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height };
        }"""
    )
    return found


def drag(page: Page, *points: tuple[float, float]) -> None:
    """From point to point of the picture, each in parts of its width and height."""
    box = picture(page)
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def strokes(page: Page) -> list[Any]:
    return list(json.loads(page.locator("#strokes").input_value() or "[]"))


def draw_two(page: Page) -> None:
    """By keys and pointer: a red arrow, a blue box, and something that is taken back."""
    shapes = page.locator("#drawing path")
    page.keyboard.press("d")
    expect(page.locator("#draw-bar")).to_be_visible()
    page.click("#draw-bar [title=Arrow]")
    drag(page, (0.25, 0.25), (0.75, 0.5))
    page.click("#draw-bar [title=Box]")
    page.click("#draw-bar [title=Blue]")
    drag(page, (0.1, 0.1), (0.9, 0.9))
    drag(page, (0.5, 0.2), (0.6, 0.3))
    expect(shapes).to_have_count(3)
    page.keyboard.press("z")
    expect(shapes).to_have_count(2)


def test_a_drawing_lies_where_it_was_drawn_is_kept_with_its_comment_and_shown_at_its_moment(
    clip: Page, judge: Page
) -> None:
    page = clip
    page.evaluate("document.querySelector('#player').style.aspectRatio = '3'")  # Bars beside the picture.
    at(page, 0.5)
    draw_two(page)
    arrow, box = strokes(page)
    assert (arrow["kind"], arrow["ink"], box["kind"], box["ink"]) == ("arrow", "red", "box", "blue")
    for stroke, points in ((arrow, [[0.25, 0.25], [0.75, 0.5]]), (box, [[0.1, 0.1], [0.9, 0.9]])):
        assert stroke["points"] == [pytest.approx(point, abs=0.01) for point in points]
    page.keyboard.press("Escape")
    expect(page.locator("#draw-bar")).to_be_hidden()
    expect(page.locator("#note")).to_be_focused()

    page.reload()
    assert len(strokes(page)) == 2, "a draft has its drawing"
    page.fill("#note", "Softer here")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment", has_text="Softer here")).to_have_count(1)
    assert strokes(page) == []

    come_back(judge)
    theirs = judge.locator(".comment", has_text="Softer here")
    expect(theirs).to_have_count(1)
    expect(judge.locator("#drawing path")).to_have_count(0)
    theirs.locator(".tc").click()
    expect(judge.locator("#drawing path")).to_have_count(2)
    at(judge, 0.9)
    expect(judge.locator("#drawing path")).to_have_count(0)


def test_who_is_named_in_a_comment_is_chosen_by_keys_and_hears_of_it(clip: Page, judge: Page) -> None:
    page = clip
    page.fill("#note", "Look here, @rev")
    option = page.locator("#people [aria-selected=true]")
    expect(option).to_contain_text("@reviewer")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_value("Look here, @reviewer ")
    page.keyboard.press("Control+Enter")
    comment = page.locator(".comment", has_text="Look here")
    expect(comment.locator(".mention")).to_have_count(1)
    come_back(judge)
    expect(judge.locator("#bell")).to_have_attribute("aria-label", re.compile(r"Notices, \d+ new"))


def test_an_answer_that_is_being_written_stays_while_others_speak_and_a_range_is_two_presses(
    clip: Page, judge: Page
) -> None:
    page = clip
    at(page, 0.25)
    page.keyboard.press("o")
    at(page, 0.75)
    page.keyboard.press("o")
    rate = float(page.locator("#video").get_attribute("data-fps") or 0)
    frames = f"0:00.{int(rate / 4):02}–0:00.{int(rate * 3 / 4):02}"
    expect(page.locator("#moment")).to_contain_text(frames)
    page.fill("#note", "All of this")
    page.keyboard.press("Control+Enter")
    thread = page.locator(".comment", has_text="All of this")
    expect(thread.locator(".tc")).to_contain_text(frames)
    expect(page.locator("#marks .span")).to_have_count(1)

    come_back(judge)
    theirs = judge.locator(".comment", has_text="All of this")
    theirs.locator("summary", has_text="Reply").click()
    theirs.locator("textarea").fill("Half an answ")
    judge.locator("h1").click()
    page.fill("#note", "And one more")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment", has_text="And one more")).to_have_count(1)
    come_back(judge)
    expect(judge.locator(".comment", has_text="And one more")).to_have_count(1)
    expect(theirs.locator("textarea")).to_have_value("Half an answ")
    theirs.locator("textarea").fill("An answer to @nobody")
    judge.keyboard.press("Control+Enter")
    expect(theirs.locator(".error")).to_contain_text("Nobody here is called “@nobody”")
    theirs.locator("textarea").fill("An answer")
    judge.keyboard.press("Control+Enter")
    expect(judge.locator(".replies .comment")).to_have_count(1)
    expect(theirs.locator("textarea")).to_be_hidden()
    theirs.get_by_role("button", name="Mark done").click()
    expect(theirs.locator(".foot")).to_contain_text("Done by You")
    expect(judge.locator("#marks .done")).to_have_count(1)
    judge.locator(".replies").get_by_role("button", name="Delete").click()
    expect(judge.locator(".replies")).to_have_count(0)
    judge.locator(".toast").get_by_role("button", name="Undo").click()
    expect(judge.locator(".replies .comment")).to_have_count(1)


def test_a_comment_that_is_sent_or_refused_leaves_an_answer_that_is_being_written(clip: Page) -> None:
    page = clip
    page.fill("#note", "To be answered")
    page.keyboard.press("Control+Enter")
    thread = page.locator(".comment", has_text="To be answered")
    thread.locator("summary", has_text="Reply").click()
    answer = thread.locator("textarea:visible")
    answer.fill("Half an answ")
    page.fill("#note", "To @nobody")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#note-error")).to_contain_text("Nobody here is called")
    expect(answer).to_have_value("Half an answ")
    page.fill("#note", "And something else")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment", has_text="And something else")).to_have_count(1)
    expect(page.locator("#note-error")).to_have_count(0)
    expect(page.locator("#comment-count")).to_have_text("2, 2 open")
    expect(answer).to_have_value("Half an answ")


@pytest.fixture
def lone(look: Callable[..., Page]) -> Page:
    """The page of a clip with nobody else about: what others say comes by no poll."""
    page = look()
    page.add_init_script(NO_CLOCK)
    page.goto("/gallery/")
    return page


@pytest.mark.django_db(transaction=True)
def test_who_rates_blind_reads_the_comments_as_soon_as_they_have_given_stars(lone: Page) -> None:
    video = Video.objects.select_related("task").latest("pk")
    Comment.objects.create(task=video.task, person=video.task.person, text="What others said")
    Runtime.row()
    Runtime.objects.update(rates_blind=True)
    open_clip(lone, video.task.get_absolute_url())
    expect(lone.locator(".comment")).to_have_count(0)
    lone.keyboard.press("4")
    expect(lone.locator(".comment", has_text="What others said")).to_have_count(1)
    expect(lone.locator("#comment-count")).to_have_text("1, 1 open")


@pytest.mark.django_db(transaction=True)
def test_an_image_is_commented_on_as_a_whole_and_the_draft_is_kept(lone: Page) -> None:
    page, video = lone, Video.objects.latest("pk")
    Video.objects.update(container="png")
    open_clip(page, video.task.get_absolute_url())
    note = page.get_by_placeholder("Comment", exact=True)
    page.keyboard.press("c")
    expect(note).to_be_focused()
    expect(page.locator("#moment, #until-here, #draw")).to_have_count(0)
    note.fill("Half a comm")
    page.reload()
    expect(note).to_have_value("Half a comm")
    note.fill("A comment")
    note.press("Control+Enter")
    expect(page.locator(".comment", has_text="A comment")).to_have_count(1)
    expect(note).to_have_value("")
    page.reload()
    expect(note).to_have_value("")


@pytest.mark.thorough
def test_a_finger_draws_and_the_page_does_not_scroll(browser: Browser, studio: Studio, own_clip: str) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = browser.new_context(base_url=f"http://127.0.0.1:{studio.port}", **phone)  # type: ignore[arg-type]
    page = context.new_page()
    enter(page, studio, "reviewer")
    open_clip(page, own_clip)
    at(page, 0.5)
    page.locator("#draw").tap()
    expect(page.locator("#draw-bar")).to_be_in_viewport(ratio=1)
    touch = context.new_cdp_session(page)
    before = page.evaluate("document.scrollingElement.scrollTop")
    box = picture(page)

    def draw(*points: tuple[float, float]) -> None:
        for kind, (x, y) in zip(("touchStart", "touchMove", "touchMove"), points, strict=True):
            place = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    draw((0.5, 0.2), (0.5, 0.5), (0.5, 0.8))
    draw((0.9, 0.4), (0.5, 0.4), (0.1, 0.4))  # Aside too: to no other clip.
    down, aside = strokes(page)
    assert down["kind"] == aside["kind"] == "pen"
    assert down["points"][-1] == pytest.approx([0.5, 0.8], abs=0.02)
    assert aside["points"][-1] == pytest.approx([0.1, 0.4], abs=0.02)
    assert page.evaluate("document.scrollingElement.scrollTop") == before
    context.close()
