"""Choosing clips in the gallery and judging them together, by mouse and by keys, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from generations.models import Review

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_by_keys_alone_clips_are_chosen_judged_and_brought_back(look: Callable[..., Page]) -> None:
    page = look()
    page.goto("/gallery/")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    first = page.locator(".shot", has_text="Clip 1 of")
    expect(first.locator(".shot__link")).to_be_focused()
    page.keyboard.press("a")
    expect(first.locator(".shot__meta")).to_contain_text("Approved")
    expect(first.locator(".shot__link")).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+x")
    expect(page.locator(".judge")).to_contain_text("3 chosen")
    page.keyboard.press("4")
    expect(page.locator(".toast")).to_contain_text("4 of 5. 3 clips.")
    expect(page.locator(".shot .stars")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.locator(".judge")).to_be_hidden()
    page.locator(".toast").get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".shot .stars")).to_have_count(0)
    assert set(Review.objects.values_list("stars", "verdict")) == {(None, "approved"), (None, "")}


@pytest.mark.thorough
def test_a_press_on_a_card_chooses_while_clips_are_chosen_and_opens_it_else(
    look: Callable[..., Page],
) -> None:
    page = look(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto("/gallery/")
    page.locator(".gallery__choose").tap()
    for number in (1, 2):
        page.locator(".shot", has_text=f"Clip {number} of").locator(".shot__link").tap()
    expect(page.locator(".judge")).to_contain_text("2 chosen")
    page.get_by_label("All 55 of this view").tap()
    expect(page.locator(".shot__tick:checked")).to_have_count(page.locator(".shot__tick").count())
    page.locator(".judge").get_by_role("button", name="Reject").tap()
    expect(page.locator(".toast")).to_contain_text("Rejected. 55 clips.")
    assert Review.objects.filter(verdict="rejected").count() == 55
    page.locator(".judge").get_by_role("button", name="Choose none").tap()
    page.locator(".gallery__choose").tap()
    page.locator(".shot", has_text="Clip 1 of").locator(".shot__link").tap()
    page.wait_for_url("**/tasks/**")
