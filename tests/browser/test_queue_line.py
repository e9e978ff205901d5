"""What waits is chosen, cancelled, moved and changed by mouse and by keys alone; what has ended is told."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from generations import catalogue, orders, policy, wake
from generations.files import store
from generations.models import Lease, Preferences, Runtime, State, Task, Video
from generations.orders.waiting import EVERYBODY
from tests.browser.pages import come_back
from tests.files.corpus import film

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
TOLD = """
    window.told = [];
    window.rung = 0;
    window.asked = 0;
    window.Notification = class extends EventTarget {
        static permission = 'default';
        static requestPermission() {
            window.asked += 1;
            window.Notification.permission = 'granted';
            return Promise.resolve('granted');
        }
        constructor(title, { body }) { super(); window.told.push(`${title} | ${body}`); }
    };
    const create = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () { window.rung += 1; return create.call(this); };
"""
HIDE = "(hidden) => { Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden}); \
document.dispatchEvent(new Event('visibilitychange')); }"


@pytest.fixture
def page(look: Callable[..., Page], monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A creator's, beside a worker that sends nothing. An error of a script fails the test."""
    monkeypatch.setattr(wake, "ALIVE", timedelta(hours=1))
    Lease.take(wake.LEASE, timedelta(minutes=5))
    Runtime.heard(20)
    opened, errors = look(policy.Role.CREATOR), []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert errors == []


def put(*prompts: str) -> list[Task]:
    spec = catalogue.models()["veo3_fast"]
    person = User.objects.get(username="creator")
    return [orders.place(person, spec, {**spec.defaults(), "prompt": prompt}) for prompt in prompts]


def line() -> list[str]:
    return list(Task.objects.in_turn(EVERYBODY).values_list("prompt", flat=True))


def expect_rows(page: Page, *prompts: str) -> None:
    expect(page.locator("#waiting tbody bdi")).to_have_text(list(prompts))


def end(task: Task, state: State, **fields: Any) -> None:
    Task.objects.filter(pk=task.pk).update(state=state, changed_at=timezone.now(), **fields)


def test_by_mouse(page: Page) -> None:
    tasks = put("One", "Two", "Three", "Four", "Five")
    page.goto("/queue/")
    expect_rows(page, "One", "Two", "Three", "Four", "Five")
    expect(page.locator("#cancel-chosen")).to_be_hidden()
    page.drag_and_drop(f"#row-{tasks[4].pk}", f"#row-{tasks[0].pk}", target_position={"x": 300, "y": 4})
    expect_rows(page, "Five", "One", "Two", "Three", "Four")
    page.click(f"#first-{tasks[3].pk}")
    expect_rows(page, "Four", "Five", "One", "Two", "Three")
    page.locator(f"#tick-{tasks[4].pk}").check()
    page.locator(f"#tick-{tasks[1].pk}").click(modifiers=["Shift"])
    expect(page.locator("#cancel-chosen")).to_have_text("Cancel 3 chosen")
    with page.expect_response("**/queue/?**"):
        come_back(page)  # A poll brings the rows anew.
    expect(page.locator("#cancel-chosen")).to_have_text("Cancel 3 chosen")
    page.click("#cancel-chosen")
    expect(page.locator(".toast p").last).to_have_text("Cancelled 3 tasks. The 180 cr held are free again.")
    expect_rows(page, "Four", "Three")
    expect(page.locator("#cancel-chosen")).to_be_hidden()
    assert line() == ["Four", "Three"]


def test_by_keys_alone(page: Page) -> None:
    tasks = put("One", "Two", "Three", "Four")
    page.goto("/queue/")
    page.locator("#waiting a.clip").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#row-{tasks[1].pk} a.clip")).to_be_focused()
    page.locator(f"#up-{tasks[1].pk}").focus()
    page.keyboard.press("Enter")
    expect_rows(page, "Two", "One", "Three", "Four")
    expect(page.locator(f"#up-{tasks[1].pk}")).to_be_focused()
    page.locator(f"#hold-{tasks[1].pk}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#row-{tasks[1].pk}")).to_contain_text("until Creator releases it")
    expect_rows(page, "One", "Three", "Four", "Two")
    expect(page.locator(f"#hold-{tasks[1].pk}")).to_be_focused()
    page.locator(f"#row-{tasks[0].pk} a.clip").focus()
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+X")
    expect(page.locator("#cancel-chosen")).to_have_text("Cancel 3 chosen")
    page.locator("#cancel-chosen").focus()
    page.keyboard.press("Enter")
    expect_rows(page, "Two")


def test_an_order_is_changed_while_its_window_runs_and_goes_first_by_keys(page: Page) -> None:
    Runtime.objects.update(hold_seconds=600)
    put("Waits")
    page.goto("/studio/veo3_fast/")
    page.fill('textarea[name="prompt"]', "Old words")
    page.keyboard.press("Control+Shift+Enter")
    card = page.locator("#now .job", has_text="Old words")
    expect(card.locator("time[data-until]")).to_have_text(re.compile("^9:[345]"))
    assert line() == ["Old words", "Waits"]
    number = Task.objects.latest("id").pk
    page.click(f"#card-change-{number}")
    expect(page.locator("#send")).to_contain_text(f"Change #{number} · ~60 cr")
    expect(page.locator(f"#card-{number}")).to_contain_text("Open to be changed")
    page.fill('textarea[name="prompt"]', "New words")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast p").last).to_contain_text(f"#{number} is changed, and waits as #{number + 1}")
    expect(page.locator("#now .job")).to_have_count(2)
    expect(page.locator("#now .job").first).to_contain_text("New words")
    expect(page.locator("#send")).to_contain_text("Generate · ~60 cr")
    assert line() == ["New words", "Waits"]
    page.locator(f"#tick-{number + 1}").check()
    page.locator(f"#card-{number - 1} a").first.focus()
    page.keyboard.press("x")
    page.click("#cancel-chosen")
    expect(page.locator("#now .job .state")).to_have_text([re.compile("Cancelled")] * 2)
    assert line() == []


