"""A real Chromium on a running studio."""

import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from generations import policy
from generations.simulator.api.store import Store
from tests.browser.rows import ARABIC, cookie_of, fill
from tests.files.corpus import film
from tests.processes.clips import put_clips
from tests.processes.running import Studio

DESK: ViewportSize = {"width": 1440, "height": 900}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
expect.set_options(timeout=15_000)  # Two cores are shared by everything that runs beside.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required",
]


CREDITS = Decimal(100_000)
"""More than all tests of it order together: without credits its sending pauses."""


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    data = tmp_path_factory.mktemp("studio")
    (data / "sandbox").mkdir(mode=0o700)
    Store(data / "sandbox" / "simulator.sqlite3", CREDITS)
    running = Studio(data)
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


OVERTAKEN = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx says of a question that a newer one has replaced. Of a broken line it says more."""
CLIPS = 40
"""Clips of the studio that belong to one test each: more than there are such tests."""


@pytest.fixture(scope="session")
def clips(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    source = tmp_path_factory.mktemp("clips") / "own.mp4"
    film(source, size=(320, 180))
    return iter([put.page for put in put_clips(studio, source, count=CLIPS, seconds=1)])


@pytest.fixture
def own_clip(clips: Iterator[str]) -> str:
    """The page of a clip that nobody has judged or spoken about yet, and that no other test opens."""
    return next(clips)


@pytest.fixture
def page(browser: Browser, studio: Studio) -> Iterator[Page]:
    """A page that fails the test when the browser complains: an error, or a policy broken."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{studio.port}", viewport=DESK)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    unexpected = [text for text in complaints if not text.startswith(OVERTAKEN)]
    unexpected = [text for text in unexpected if "the server responded with a status of 4" not in text]
    assert unexpected == []


def sign_in(page: Page, studio: Studio, name: str) -> None:
    page.goto("/accounts/login/")
    page.fill('input[name="username"]', name)
    page.fill('input[name="password"]', (studio.data / "sandbox" / "password").read_text().strip())
    page.click('main button[type="submit"]')
    page.wait_for_url("**/studio/**" if name != "reviewer" else "**/*")


def enter(page: Page, studio: Studio, name: str) -> None:
    """Signed in as this person, by the cookies of the first time: hashing a password each time takes long."""
    key = (studio.port, name)
    if key not in _cookies:
        sign_in(page, studio, name)
        _cookies[key] = page.context.cookies()
    page.context.add_cookies(_cookies[key])


_cookies: dict[tuple[int, str], Any] = {}


@pytest.fixture
def signed_in(page: Page, studio: Studio) -> Page:
    enter(page, studio, "creator")
    page.goto("/studio/")
    return page


@pytest.fixture
def on_a_bad_line(browser: Browser, studio: Studio) -> Iterator[Page]:
    """An admin's page whose line is broken by the test: the browser may complain of that."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{studio.port}", viewport=DESK)
    opened = context.new_page()
    enter(opened, studio, "admin")
    yield opened
    context.close()


@pytest.fixture
def look(
    browser: Browser, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Page]]:
    """A page on a gallery of 55 clips, a reviewer's; Chromium keeps no page that was left."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    fill(55, n0=ARABIC)
    contexts = []

    def make(role: policy.Role = policy.Role.REVIEWER, **how: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **{"viewport": DESK} | how)
        cookie = {"name": "sessionid", "value": cookie_of(role.value, role), "url": live_server.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    from PIL import Image

    path = tmp_path / "start.jpg"
    Image.linear_gradient("L").resize((640, 360)).convert("RGB").save(path)
    return path
