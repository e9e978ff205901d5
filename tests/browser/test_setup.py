"""The first page of all, where nobody is signed in yet, says it too when the server is gone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.thorough
def test_a_server_that_fails_or_is_gone_is_said_until_it_is_back(
    browser: Browser, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    (Path(settings.DATA_DIR) / "setup-token").write_text("right\n")
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.goto("/setup/right/")
    notice = page.locator("main > .notice")
    page.route("**/setup/right/", lambda route: route.abort())
    expect(notice).to_contain_text("The server cannot be reached.")
    page.unroute("**/setup/right/")
    page.route("**/setup/right/", lambda route: route.fulfill(status=500, body="<h1>Server error</h1>"))
    expect(notice).to_contain_text("The server failed (500).")
    page.unroute("**/setup/right/")
    expect(notice).to_have_count(0)
    context.close()
