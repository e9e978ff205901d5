"""The whole road in a real browser: sign in, order, see it arrive, play it, review it, see what it cost."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.browser.pages import open_form, without_pictures
from tests.processes.running import Studio, manage

pytestmark = pytest.mark.browser
ARRIVES = 120_000


def order(page: Page, model_id: str, prompt: str) -> None:
    """Fill the prompt on the model's page and press the one primary button."""
    open_form(page, f"/studio/{model_id}/")
    page.fill('textarea[name="prompt"]', prompt)


def send(page: Page) -> None:
    page.click('form#order button[type="submit"].btn--primary')


def arrives(page: Page, prompt: str) -> None:
    """Without a reload, the task's card in the Now strip turns ready."""
    card = page.locator("#now .job", has_text=prompt)
    expect(card.first).to_be_visible()
    expect(card.filter(has_text="Ready").first).to_be_visible(timeout=ARRIVES)


def plays(page: Page) -> None:
    """The clip has data and its time goes on."""
    page.evaluate("document.querySelector('video').muted = true")
    page.evaluate("document.querySelector('video').play()")
    page.wait_for_function("() => document.querySelector('video').readyState >= 3")
    began = page.evaluate("document.querySelector('video').currentTime")
    page.wait_for_function("began => document.querySelector('video').currentTime > began + 0.3", arg=began)


def test_a_text_order_arrives_plays_and_is_reviewed(signed_in: Page) -> None:
    page = signed_in
    prompt = "A lighthouse in the rain, slow pan"
    order(page, "kling-2.6/text-to-video", prompt)
    page.locator("label", has_text=re.compile(r"^\s*10 s")).click()
    expect(page.locator('form#order button[type="submit"].btn--primary')).to_contain_text("110")
    send(page)
    arrives(page, prompt)

    page.locator("#now .job", has_text=prompt).first.get_by_role("link", name=prompt).first.click()
    page.wait_for_url("**/tasks/**")
    plays(page)

    page.click("#verdict-approved")
    expect(page.locator("#review")).to_contain_text("Approved")
    page.locator("#review textarea, #review input[name='text']").first.fill("Hold the last second longer")
    page.locator("#review").get_by_role("button", name="Send").click()
    expect(page.locator("#review")).to_contain_text("Hold the last second longer")
    page.reload()
    expect(page.locator("#review")).to_contain_text("Approved")


def test_an_image_order_arrives_and_plays(signed_in: Page, picture: Path) -> None:
    page = signed_in
    prompt = "The light moves across the wall"
    order(page, "hailuo/02-image-to-video-standard", prompt)
    without_pictures(page)
    page.set_input_files('form#order input[type="file"][name="image_url"]', picture)
    expect(page.locator('input[type="hidden"][name="image_url"]')).to_have_value(re.compile("upload:"))
    page.locator("label", has_text=re.compile(r"^\s*6 s")).click()
    send(page)
    arrives(page, prompt)


@pytest.mark.thorough
def test_a_veo_order_with_mode_and_seed_arrives(signed_in: Page) -> None:
    page = signed_in
    prompt = "Dunes at dusk, the wind lifts sand"
    order(page, "veo3_fast", prompt)
    page.locator("label.shape", has_text="9:16").click()
    page.locator("label", has_text=re.compile(r"^\s*4 s")).click()
    send(page)
    arrives(page, prompt)


def test_changing_the_model_keeps_what_was_typed(signed_in: Page) -> None:
    page = signed_in
    order(page, "veo3_fast", "A prompt that stays")
    page.keyboard.press("Alt+m")
    page.locator("dialog[open]").get_by_text("Wan 2.6").first.click()
    expect(page).to_have_url(re.compile("wan/2-6-text-to-video"))
    expect(page.locator('textarea[name="prompt"]')).to_have_value("A prompt that stays")


def test_bad_input_is_told_at_the_field_and_nothing_is_lost(signed_in: Page) -> None:
    page = signed_in
    long = "x" * 1001
    order(page, "kling-2.6/text-to-video", long)
    send(page)
    field = page.locator('textarea[name="prompt"]')
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("form#order")).to_contain_text("1,000 characters")
    expect(field).to_have_value(long)


def test_clicking_twice_orders_once(signed_in: Page, studio: Studio) -> None:
    page = signed_in
    prompt = "Only one of these"
    order(page, "wan/2-6-text-to-video", prompt)
    page.locator('form#order button[type="submit"].btn--primary').dblclick()
    arrives(page, prompt)
    expect(page.locator("#now .job", has_text=prompt)).to_have_count(1)


@pytest.mark.thorough
def test_a_playing_video_keeps_playing_while_others_arrive(signed_in: Page) -> None:
    page = signed_in
    order(page, "bytedance/seedance-1.5-pro", "A second clip")
    page.locator(".latest").hover()  # What is pointed at stays, whatever else arrives meanwhile.
    plays(page)
    page.evaluate(
        "document.querySelector('video').loop = true; window.kept = document.querySelector('video')"
    )
    send(page)
    arrives(page, "A second clip")
    assert page.evaluate("document.contains(window.kept) && !window.kept.paused")


def test_a_reviewer_sees_and_decides_but_cannot_order(page: Page, studio: Studio) -> None:
    enter(page, studio, "reviewer")
    page.goto("/gallery/")
    expect(page.locator(".shot").first).to_be_visible()
    answer = page.goto("/studio/veo3_fast/")
    assert answer is not None
    assert answer.status == 403


def test_the_credits_page_adds_up_with_the_balance(page: Page, studio: Studio) -> None:
    enter(page, studio, "admin")
    page.goto("/credits/")
    expect(page.locator("main")).to_contain_text("Do our books match Kie?")
    assert manage(studio.data, "ledger", "--check").returncode == 0


@pytest.mark.parametrize("path", ["/studio/", "/queue/", "/gallery/", "/credits/", "/models/"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_no_page_is_wider_than_the_window(
    page: Page, studio: Studio, path: str, width: int, height: int
) -> None:
    enter(page, studio, "admin")
    page.set_viewport_size({"width": width, "height": height})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [800, 844, 1000])
def test_a_tablet_shows_whose_tasks_whole(signed_in: Page, width: int) -> None:
    page = signed_in
    page.set_viewport_size({"width": width, "height": 390})
    words = page.locator("#now .seg a")
    expect(words).to_have_count(2)
    assert words.evaluate_all("all => all.filter((a) => a.scrollWidth > a.clientWidth)") == []
    assert page.locator("#now > .sec").first.evaluate("e => e.scrollWidth <= e.clientWidth")
