"""Wishes that are made faster than the server answers: each leaves as it was made, in its turn."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from generations.models import Review, Task

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
Look = Callable[..., Page]
STILL = {"reduced_motion": "reduce"}
"""No page fades into another one: the next may come at once."""


class Wishes(list[Route]):
    """What is sent to an address, each held until it is let go."""

    def __init__(self, page: Page, address: str = "**/review/") -> None:
        super().__init__()
        self.page = page
        page.route(address, lambda route: self.append(route))  # noqa: PLW0108 Playwright marks what it calls.

    def expect(self, count: int, field: str) -> None:
        """So many were sent, and the last has this field."""
        for _ in range(500):
            if len(self) >= count:
                break
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(100)  # Whatever else htmx does after an answer is done.
        assert len(self) == count
        assert field in (self[-1].request.post_data or "")

    def let_go(self) -> None:
        self[-1].continue_()


def opened(look: Look, number: int = 1) -> Page:
    page = look(**STILL)
    page.goto(Task.objects.get(prompt__contains=f"Clip {number} of").get_absolute_url())
    expect(page.locator("#review")).to_be_visible()
    return page


def press(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def pressed(page: Page, *ids: str) -> None:
    for one in ids:
        expect(page.locator(f"#{one}")).to_have_attribute("aria-pressed", "true")


def test_wishes_in_a_row_leave_one_after_the_other(look: Look) -> None:
    page = opened(look)
    wishes = Wishes(page)
    press(page, "a 4 e r")
    for count, field in enumerate(("verdict=approved", "stars=4", "verdict=changes", "verdict=rejected"), 1):
        wishes.expect(count, field)
        wishes.let_go()
    pressed(page, "verdict-rejected", "star-4")
    expect(page.locator(".htmx-request")).to_have_count(0)


def test_what_follows_a_form_that_has_gone_is_sent(look: Look) -> None:
    page = opened(look)
    press(page, "a")
    pressed(page, "verdict-approved")
    wishes = Wishes(page)
    press(page, "u u 4")
    wishes.expect(1, "verdict=withdrawn")
    wishes.let_go()
    wishes.expect(2, "stars=4")
    wishes.let_go()
    pressed(page, "star-4")


def test_another_page_waits_until_what_was_pressed_here_is_answered(look: Look) -> None:
    page = opened(look)
    wishes, here = Wishes(page), page.url
    press(page, "2 a g g g g")  # To the gallery, twice.
    wishes.expect(1, "stars=2")
    wishes.let_go()
    wishes.expect(2, "verdict=approved")
    assert page.url == here
    wishes.let_go()
    page.wait_for_url("**/gallery/")
    assert list(Review.objects.values_list("stars", "verdict")) == [(2, "approved")]


def test_a_link_that_waits_long_says_so_and_leaves_when_it_is_pressed_again(look: Look) -> None:
    page = opened(look)
    wishes = Wishes(page)
    press(page, "2 g g")
    wishes.expect(1, "stars=2")
    expect(page.locator(".toast", has_text="still on its way")).to_be_visible()
    press(page, "g g")
    page.wait_for_url("**/gallery/")


def test_a_link_is_followed_once(look: Look) -> None:
    page = opened(look)
    wishes = Wishes(page)
    press(page, "2")
    page.get_by_role("link", name="Gallery").first.evaluate(
        "(link) => { link.hash = 'here'; link.search = ''; }"
    )
    page.evaluate(
        """() => {
          window.went = 0;
          document.addEventListener("click", (event) => {
            if (!event.target.closest("a")) return;
            window.went += !event.defaultPrevented;
            event.preventDefault();
          });
        }"""
    )
    page.get_by_role("link", name="Gallery").first.click()
    wishes.expect(1, "stars=2")
    wishes.let_go()
    page.wait_for_function("() => window.went === 1")
    press(page, "3")
    wishes.expect(2, "stars=3")
    wishes.let_go()
    pressed(page, "star-3")
    assert page.evaluate("window.went") == 1


def test_in_the_gallery_each_wish_goes_to_what_was_chosen_when_it_was_made(look: Look) -> None:
    page = look()
    page.goto("/gallery/")
    wishes = Wishes(page, "**/gallery/chosen/")
    cards = [page.locator(".shot", has_text=f"Clip {number} of").locator(".shot__tick") for number in (1, 5)]
    cards[0].check(force=True)
    press(page, "a 4 Escape")
    cards[1].check(force=True)
    for count, field in enumerate(("verdict=approved", "stars=4"), 1):
        wishes.expect(count, field)
        wishes.let_go()
    expect(page.locator(".toast", has_text="4 of 5. 1 clip.")).to_be_visible()
    assert list(Review.objects.values_list("stars", "verdict")) == [(4, "approved")]
    assert "Clip 1 of" in Review.objects.get().task.prompt


def test_one_card_is_given_nothing_but_what_was_pressed_for_it(look: Look) -> None:
    page = look()
    page.goto("/gallery/")
    page.locator(".shot", has_text="Clip 1 of").locator(".shot__link").focus()
    press(page, "x a Escape ArrowRight 4")
    expect(page.locator(".toast", has_text="4 of 5. 1 clip.")).to_be_visible()
    assert set(Review.objects.values_list("stars", "verdict")) == {(None, "approved"), (4, "")}


def test_what_is_unticked_is_left_out_of_all(look: Look) -> None:
    page = look()
    page.goto("/gallery/")
    page.locator(".shot", has_text="Clip 2 of").locator(".shot__link").focus()
    press(page, "x")
    page.get_by_label("All 55 of this view").check()
    page.locator(".shot", has_text="Clip 1 of").locator(".shot__link").click()
    expect(page.get_by_label("All 55 of this view")).not_to_be_checked()
    press(page, "r")
    expect(page.locator(".toast", has_text="Rejected.")).to_be_visible()
    assert not Review.objects.filter(task__prompt__contains="Clip 1 of").exists()
    assert Review.objects.exists()
