"""Balance, spending, books."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.models import State, Task
from generations.money import ledger, reconciliation, spending
from generations.money.spending import Period
from generations.views.credits import charts
from tests.credits_page.rows import NOON, page

pytestmark = pytest.mark.django_db


def test_without_anything_it_is_honest(client: Client, admin: User) -> None:
    shown = page(client, admin)
    assert "not read yet" in shown
    assert "Not enough data yet" in shown
    assert "Nothing was charged in this period." in shown
    assert "Two readings of the balance are needed" in shown
    assert "No entries" in shown


def test_the_balance_with_its_age_and_what_is_free(
    client: Client, creator: User, order: Callable[..., Task], reading: Callable[..., None]
) -> None:
    reading(0, 1250)
    order()
    shown = page(client, creator)
    assert "$6.25 · 55 held by 1 open task, 1,195 free" in shown


def test_a_low_balance_is_noticed(client: Client, admin: User, reading: Callable[..., None]) -> None:
    reading(1, 501)
    assert "The balance is below" not in page(client, admin)
    reading(0, 499)
    assert "The balance is below 500 cr." in page(client, admin)


@pytest.mark.parametrize(
    "query",
    [
        "?period=x",
        "?by=%00",
        "?before=99999999999999999999",
        "?before=abc",
        "?person=-1",
        "?person=999999999999999999999",
        "?model=%00nothing",
        "?kind=gift",
        "?period=all",
        "?period=7",
        "?period=month&by=person&kind=held",
    ],
)
def test_nonsense_and_choices_in_the_address_are_answered(
    client: Client, admin: User, bought: Callable[..., Task], query: str
) -> None:
    bought()
    page(client, admin, query)
    assert client.get(f"/credits/ledger.csv{query}").status_code == 200


def test_spending_adds_up_by_model_and_by_person(
    bought: Callable[..., Task], admin: User, creator: User
) -> None:
    bought(0, 60)
    bought(1, 40, person=admin)
    bought(1, 28, model_id="bytedance/seedance-1.5-pro")
    bought(40, 500)
    period = Period.of("30")
    by_model = spending.spend(period, "model")
    assert by_model.total == 128
    assert {s.name: int(s.total) for s in by_model.series} == {"Kling 2.6": 100, "Seedance 1.5 Pro": 28}
    by_person = spending.spend(period, "person")
    assert {s.name: int(s.total) for s in by_person.series} == {"Creator": 88, "Admin": 40}
    assert by_model.on(period.last) == 60
    assert spending.spend(Period.of("all"), "model").total == 628


def test_many_models_end_in_other(bought: Callable[..., Task], monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(8):
        task = bought(0, 10 + n)
        Task.objects.filter(pk=task.pk).update(model_id=f"gone/{n}", label=f"Gone {n}")
    series = spending.spend(Period.of("7"), "model").series
    assert len(series) == 6
    assert series[-1].name == "Other"
    assert sum(s.total for s in series) == sum(range(10, 18))


def test_bars_stand_on_each_other_and_below_the_ceiling(bought: Callable[..., Task]) -> None:
    bought(0, 1099)
    bought(0, 60, model_id="veo3_fast")
    chart = charts.day_chart(spending.spend(Period.of("7"), "model"), {})
    assert len(chart.days) == 7
    bars = chart.days[-1].bars
    assert len(bars) == 2
    assert all(float(bar.y) >= charts.TOP for bar in bars)
    assert float(bars[1].y) + float(bars[1].height) < float(bars[0].y)
    assert chart.lines[0].label == "0"
    assert chart.lines[-1].label == "1,500"


@pytest.mark.parametrize("most", ["0", "0.5", "7", "55", "104.5", "999", "1001", "123456"])
def test_the_scale_is_round_and_high_enough(most: str) -> None:
    ceiling, step = charts.scale(Decimal(most))
    assert ceiling >= Decimal(most)
    assert 1 <= ceiling / step <= 5
    assert ceiling % step == 0


def test_a_long_period_shares_bars(bought: Callable[..., Task]) -> None:
    bought(400, 10)
    bought(399, 10)
    period = Period.of("all")
    spent = spending.spend(period, "model")
    assert len(period.days) <= 92
    assert sum(spent.on(day) for day in period.days) == 20


def test_top_ups_are_jumps_and_the_books_add_up(
    bought: Callable[..., Task], reading: Callable[..., None]
) -> None:
    reading(5, 1000)
    bought(4, 55)
    reading(4 - 0.01, 945)
    bought(3, 60)
    reading(3 - 0.01, 4885)
    bought(2, 100, "estimate")
    reading(1, 4750)
    period = Period.of("30")
    history = reconciliation.history(period)
    assert [rise.topped_up for rise in history.top_ups] == [4000]
    found = reconciliation.reconcile(period, history.top_ups)
    assert found is not None
    assert found.opening.credits == 1000
    assert found.topped_up == 4000
    assert found.reported == 115
    assert found.estimated == 100
    assert found.estimated_count == 1
    assert found.should_be == 4785
    assert found.unattributed == -35
    jump = [credits for at, credits in history.points if at == history.rises[0].at]
    assert jump == [945, 4885]


def test_the_page_says_what_is_open(
    client: Client, admin: User, bought: Callable[..., Task], reading: Callable[..., None]
) -> None:
    reading(2, 1000)
    bought(1, 55)
    reading(0.5, 945)
    assert "They agree" in page(client, admin)
    reading(0.1, 910)
    assert "35 cr open" in page(client, admin)


def test_the_real_kie_sets_aside_at_sending_and_gives_back(
    order: Callable[..., Task], reading: Callable[..., None], noon: Any, settings: Any
) -> None:
    settings.SANDBOX = False
    at = {days: NOON - timedelta(days=days) for days in (5, 4, 3, 2)}
    reading(6, 1000)
    done, failed, running = order(), order(), order()
    noon.move_to(at[4])
    ledger.charge(done, Decimal(55), "actual")
    ledger.release(failed)
    noon.move_to(NOON)
    Task.objects.filter(pk=done.pk).update(state=State.READY, sent_at=at[5], charge_credits=55)
    Task.objects.filter(pk=failed.pk).update(
        state=State.FAILED, sent_at=at[5], finished_at=at[3], charge_credits=0
    )
    Task.objects.filter(pk=running.pk).update(state=State.RUNNING, sent_at=at[2])
    reading(4.5, 890)
    reading(2.5, 945)
    reading(1, 890)
    history = reconciliation.history(Period.of("30"))
    assert history.top_ups == []
    found = reconciliation.reconcile(Period.of("30"), history.top_ups)
    assert found is not None
    assert found.reported == found.running == 55
    assert found.unattributed == 0


def test_a_thinned_line_keeps_its_ends(reading: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciliation, "POINTS", 5)
    for n in range(40):
        reading(10 - n / 10, 1000 - n)
    points = reconciliation.history(Period.of("30")).points
    assert len(points) <= 8
    assert points[0][1] == 1000
    assert points[-1][1] == 961


def test_a_pace_needs_three_days(bought: Callable[..., Task], reading: Callable[..., None]) -> None:
    reading(0, 1000)
    bought(2, 100)
    assert spending.burn(Period.of("30"), Decimal(100), Decimal(1000)).days is None
    bought(4, 100)
    burn = spending.burn(Period.of("30"), Decimal(200), Decimal(1000))
    assert burn.per_day == 50
    assert burn.days == 20
    assert burn.over == 4
    chart = charts.balance_chart(
        reconciliation.History(points=[(NOON - timedelta(days=4), Decimal(1200)), (NOON, Decimal(1000))]),
        Period.of("30"),
        burn,
    )
    assert chart is not None
    assert chart.projection is not None
