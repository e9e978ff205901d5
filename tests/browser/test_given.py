"""Videos are given in the order form, seen on their way and played there."""

import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import open_form
from tests.files.corpus import film

pytestmark = pytest.mark.browser
ON_ITS_WAY = """() => {
  const sent = document.querySelector("[data-media] progress:not([hidden])")?.value;
  return sent > 0 && sent < 1;
}"""


def test_a_video_is_seen_on_its_way_measured_and_played_in_its_tile(signed_in: Page, tmp_path: Path) -> None:
    page = signed_in
    dance, short = tmp_path / "dance.mp4", tmp_path / "short.mp4"
    film(dance, size=(640, 360), frames=60)
    film(short, frames=12)
    with dance.open("ab") as file:  # What players pass over makes it slow enough to be seen.
        noise = random.Random(1).randbytes(900_000)
        file.write((len(noise) + 8).to_bytes(4) + b"free" + noise)
    open_form(page, "/studio/kling-2.6/motion-control/")
    zone = page.locator("[data-media=video_urls]")
    zone.locator("input[type=file]").first.set_input_files(short)
    expect(zone).to_contain_text("short.mp4 is 1.0 s long. At least 3 s are needed.")
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 600_000}
    line.send("Network.emulateNetworkConditions", slow)
    zone.locator("input[type=file]").first.set_input_files(dance)
    bar = zone.locator("progress")
    expect(bar).to_be_visible()
    page.wait_for_function(ON_ITS_WAY)
    expect(zone.locator("[data-tile]")).to_contain_text("dance.mp4 5.0 s, 640 × 360, 12 fps")
    expect(zone).not_to_contain_text("At least 3 s")
    play = page.get_by_role("button", name="Play dance.mp4")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("() => document.querySelector('[data-tile] video').currentTime > 0")
    line.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    page.reload()
    expect(zone.locator("[data-tile]")).to_contain_text("dance.mp4")


def test_prices_in_a_long_list_follow_what_is_chosen_elsewhere(signed_in: Page) -> None:
    page = signed_in
    open_form(page, "/studio/kling-3.0/video/")
    lengths = page.locator("select[name=duration]")
    lengths.select_option("7")
    loud = page.locator("#p-duration-10")
    before = loud.text_content()
    page.locator("label.switch", has_text="Sound").first.click()
    expect(loud).not_to_have_text(before or "")
    expect(loud).to_have_text(re.compile(r"10 s · [\d.,]+ cr"))
    assert lengths.input_value() == "7"
