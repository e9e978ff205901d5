"""When Kie's own catalogue is asked, how fast, and what of it outlives its process."""

import io
import json
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from generations import catalogue, connection
from generations.decisions.market import adopt
from generations.models import MarketAnswer, MarketChange, MarketModel, MarketState
from generations.simulator import Settings, Simulator
from generations.worker.steps import run
from generations.worker.steps.market import is_due, look_up
from generations.worker.sweep import one_pass
from tests.alive.asked import CURATED, NEW, refresh

pytestmark = pytest.mark.django_db


def test_answers_and_changes_are_only_ever_added(kie: Any) -> None:
    from django.db import DatabaseError, transaction

    refresh()
    for model in (MarketAnswer, MarketChange):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            model.objects.update(model_id="x")


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


def test_the_sandbox_plays_what_the_command_says(
    kie: Any, simulator: Any, settings: Any, capsys: Any
) -> None:
    connection.sandbox_file().write_text(json.dumps({"url": simulator.url}))
    settings.SANDBOX = True
    for what in ("new", "price", "parameter", "gone", "back"):
        call_command("catalogue", "play", what)
    assert capsys.readouterr().out.splitlines()[-1] == f"back: {NEW}"
    assert "10 credits" in simulator.shop.price(NEW)["pricingDesc"]
    with pytest.raises(CommandError, match="“no/such” is not listed"):
        call_command("catalogue", "play", "price", "no/such")
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="connected to Kie"):
        call_command("catalogue", "play", "new")


def test_what_was_played_outlives_a_restart_of_the_sandbox(tmp_path: Any) -> None:
    with Simulator(Settings(folder=tmp_path / "other")) as running:
        running.shop.play("new")
        running.shop.play("gone", CURATED)
    with Simulator(Settings(folder=tmp_path / "other")) as again:
        assert NEW in again.shop.models()
        assert CURATED not in again.shop.models()


def test_every_page_request_follows_what_another_process_adopted(
    kie: Any, simulator: Any, admin: User
) -> None:
    from kiestudio.wsgi import application

    simulator.shop.play("new")
    refresh()
    adopt(admin, NEW)
    assert catalogue.find(NEW) is None
    started: list[str] = []
    environ: dict[str, Any] = {"PATH_INFO": "/models/", "REQUEST_METHOD": "GET", "SERVER_PORT": "80"}
    place: dict[str, Any] = {
        "SERVER_NAME": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    list(application(environ | place, lambda status, headers: started.append(status)))
    assert started
    assert catalogue.find(NEW) is not None


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
