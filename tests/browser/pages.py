"""What the tests of open pages share: clips to look at, and ways to end a session or break the line."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.processes.running import Studio

TOAST = ".toast:not(:has(> a))"
"""One that answers what was done here, and does not tell of somebody's task that has ended meanwhile."""
NO_CLOCK = """
    window.setInterval = () => 0;
    const soon = window.setTimeout.bind(window);
    window.setTimeout = (work, time, ...more) => (time < 2000 || !time ? soon(work, time, ...more) : 0);
"""
"""A script for a page: nothing is asked because time has passed."""


def password(studio: Studio) -> str:
    return (studio.data / "sandbox" / "password").read_text().strip()


def open_clip(page: Page, address: str) -> None:
    """The page of a clip, with its review."""
    page.goto(address)
    expect(page.locator("#review")).to_be_visible()


def open_form(page: Page, path: str) -> None:
    """The order form of a model, ready for another wish: whoever ordered there last may have left at once."""
    page.goto(path)
    if page.locator("#before").count():
        page.goto(f"{path}?after={page.locator('#order > [name=order_key]').input_value()}")
    expect(page.locator("#before")).to_have_count(0)


def press_for_one(page: Page, words: str) -> None:
    """Generate is pressed once its price is that of one take: what was not shown is not ordered."""
    page.fill("#takes", "1")
    expect(page.locator("#send")).to_contain_text("Generate ·")
    page.fill("[data-prompt]", words)
    page.click("#send")


def end_session(context: BrowserContext) -> None:
    """As a time-out or a new password does: the page notices nothing by itself."""
    context.clear_cookies(name="sessionid")


def sign_in_again(page: Page, studio: Studio, name: str = "") -> None:
    """In the dialog of the page that asks for it."""
    dialog = page.locator("#sign-in")
    expect(dialog).to_be_visible()
    if name:
        dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Password").fill(password(studio))
    page.keyboard.press("Enter")


def come_back(page: Page) -> None:
    """Somebody looks at the page again: it catches up."""
    page.wait_for_timeout(600)  # What was asked within half a second is not asked again.
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")


def without_pictures(page: Page) -> None:
    """The order form takes an image: one that was given before is taken out."""
    for kept in page.locator('#order button[name="discard"]').all():
        kept.click()
    expect(page.locator('form#order input[type="file"]').first).to_be_attached()


def words(page: Page) -> list[str]:
    """All that is said on the page, beside what asked and among the toasts."""
    return [text.strip() for text in page.locator(f".notice, {TOAST} p").all_inner_texts()]
