"""The choices of people on a case: each does what it says, once, and is written down."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.models import Audit, Hint, Lease, Runtime, State, Task
from generations.money import ledger
from tests.case_rows import ago, stuck, task_in, unconfirmed, unfetched
from tests.page import Page, read

pytestmark = pytest.mark.django_db
XSS = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def worker(db: None) -> None:
    Lease.take("sweep", timedelta(minutes=5))


def page(client: Client, person: User, path: str = "/queue/") -> Page:
    client.force_login(person)
    answer = client.get(path)
    assert answer.status_code == 200
    return read(answer)


def choose(client: Client, person: User, task: Task, choice: str, **data: str) -> Any:
    client.force_login(person)
    return client.post(f"/tasks/{task.uuid}/case/{choice}/", data)


def test_pasting_an_id_asks_kie(client: Client, creator: User) -> None:
    task = unconfirmed(creator)
    answer = choose(client, creator, task, "attach", task_id="abc123", next="/queue/?who=everyone")
    assert (answer.status_code, answer["Location"]) == (302, "/queue/?who=everyone")
    assert "Kie is asked now for abc123." in page(client, creator)
    choose(client, creator, task, "attach", task_id="abc123")
    assert Hint.objects.get().person == creator
    assert Audit.objects.get().action == Audit.Action.PASTED


@pytest.mark.parametrize(
    ("choice", "data", "field"),
    [
        ("attach", {"task_id": "two words"}, "Task id"),
        ("attach", {}, "Task id"),
        ("attach", {"task_id": "x" * 256}, "Task id"),
        ("attach", {"task_id": "a\x00"}, "Task id"),
        ("close", {"reason": "  "}, "How do you know?"),
        ("close", {"reason": "y" * 501}, "How do you know?"),
    ],
)
def test_bad_input_is_said_at_its_field_and_kept(
    client: Client, creator: User, choice: str, data: dict[str, str], field: str
) -> None:
    task = unconfirmed(creator)
    for headers in ({}, {"HX-Request": "true"}):
        client.force_login(creator)
        answer = client.post(f"/tasks/{task.uuid}/case/{choice}/", data, headers=headers)
        shown = read(answer)
        assert answer.status_code == 422
        assert shown.field(field).problem
        assert shown.field(field).value == "".join(data.values()).replace("\x00", "\N{REPLACEMENT CHARACTER}")
        assert shown.has("main") is not bool(headers)
    assert not Audit.objects.exists()


def test_saying_that_it_was_not_sent_frees_the_hold_once(client: Client, creator: User) -> None:
    task = unconfirmed(creator)
    choose(client, creator, task, "close", reason=f"Not in the log {XSS}")
    answer = choose(client, creator, task, "close", reason="Again")
    assert answer.status_code == 302
    task.refresh_from_db()
    assert task.state == State.CLOSED
    assert Audit.objects.count() == 1
    assert ledger.budget_of(creator).held == 0
    shown = page(client, creator, task.get_absolute_url())
    assert "said that it was not sent: “Not in the log <script>" in shown
    assert "It is in Kie’s log after all" in shown


def test_ordering_again_is_asked_first_and_done_once(client: Client, creator: User) -> None:
    task = unconfirmed(creator)
    shown = page(client, creator, f"/tasks/{task.uuid}/case/again/")
    assert "both are made and both are paid" in shown
    assert task.retries.count() == 0
    (turn,) = shown.part("again").sent["turn"]
    for _ in range(2):
        assert choose(client, creator, task, "again", turn=turn).status_code == 302
    assert task.retries.count() == 1
    assert Audit.objects.get().action == Audit.Action.ORDERED_AGAIN


@pytest.mark.parametrize("turn", ["", "x", "-1", "9" * 30, "²"])
def test_ordering_again_without_the_question_asks_it(client: Client, creator: User, turn: str) -> None:
    task = unconfirmed(creator)
    answer = choose(client, creator, task, "again", turn=turn)
    assert answer.status_code == 422
    assert read(answer).heading(f"Order #{task.pk} again?")
    assert task.retries.count() == 0


def test_ordering_again_says_why_it_cannot(client: Client, creator: User) -> None:
    task = unconfirmed(creator)
    ledger.set_limit(creator, Decimal(60))
    answer = choose(client, creator, task, "again", turn="0")
    assert answer.status_code == 422
    assert "An admin can raise it in Credits." in read(answer).alert


def test_a_file_is_tried_and_a_stuck_task_looked_at(client: Client, creator: User) -> None:
    file, slow = unfetched(creator), stuck(creator)
    for _ in range(2):
        choose(client, creator, file, "try")
        choose(client, creator, slow, "look")
    for task in (file, slow):
        task.refresh_from_db()
        assert task.due_at
        assert task.due_at <= timezone.now()
    assert Audit.objects.get().task == file


def test_a_running_task_of_mine_can_be_checked(client: Client, creator: User, admin: User) -> None:
    mine = task_in(creator, State.RUNNING, accepted_at=timezone.now())
    other = task_in(admin, State.RUNNING, accepted_at=timezone.now())
    shown = page(client, creator, "/queue/?who=everyone")
    assert shown.having("action", f"/tasks/{mine.uuid}/case/look/")
    assert not shown.having("action", f"/tasks/{other.uuid}/case/look/")
    choose(client, creator, mine, "look")
    assert "Kie is asked now how" in page(client, creator)


def test_only_an_admin_gives_up_and_only_after_the_end(client: Client, creator: User, admin: User) -> None:
    task = unfetched(creator)
    assert "Mark as lost" not in page(client, admin)
    assert choose(client, admin, task, "lost").status_code == 302
    assert "Kie still keeps the file" in page(client, admin)
    Task.objects.update(finished_at=ago(days=15), sent_at=ago(days=15))
    assert "Mark as lost" not in page(client, creator)
    assert choose(client, creator, task, "lost").status_code == 403
    assert "Mark as lost" in page(client, admin)
    for _ in range(2):
        choose(client, admin, task, "lost")
    task.refresh_from_db()
    assert task.state == State.LOST
    assert Audit.objects.get().person == admin


@pytest.mark.parametrize("choice", ["attach", "close", "again", "try", "look", "lost"])
def test_others_choose_nothing(
    client: Client, creator: User, reviewer: User, make_person: Callable[..., User], choice: str
) -> None:
    task = unconfirmed(creator)
    stranger = User.objects.create_user("stranger")
    data = {"task_id": "a", "reason": "b", "turn": "0"}
    for person in (reviewer, make_person("creator", "other"), stranger):
        assert choose(client, person, task, choice, **data).status_code == 403
    client.logout()
    assert client.post(f"/tasks/{task.uuid}/case/{choice}/", data)["Location"].startswith("/accounts/login/")
    assert not Audit.objects.exists()
    assert not Hint.objects.exists()


def test_nonsense_is_not_found_and_leads_nowhere_else(client: Client, creator: User) -> None:
    task = unconfirmed(creator)
    client.force_login(creator)
    assert client.get(f"/tasks/{task.uuid}/case/resend/").status_code == 404
    assert client.get("/tasks/00000000-0000-0000-0000-000000000000/case/").status_code == 404
    assert client.post(f"/tasks/{task.uuid}/case/").status_code == 405
    for wanted in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "nowhere\x00"):
        answer = choose(client, creator, task, "attach", task_id="abc", next=wanted)
        assert answer["Location"] == "/queue/"


def test_a_case_that_is_settled_leads_to_its_task(client: Client, creator: User) -> None:
    task = task_in(creator, State.READY)
    client.force_login(creator)
    assert client.get(f"/tasks/{task.uuid}/case/")["Location"] == task.get_absolute_url()
    poll = client.get(f"/tasks/{task.uuid}/case/", headers={"HX-Request": "true"})
    assert poll["HX-Refresh"] == "true"
    assert choose(client, creator, task, "try").status_code == 302


def test_pause_limit_and_role_are_written_down_once(client: Client, admin: User, creator: User) -> None:
    client.force_login(admin)
    for _ in range(2):
        client.post("/queue/sending/", {"do": "pause", "reason": "Budget talk"})
        client.post(f"/credits/budgets/{creator.pk}/", {"limit": "1500"})
        client.post(f"/people/{creator.pk}/role/", {"role": "reviewer"})
    for _ in range(2):
        client.post("/queue/sending/", {"do": "resume"})
    assert Runtime.row().paused_at is None
    rows = list(Audit.objects.order_by("id").values_list("action", "text", "person"))
    assert rows == [
        ("paused", "Budget talk", admin.pk),
        ("limit", "Creator: a limit of 1,500 cr a month", admin.pk),
        ("role", "creator\nreviewer", admin.pk),
        ("resumed", "An admin paused sending", admin.pk),
    ]
    shown = page(client, admin, "/people/")
    assert "paused sending: “Budget talk”" in shown
    assert "made Creator a reviewer, before a creator" in shown


def test_a_task_that_never_ended_is_given_up_by_an_admin_after_14_days(
    client: Client, creator: User, admin: User
) -> None:
    task = stuck(creator)
    choose(client, admin, task, "lost")
    task.refresh_from_db()
    assert task.state == State.RUNNING
    Task.objects.update(sent_at=ago(days=15), accepted_at=ago(days=15))
    assert "Mark as lost" not in page(client, creator, "/queue/")
    shown = page(client, admin, "/queue/")
    assert "Kie is not asked any more. The 55 cr that are held are free again." in shown
    choose(client, admin, task, "lost")
    task.refresh_from_db()
    assert (task.state, task.charge_credits, task.budget.held) == (State.LOST, 0, 0)
    assert ledger.differences() == []
    assert "Kie never finished it" in page(client, creator, task.get_absolute_url())
