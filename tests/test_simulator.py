"""The sandbox answers as the service does, over a real socket."""

import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from generations.simulator import Simulator
from tests.sandbox_caller import KLING, WAN, Caller, settings


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(settings(tmp_path)) as simulator:
        yield simulator


@pytest.fixture
def caller(sandbox: Simulator) -> Iterator[Caller]:
    made = Caller(sandbox.url)
    yield made
    made.session.close()


def test_a_task_is_accepted_and_pending_fields_are_null(tmp_path: Path) -> None:
    with Simulator(settings(tmp_path, fastest=30, slowest=60)) as sandbox:
        caller = Caller(sandbox.url)
        data = caller.post("/api/v1/jobs/createTask", {**WAN, "callBackUrl": "http://localhost:1/x"})["data"]
        record = caller.record(data["taskId"])
        caller.session.close()
    assert data["recordId"] == data["taskId"]
    assert len(data["taskId"]) == 32
    assert int(data["taskId"], 16)
    assert record["state"] == "waiting"
    empty = ("resultJson", "failCode", "failMsg", "costTime", "completeTime")
    assert [record[name] for name in empty] == [None] * 5
    assert "creditsConsumed" not in record
    param = json.loads(record["param"])
    assert json.loads(param["input"]) == WAN["input"]
    assert param["callBackUrl"] == "http://localhost:1/x"


def test_the_charge_appears_once_and_the_balance_falls_by_it(sandbox: Simulator, caller: Caller) -> None:
    assert caller.balance() == 5000
    task_id = caller.order(WAN)
    record = caller.ended(task_id)
    assert record["state"] == "success"
    assert record["creditsConsumed"] > 0
    assert record["completeTime"] > record["createTime"]
    urls = json.loads(record["resultJson"])["resultUrls"]
    assert urls == [f"{sandbox.url}/files/results/{task_id}.mp4"]
    for _ in range(3):
        caller.record(task_id)
        assert caller.balance() == 5000 - record["creditsConsumed"]
    assert sandbox.balance() == Decimal(str(caller.balance()))
    (made,) = sandbox.created()
    assert made["id"] == task_id
    assert made["state"] == "success"
    assert made["charge"] == Decimal(str(record["creditsConsumed"]))


def test_a_restart_keeps_tasks_links_and_balance(tmp_path: Path) -> None:
    with Simulator(settings(tmp_path, fastest=0.6, slowest=0.7)) as first:
        caller = Caller(first.url)
        task_id = caller.order(WAN)
        before = caller.record(task_id)
        caller.session.close()
    with Simulator(settings(tmp_path, opening_balance=Decimal(7))) as second:
        caller = Caller(second.url)
        record = caller.ended(task_id)
        balance = caller.balance()
        caller.session.close()
    assert before["state"] not in {"success", "fail"}
    assert before["createTime"] == record["createTime"]
    assert balance == 5000 - record["creditsConsumed"]
    assert second.url in record["resultJson"]


@pytest.mark.parametrize(
    ("word", "code", "text"),
    [
        ("#moderated", "422", "Invalid prompt: prompt contains prohibited content"),
        ("#fails", "501", "Generation failed, please try again."),
        ("#internal", "500", "Internal Error, Please try again later."),
    ],
)
def test_some_prompts_fail_late_and_cost_nothing(caller: Caller, word: str, code: str, text: str) -> None:
    prompt = {"prompt": f"A {word} lake"}
    record = caller.ended(caller.order({**WAN, "input": {**WAN["input"], **prompt}}))  # type: ignore[dict-item]
    assert (record["state"], record["failCode"], record["failMsg"]) == ("fail", code, text)
    assert record["creditsConsumed"] == 0
    veo = caller.ended(caller.veo(prompt=prompt["prompt"]))
    assert veo["successFlag"] in {2, 3}
    assert veo["errorCode"] in {400, 500, 501}
    assert veo["errorMessage"]
    assert veo["response"] is None
    assert caller.balance() == 5000


def _without(name: str) -> dict[str, object]:
    return {key: value for key, value in KLING.items() if key != name}


