"""A real Chromium on a running studio."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.processes.running import Studio

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
expect.set_options(timeout=15_000)  # Two cores are shared by everything that runs beside.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    running = Studio(tmp_path_factory.mktemp("studio"))
    try:
        running.until(running.ready)
        running.until((running.data / "sandbox" / "password").exists)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=installed, args=SWITCHES)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, studio: Studio) -> Iterator[Page]:
    """A page that fails the test when the browser complains: an error, or a policy broken."""
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{studio.port}", viewport={"width": 1440, "height": 900}
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    unexpected = [text for text in complaints if "the server responded with a status of 4" not in text]
    assert unexpected == []


def sign_in(page: Page, studio: Studio, name: str) -> None:
    page.goto("/accounts/login/")
    page.fill('input[name="username"]', name)
    page.fill('input[name="password"]', (studio.data / "sandbox" / "password").read_text().strip())
    page.click('main button[type="submit"]')
    page.wait_for_url("**/studio/**" if name != "reviewer" else "**/*")


@pytest.fixture
def signed_in(page: Page, studio: Studio) -> Page:
    sign_in(page, studio, "creator")
    return page


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    from PIL import Image

    path = tmp_path / "start.jpg"
    Image.linear_gradient("L").resize((640, 360)).convert("RGB").save(path)
    return path
