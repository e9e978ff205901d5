"""Callbacks and uploads of the sandbox, over real sockets."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from generations.simulator import Simulator
from tests.listener import Listener
from tests.sandbox_caller import WAN, Caller, settings, until


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(settings(tmp_path)) as simulator:
        yield simulator


@pytest.fixture
def caller(sandbox: Simulator) -> Iterator[Caller]:
    made = Caller(sandbox.url)
    yield made
    made.session.close()


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