def test_a_tick_made_before_its_script_has_come_stands_and_is_counted(page: Page) -> None:
    task = put("One")[0]
    slow: list[Route] = []
    page.route("**/js/studio/chosen**", lambda route: slow.append(route))  # noqa: PLW0108
    page.goto("/studio/veo3_fast/")
    tick = page.locator(f"#tick-{task.pk}")
    tick.check()
    put("Two")
    page.evaluate("document.body.dispatchEvent(new Event('tasks'))")
    expect(page.locator("#now .job")).to_have_count(2)
    expect(tick).to_be_checked()
    for route in slow:
        route.continue_()
    expect(page.locator("#cancel-chosen")).to_have_text("Cancel 1 chosen")


def test_who_looks_elsewhere_is_told_by_title_notification_and_sound(page: Page) -> None:
    tasks = put("Silk", "Sea", "Fog")
    page.add_init_script(TOLD)
    page.clock.install()
    page.goto("/studio/veo3_fast/")
    page.click("#tell-me")
    expect(page.locator(".toast p").last).to_contain_text("This browser tells you")
    expect(page.locator("#tell-me")).to_be_hidden()
    assert page.evaluate("window.asked") == 1, "asked at a press alone"
    Preferences.objects.update(sounds=True)
    title = page.title()
    page.evaluate(HIDE, True)
    end(tasks[0], State.READY, ready_at=timezone.now())
    end(tasks[1], State.FAILED, failure_text="Flagged by the content policy", charge_credits=0)
    with page.expect_response("**/told/**"):
        page.clock.run_for(21_000)
    expect(page).to_have_title(re.compile(r"^\(2\) "))
    assert page.evaluate("window.told") == ["Ready | Silk", "Failed | Sea. Kie’s filter refused it."]
    assert page.evaluate("window.rung") == 2, "two tones, once"
    with page.expect_response("**/told/**"):
        page.clock.run_for(21_000)
    assert len(page.evaluate("window.told")) == 2, "nothing is told twice"
    end(tasks[2], State.READY, ready_at=timezone.now())
    page.evaluate(
        "localStorage.setItem('in view', Date.now() + 60_000)"
    )  # As another tab does, which tells by a toast.
    page.clock.run_for(21_000)
    expect(page).to_have_title(re.compile(r"^\(3\) "))
    assert len(page.evaluate("window.told")) == 2
    page.evaluate(HIDE, False)
    assert page.title() == title


def test_who_looks_at_another_page_is_told_by_a_toast(page: Page) -> None:
    task = put("Silk in still air")[0]
    page.goto("/credits/")
    end(task, State.READY, ready_at=timezone.now())
    come_back(page)
    toast = page.locator(".toast", has_text="Ready: Silk in still air")
    expect(toast.get_by_role("link", name="Open")).to_have_attribute("href", task.get_absolute_url())
    assert not page.title().startswith("(")


def test_a_clip_plays_on_its_card_and_stays_under_the_pointer(page: Page) -> None:
    task = put("Silk in still air")[0]
    source = store.root() / "videos" / "silk.mp4"
    source.parent.mkdir(parents=True, exist_ok=True)
    film(source, size=(320, 180))
    end(task, State.READY, ready_at=timezone.now())
    facts = {"size": source.stat().st_size, "width": 320, "height": 180, "seconds": 2, "fps": 12}
    path, digest = "videos/silk.mp4", sha256(source.read_bytes()).hexdigest()
    Video.objects.create(task=task, path=path, sha256=digest, has_sound=False, **facts)
    page.goto("/studio/veo3_fast/")
    card = page.locator(f"#card-{task.pk}")
    poster, video = card.get_by_role("link", name=f"Play #{task.pk} here"), card.locator("video")
    poster.click(position={"x": 12, "y": 60})
    page.wait_for_function(f"() => document.querySelector('#card-{task.pk} video').currentTime > 0")
    assert "?" not in page.url
    place = card.bounding_box()
    put("Newer")
    come_back(page)
    expect(page.locator("#now .job")).to_have_count(2)
    assert card.bounding_box() == place, "nothing moves under the pointer"
    assert not video.evaluate("(video) => video.paused"), "it plays on"
    Task.objects.filter(pk=task.pk).update(changed_at=timezone.now() - timedelta(minutes=7))
    put("Another one")
    come_back(page)
    expect(page.locator("#now .job")).to_have_count(3)
    assert card.bounding_box() == place, "its card goes when nobody looks at it any more"
    card.get_by_role("button", name="Back to the card").click()
    expect(video).to_have_count(0)
    expect(poster).to_be_focused()
    page.mouse.move(5, 5)
    page.locator('textarea[name="prompt"]').focus()
    put("The last one")
    come_back(page)
    expect(card).to_have_count(0)
