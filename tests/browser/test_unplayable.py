"""What this browser has no decoder for is never a dead Play button, and can be made to play."""

import hashlib
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journey import arrives, order, plays, send
from tests.files.corpus import film
from tests.processes.running import Studio

pytestmark = pytest.mark.browser


def becomes(studio: Studio, prompt: str, source: Path, codec: str) -> str:
    """Let the clip of a task be this file; the address of the task's page."""
    data = studio.data / "sandbox"
    with sqlite3.connect(data / "kiestudio.sqlite3", timeout=20) as database:
        found = (
            "SELECT v.id, v.path, t.uuid FROM generations_video v JOIN generations_task t ON t.id = v.task_id"
        )
        pk, path, uuid = database.execute(f"{found} WHERE t.prompt = ?", [prompt]).fetchone()
        body = source.read_bytes()
        (data / "media" / path).write_bytes(body)
        database.execute(
            "UPDATE generations_video SET size = ?, sha256 = ?, container = 'mov', video_codec = ?, "
            "audio_codec = '', pixel_format = '' WHERE id = ?",
            [len(body), hashlib.sha256(body).hexdigest(), codec, pk],
        )
    return f"/tasks/{uuid[:8]}-{uuid[8:12]}-{uuid[12:16]}-{uuid[16:20]}-{uuid[20:]}/"


@pytest.mark.thorough
def test_a_clip_without_a_decoder_says_so_and_is_made_to_play(
    signed_in: Page, studio: Studio, tmp_path: Path
) -> None:
    page, prompt = signed_in, "A reel from an edit suite"
    order(page, "kling-2.6/text-to-video", prompt)
    send(page)
    arrives(page, prompt)
    film(tmp_path / "prores", "prores_ks", form="mov", pixels="yuv422p10le", size=(320, 180))
    address = becomes(studio, prompt, tmp_path / "prores", "prores")

    page.goto("/studio/kling-2.6/text-to-video/")
    latest = page.locator(".latest .player")
    expect(latest).to_contain_text("This browser cannot play ProRes")
    expect(latest.locator('[data-do="play"]')).to_be_hidden()

    page.goto(address)
    expect(page.locator("#player")).to_contain_text("This browser cannot play ProRes")
    expect(page.locator('[data-do="play"]')).to_be_hidden()
    assert page.locator("#player").get_by_role("link", name="Download it").is_visible()
    page.get_by_role("button", name="Make a version that plays everywhere").click()
    expect(page.locator("#rendition")).to_contain_text("The original is kept as it came", timeout=120_000)
    expect(page.locator('[data-do="play"]')).to_be_visible()
    plays(page)
    assert page.evaluate("document.querySelector('video').videoWidth") == 320
