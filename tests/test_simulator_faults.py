"""Faults of the sandbox's answers: what the caller sees, and what the truth says."""

import json
from collections.abc import Iterator

import pytest
import requests

from generations.simulator import Simulator
from tests.faulty_caller import CREATE, CREDIT, RECORD, Victim, order, seen, unlimited
from tests.listener import Listener
from tests.sandbox_caller import WAN, Caller, until


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with unlimited(tmp_path_factory.mktemp("sandbox")) as simulator:
        yield simulator


@pytest.fixture
def caller(sandbox: Simulator, caplog: pytest.LogCaptureFixture) -> Iterator[Victim]:
    """Also sees that the sandbox goes wrong only where it was told to."""
    made = Victim(sandbox)
    yield made
    made.close()
    assert [entry.getMessage() for entry in caplog.get_records("call") if entry.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    ("fault", "more", "found", "tasks"),
    [
        ("accept_then_500", {}, (500, 500), 1),
        ("accept_then_500", {"as_http": False}, (200, 500), 1),
        ("accept_then_502_html", {}, (502, "<html>"), 1),
        ("accept_then_cut_json", {}, (200, '{"code'), 1),
        ("accept_then_empty", {}, (200, ""), 1),
        ("accept_without_id", {}, (200, 200), 1),
        ("accept_then_redirect", {}, (307, ""), 1),
        ("accept_then_status", {"code": 429}, (200, 429), 1),
        ("slow", {"seconds": 0.05}, (200, 200), 1),
        ("trickle", {"bytes_per_second": 5000}, (200, 200), 1),
        ("http_500", {}, (500, 500), 0),
        ("http_503_html", {}, (503, "<html>"), 0),
        ("status", {"code": 402}, (200, 402), 0),
        ("status", {"code": 433}, (200, 433), 0),
        ("status", {"code": 455, "as_http": True}, (455, 455), 0),
        ("status", {"code": 429, "as_http": True, "retry_after": 3}, (429, 429), 0),
    ],
)
def test_answers_to_an_order(
    caller: Victim, fault: str, more: dict[str, object], found: object, tasks: int
) -> None:
    caller.faults("create", fault, **more)
    token = f"{fault}{len(more)}{found}".replace(" ", "")
    answer = caller.send(token)
    assert seen(answer) == found
    assert caller.accepted(token) == tasks
    if fault == "accept_without_id":
        assert answer.json()["data"] is None
    if fault == "accept_then_redirect":
        assert answer.headers["Location"] == caller.url + CREATE
    if "retry_after" in more:
        assert answer.headers["Retry-After"] == "3"


@pytest.mark.parametrize(("fault", "tasks"), [("reset_before", 0), ("accept_then_reset", 1)])
def test_a_connection_is_reset_before_or_after_the_order(caller: Victim, fault: str, tasks: int) -> None:
    caller.faults("create", fault)
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        caller.send(fault)
    assert caller.accepted(fault) == tasks


def test_an_order_is_taken_and_the_answer_comes_too_late(caller: Victim) -> None:
    caller.faults("create", "accept_then_hang", seconds=30)
    with pytest.raises(requests.ReadTimeout):
        caller.send("late", timeout=0.2)
    assert caller.accepted("late") == 1


def test_a_slow_order_is_taken_even_when_nobody_listens_any_more(caller: Victim) -> None:
    caller.faults("create", "slow", seconds=30)
    with pytest.raises(requests.ReadTimeout):
        caller.send("slowly", timeout=0.2)
    caller.session.close()
    until(lambda: caller.accepted("slowly") == 1)


def test_what_is_refused_is_refused_plainly_under_an_accepting_fault(caller: Victim) -> None:
    caller.faults("create", "accept_then_reset")
    assert caller.post(CREATE, {**WAN, "model": "kling-9"})["code"] == 422
    stranger = Caller(caller.url, key="wrong")
    assert stranger.post(CREATE, WAN)["code"] == 401
    stranger.session.close()


def test_the_callback_comes_before_the_answer(caller: Victim) -> None:
    caller.faults("create", "webhook_first")
    with Listener(deaf=0) as ear:
        task_id = caller.order({**WAN, "callBackUrl": ear.url})
        assert [body["data"]["taskId"] for _, body in ear.heard] == [task_id]
    assert caller.record(task_id)["state"] == "success"


