"""What is sent for an order of each dialect, and that people are shown exactly that."""

import json
from decimal import Decimal
from typing import Any

import pytest

from generations import catalogue
from generations.catalogue.lists import Objects
from generations.catalogue.media import Media
from generations.catalogue.params import given
from generations.kie import endpoints
from generations.kie.client import KieClient
from generations.views.studio.price import request_of
from tests.dialects.documented import ASKED, HOOK, IMAGE, MODELS, ORDERS, STATUS, params_of
from tests.kie_server import KieServer, says


@pytest.fixture
def kie() -> Any:
    """The real client on a server that takes every order and knows no task."""
    accepted = says(200, data={"taskId": "one"})
    with KieServer((accepted, says(422, "recordInfo is null"))) as server:
        client = KieClient(api_url=server.url, upload_url=server.url, key="key")
        client.server = server  # type: ignore[attr-defined]
        yield client
        client.close()


@pytest.mark.parametrize("dialect", ORDERS)
def test_an_order_is_the_documented_one(kie: Any, dialect: str) -> None:
    path, body = ORDERS[dialect]
    kie.create(endpoint=dialect, model=MODELS[dialect], params=params_of(dialect), callback_url=HOOK)
    (request,) = kie.server.requests
    assert (request.method, request.target) == ("POST", path)
    assert request.json == body


@pytest.mark.parametrize("dialect", STATUS)
def test_its_task_is_asked_for_where_it_is_documented(kie: Any, dialect: str) -> None:
    kie.create(endpoint=dialect, model=MODELS[dialect], params={})
    kie.record("one", endpoint=dialect)
    assert kie.server.requests[1].target == f"{STATUS[dialect]}?taskId=one"


def test_no_dialect_is_without_a_documented_order() -> None:
    ordered = {name for name, endpoint in endpoints.ENDPOINTS.items() if not endpoint.asked}
    assert ordered == set(ORDERS) == set(STATUS)
    assert set(endpoints.ENDPOINTS) - ordered == set(ASKED)


@pytest.mark.parametrize("dialect", ASKED)
def test_a_question_is_the_documented_one_and_shown_as_it_is_put(
    kie: Any, settings: Any, dialect: str
) -> None:
    target, params = ASKED[dialect]
    settings.PUBLIC_URL = "https://studio.example"
    task_id = kie.create(endpoint=dialect, model=dialect, params=params, callback_url=HOOK)
    kie.record(task_id, endpoint=dialect)
    seen = {(request.method, request.target, request.body) for request in kie.server.requests}
    assert seen == {("GET", target, b"")}
    preview = request_of(catalogue.models()[dialect], params)
    assert preview.json == f"GET {target}"
    assert preview.curl.splitlines()[0] == f"curl '{settings.KIE_API_URL}{target}' \\"
    assert "POST" not in preview.curl


def test_a_parameter_never_takes_the_place_of_the_model_or_of_the_callback(kie: Any) -> None:
    params = {"prompt": "p", "model": "other", "callBackUrl": "https://elsewhere.example"}
    kie.create(endpoint="veo", model="veo3", params=params, callback_url=HOOK)
    assert kie.server.requests[0].json == {"model": "veo3", "prompt": "p", "callBackUrl": HOOK}


def test_people_see_also_what_could_not_be_sent() -> None:
    order = endpoints.order("jobs", model="m", params={"scale": Decimal("1E+400"), "strength": float("inf")})
    assert "Infinity" in endpoints.shown(order.body)
    with pytest.raises(ValueError, match="JSON"):
        endpoints.written(order.body)


@pytest.mark.parametrize("callback", ["", "https://studio.example"])
def test_the_request_that_people_see_is_the_one_that_is_sent(
    kie: Any, market: Any, settings: Any, callback: str
) -> None:
    settings.PUBLIC_URL = callback
    hook = "(set by KieStudio)" if callback else None
    for spec in catalogue.models().values():
        values = {**spec.defaults(), "prompt": "Été «dusk»"}
        values |= {p.name: [IMAGE] for p in spec.params if isinstance(p, Media) and p.required}
        values |= {p.name: [{"prompt": "Fog"}] for p in spec.params if isinstance(p, Objects) and p.required}
        values |= {p.name: "task_1" for p in spec.params if p.required and not given(values.get(p.name))}
        if endpoints.ENDPOINTS[spec.endpoint].asked:
            continue
        preview = request_of(spec, values)
        order = endpoints.order(spec.endpoint, model=spec.id, params=spec.wire(values), callback_url=hook)
        first, _, shown = preview.json.partition("\n")
        assert first == f"POST {order.path}"
        assert json.loads(shown) == json.loads(endpoints.written(order.body)), spec.id
        assert ("Été «dusk»" in shown) == ("prompt" in spec.by_name), spec.id
        assert f"curl {settings.KIE_API_URL}{order.path} " in preview.curl
