"""What is here already goes into the form: dragged, pasted, chosen, cropped, by pointer and by keys alone."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import open_form, without_pictures

pytestmark = pytest.mark.browser
FRAME = re.compile(r"#\d+ at 0\.00 s\.jpg")
"""Of whichever clip is the latest: others are still being made."""
HAILUO, VEO = "/studio/hailuo/02-image-to-video-standard/", "/studio/veo3_fast/"
PASTE = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 90, height: 90 });
  canvas.getContext("2d").fillRect(0, 0, 90, 90);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([blob], "pasted.png", { type: "image/png" }));
  const how = { clipboardData, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new ClipboardEvent("paste", how));
}"""


@pytest.fixture
def squares(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "square.png", tmp_path / "square too.png"]
    for path, turn in zip(paths, (0, 90), strict=True):
        Image.linear_gradient("L").resize((800, 800)).rotate(turn).save(path)
    return paths


def test_a_frame_of_the_player_is_dragged_an_image_pasted_and_a_part_of_it_kept(
    signed_in: Page, own_clip: str
) -> None:
    page = signed_in
    open_form(page, HAILUO)
    without_pictures(page)
    page.reload()
    zone = page.locator("[data-media=image_url]")
    tile = zone.locator("[data-tile]")
    page.locator(".latest video").drag_to(zone.locator("[data-place]"))
    expect(tile).to_contain_text(FRAME)
    first = tile.get_attribute("data-tile")
    expect(page.locator("#draft-state")).to_have_text("")
    page.reload()
    expect(tile).to_have_attribute("data-tile", first or "")
    tile.get_by_role("button", name="Remove").click()
    expect(tile).to_have_count(0)
    page.evaluate(PASTE)
    expect(tile).to_contain_text("pasted.png")
    page.locator(".latest video").drag_to(tile)
    expect(tile).to_contain_text(FRAME)  # Where one is taken, the next takes its place.
    expect(tile).to_have_count(1)

    page.goto(own_clip)
    page.locator("#video").evaluate("(video) => { video.currentTime = 1.0; }")
    page.get_by_role("button", name="This frame").click()
    page.wait_for_url("**first=**")
    expect(page.locator("#order [data-tile]")).to_contain_text("at 1.00 s.jpg")
    page.goto(own_clip)
    page.get_by_role("link", name="Same prompt on another model").click()
    expect(page.locator("#models")).to_be_visible()
    page.keyboard.press("Escape")
    assert "from=" in page.url


def give_two_and_take_them_out(zone: Locator, squares: list[Path]) -> None:
    tiles = zone.locator("[data-tile]")
    for count, square in enumerate(squares, 1):
        zone.locator("input[type=file]").first.set_input_files(square)
        expect(tiles).to_have_count(count)
    expect(tiles.nth(1)).to_contain_text("Last")  # The form has come with both.
    for count in (1, 0):
        tiles.first.get_by_role("button", name="Remove").click()
        expect(tiles).to_have_count(count)