@pytest.mark.parametrize(
    ("fault", "more", "code", "state"),
    [
        ("null_late", {}, 422, None),
        ("null_early", {"seconds": 600}, 422, None),
        ("null_early", {"seconds": 0}, 200, "success"),
        ("unknown_state", {}, 200, "archiving"),
        ("state_backwards", {}, 200, "waiting"),
        ("status", {"code": 505}, 505, None),
        ("docs_style", {}, 200, "success"),
    ],
)
def test_looks_at_a_task_that_ended(
    caller: Victim, fault: str, more: dict[str, object], code: int, state: str | None
) -> None:
    task_id = caller.order(order(fault))
    true = caller.ended(task_id)
    caller.faults("record", fault, **more)
    found, data = caller.look(task_id)
    assert (found, data and data["state"]) == (code, state)
    if fault == "docs_style":
        assert data["failCode"] == ""
        assert data["costTime"] == true["completeTime"] - true["createTime"]
        assert json.loads(data["param"])["input"] == WAN["input"]


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ("no_urls", '{"resultUrls":[]}'),
        ("null", None),
        ("empty_text", ""),
        ("broken", '{"resultUrls":["http'),
    ],
)
def test_a_success_without_an_address(caller: Victim, shape: str, found: object) -> None:
    jobs, veo = caller.order(order("x")), caller.veo()
    assert caller.ended(jobs)["resultJson"]
    assert caller.ended(veo)["response"]
    caller.faults("record", "success_without_urls", shape=shape)
    assert caller.record(jobs)["resultJson"] == found
    response = caller.record(veo)["response"]
    assert response is None or response["resultUrls"] == []
    assert caller.record(veo)["successFlag"] == 1


def test_a_success_without_a_charge(caller: Victim) -> None:
    task_id = caller.order(order("free"))
    caller.faults("record", "success_without_charge")
    assert "creditsConsumed" not in caller.ended(task_id)
    assert caller.charge("free") > 0


def test_a_failure_turns_into_the_success_that_it_was(caller: Victim) -> None:
    caller.faults("record", "fail_then_success", looks=2)
    for task_id in (caller.order(order("changed")), caller.veo()):
        first, second, third = caller.ended(task_id), caller.record(task_id), caller.record(task_id)
        told = [look.get("state", look.get("successFlag")) for look in (first, second, third)]
        assert told in (["fail", "fail", "success"], [3, 3, 1])
        assert first["creditsConsumed"] == 0 < third["creditsConsumed"]
    assert caller.charge("changed") > 0


def test_a_success_that_was_told_stays_one(caller: Victim) -> None:
    caller.faults("record", "fail_then_success", first=1000)
    task_id = caller.order(order("x"))
    assert caller.ended(task_id)["state"] == "success"
    assert [caller.record(task_id)["state"] for _ in range(3)] == ["success"] * 3


@pytest.mark.parametrize("on", ["record", "credit", "upload", "download_url", "copy_1080p"])
def test_the_line_itself_fails(caller: Victim, on: str) -> None:
    path, method = {
        "record": (RECORD, "GET"),
        "credit": (CREDIT, "GET"),
        "upload": ("/api/file-base64-upload", "POST"),
        "download_url": ("/api/v1/common/download-url", "POST"),
        "copy_1080p": ("/api/v1/veo/get-1080p-video", "GET"),
    }[on]

    def call(timeout: float = 5) -> requests.Response:
        return caller.session.request(method, caller.url + path, json={}, timeout=timeout)

    caller.faults(on, "reset")
    with pytest.raises(requests.ConnectionError):
        call()
    caller.faults(on, "hang")
    with pytest.raises(requests.ReadTimeout):
        call(0.1)
    caller.faults(on, "html", status=503)
    assert seen(call()) == (503, "<html>")
    caller.faults(on, "status", code=401, text="No way")
    assert call().json()["msg"] == "No way"
    assert seen(call()) == (200, 401)


def test_balances_that_are_wrong(caller: Victim) -> None:
    until(caller.settled)
    true = caller.balance()
    caller.faults("credit", "drift", amount=12.5)
    assert caller.balance() == true - 12.5
    caller.faults("credit", "value", data="-1 credits")
    assert caller.balance() == "-1 credits"
    caller.faults("credit", "cut_json")
    assert seen(caller.session.get(caller.url + CREDIT, timeout=5)) == (200, '{"code')
    assert caller.sandbox.truth()["balance"] == true


def test_uploads_links_and_copies_that_are_wrong(caller: Victim) -> None:
    veo = caller.veo()
    url = caller.ended(veo)["response"]["resultUrls"][0]
    caller.faults("upload", "no_url")
    body = {"base64Data": "R0lGODlh", "uploadPath": "x"}
    answer = caller.post("/api/file-base64-upload", body)
    assert answer["code"] == 200
    assert "downloadUrl" not in answer["data"]
    caller.faults("download_url", "wrong")
    link = caller.post("/api/v1/common/download-url", {"url": url})["data"]
    assert requests.get(link, timeout=5).status_code == 404
    for fault, code in (("never_ready", 400), ("refused", 422)):
        caller.faults("copy_1080p", fault)
        assert caller.get("/api/v1/veo/get-1080p-video", taskId=veo)["code"] == code
