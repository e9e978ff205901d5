"""The gallery and the task page in a real browser: kept places, low windows, forced colours, directions."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from generations import policy
from tests.browser.conftest import DESK
from tests.case_rows import unconfirmed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
STAYS = """() => [...document.querySelectorAll("main *, .bar, .rail")]
    .filter((e) => ["fixed", "sticky"].includes(getComputedStyle(e).position))
    .filter((e) => e.checkVisibility() && e.offsetHeight && !e.matches("[popover], .toasts"))
    .map((e) => e.className)"""
PHONE = {"width": 390, "height": 844}


def cards(page: Page) -> int:
    return page.locator(".gallery__day .shot").count()


def top_of(page: Page, text: str) -> float:
    box = page.locator(".shot", has_text=text).bounding_box()
    assert box
    return box["y"]


def all_of_them(page: Page) -> None:
    """Scroll until the gallery ends."""
    page.goto("/gallery/")
    for count in (48, 55):
        page.locator("#older").scroll_into_view_if_needed()
        expect(page.locator(".gallery__day .shot")).to_have_count(count)


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_back_finds_the_place_the_cards_and_the_focus(
    look: Callable[..., Page], window: dict[str, int]
) -> None:
    page = look(viewport=window)
    all_of_them(page)
    left = page.locator(".shot", has_text="Clip 41 of").locator(".shot__link")
    left.scroll_into_view_if_needed()
    before = top_of(page, "Clip 41 of")
    left.click()
    page.wait_for_url("**/tasks/**")
    page.go_back()
    expect(left).to_be_focused()
    assert cards(page) == 55
    assert top_of(page, "Clip 41 of") == pytest.approx(before, abs=2)


def test_a_filter_that_is_chosen_while_words_are_searched_takes_them_along(look: Callable[..., Page]) -> None:
    page = look()
    page.goto("/gallery/?q=clip")
    page.route("**/gallery/?q=quiet", lambda _: None)  # The search has no answer yet.
    with page.expect_request("**/gallery/?q=quiet"):
        page.fill("#q", "quiet")
    page.locator('[popovertarget="f-verdict"]').click()
    page.locator("#f-verdict a", has_text="To review").click()
    page.wait_for_url("**/gallery/?verdict=review&q=quiet")
    expect(page.locator("#q")).to_have_value("quiet")
    expect(page.locator(".gallery__day .shot").first).to_be_visible()
    with page.expect_request("**/gallery/?q=quiet+sea*") as asked:
        page.fill("#q", "quiet sea")
        page.locator("#from").evaluate("(from) => { from.value = '2020-01-01'; from.form.requestSubmit(); }")
    assert "from=2020-01-01" in asked.value.url


def test_the_way_up_from_a_task_leads_to_its_card(look: Callable[..., Page]) -> None:
    page = look()
    all_of_them(page)
    page.locator(".shot", has_text="Clip 41 of").locator(".shot__link").click()
    page.wait_for_url("**/tasks/**")
    page.keyboard.press("n")
    expect(page.locator("h1")).to_have_text("Clip 42 of a quiet sea")
    page.locator(".crumbs a").click()
    card = page.locator(".shot", has_text="Clip 42 of")
    expect(card.locator(".shot__link")).to_be_focused()
    expect(card).to_be_in_viewport()


def test_a_chosen_filter_gives_the_focus_back_to_its_pill(look: Callable[..., Page]) -> None:
    page = look()
    page.goto("/gallery/")
    page.locator('[popovertarget="f-verdict"]').click()
    page.locator("#f-verdict").get_by_role("link", name="Approved").press("Enter")
    page.wait_for_url("**verdict=approved**")
    expect(page.locator('#pill-verdict [popovertarget="f-verdict"]')).to_be_focused()
    page.locator("#pill-verdict .pill__off").press("Enter")
    expect(page.locator("button#pill-verdict")).to_be_focused()


@pytest.mark.thorough
def test_a_budget_that_is_set_leaves_the_focus_at_it(look: Callable[..., Page]) -> None:
    page = look(policy.Role.ADMIN)
    page.goto("/credits/")
    line = page.locator('[id^="budget-"]', has_text="Author")
    line.locator("summary").click()
    line.locator('input[name="limit"]').fill("250")
    line.locator('input[name="limit"]').press("Enter")
    expect(line.locator("summary")).to_be_focused()
    expect(line.locator("summary")).to_contain_text("now 250 credits")


@pytest.mark.thorough
def test_an_id_that_is_attached_leaves_the_focus_at_its_task(look: Callable[..., Page]) -> None:
    page = look(policy.Role.ADMIN)
    task = unconfirmed(User.objects.get(username="author"))
    page.goto("/queue/")
    field = page.locator(f"#kie-{task.pk}")
    field.fill("ab12cd34ef56ab12cd34ef56ab12cd34")
    field.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Kie is asked now")
    focused = page.evaluate("document.activeElement.id")
    assert focused in (f"case-{task.pk}", f"row-{task.pk}")


def test_without_script_no_control_is_dead(look: Callable[..., Page]) -> None:
    page = look(java_script_enabled=False)
    page.goto("/gallery/")
    page.locator(".shot__link").first.click()
    page.wait_for_url("**/tasks/**")
    expect(page.locator(".transport")).to_be_hidden()
    expect(page.locator(".timeline")).to_be_hidden()
    expect(page.locator("#verdict-approved")).to_be_visible()
    page.locator(".crumbs a").click()
    expect(page.locator(".shot").first).to_be_visible()


@pytest.mark.thorough
def test_a_phone_opens_the_chart_at_today_and_leads_to_the_search(look: Callable[..., Page]) -> None:
    page = look(viewport=PHONE)
    page.goto("/credits/")
    expect(page.locator(".chart .day--today .hit")).to_be_in_viewport()
    page.get_by_role("link", name="Search everything").click()
    expect(page.locator("#palette .input")).to_be_focused()


@pytest.mark.parametrize("path", ["/gallery/", "task", "/credits/", "/credits/statement/", "/models/"])
def test_a_small_window_shows_all_of_a_page(look: Callable[..., Page], path: str) -> None:
    """Nothing is wider than the window; in a low one nothing stays and covers the rest (WCAG 1.4.10)."""
    page = look()
    page.goto("/gallery/" if path == "task" else path)
    if path == "task":
        page.locator(".shot__link").first.click()
        page.wait_for_url("**/tasks/**")
    for width, height in [(720, 450), (844, 390), (320, 640)]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.evaluate(STAYS) == [] or height > 544


@pytest.mark.thorough
def test_forced_colours_tell_what_is_chosen(look: Callable[..., Page]) -> None:
    page = look(forced_colors="active", reduced_motion="reduce")
    page.goto("/gallery/")
    page.locator(".shot__link").first.click()
    page.locator("#verdict-approved").click()
    expect(page.locator("#verdict-approved")).to_have_attribute("aria-pressed", "true")
    page.mouse.move(0, 0)
    colour = "e => getComputedStyle(e).backgroundColor"
    chosen = page.locator("#verdict-approved").evaluate(colour)
    assert chosen != page.locator("#verdict-rejected").evaluate(colour)
    page.goto("/credits/")
    assert page.locator('nav[aria-label="Period"] [aria-current]').evaluate(colour) == chosen
    assert page.locator('nav[aria-label="Period"] a:not([aria-current])').first.evaluate(colour) != chosen
    page.goto("/gallery/?verdict=approved")
    assert page.locator("#pill-verdict").evaluate(colour) == chosen
    assert page.locator("#pill-state").evaluate(colour) != chosen


def test_more_contrast_has_an_effect(look: Callable[..., Page]) -> None:
    read = "() => getComputedStyle(document.documentElement).getPropertyValue('--text-3')"
    page = look()
    page.goto("/gallery/")
    usual = page.evaluate(read)
    page.emulate_media(contrast="more")
    assert page.evaluate(read) != usual


def test_on_paper_it_is_light_and_without_the_frame(look: Callable[..., Page]) -> None:
    page = look(color_scheme="dark")
    page.goto("/credits/statement/")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for part in (".rail", ".bar__end", ".toolbar .btn"):
        expect(page.locator(part).first).to_be_hidden()
    assert page.locator("#main").evaluate("e => getComputedStyle(e).overflowY") == "visible"


@pytest.mark.thorough
def test_a_prompt_runs_in_the_direction_of_its_words(look: Callable[..., Page]) -> None:
    page = look()
    page.goto("/gallery/")
    direction = "e => getComputedStyle(e).direction"
    titles = page.locator(".shot__title")
    assert titles.nth(0).evaluate(direction) == "rtl"
    assert titles.nth(1).evaluate(direction) == "ltr"
    titles.nth(0).click()
    page.wait_for_url("**/tasks/**")
    page.fill("#note", "انتظر")
    for part in ("h1", "#prompt", "#note"):
        assert page.locator(part).evaluate(direction) == "rtl"
    assert page.locator(".timecode").evaluate(direction) == "ltr"


def test_escape_leads_from_the_comment_back_to_the_keys(look: Callable[..., Page]) -> None:
    page = look()
    page.goto("/gallery/")
    page.locator(".shot__link").first.click()
    page.wait_for_url("**/tasks/**")
    page.keyboard.press("c")
    page.keyboard.type("a5")
    expect(page.locator("#verdict-approved")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("#verdict-approved")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#note")).to_have_value("a5")


@pytest.mark.thorough
def test_single_keys_can_be_switched_off(look: Callable[..., Page]) -> None:
    page = look()
    page.goto("/gallery/")
    page.keyboard.press("?")
    page.locator("#letters").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".shot__link").first).to_be_focused()
    page.get_by_role("button", name="menu").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.locator("#letters").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
