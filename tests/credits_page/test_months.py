"""In which month a charge counts, when a month begins, and limits when a clock or a field fails."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import orders
from generations.models import Budget, Reading, Task
from generations.money import ledger, reconciliation, spending, statement
from generations.money.spending import Period
from generations.money.statement import Filter
from generations.views.credits.budgets import budget_lines, charged_for_earlier_months, team_line
from generations.views.credits.team import team
from tests.credits_page.rows import NOON, page
from tests.page import read

pytestmark = pytest.mark.django_db
LAST_MINUTE = datetime(2026, 10, 31, 23, 59, 30, tzinfo=UTC)


@pytest.fixture
def over_midnight(order: Callable[..., Task], noon: Any) -> Task:
    """Ordered in the last minute of October, charged in the first minutes of November."""
    noon.move_to(LAST_MINUTE)
    task = order()
    noon.move_to(LAST_MINUTE + timedelta(minutes=4))
    ledger.charge(task, Decimal(60), "actual")
    noon.move_to(NOON)
    return task


def test_the_difference_between_budget_and_chart_is_named(
    client: Client, admin: User, creator: User, over_midnight: Task
) -> None:
    october, november = Budget.objects.get(), ledger.budget_of(creator)
    assert (october.month.month, october.spent) == (10, 60)
    assert november.spent == 0
    chart = spending.spend(Period.of("month"), "person").total
    assert chart == 60
    assert team_line().spent + team_line().earlier == chart
    shown = page(client, admin, "?period=month")
    assert "60 cr more were charged this month for orders of earlier months" in shown
    assert "60 more charged this month, counted in the month of the order" in shown
    assert "counts in October" in shown
    assert "60 more charged this month" in page(client, creator)


def test_the_ledger_and_its_csv_name_the_month_of_the_budget(
    client: Client, admin: User, over_midnight: Task
) -> None:
    rows = list(statement.csv_rows(Filter(period=Period.of("month"))))
    assert rows[0].rstrip().endswith("Budget month")
    assert rows[1].rstrip().endswith("2026-10")
    assert len(rows) == 2


def test_an_ordinary_month_has_nothing_to_name(
    client: Client, admin: User, bought: Callable[..., Task]
) -> None:
    bought(0)
    shown = page(client, admin)
    assert charged_for_earlier_months() == {}
    assert "earlier months" not in shown
    assert "counts in November" not in shown


def test_where_limits_are_set_it_says_when_a_month_begins(client: Client, admin: User, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    assert "until midnight of its last day, Europe/Berlin" in page(client, admin)


def test_a_month_begins_in_the_zone_of_the_studio(
    client: Client, creator: User, order: Callable[..., Task], noon: Any, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    noon.move_to(datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    order()
    assert Budget.objects.get().month.month == 11


@pytest.mark.parametrize("data", [{}, {"Limit": ""}, {"limits": "5"}, {"limit[]": ""}])
@pytest.mark.parametrize("htmx", [True, False])
def test_a_limit_that_did_not_come_lifts_nothing(
    client: Client, admin: User, creator: User, data: dict[str, str], htmx: bool
) -> None:
    ledger.set_limit(creator, Decimal(1500))
    client.force_login(admin)
    headers = {"HX-Request": "true"} if htmx else {}
    answer = client.post(f"/credits/budgets/{creator.pk}/", data, headers=headers)
    assert answer.status_code == 422
    assert "nothing was changed" in read(answer)
    assert ledger.budget_of(creator).limit == 1500


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/queue/sending/", {}),
        ("/queue/not-sent/", {}),
        ("/people/", {"do": "role"}),
        ("/people/", {"do": "add"}),
    ],
)
def test_other_deeds_without_their_fields_change_nothing(
    client: Client, admin: User, path: str, data: dict[str, str]
) -> None:
    client.force_login(admin)
    assert client.post(path, data).status_code in (400, 422)


def test_a_clock_before_the_first_month_keeps_the_limit(
    creator: User, order: Callable[..., Task], noon: Any
) -> None:
    ledger.set_limit(creator, Decimal(100))
    noon.move_to(datetime(2001, 1, 1, tzinfo=UTC))
    assert ledger.budget_of(creator).limit == 100
    assert [line.limit for line in budget_lines(team()) if line.person == creator] == [100]
    order()
    with pytest.raises(orders.NotAdmitted):
        order()


def test_a_page_that_shows_a_new_month_does_not_begin_it(client: Client, creator: User, noon: Any) -> None:
    ledger.set_limit(creator, Decimal(100))
    noon.move_to(datetime(2026, 12, 1, tzinfo=UTC))
    assert "100" in page(client, creator)
    assert Budget.objects.count() == 1


@pytest.mark.parametrize("rises", [1, 60, 61, 250])
def test_every_rise_of_a_period_is_counted(rises: int) -> None:
    """A refund or a top-up after the sixtieth is money like the first."""
    start = NOON - timedelta(days=2)
    balance = Decimal(1000)
    rows = [Reading(credits=balance, at=start, until=start)]
    for n in range(rises):
        balance += 10
        at = start + timedelta(minutes=1 + n)
        rows.append(Reading(credits=balance, at=at, until=at))
    Reading.objects.bulk_create(rows)
    period = Period.of("7")
    history = reconciliation.history(period)
    found = reconciliation.reconcile(period, history.top_ups)
    assert found
    assert found.topped_up == 10 * rises
    assert found.unattributed == 0
    assert len(history.points) <= 3 * reconciliation.RISES + reconciliation.POINTS + 2