@pytest.mark.parametrize(
    ("model", "values", "code", "text"),
    [
        ("kling-9", KLING, 422, "The model name you specified is not supported."),
        ("veo3", KLING, 422, "The model name you specified is not supported."),
        ("kling-2.6/text-to-video", _without("prompt"), 500, "This field is required"),
        ("kling-2.6/text-to-video", _without("aspect_ratio"), 500, "aspect_ratio is required"),
        ("kling-2.6/text-to-video", KLING | {"duration": 5}, 500,
         "duration is not within the range of allowed options"),
        ("kling-2.6/text-to-video", KLING | {"prompt": "x" * 1001}, 500,
         "The text length cannot exceed the maximum limit"),
        ("kling-2.6/text-to-video", KLING | {"prompt": 7}, 500, "prompt it must be a string"),
        ("kling-2.6/text-to-video", KLING | {"sound": "yes"}, 500, "sound it must be a boolean"),
        ("hailuo/02-image-to-video-standard",
         {"prompt": "x", "image_url": "file:///etc/passwd", "duration": "6", "resolution": "768P"}, 422,
         "image_url must be a valid URL"),
    ],
)  # fmt: skip
def test_parameters_are_checked_at_once(
    caller: Caller, sandbox: Simulator, model: str, values: dict[str, object], code: int, text: str
) -> None:
    answer = caller.post("/api/v1/jobs/createTask", {"model": model, "input": values})
    assert answer["code"] == code
    assert answer["msg"].startswith(text)
    assert answer["data"] is None
    assert sandbox.created() == []


@pytest.mark.parametrize(
    ("values", "code", "text"),
    [
        ({"aspect_ratio": "1:1"}, 422, "Ratio error"),
        ({"aspectRatio": "4:3"}, 422, "Ratio error"),
        ({"seeds": 1}, 500, "Value must be within the specified range"),
        ({"duration": "4"}, 500, "duration is not within the range of allowed options"),
        ({"generationType": "REFERENCE_2_VIDEO", "duration": 8}, 500, "imageUrls is required"),
    ],
)
def test_veo_has_its_own_refusals(caller: Caller, values: dict[str, object], code: int, text: str) -> None:
    answer = caller.post("/api/v1/veo/generate", {"prompt": "Hills", "model": "veo3_fast", **values})
    assert (answer["code"], answer["msg"]) == (code, text)


def test_unknown_keys_pass(caller: Caller) -> None:
    caller.order({"model": "kling-2.6/text-to-video", "input": {**KLING, "whatever": 1}})


def test_an_order_needs_the_credits_it_will_cost(tmp_path: Path) -> None:
    with Simulator(settings(tmp_path, opening_balance=Decimal(60), fastest=30, slowest=60)) as sandbox:
        caller = Caller(sandbox.url)
        body = {"model": "kling-2.6/text-to-video", "input": KLING}
        assert caller.post("/api/v1/jobs/createTask", body)["code"] == 200
        answer = caller.post("/api/v1/jobs/createTask", body)
        caller.session.close()
    assert answer["code"] == 402
    assert answer["msg"].startswith("Credits insufficient : Your current balance isn't enough")


@pytest.mark.parametrize("key", ["wrong", ""])
def test_a_wrong_key_is_told_so_with_http_200(sandbox: Simulator, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    for method, path in (("GET", "/api/v1/chat/credit"), ("POST", "/api/v1/jobs/createTask")):
        answer = requests.request(method, sandbox.url + path, headers=headers, json={}, timeout=5)
        assert answer.status_code == 200
        assert answer.json()["code"] == 401


def test_unknown_tasks_and_routes(caller: Caller) -> None:
    assert caller.get("/api/v1/jobs/recordInfo", taskId="x" * 32) == {
        "code": 422, "msg": "recordInfo is null", "data": None,
    }  # fmt: skip
    assert caller.get("/api/v1/jobs/recordInfo")["code"] == 400
    assert caller.session.get(caller.url + "/api/v1/elsewhere", timeout=5).status_code == 404
    assert caller.session.get(caller.url + "/files/kieai/../simulator.sqlite3", timeout=5).status_code == 404


def test_more_than_20_creates_in_10_seconds_are_refused(sandbox: Simulator, caller: Caller) -> None:
    codes = [caller.post("/api/v1/jobs/createTask", WAN)["code"] for _ in range(22)]
    assert codes == [200] * 20 + [429] * 2
    assert len(sandbox.created()) == 20


def test_more_than_10_queries_a_second_are_refused(caller: Caller) -> None:
    answers = [caller.get("/api/v1/jobs/recordInfo", taskId="x") for _ in range(12)]
    assert [a["code"] for a in answers] == [422] * 10 + [429] * 2
    assert answers[-1]["msg"] == "Rate limit exceeded"


def test_stop_does_not_wait_for_idle_connections(tmp_path: Path) -> None:
    sandbox = Simulator(settings(tmp_path))
    sandbox.start()
    caller = Caller(sandbox.url)
    caller.balance()
    started = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - started < 2
    with pytest.raises(requests.ConnectionError):
        caller.balance()
    caller.session.close()


def test_one_that_never_started_can_be_stopped(tmp_path: Path) -> None:
    Simulator(settings(tmp_path)).stop()
