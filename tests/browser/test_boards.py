"""Clips of a board are put in order by mouse and by keys alone; what is taken off comes back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, Position, expect

from generations import policy
from generations.models import Board, Video
from tests.browser.held import Held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEFT: Position = {"x": 6, "y": 60}


def expect_order(page: Page, board: Board, *titles: str) -> None:
    expect(page.locator("#board-clips .shot__title")).to_have_text(list(titles))
    found = board.clips.order_by("place").values_list("video__task__prompt", flat=True)
    assert list(found) == list(titles)


def test_clips_are_dragged_moved_by_keys_taken_off_and_had_back(look: Callable[..., Any]) -> None:
    page, complaints = look(policy.Role.REVIEWER), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    author = User.objects.get(username="author")
    one, two, three = Video.objects.select_related("task").order_by("-task__created_at")[1:4]
    page.goto(one.task.get_absolute_url())
    page.get_by_role("link", name="Add to board").click()
    expect(page.locator("#board-title")).to_be_focused()
    page.keyboard.type("Launch film")
    page.get_by_role("button", name="New board with this clip").click()
    expect(page.locator("#to-board")).to_contain_text("Added to “Launch film”.")
    board = Board.objects.get()
    for video in (two, three):
        board.add(video, author)
    words = [video.task.prompt for video in (one, two, three)]
    page.goto(board.get_absolute_url())
    expect_order(page, board, *words)
    page.drag_and_drop(f"#clip-{three.uuid}", f"#clip-{one.uuid}", target_position=LEFT)
    expect_order(page, board, words[2], words[0], words[1])
    earlier = page.locator(f"#earlier-{two.uuid}")
    earlier.focus()
    page.keyboard.press("Enter")
    expect_order(page, board, words[2], words[1], words[0])
    expect(earlier).to_be_focused()
    page.keyboard.press("Enter")
    expect_order(page, board, words[1], words[2], words[0])
    expect(earlier).to_have_attribute("aria-disabled", "true")
    page.click(f"#off-{three.uuid}")
    expect_order(page, board, words[1], words[0])
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect_order(page, board, words[1], words[2], words[0])
    assert complaints == []


def test_what_is_pressed_while_an_answer_is_on_its_way_is_done_and_what_is_typed_stands(
    look: Callable[..., Any],
) -> None:
    page = look(policy.Role.REVIEWER)
    owner = User.objects.get(username=policy.Role.REVIEWER.value)
    board = Board.objects.create(title="Launch film", person=owner)
    one, two, three, four = videos = list(Video.objects.order_by("-task__created_at")[1:5])
    for video in videos:
        board.add(video, owner)
    page.goto(board.get_absolute_url())
    page.fill("#board-title", "Typed and not saved")
    held = Held(page, "board", "POST")
    page.click(f"#off-{one.uuid}")
    held.until_asked()
    page.click(f"#off-{two.uuid}")
    page.drag_and_drop(f"#clip-{four.uuid}", f"#clip-{three.uuid}", target_position=LEFT)
    held.let_go()
    expect_order(page, board, four.task.prompt, three.task.prompt)
    expect(page.locator("#board-title")).to_have_value("Typed and not saved")
    board.refresh_from_db()
    assert board.title == "Launch film"
