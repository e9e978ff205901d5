"""The sandbox answers as the service does, over a real socket."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from generations.simulator import Settings, Simulator

WAN = {"model": "wan/2-6-text-to-video", "input": {"prompt": "A lake", "duration": "5", "resolution": "720p"}}
KLING = {"prompt": "A street in the rain", "sound": False, "aspect_ratio": "1:1", "duration": "5"}


class Caller:
    """A client with the right key."""

    def __init__(self, url: str, key: str = "sandbox") -> None:
        self.url, self.session = url, requests.Session()
        self.session.headers["Authorization"] = f"Bearer {key}"

    def post(self, path: str, body: object) -> Any:
        return self.session.post(self.url + path, json=body, timeout=10).json()

    def get(self, path: str, **params: str) -> Any:
        return self.session.get(self.url + path, params=params, timeout=10).json()

    def order(self, body: dict[str, Any], path: str = "/api/v1/jobs/createTask") -> str:
        answer = self.post(path, body)
        assert answer["code"] == 200, answer
        return str(answer["data"]["taskId"])

    def veo(self, **body: Any) -> str:
        return self.order(
            {"prompt": "Hills", "model": "veo3_fast", "duration": 4, **body}, "/api/v1/veo/generate"
        )

    def record(self, task_id: str) -> Any:
        path = "/api/v1/veo/record-info" if task_id.startswith("veo_") else "/api/v1/jobs/recordInfo"
        return self.get(path, taskId=task_id)["data"]

    def ended(self, task_id: str) -> Any:
        return until(lambda: (r := self.record(task_id)) and _final(r) and r)

    def balance(self) -> Any:
        return self.get("/api/v1/chat/credit")["data"]


def _final(record: dict[str, Any]) -> bool:
    return record.get("state") in {"success", "fail"} or record.get("successFlag", 0) != 0


def until(found: Callable[[], Any], seconds: float = 10) -> Any:
    """What `found` gives once it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.12)
    raise AssertionError("it did not happen in time")


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(**{"folder": folder, "fastest": 0.05, "slowest": 0.2, "seed": 1, **more})


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
    task_id = caller.order(WAN)
    assert caller.balance() == 5000
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


class Listener(HTTPServer):
    """Hears callbacks; answers 500 to the first `deaf` of them."""

    def __init__(self, deaf: int) -> None:
        self.deaf, self.heard = deaf, list[tuple[dict[str, str], Any]]()
        super().__init__(("127.0.0.1", 0), _Ear)
        self.url = f"http://127.0.0.1:{self.server_port}/hooks/kie/token/"

    def __enter__(self) -> "Listener":
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.shutdown()
        self.thread.join()
        self.server_close()


class _Ear(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append((dict(self.headers), body))
        self.send_response(500 if len(self.server.heard) <= self.server.deaf else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


def test_callbacks_are_signed_and_tried_again(tmp_path: Path) -> None:
    with Listener(deaf=1) as ear, Simulator(settings(tmp_path, webhook_key="secret")) as sandbox:
        caller = Caller(sandbox.url)
        task_id = caller.order({**WAN, "callBackUrl": ear.url})
        until(lambda: len(ear.heard) == 2)
        record = caller.record(task_id)
        caller.session.close()
        time.sleep(0.4)
    assert len(ear.heard) == 2
    headers, body = ear.heard[1]
    signed = f"{task_id}.{headers['X-Webhook-Timestamp']}".encode()
    expected = base64.b64encode(hmac.new(b"secret", signed, hashlib.sha256).digest()).decode()
    assert headers["X-Webhook-Signature"] == expected
    assert (body["code"], body["msg"]) == (200, "Playground task completed successfully.")
    assert body["data"] == record


def test_callbacks_of_veo_and_of_failures(tmp_path: Path) -> None:
    with Listener(deaf=0) as ear, Simulator(settings(tmp_path)) as sandbox:
        caller = Caller(sandbox.url)
        veo = caller.veo(callBackUrl=ear.url)
        failed = caller.order({"model": WAN["model"], "input": {**WAN["input"], "prompt": "#fails"},  # type: ignore[dict-item]
                               "callBackUrl": ear.url})  # fmt: skip
        abroad = caller.order({**WAN, "callBackUrl": "http://192.0.2.1/hook"})
        until(lambda: len(ear.heard) == 2)
        caller.ended(abroad)
        caller.session.close()
    bodies = {body["data"]["taskId"]: body for _, body in ear.heard}
    assert bodies[veo]["msg"] == "Veo3.1 video generated successfully."
    assert bodies[veo]["data"]["info"]["resultUrls"]
    assert bodies[failed]["code"] == 501
    assert bodies[failed]["data"]["state"] == "fail"
    assert "X-Webhook-Signature" not in ear.heard[0][0]


def test_a_stream_upload_is_kept_byte_for_byte(caller: Caller) -> None:
    content = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 700 + b"\r\n--\r\n\r"
    answer = caller.session.post(
        caller.url + "/api/file-stream-upload",
        files={"file": ("a b.png", content)}, data={"uploadPath": "images/studio"}, timeout=10,
    ).json()  # fmt: skip
    assert answer["success"] is True
    assert answer["code"] == 200
    data = answer["data"]
    assert (data["fileName"], data["mimeType"], data["fileSize"]) == ("a_b.png", "image/png", len(content))
    assert requests.get(data["downloadUrl"], timeout=5).content == content


def test_other_uploads(caller: Caller) -> None:
    text = base64.b64encode(b"GIF89a").decode()
    body = {"base64Data": f"data:image/gif;base64,{text}", "uploadPath": "x/../y", "fileName": "../up.gif"}
    data = caller.post("/api/file-base64-upload", body)["data"]
    assert data["filePath"] == "kieai/sandbox/x/y/up.gif"
    assert requests.get(data["downloadUrl"], timeout=5).content == b"GIF89a"
    bad = caller.post("/api/file-base64-upload", {"base64Data": "###", "uploadPath": "x"})
    assert bad == {"success": False, "code": 400, "msg": "Base64 decoding failed: Invalid Base64 format"}
    missing = caller.post("/api/file-base64-upload", {"base64Data": text})
    assert missing["msg"] == "Missing required parameter: uploadPath"
    url = caller.post("/api/file-url-upload", {"fileUrl": "https://192.0.2.1/a.png", "uploadPath": "x"})
    assert url["data"]["downloadUrl"].startswith(caller.url)


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
