"""Answers of Kie's catalogue that cannot be true: refused with the reason, and what stood stays."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError

from generations import catalogue, orders
from generations.decisions.market import CannotAdopt, adopt
from generations.kie.client import KieClient
from generations.kie.errors import Refused
from generations.market import offered, taking
from generations.market.standing import standings
from generations.models import MarketChange, MarketModel
from generations.simulator import Settings, Simulator
from generations.simulator.market.documents import facts
from generations.wording.market import reason, sides
from generations.worker.steps import run
from generations.worker.steps.market import look_up
from tests.alive.asked import CURATED, NEW, refresh
from tests.kie_server import KieServer, answer, says

pytestmark = pytest.mark.django_db


def _list(*models: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"code": 200, "msg": "success", "data": {"total": len(models), "models": list(models)} | more}


def _entry(model: str = "a/b", **more: Any) -> dict[str, Any]:
    entry = {
        "model": model,
        "title": "A",
        "provider": "B",
        "taskType": ["Text to Video"],
        "pricingDesc": None,
    }
    return entry | more


LIES = {
    "not JSON": (b"<html>", "without a readable answer"),
    "a list": (b"[]", "without a readable answer"),
    "cut": (b'{"code": 200, "data": {"mod', "broke off|readable"),
    "nested": (b'{"code": 200, "data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "readable"),
    "no data": ({"code": 200, "data": None}, "holds no data"),
    "models is a text": ({"code": 200, "data": {"models": "many"}}, "holds no models"),
    "no models": (_list(), "holds no models"),
    "a false total": (_list(_entry(), total=218), "says 218 models and holds 1"),
    "an entry is a text": (_list("a/b"), "entry 1 of the list is not an object"),  # type: ignore[arg-type]
    "no id": (_list(_entry(model=None)), "entry 1 of the list has no usable id"),  # type: ignore[arg-type]
    "an id with a NUL": (_list(_entry("a\0b")), "no usable id"),
    "twice": (_list(_entry(), _entry()), "holds the model “a/b” twice"),
    "tasks": (_list(_entry(taskType="Text to Video")), "“taskType” is not a list"),
    "title": (_list(_entry(title=["x"])), "“title” is not a text"),
    "price -5": (_list(_entry(pricingDesc=-5)), "“pricingDesc” is not a text: -5"),
    "price 1e9": (_list(_entry(pricingDesc=1e9)), "“pricingDesc” is not a text"),
    "long price": (_list(_entry(pricingDesc="x" * 30_000)), "longer than 20,000"),
    "endless": (b" " * (4 * 1024 * 1024 + 10), "larger than 4 MiB"),
    "key": ({"code": 401, "msg": "Unauthorized"}, "Unauthorized"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_list_that_lies_is_refused_with_the_reason_and_what_stood_stays(
    kie: Any, settings: Any, lie: str
) -> None:
    refresh()
    said, why = LIES[lie]
    before = list(MarketModel.objects.values())
    changes = MarketChange.objects.count()
    with KieServer((answer(body=said),)) as server:
        settings.KIE_API_URL = server.url
        with pytest.raises(CommandError, match="was not read: ") as refused:
            refresh()
    assert re.search(why, str(refused.value))
    assert list(MarketModel.objects.values()) == before
    assert MarketChange.objects.count() == changes


ABOUT_ONE: dict[str, tuple[str, dict[str, Any], str]] = {
    "schema is a text": ("schema", {"openapi": "3.1.0"}, "its schema is not an object"),
    "schema of another": ("schema", {"model": "x/y", "openapi": {}}, "is about “x/y”"),
    "nested schema": ("schema", {"openapi": {"x": json.loads("[" * 200 + "]" * 200)}}, "nested too deeply"),
    "huge schema": ("schema", {"openapi": {"x": "y" * 600_000}}, "larger than 512 KiB"),
    "price is a number": ("price", {"pricingDesc": -5}, "not a text"),
    "price of -5": ("price", {"pricingDesc": "-5 credits per video"}, "-5 credits are no price"),
    "price of 1e9": ("price", {"pricingDesc": "1000000000 credits per video"}, "are no price"),
    "points are a text": ("points", {"points": "98 %"}, "not a list"),
    "rate of 101": (
        "points",
        {"points": [{"start": "2026-10-01", "successRate": 101}]},
        "success rate of 101",
    ),
    "a time that is none": (
        "points",
        {"points": [{"start": "soon", "successRate": 98}]},
        "“soon” is no time",
    ),
}


@pytest.mark.parametrize("lie", ABOUT_ONE)
def test_a_lie_about_one_model_is_noted_and_what_stood_stays(kie: Any, lie: str) -> None:
    refresh()
    field, data, why = ABOUT_ONE[lie]
    row = MarketModel.objects.get(model_id=CURATED)
    before = (row.schema, row.price, row.points, row.differs)
    with KieServer((answer(body={"code": 200, "data": {"model": CURATED} | data}),)) as server:
        liar = KieClient(api_url=server.url, upload_url=server.url, key="sandbox")
        MarketModel.objects.update(schema_due_at=None, price_due_at=None, points_due_at=None)
        MarketModel.objects.filter(pk=row.pk).update(**{f"{field}_due_at": row.first_seen_at})
        run(look_up(liar))
        liar.close()
    row.refresh_from_db()
    assert why in reason(row.refused[field])
    assert (row.schema, row.price, row.points, row.differs) == before
    assert getattr(row, f"{field}_due_at") > row.first_seen_at


def test_a_schema_that_cannot_be_read_keeps_what_was_adopted(kie: Any, simulator: Any, admin: User) -> None:
    simulator.shop.play("new")
    refresh()
    adopt(admin, NEW)
    row = MarketModel.objects.get(model_id=NEW)
    taking.take_schema(row.pk, {"paths": {}})
    offered.follow()
    row.refresh_from_db()
    assert row.differs == [
        {
            "param": "",
            "what": "schema",
            "old": "readable",
            "new": "unreadable",
        }
    ]
    assert sides(row, row.differs[0]) == ("readable", "it describes no call that orders something")
    assert catalogue.models()[NEW].by_name["resolution"]
    with pytest.raises(CannotAdopt, match="describes no call"):
        adopt(admin, NEW)


def test_a_price_that_is_not_understood_is_no_number(kie: Any, simulator: Any, admin: User) -> None:
    simulator.shop.play("new")
    refresh()
    adopt(admin, NEW)
    taking.take_price(MarketModel.objects.get(model_id=NEW).pk, "Ask our sales team about 5 credits offers")
    offered.follow()
    said = next(standing for standing in standings() if standing.id == NEW)
    assert not said.orderable
    assert "price" in said.reason
    with pytest.raises(orders.NotAdmitted, match="no price is known"):
        orders.place(admin, catalogue.models()[NEW], {"prompt": "A boat"})


def test_half_a_list_is_refused(kie: Any, simulator: Any) -> None:
    for model in [model for model in facts() if "video" in model][:40]:
        if simulator.shop.is_gone(model):
            simulator.shop.play("back", model)
    refresh()
    known = MarketModel.objects.filter(gone_at=None).count()
    for model in [model for model in facts() if "video" in model][:40]:
        simulator.shop.play("gone", model)
    with pytest.raises(CommandError, match="known models"):
        refresh()
    assert MarketModel.objects.filter(gone_at=None).count() == known


def test_without_an_answer_refresh_ends_and_says_so(settings: Any, kie: Any) -> None:
    settings.KIE_API_URL = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="was not read: Kie did not answer: the connection was refused"):
        refresh()


def test_what_kie_did_not_answer_about_makes_refresh_fail(kie: Any, settings: Any) -> None:
    whole = _list(_entry(CURATED, pricingDesc="5 credits per video"))
    with KieServer((answer(body=whole), answer(503, b"busy"))) as server:
        settings.KIE_API_URL = server.url
        with pytest.raises(CommandError, match="1 of 1 models gave no answer"):
            refresh()


def test_slashes_stay_slashes_and_the_key_goes_along(kie: Any, settings: Any) -> None:
    with KieServer((says(404, "The model name is not supported"),)) as server:
        client = KieClient(api_url=server.url, upload_url=server.url, key="secret-key")
        with pytest.raises(Refused):
            client.market.schema("kling-2.6/text-to-video?x=1")
        client.close()
    (request,) = server.requests
    assert request.target == "/api/v1/models/kling-2.6/text-to-video%3Fx%3D1/schema"
    assert request.headers["authorization"] == "Bearer secret-key"


def test_success_is_read_and_nothing_counts_as_no_traffic(kie: Any) -> None:
    first, then, last = (f"2026-10-01T00:{minute}:00Z" for minute in (10, 20, 30))
    points = [
        {"start": first, "end": then, "successRate": None, "isNormal": True},
        {"start": then, "end": last, "successRate": 98.5, "isNormal": False},
    ]
    with KieServer((answer(body={"code": 200, "data": {"model": "a/b", "points": points}}),)) as server:
        client = KieClient(api_url=server.url, upload_url=server.url, key="")
        assert [point.rate for point in client.market.success("a/b")] == [None, 98.5]
        client.close()


@pytest.mark.parametrize("model", [CURATED, "pixverse-v6/extend"])
def test_the_sandbox_serves_the_four_look_ups_one_a_second(tmp_path: Any, model: str) -> None:
    with Simulator(Settings(folder=tmp_path / "other")) as running:
        client = KieClient(api_url=running.url, upload_url=running.url, key="sandbox")
        entries = {entry.id: entry for entry in client.market.models()}
        assert len(entries) == 93
        with pytest.raises(Refused, match="frequency") as fast:
            client.market.schema(model)
        assert fast.value.refusal == "too fast"
        client.close()


def test_a_price_of_the_list_that_is_none_is_refused_and_the_one_before_stands(
    kie: Any, simulator: Any, admin: User
) -> None:
    simulator.shop.play("new")
    refresh()
    adopt(admin, NEW)
    fact = simulator.shop.models()[NEW]
    fact["listed"]["pricingDesc"] = "720p: -5 credits/s"
    refresh()
    offered.follow()
    row = MarketModel.objects.get(model_id=NEW)
    assert "-5 credits are no price" in reason(row.refused["price"])
    assert orders.price(catalogue.models()[NEW], {"prompt": "A", "resolution": "720p"}).credits == 40
