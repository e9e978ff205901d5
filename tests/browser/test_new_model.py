"""A model that did not exist when the studio started: listed, adopted and ordered in the browser."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.browser.pages import open_form
from tests.processes.running import Studio, manage

pytestmark = pytest.mark.browser
WITHIN = 60


@pytest.mark.thorough
def test_a_new_model_is_ordered_within_a_minute_from_its_schema_alone(page: Page, studio: Studio) -> None:
    enter(page, studio, "admin")
    began = time.monotonic()
    model = manage(studio.data, "catalogue", "play", "new").stdout.split()[-1]
    page.goto("/models/?show=new")
    page.get_by_role("button", name="Compare with Kie").click()
    page.wait_for_url("**/models/")
    page.goto("/models/?show=new")
    adopt = page.get_by_role("button", name=f"Adopt {model}", exact=True)
    expect(adopt).to_be_visible(timeout=WITHIN * 1000)
    adopt.click()
    page.locator("#details").get_by_role("link", name="Use it").click()
    page.wait_for_url(f"**/studio/{model}/")
    open_form(page, f"/studio/{model}/")
    expect(page.locator("form#order")).to_contain_text("Camera motion")
    page.fill('textarea[name="prompt"]', "A paper boat on a canal")
    page.locator('label:has(input[name="duration"][value="8"])').click()
    button = page.locator('form#order button[type="submit"].btn--primary')
    expect(button).to_contain_text("64")
    button.click()
    expect(page.locator("#now .job", has_text="A paper boat on a canal").first).to_be_visible()
    assert time.monotonic() - began < WITHIN
