"""One-handed on a phone: a finger draws a clip away, and the next one is there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from generations.models import Task
from tests.browser.test_sessions import MADE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = ViewportSize(width=390, height=844)
MOVED = "(part) => part.querySelector('video, img')?.style.translate ?? ''"


class Finger:
    def __init__(self, page: Page) -> None:
        self._touch = page.context.new_cdp_session(page)

    def _send(self, kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(at)]
        self._touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def draw(self, page: Page, selector: str, aside: float, down: float = 0, *, lifts: bool = True) -> None:
        box = page.locator(selector).bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self._send("touchStart", (x, y))
        for part in (0.25, 0.5, 0.75, 1):
            self._send("touchMove", (x + part * aside, y + part * down))
        if lifts:
            self.lift()

    def lift(self) -> None:
        self._send("touchEnd")


@pytest.fixture
def phone(look: Callable[..., Page]) -> Page:
    """Without the pictures that move from page to page: they take no touch."""
    return look(viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")


def test_a_clip_is_drawn_away_and_its_neighbour_comes(phone: Page) -> None:
    newest, older = Task.objects.order_by("-created_at", "-pk")[:2]
    phone.goto(newest.get_absolute_url())
    expect(phone.locator(".transport")).to_be_visible()
    finger = Finger(phone)
    here = re.compile(f"{newest.get_absolute_url()}$")
    finger.draw(phone, "#player", 150, lifts=False)
    phone.wait_for_function(f"() => ({MOVED})(document.querySelector('#player')) === '37.5px'")  # The newest.
    finger.lift()
    finger.draw(phone, "#player", -150, 160)
    finger.draw(phone, "#player", -40)
    assert phone.locator("#player").evaluate(MOVED) == ""
    expect(phone).to_have_url(here)
    finger.draw(phone, "#player", -150)
    expect(phone).to_have_url(re.compile(older.get_absolute_url()))
    expect(phone.locator(".transport")).to_be_visible()
    Finger(phone).draw(phone, "#player", 150)
    expect(phone).to_have_url(here)


def test_a_session_goes_on_by_a_finger_to_its_summary(phone: Page) -> None:
    tasks = Task.objects.order_by("-created_at", "-pk")[:2]
    phone.goto("/sessions/")
    session = phone.evaluate(MADE, [str(task.uuid) for task in tasks])
    phone.goto(f"{session}?at=1")
    expect(phone.locator("#count")).to_have_text("1 of 2")
    finger = Finger(phone)
    finger.draw(phone, "#screen", 150)
    expect(phone.locator("#count")).to_have_text("1 of 2")
    finger.draw(phone, "#screen", -150)
    expect(phone.locator("#count")).to_have_text("2 of 2")
    finger.draw(phone, "#screen", 150)
    expect(phone.locator("#count")).to_have_text("1 of 2")
    finger.draw(phone, "#screen", -150)
    finger.draw(phone, "#screen", -150)
    phone.wait_for_url("**/summary/")
