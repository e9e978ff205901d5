"""When Kie’s own catalogue is read, and how fast."""

from itertools import pairwise
from typing import Any

import pytest

from generations.models import MarketModel, MarketState
from generations.worker.steps import run
from generations.worker.steps.market import is_due, look_up
from generations.worker.sweep import one_pass
from tests.alive.asked import CURATED, refresh

pytestmark = pytest.mark.django_db


def test_the_sweep_reads_what_was_asked_for_and_goes_on_where_it_was_stopped(
    kie: Any, simulator: Any
) -> None:
    MarketState.ask()
    run(look_up(kie))
    left = set(MarketModel.objects.filter(schema=None).values_list("model_id", flat=True))
    assert len(left) == 4
    run(look_up(kie))
    dying = look_up(kie)
    next(dying)()
    dying.close()
    assert MarketModel.objects.filter(schema=None).count() == 3
    MarketModel.objects.exclude(schema_due_at=None).update(schema_due_at=MarketState.now().read_at)
    while is_due():
        run(look_up(kie))
    assert not MarketModel.objects.filter(schema=None).exists()
    assert MarketModel.objects.get(model_id=CURATED).points_at


def test_the_first_list_is_due_a_minute_after_the_first_sweep() -> None:
    assert not is_due()
    assert MarketState.now().list_due_at is not None
    assert not is_due()


def test_one_look_up_a_second_over_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    granted = []
    for step in range(100):
        now[0] = 1_000_000 + step / 10
        if MarketState.may_look():
            granted.append(now[0])
    assert len(granted) == 9
    assert min(b - a for a, b in pairwise(granted)) > 1
    now[0] -= 5_000
    assert MarketState.may_look()


def test_too_fast_waits_two_four_and_eight_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    waits = []
    for _ in range(4):
        MarketState.too_fast()
        waits.append(MarketState.now().next_look - 1_000_000)
    assert waits == [2, 4, 8, 8]


def test_a_pass_of_the_sweep_reads_the_list_that_is_due(kie: Any) -> None:
    MarketState.ask()
    one_pass()
    assert MarketState.now().read_at is not None
    assert MarketModel.objects.count() == 4


def test_reading_anew_asks_every_schema_and_every_price(kie: Any, simulator: Any) -> None:
    refresh()
    assert not MarketModel.objects.filter(price_at=None).exists()
    assert not MarketModel.objects.exclude(price_due_at=None).exists()
    MarketModel.objects.update(price_at=None, schema_at=None)
    MarketState.objects.update(list_due_at=MarketState.now().read_at)
    run(look_up(kie))
    assert (
        not MarketModel.objects.exclude(price_due_at=None).exclude(model_id="gemini-omni-character").exists()
    )
    refresh()
    assert not MarketModel.objects.filter(price_at=None).exists()
    assert not MarketModel.objects.filter(schema_at=None).exists()


def test_the_pace_counts_from_when_a_question_really_left(kie: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    monkeypatch.setattr("generations.models.market.BETWEEN_LOOKS", 1.15)
    MarketState.ask()
    assert MarketState.may_look()
    step = look_up(kie)
    work = next(step)
    now[0] += 0.4
    answer = work()
    now[0] += 0.2
    with pytest.raises(StopIteration):
        step.send(answer)
    assert MarketState.now().next_look == pytest.approx(1_000_000.4 + 1.15)
