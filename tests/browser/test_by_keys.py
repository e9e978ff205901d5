"""Drop zones by keys alone: images, videos and sounds are given, moved, cropped, taken out and replaced."""

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import open_form
from tests.files.corpus import film

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
MOST = 60
"""Presses of Tab from the prompt to one end of the form."""


@pytest.fixture
def page(signed_in: Page) -> Iterator[Page]:
    """A page on which nobody has pressed a pointer in the end."""
    signed_in.on(
        "filechooser", lambda _: None
    )  # Else each wait for one begins to listen too late now and then.
    signed_in.add_init_script("addEventListener('pointerdown', () => { window.pointed = true; }, true);")
    yield signed_in
    assert not signed_in.evaluate("window.pointed")


def tab_to(page: Page, selector: str) -> None:
    """From the prompt on, as somebody does who sees where the focus is."""
    for key in ("Shift+Tab", "Tab"):
        page.locator("[data-prompt]").focus()
        for _ in range(MOST):
            page.keyboard.press(key)
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
    raise AssertionError(f"Tab leads to no {selector}")


def press(page: Page, zone: str, selector: str) -> None:
    """Press Enter on it; the focus stays in the zone, or in what has opened."""
    tab_to(page, f"{zone} {selector}")
    page.keyboard.press("Enter")


def choose(page: Page, zone: str, path: Path) -> None:
    tab_to(page, f"{zone} [data-place] input[type=file]")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(path)
    expect(page.locator(f"{zone} [data-tile]", has_text=path.name)).to_have_count(1)
    expect(page.locator("#order .htmx-request, #order.htmx-settling")).to_have_count(0)


def expect_focus_in(page: Page, zone: str) -> None:
    page.wait_for_function("(zone) => document.activeElement.closest(zone)", arg=zone)


def emptied(page: Page, path: str, zone: str) -> Locator:
    """The tiles of a zone with nothing in it."""
    open_form(page, path)
    tiles = page.locator(f"{zone} [data-tile]")
    for left in reversed(range(tiles.count())):
        press(page, zone, "[name=discard]")
        expect(tiles).to_have_count(left)
    return tiles


def test_images_are_given_moved_cropped_and_replaced(page: Page, tmp_path: Path) -> None:
    zone = "[data-media=imageUrls]"
    squares = [tmp_path / f"{name}.png" for name in ("one", "two", "three")]
    for turn, path in enumerate(squares):
        Image.linear_gradient("L").resize((800, 800)).rotate(90 * turn).save(path)
    tiles = emptied(page, "/studio/veo3_fast/", zone)
    for count, path in enumerate(squares[:2], 1):
        choose(page, zone, path)
        expect(tiles).to_have_count(count)
        expect_focus_in(page, zone)
    expect(tiles.nth(1)).to_contain_text("Last")  # The form has come with both.
    first = tiles.nth(0).get_attribute("data-tile") or ""
    press(page, zone, "[name=swap]")
    expect(tiles.nth(1)).to_have_attribute("data-tile", first)
    expect_focus_in(page, zone)
    shape = page.locator("#order .medias").get_attribute("data-follows")
    wide = page.locator(f'[name="{shape}"][value="16:9"]')
    while not wide.is_checked():
        page.locator(f'[name="{shape}"]:checked').focus()
        page.keyboard.press("ArrowRight")
    expect(tiles.nth(0).locator("[name=crop]")).to_have_attribute("data-crop", "16:9")
    second = tiles.nth(0).get_attribute("data-tile") or ""
    press(page, zone, f'[data-tile="{second}"] [name=crop]')
    expect(page.locator(".crop__window")).to_be_focused()
    for key in ("ArrowDown", "-", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#crop")).to_be_hidden()
    expect(tiles.nth(0)).not_to_have_attribute("data-tile", second)
    expect_focus_in(page, zone)
    cropped = tiles.nth(0).get_attribute("data-tile") or ""
    press(page, zone, f'[data-tile="{cropped}"] [name=discard]')
    expect(tiles).to_have_count(1)
    expect(tiles.nth(0)).to_have_attribute("data-tile", first)
    expect_focus_in(page, zone)
    choose(page, zone, squares[2])
    expect(tiles).to_have_count(2)
    expect(tiles.nth(1)).to_contain_text("three.png")


def test_a_video_and_a_sound_are_given_played_and_taken_out(page: Page, tmp_path: Path) -> None:
    dance, voice = tmp_path / "dance.mp4", tmp_path / "voice.wav"
    film(dance, size=(640, 360), frames=60)
    with wave.open(str(voice), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(2 * 8000 * 3))
    for path, name, file in (
        ("/studio/kling-2.6/motion-control/", "video_urls", dance),
        ("/studio/infinitalk/from-audio/", "audio_url", voice),
    ):
        zone = f"[data-media={name}]"
        tiles = emptied(page, path, zone)
        choose(page, zone, file)
        expect(tiles).to_contain_text(file.name)
        expect_focus_in(page, zone)
        press(page, zone, "[data-play]")
        expect(tiles.locator("[data-play]")).to_have_attribute("aria-pressed", "true")
        press(page, zone, "[name=discard]")
        expect(tiles).to_have_count(0)
        expect_focus_in(page, zone)
