"""Ledger, budgets, and who sees how much of it."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.test import Client

from generations import orders
from generations.models import Budget, Entry, Review, Send, State, Task
from generations.money import ledger, spending, statement
from generations.money.spending import Period
from tests.credits_page.rows import NOON, page
from tests.page import read
from tests.task_page.rows import add_video, copied

pytestmark = pytest.mark.django_db


def test_an_approved_clip_has_its_price(bought: Callable[..., Task], reviewer: User) -> None:
    good, _ = bought(1, 60), bought(1, 40)
    bought(1, 28, model_id="bytedance/seedance-1.5-pro")
    Review.objects.create(task=good, person=reviewer, verdict="approved")
    period = Period.of("30")
    rows = spending.worth(period)
    assert [(r.name, r.made, r.approved) for r in rows] == [("Kling 2.6", 2, 1), ("Seedance 1.5 Pro", 1, 0)]
    assert rows[0].each == 100
    assert rows[1].each is None


def test_the_ledger_has_one_line_for_each_task(
    order: Callable[..., Task], bought: Callable[..., Task], creator: User, admin: User
) -> None:
    held, charged, cancelled = order(), bought(0, 54, "estimate"), order()
    orders.cancel(cancelled, creator)
    lines, older = statement.lines(statement.Filter(period=Period.of("30")), "")
    found = {line.entry.task_id: line for line in lines}
    assert len(lines) == 3
    assert older == ""
    assert (found[held.pk].word, found[held.pk].actual, found[held.pk].known) == (
        "Held",
        None,
        "Still queued",
    )
    assert found[charged.pk].actual == 54
    assert found[charged.pk].known == "Kie gave no figure, 54 booked"
    assert found[charged.pk].unsure
    assert found[cancelled.pk].actual == 0
    assert found[cancelled.pk].known == "Cancelled before it was sent"


def test_a_charge_after_a_release_is_the_line(order: Callable[..., Task]) -> None:
    task = order()
    ledger.release(task)
    ledger.charge(task, Decimal(50), "actual")
    lines, _ = statement.lines(statement.Filter(period=Period.of("30")), "")
    assert [line.word for line in lines] == ["Charged"]
    assert lines[0].actual == 50


def test_older_pages_follow_without_gap(bought: Callable[..., Task]) -> None:
    for n in range(statement.PAGE + 5):
        bought(n / 100)
    chosen = statement.Filter(period=Period.of("30"))
    first, older = statement.lines(chosen, "")
    second, end = statement.lines(chosen, older)
    ids = [line.entry.pk for line in first + second]
    assert len(ids) == len(set(ids)) == statement.PAGE + 5
    assert [line.entry.at for line in first + second] == sorted(
        (line.entry.at for line in first + second), reverse=True
    )
    assert end == ""


def test_the_ledger_is_narrowed_by_person_model_and_kind(
    client: Client, admin: User, creator: User, bought: Callable[..., Task], order: Callable[..., Task]
) -> None:
    bought(0, 55, person=admin)
    bought(0, 28, model_id="bytedance/seedance-1.5-pro")
    order()

    def count(query: str, viewer: User = admin) -> int:
        return statement.entries(statement.Filter.of(QueryDict(query), viewer)).count()

    assert count("") == 3
    assert count(f"person={creator.pk}") == 2
    assert count("model=bytedance/seedance-1.5-pro") == 1
    assert count("kind=held") == 1
    assert count(f"person={admin.pk}", creator) == 2


def test_the_csv_is_the_filter_and_no_formula(
    client: Client, admin: User, bought: Callable[..., Task], order: Callable[..., Task]
) -> None:
    User.objects.filter(username="creator").update(first_name="=cmd", last_name="")
    bought(0, 55)
    order()
    client.force_login(admin)
    answer = client.get("/credits/ledger.csv?kind=charged")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"\xef\xbb\xbf"), "a spreadsheet knows UTF-8 by its mark"
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == statement.COLUMNS
    assert len(rows) == 2
    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["Person"] == "'=cmd"
    assert (row["Estimate"], row["Actual"], row["How we know"]) == ("55", "55", "Kie reported it")


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@a", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠a", " =1", "\u200b=1", "−1"]
)
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert statement.plain(text) == f"'{text}"


def test_members_see_the_team_in_sum_and_themselves_in_detail(
    client: Client, admin: User, creator: User, bought: Callable[..., Task]
) -> None:
    theirs, own = bought(0, 70, person=admin), bought(0, 30)
    shown = page(client, creator, f"?by=person&person={admin.pk}")
    assert "100 spent" in shown.item("Whole team")
    entries = shown.part("ledger")
    assert entries.link(f"#{own.pk}")
    assert not entries.has("link", f"#{theirs.pk}")
    assert shown.find(f"budget-{creator.pk}")
    assert not shown.find(f"budget-{admin.pk}")
    assert "limit" not in shown.sent
    assert not shown.has("link", "Person")


def test_an_admin_sets_and_lifts_a_limit(client: Client, admin: User, creator: User) -> None:
    client.force_login(admin)
    answer = client.post(f"/credits/budgets/{creator.pk}/", {"limit": "104.5"}, follow=True)
    assert "Creator has a limit of 104.5 cr a month." in read(answer)
    assert ledger.budget_of(creator).limit == Decimal("104.5")
    client.post(f"/credits/budgets/{creator.pk}/", {"limit": ""})
    assert ledger.budget_of(creator).limit is None
    client.post(f"/credits/budgets/{creator.pk}/", {"limit": "0"})
    assert ledger.budget_of(creator).limit == 0


@pytest.mark.parametrize("limit", ["-1", "lots", "NaN", "Infinity", "1e400", "1.23456", "99999999999999"])
@pytest.mark.parametrize("htmx", [True, False])
def test_a_bad_limit_is_said_at_the_field_and_nothing_changes(
    client: Client, admin: User, creator: User, limit: str, htmx: bool
) -> None:
    ledger.set_limit(creator, Decimal(1500))
    client.force_login(admin)
    headers = {"HX-Request": "true"} if htmx else {}
    answer = client.post(f"/credits/budgets/{creator.pk}/", {"limit": limit}, headers=headers)
    shown = read(answer)
    assert answer.status_code == 422
    field = shown.part(f"budget-{creator.pk}").field("Monthly limit")
    assert field.value == limit
    assert field.problem
    assert shown.has("main") is not htmx
    assert ledger.budget_of(creator).limit == 1500


def test_only_an_admin_changes_limits(client: Client, creator: User, reviewer: User) -> None:
    for person in (creator, reviewer):
        client.force_login(person)
        assert client.post(f"/credits/budgets/{creator.pk}/", {"limit": "9"}).status_code == 403
    assert not Budget.objects.filter(limit=9).exists()


def test_an_unknown_person_has_no_budget(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert client.post("/credits/budgets/99999/", {"limit": "9"}).status_code == 404
    assert client.get("/credits/budgets/1/").status_code == 405


def test_reviewers_have_no_budget_line(client: Client, admin: User, creator: User, reviewer: User) -> None:
    shown = page(client, admin)
    assert shown.find(f"budget-{creator.pk}")
    assert not shown.find(f"budget-{reviewer.pk}")


def test_a_limit_of_last_month_goes_on(client: Client, admin: User, creator: User, noon: Any) -> None:
    noon.move_to(NOON - timedelta(days=30))
    ledger.set_limit(creator, Decimal(777))
    noon.move_to(NOON)
    assert "of 777" in page(client, admin)


def test_the_news_are_for_members(client: Client, creator: User, reading: Callable[..., None]) -> None:
    reading(0, 1250)
    client.force_login(creator)
    shown = read(client.get("/news/"))
    assert "1,250" in shown
    assert not shown.has("main")
    client.force_login(User.objects.create_user("stranger"))
    assert client.get("/news/").status_code == 403


def test_queries_do_not_grow_with_the_entries(
    client: Client,
    admin: User,
    make_person: Callable[..., User],
    bought: Callable[..., Task],
    reading: Callable[..., None],
    django_assert_max_num_queries: Any,
) -> None:
    for n in range(6):
        person = make_person("creator", f"person{n}")
        for days in range(4):
            bought(days, 55, person=person)
            reading(days, 1000 - n * 10 - days)
    client.force_login(admin)
    with django_assert_max_num_queries(49):
        client.get("/credits/?by=person")
    assert Entry.objects.count() == 48


@pytest.mark.parametrize(
    ("settle", "words"),
    [
        (lambda task: None, "Still queued"),
        (
            lambda task: ledger.charge(task, Decimal(5), "estimate"),
            "List price, Kie reports none for these",
        ),
    ],
)
def test_the_line_of_a_copy_says_how_we_know(
    client: Client, admin: User, bought: Callable[..., Task], settle: Callable[[Task], None], words: str
) -> None:
    task = bought(0, 60, model_id="veo3_fast")
    add_video(task)
    Task.objects.filter(pk=task.pk).update(task_id="k1")
    task.refresh_from_db()
    settle(copied(task))
    row = page(client, admin).part("ledger").row("Veo 1080p copy")
    assert words in row
    assert "unknown" not in row


@pytest.mark.parametrize(
    ("state", "is_released", "words"),
    [
        (State.UNCONFIRMED, False, "It is not known whether Kie took it"),
        (State.CANCELLED, True, "Cancelled before Kie took it"),
    ],
)
def test_the_line_of_what_was_handed_over_says_what_is_known(
    client: Client, admin: User, order: Callable[..., Task], state: State, is_released: bool, words: str
) -> None:
    task = order()
    Send.objects.create(task=task, token_hash="x")
    if is_released:
        ledger.release(task)
    Task.objects.update(state=state)
    assert words in page(client, admin).part("ledger").row(f"#{task.pk}")


def test_what_failed_is_counted_by_what_it_was(
    client: Client, admin: User, order: Callable[..., Task]
) -> None:
    for state, taken in ((State.FAILED, 0), (State.LOST, 55)):
        task = order()
        Task.objects.filter(pk=task.pk).update(
            state=state, failure_code="500", failure_text="Internal Error", charge_credits=taken
        )
    shown = page(client, admin)
    assert shown.heading("2 tasks failed")
    assert "55 cr" in shown.fact("Not saved")
    assert "0 cr" in shown.fact("Kie busy")
