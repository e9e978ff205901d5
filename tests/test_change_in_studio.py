"""The studio changes what waits, and says what became of it when it has left meanwhile."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import Budget, Draft, State, Task
from generations.money import ledger
from generations.orders.waiting import EVERYBODY
from tests.page import Page, read

pytestmark = pytest.mark.django_db
KLING = "/studio/kling-2.6/text-to-video/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def studio(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def shown(client: Client, url: str) -> Page:
    answer = client.get(url)
    assert answer.status_code == 200
    return read(answer)


def form_of(page: Page, **typed: str) -> dict[str, Any]:
    """What the browser would send."""
    return page.part("order").sent | typed


def test_the_form_opens_filled_and_changes_the_task_in_its_place(studio: Client, order: Any) -> None:
    task, behind = order(prompt="Old words", duration="10"), order(prompt="Behind")
    page = shown(studio, task.change_url)
    assert page.field("Prompt").value == "Old words"
    assert page.button(f"Change #{task.pk} · ~110 cr")
    assert f"You change #{task.pk}, which has not been sent" in page
    assert not page.has("button", "first in my queue")
    answer = studio.post(KLING, form_of(page, prompt="New words", duration="5"), headers=HTMX)
    made = Task.objects.latest("id")
    page = read(answer)
    assert f"#{task.pk} is changed, and waits as #{made.pk}, 55 cr held." in page
    assert page.button("Generate · ~55 cr"), "what is sent next is another task"
    assert page.sent["changes"] == [""]
    assert list(Task.objects.in_turn(EVERYBODY).values_list("prompt", flat=True)) == [
        "New words",
        behind.prompt,
    ]
    assert Budget.objects.get().held == 110
    assert ledger.differences() == []


def test_a_press_on_change_holds_the_task_until_it_is_changed_or_sent_as_it_is(
    studio: Client, order: Any
) -> None:
    task = order(prompt="Old words")
    press = {"do": "change"}
    answer = studio.post(f"/tasks/{task.uuid}/hold/", press)
    assert answer["Location"] == task.change_url
    page = shown(studio, task.change_url)
    assert (
        "It is on hold until you have changed it or send it as it is, also when you close this page." in page
    )
    row = shown(studio, "/queue/").row("Old words")
    assert "It is open to be changed: it waits until Creator has done that, or releases it." in row
    assert row.button(f"Release task {task.pk}")
    assert page.button("Send it as it is")
    page = read(studio.post(KLING, form_of(page) | {"unchange": "1"}, headers=HTMX))
    assert page.button("Generate · ~55 cr")
    assert not Task.objects.exclude(held_at=None).exists()
    studio.post(f"/tasks/{task.uuid}/hold/", press)
    studio.post(KLING, form_of(shown(studio, task.change_url), prompt="New words"), headers=HTMX)
    made = Task.objects.latest("id")
    assert (made.prompt, made.held_at) == ("New words", None)
    answer = studio.post(f"/tasks/{task.uuid}/hold/", press, headers={"X-Requested-With": "fetch"})
    assert f"#{task.pk} had already left." in read(answer)
    studio.post(f"/tasks/{made.uuid}/hold/", {"do": "hold"})
    studio.post(f"/tasks/{made.uuid}/hold/", press)
    page = shown(studio, made.change_url)
    assert "It is on hold, and so is what you make of it." in page
    studio.post(KLING, form_of(page) | {"unchange": "1"}, headers=HTMX)
    assert Task.objects.get(pk=made.pk).held_at, "its person holds it back for more than the change"


def test_a_full_budget_has_room_for_a_change_and_says_so(studio: Client, creator: User, order: Any) -> None:
    task = order()
    ledger.set_limit(creator, Decimal(55))
    page = shown(studio, task.change_url)
    assert "0 of 55 cr left" in page
    assert not page.button(f"Change #{task.pk}").is_disabled
    dearer = read(studio.post("/quotes/kling-2.6/text-to-video/", form_of(page, duration="10")))
    assert dearer.button(f"Change #{task.pk}").is_disabled
    assert "55 cr are left, this needs about 110 cr" in dearer


def test_what_left_meanwhile_is_not_ordered_twice(studio: Client, order: Any) -> None:
    task = order(prompt="Old words")
    sent = form_of(shown(studio, task.change_url), prompt="New words")
    Task.objects.filter(pk=task.pk).update(state=State.SENDING)
    for headers in ({}, HTMX):
        answer = studio.post(KLING, sent, headers=headers)
        assert answer.status_code == 422
        page = read(answer)
        assert f"Nothing was ordered: #{task.pk} has left the line meanwhile" in page
        assert page.field("Prompt").value == "New words", "nothing typed is lost"
        assert page.button("Generate · ~55 cr")
    assert Task.objects.count() == 1
    studio.post(KLING, form_of(page), headers=HTMX)
    assert Task.objects.latest("id").prompt == "New words", "that is another task, as the button said"


def test_what_is_being_changed_is_remembered_with_the_draft(
    studio: Client, creator: User, order: Any
) -> None:
    task = order(prompt="Old words")
    sent = form_of(shown(studio, task.change_url), prompt="Half a chan")
    studio.post("/studio/kling-2.6/text-to-video/draft/", sent)
    page = shown(studio, KLING)
    assert page.field("Prompt").value == "Half a chan"
    assert page.button(f"Change #{task.pk}")
    page = read(studio.post(KLING, form_of(page) | {"unchange": "1"}, headers=HTMX))
    assert page.button("Generate · ~55 cr")
    assert "changes" not in Draft.objects.get().fields
    assert Task.objects.get().state == State.QUEUED


def test_a_task_of_somebody_else_is_not_changed(studio: Client, admin: User, order: Any) -> None:
    theirs = order(person=admin, prompt="Of the admin")
    page = shown(studio, theirs.change_url)
    assert page.button("Generate · ~55 cr")
    studio.post(KLING, form_of(page) | {"changes": str(theirs.uuid)}, headers=HTMX)
    assert Task.objects.get(pk=theirs.pk).state == State.QUEUED
    assert Task.objects.count() == 2


def test_an_order_can_be_the_first_of_its_line(studio: Client, creator: User, order: Any) -> None:
    order(prompt="Waits already")
    page = shown(studio, KLING)
    assert (
        page.button("Generate, first in my queue")["aria-keyshortcuts"]
        == "Control+Shift+Enter Meta+Shift+Enter"
    )
    sent = form_of(page, prompt="At once") | {"first": "1"}
    studio.post(KLING, sent, headers=HTMX)
    line = list(Task.objects.in_turn(EVERYBODY))
    assert [task.prompt for task in line] == ["At once", "Waits already"]
    studio.post(KLING, sent, headers=HTMX)
    assert Task.objects.count() == 2, "one key is one wish"
