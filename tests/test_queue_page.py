"""The queue: what a person sees of it, and what an admin may stop."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import orders
from generations.models import Lease, Obstacle, Pause, Runtime, State, Task
from generations.models.obstacle import held_up
from generations.money import ledger
from tests.page import Page, read

pytestmark = pytest.mark.django_db
KLING = "kling-2.6/text-to-video"


@pytest.fixture(autouse=True)
def worker(db: None) -> None:
    Lease.take("sweep", timedelta(minutes=5))


@pytest.fixture
def put(order: Callable[..., Task]) -> Callable[..., Task]:
    """A task in a state, with the money where that state has it."""

    def make(state: State, person: User | None = None, **fields: Any) -> Task:
        task = order(KLING, person=person)
        now = timezone.now()
        fields = {"sent_at": now, "accepted_at": now, "changed_at": now, "state": state, **fields}
        if state in (State.SAVING, State.READY):
            ledger.charge(task, Decimal(55), "actual")
            fields = {"charge_credits": Decimal(55), "charge_basis": "actual", "finished_at": now, **fields}
        elif state in (State.FAILED, State.REFUSED):
            ledger.release(task)
            fields = {"charge_credits": Decimal(0), **fields}
        Task.objects.filter(pk=task.pk).update(**fields)
        task.refresh_from_db()
        return task

    return make


def page(client: Client, person: User, query: str = "", **headers: str) -> Page:
    client.force_login(person)
    answer = client.get(f"/queue/{query}", headers=headers)
    assert answer.status_code == 200
    return read(answer)


def test_a_creator_sees_own_tasks_first(
    client: Client, creator: User, admin: User, order: Callable[..., Task]
) -> None:
    mine, other = order(prompt="Mine alone"), order(person=admin, prompt="Of the admin")
    shown = page(client, creator)
    assert mine.prompt in shown
    assert other.prompt not in shown
    assert other.prompt in page(client, creator, "?who=everyone")


def test_admins_and_reviewers_see_everybody_first(
    client: Client, reviewer: User, admin: User, order: Callable[..., Task]
) -> None:
    order(prompt="Of the creator")
    assert "Of the creator" in page(client, reviewer)
    assert "Of the creator" in page(client, admin)
    assert "Of the creator" not in page(client, admin, "?who=mine")


@pytest.mark.parametrize("query", ["?who=%00", "?who=nobody&ended=x", "?ended[]=1", "?who=mine&who=everyone"])
def test_nonsense_in_the_address_changes_nothing(client: Client, creator: User, query: str) -> None:
    assert "Nothing in flight" in page(client, creator, query)


def test_a_stranger_sees_nothing(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("stranger"))
    assert client.get("/queue/").status_code == 403


def test_every_state_has_its_section(client: Client, creator: User, put: Callable[..., Task]) -> None:
    put(State.RUNNING), put(State.QUEUED, sent_at=None), put(State.READY, ready_at=timezone.now())
    put(State.UNCONFIRMED, **held_up(Obstacle.LOST, {"text": "the line broke"}))
    shown = page(client, creator)
    for heading in ("Needs a person", "Under way", "Waiting", "Finished today"):
        assert shown.heading(heading)


def test_an_unconfirmed_task_says_what_is_known(
    client: Client, creator: User, put: Callable[..., Task]
) -> None:
    put(State.UNCONFIRMED, **held_up(Obstacle.LOST, {"text": "the line broke"}))
    shown = page(client, creator)
    assert "Was it sent? We cannot know." in shown
    assert "“the line broke”" in shown
    assert "stays held. Ordering it again could cost it twice." in shown


def test_a_file_that_cannot_be_saved_becomes_a_case_after_five_minutes(
    client: Client, creator: User, put: Callable[..., Task]
) -> None:
    task = put(State.SAVING, obstacle=Obstacle.EMPTY, result_urls=["https://a.mp4"])
    assert "Paid, not on our disk" not in page(client, creator)
    Task.objects.filter(pk=task.pk).update(changed_at=timezone.now() - timedelta(minutes=6))
    shown = page(client, creator)
    assert "Paid, not on our disk" in shown
    assert "Under way" not in shown
    assert "already paid. Trying again is free." in shown


def test_a_late_task_is_called_late(client: Client, creator: User, put: Callable[..., Task]) -> None:
    put(State.RUNNING, accepted_at=timezone.now() - timedelta(minutes=17))
    row = page(client, creator).row("A quiet sea at dusk")
    assert row["data-state"] == "late"
    assert "Late" in row


def test_what_stands_in_the_way_is_said(client: Client, creator: User, put: Callable[..., Task]) -> None:
    put(State.QUEUED, sent_at=None, obstacle=Obstacle.TOO_FAST)
    assert "Kie asked to wait: too many orders came at once." in page(client, creator)


def test_turns_count_the_whole_team(
    client: Client, creator: User, admin: User, order: Callable[..., Task]
) -> None:
    order(person=admin)
    order()
    shown = page(client, creator)
    assert "2nd" in shown
    assert "1st" not in shown


def test_only_people_who_may_can_cancel(
    client: Client, creator: User, reviewer: User, order: Callable[..., Task]
) -> None:
    task = order()
    shown = page(client, creator)
    assert shown.row(task.prompt).button(f"Cancel task {task.pk}")
    assert shown.having("action", f"/tasks/{task.uuid}/cancel/")
    assert not page(client, reviewer).has("button", "Cancel")


def test_a_failure_says_why_and_offers_what_helps(
    client: Client, creator: User, put: Callable[..., Task]
) -> None:
    put(State.FAILED, failure_text="Your prompt was flagged as violating content policies.")
    shown = page(client, creator)
    assert "Kie’s filter refused it." in shown
    assert shown.has("link", "Edit and retry")
    put(State.FAILED, failure_text="Internal Error, Please try again later.")
    assert page(client, creator).has("button", re.compile(r"Retry task \d+"))


def test_the_failed_can_be_shown_alone(client: Client, creator: User, put: Callable[..., Task]) -> None:
    good, bad = put(State.READY, ready_at=timezone.now()), put(State.FAILED)
    shown = page(client, creator, "?ended=failed")
    assert shown.find(f"row-{bad.pk}")
    assert not shown.find(f"row-{good.pk}")


def test_yesterday_is_not_today(client: Client, creator: User, put: Callable[..., Task]) -> None:
    put(State.READY, changed_at=timezone.now() - timedelta(days=1))
    assert "Finished today" not in page(client, creator)


def test_it_polls_while_anything_is_open_and_then_stops(
    client: Client, creator: User, order: Callable[..., Task]
) -> None:
    task = order()
    assert page(client, creator).part("queue")["hx-trigger"] == "every 3s, tasks from:body"
    orders.cancel(task, creator)
    assert page(client, creator).part("queue")["hx-trigger"] == "every 15s, tasks from:body"


def test_a_poll_gets_only_what_changes(client: Client, creator: User, order: Callable[..., Task]) -> None:
    order()
    shown = page(client, creator, **{"HX-Request": "true", "HX-Target": "queue"})
    assert shown.part("queue")
    assert not shown.has("main")


def test_queries_do_not_grow_with_the_tasks(
    client: Client,
    creator: User,
    admin: User,
    put: Callable[..., Task],
    django_assert_max_num_queries: Any,
) -> None:
    for person in (creator, admin):
        for state in (State.RUNNING, State.SAVING, State.READY, State.FAILED, State.UNCONFIRMED):
            for _ in range(3):
                put(state, person)
    client.force_login(admin)
    with django_assert_max_num_queries(31):
        client.get("/queue/?who=everyone")


def test_an_admin_pauses_and_resumes(client: Client, admin: User, creator: User) -> None:
    client.force_login(admin)
    answer = client.post("/queue/sending/", {"do": "pause", "reason": "Budget talk"}, follow=True)
    runtime = Runtime.row()
    assert runtime.paused_at is not None
    assert runtime.paused_for == Pause.PERSON
    assert "Sending is paused" in read(answer)
    assert "Admin: “Budget talk”" in page(client, creator)
    client.force_login(admin)
    client.post("/queue/sending/", {"do": "resume"})
    assert Runtime.row().paused_at is None
    assert "Sending is on" in page(client, creator)


def test_only_an_admin_may_pause(client: Client, creator: User) -> None:
    client.force_login(creator)
    assert client.post("/queue/sending/", {"do": "pause"}).status_code == 403
    assert "Pause sending" not in page(client, creator)
    assert Runtime.row().paused_at is None


@pytest.mark.parametrize("data", [{}, {"do": "explode"}])
def test_an_unknown_wish_changes_nothing(client: Client, admin: User, data: dict[str, str]) -> None:
    client.force_login(admin)
    assert client.post("/queue/sending/", data).status_code == 400
    assert client.get("/queue/sending/").status_code == 405


def test_a_pause_of_kie_says_its_reason(client: Client, creator: User) -> None:
    Runtime.pause(Pause.KEY, {"text": "You do not have access permissions"})
    shown = page(client, creator)
    assert "Kie refused the key: “You do not have access permissions”" in shown


def test_without_a_worker_it_says_so(client: Client, creator: User) -> None:
    Lease.objects.all().delete()
    assert "No worker" in page(client, creator)
