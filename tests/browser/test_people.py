"""An admin adds somebody, who signs in, chooses a password and is later switched off: in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import conftest
from tests.processes.running import Studio

pytestmark = pytest.mark.browser
OWN = "of-their-own-7"


@pytest.fixture
def without_script(browser: Browser, studio: Studio) -> Iterator[Page]:
    """A phone in which no script runs."""
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{studio.port}",
        viewport={"width": 390, "height": 844},
        java_script_enabled=False,
    )
    yield context.new_page()
    context.close()


def add(page: Page, name: str) -> str:
    """Add a creator; the password that is shown."""
    page.goto("/people/")
    page.fill('#add input[name="username"]', name)
    page.fill('#add input[name="first_name"]', name.capitalize())
    page.get_by_role("button", name="Add the person").click()
    return page.locator("#handover b").nth(1).inner_text()


def enter(page: Page, name: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.fill('input[name="username"]', name)
    page.fill('input[name="password"]', password)
    page.click('main button[type="submit"]')


def test_an_admin_adds_somebody_who_chooses_a_password_and_is_switched_off(
    page: Page, without_script: Page, studio: Studio
) -> None:
    conftest.enter(page, studio, "admin")
    password = add(page, "lea")
    copier = page.get_by_role("button", name="Copy all three lines")
    copier.click()
    expect(page.locator(".toast p", has_text="Copied.")).to_be_visible()

    theirs = without_script
    enter(theirs, "lea", password)
    expect(theirs.get_by_role("heading", name="Choose your own password")).to_be_visible()
    theirs.goto("/queue/")
    expect(theirs).to_have_url(f"http://127.0.0.1:{studio.port}/accounts/password/")
    theirs.fill('input[name="old_password"]', password)
    theirs.fill('input[name="new_password1"]', OWN)
    theirs.fill('input[name="new_password2"]', OWN)
    theirs.get_by_role("button", name="Use this password").click()
    theirs.wait_for_url("**/studio/**")

    page.get_by_role("link", name="Open Lea").click()
    page.get_by_role("link", name="Switch off…").click()
    expect(page.locator("#question")).to_contain_text("signed out everywhere at once")
    page.get_by_role("button", name="Switch off").click()
    expect(page.locator("#standing")).to_contain_text("Switched off.")
    theirs.goto("/queue/")
    expect(theirs.get_by_role("heading", name="Sign in to KieStudio")).to_be_visible()


@pytest.mark.thorough
def test_a_role_is_changed_on_the_phone_without_script(
    without_script: Page, page: Page, studio: Studio
) -> None:
    office = without_script
    enter(office, "admin", (studio.data / "sandbox" / "password").read_text().strip())
    add(office, "kim")
    office.get_by_role("link", name="Open Kim").click()
    office.get_by_label("Reviewer").check()
    office.get_by_role("button", name="Change the role").click()
    expect(office.locator("#question")).to_contain_text("Orders nothing and spends nothing.")
    office.get_by_role("button", name="Make a reviewer").click()
    expect(office.locator(".toast")).to_contain_text("Kim is a reviewer now.")
    expect(office.locator("#decisions")).to_contain_text("made Kim a reviewer, before a creator")