def choose_two(page: Page, zone: Locator) -> list[str]:
    """By keys alone, in the drawer; the two in the order in which they were chosen."""
    zone.get_by_role("button", name="choose from ours").press("Enter")
    drawer = page.locator("#assets")
    expect(drawer.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("square")
    expect(drawer.locator("#asset-list")).not_to_contain_text(".jpg")
    for key in ("ArrowDown", "Enter", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    pressed = drawer.locator('[aria-pressed="true"]')
    expect(pressed).to_have_count(2)
    expect(drawer.get_by_role("status")).to_have_text("2 of 2 chosen.")
    chosen = [(button.get_attribute("value") or "").split()[1] for button in pressed.all()]
    drawer.get_by_role("button", name="Use 2", exact=True).press("Enter")
    expect(drawer).to_be_hidden()
    return chosen


def crop(page: Page, tile: Locator) -> None:
    """By keys alone: a smaller part than it could be."""
    tile.get_by_role("button", name="Crop to 16:9").press("Enter")
    window, facts = page.locator(".crop__window"), page.locator("#crop-facts")
    expect(window).to_be_focused()
    expect(facts).to_have_text("800 × 450 of 800 × 800 pixels")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("-")
    expect(facts).to_have_text("762 × 429 of 800 × 800 pixels")
    page.keyboard.press("Enter")
    expect(page.locator("#crop")).to_be_hidden()


def test_images_are_chosen_in_their_order_and_cropped_by_keys_alone(
    signed_in: Page, squares: list[Path]
) -> None:
    page = signed_in
    open_form(page, VEO)
    without_pictures(page)
    zone = page.locator("[data-media=imageUrls]")
    tiles = zone.locator("[data-tile]")
    give_two_and_take_them_out(zone, squares)
    wanted = choose_two(page, zone)
    expect(tiles).to_have_count(2)
    assert [tile.get_attribute("data-tile") for tile in tiles.all()] == wanted

    page.locator("label", has_text="16:9").first.click()
    crop(page, tiles.first)
    expect(tiles.first.get_by_role("button", name="Crop to")).to_have_count(0)
    assert tiles.first.get_attribute("data-tile") != wanted[0]
    tiles.first.get_by_role("button", name="again").press("Enter")
    expect(tiles.first).to_have_attribute("data-tile", wanted[0])
    page.locator("label", has_text="9:16").first.click()
    expect(tiles.first.get_by_role("button", name="Crop to 9:16")).to_be_visible()


def test_changes_that_were_asked_are_ordered_with_the_comments_in_view(
    signed_in: Page, own_clip: str
) -> None:
    page = signed_in
    page.goto(own_clip)
    page.locator("#video").evaluate("(video) => { video.currentTime = 0.5; }")
    page.keyboard.press("e")
    page.locator("#note").fill("Softer light")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#comment-list")).to_contain_text("Softer light")
    page.get_by_role("link", name="Order the changes").click()
    pinned = page.locator("#answering")
    expect(pinned).to_contain_text("Softer light")
    page.locator('textarea[name="prompt"]').press_sequentially(" Softer.")
    expect(page.locator("#order [name=replaces]")).to_have_value("")  # The draft is kept.
    page.reload()
    expect(pinned).to_contain_text("Softer light")
    pinned.locator("summary").click()
    page.locator("label", has_text="9:16").first.click()
    expect(pinned).not_to_have_attribute("open", "")
    pinned.locator("summary").click()
    pinned.get_by_role("link", name="0:00").click()
    page.wait_for_url("**#c*")
    page.wait_for_function("() => Math.abs(document.querySelector('#video').currentTime - 0.5) < 0.1")
    page.go_back()
    pinned.get_by_role("button", name="Not for").click()
    expect(pinned).to_have_count(0)


DRAGGED = """() => document.addEventListener("dragstart", ({ dataTransfer }) => {
  window.dragged = [...dataTransfer.types].map((type) => [type, dataTransfer.getData(type)]);
}, { once: true })"""
DROP = """(zone, dragged) => {
  const dataTransfer = new DataTransfer();
  for (const [type, text] of dragged) dataTransfer.setData(type, text);
  for (const kind of ["dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""


@pytest.mark.thorough
def test_a_poster_is_dragged_from_the_gallery_into_the_form_of_another_window(
    signed_in: Page, own_clip: str
) -> None:
    """What a browser carries between two windows is read in one and let go in the other."""
    page = signed_in
    open_form(page, HAILUO)
    without_pictures(page)
    gallery = page.context.new_page()
    gallery.goto("/gallery/")
    gallery.evaluate(DRAGGED)
    gallery.locator(".shot:has([data-clip])").first.hover()
    gallery.mouse.down()
    gallery.mouse.move(400, 500, steps=8)
    gallery.mouse.up()
    dragged = gallery.evaluate("window.dragged")
    assert dragged, "nothing was dragged"
    zone = page.locator("[data-media=image_url]")
    zone.locator("[data-place]").evaluate(DROP, dragged)
    expect(zone.locator("[data-tile]")).to_contain_text(re.compile(r"#\d+ at \d+\.\d\d s\.jpg"))
