"""Callbacks: true ones, lost ones, and everything that somebody may post to the same address."""

import base64
import gzip
import hashlib
import hmac
import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.stranger.orders import Dice, Order


def _true(task_id: str) -> dict[str, Any]:
    words = "Playground task completed successfully."
    data = {"taskId": task_id, "state": "success", "resultJson": "{}", "creditsConsumed": 1}
    return {"code": 200, "msg": words, "data": data}


BODIES: Mapping[str, Callable[[str], bytes]] = {
    "as documented": lambda i: json.dumps(_true(i)).encode(),
    "Veo's form": lambda i: json.dumps(
        {"code": 200, "data": {"taskId": i, "info": {"resultUrls": "[x]"}}}
    ).encode(),
    "task_id, failed": lambda i: json.dumps({"code": 501, "data": {"task_id": i}}).encode(),
    "id above": lambda i: json.dumps({"code": 200, "data": None, "taskId": i}).encode(),
    "huge": lambda i: json.dumps({"taskId": i, "more": "x" * 3_000_000}).encode(),
    "plain text": lambda i: b"OK " + i.encode(),
    "deep": lambda _: b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "UTF-16": lambda i: json.dumps(_true(i)).encode("utf-16"),
    "empty": lambda _: b"",
    "a number": lambda _: json.dumps(_true("") | {"data": {"taskId": 12345}}).encode(),
    "a long id": lambda _: json.dumps(_true("x" * 400)).encode(),
    "a surrogate": lambda _: b'{"data":{"taskId":"\\ud800abc"}}',
    "a NUL": lambda _: b'{"data":{"taskId":"abc\\u0000def"}}',
}
WAYS = (
    *("sent",) * 6,
    *("lost",) * 4,
    *("thrice", "early", "GET", "chunks", "compressed", "cut", "another's", "elsewhere", "old", "forged"),
)


class Caller:
    """Posts callbacks, signed with the key of the settings page."""

    def __init__(self, key: str, dice: Dice) -> None:
        self._key, self._dice = key, dice
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self, order: Order, another: Callable[[], str], *, honest: bool) -> None:
        """Post in the background what `call` posts."""
        thread = threading.Thread(
            target=self.call,
            args=(order, another),
            kwargs={"honest": honest},
            name="stranger-callback",
            daemon=True,
        )
        self._threads.append(thread)
        thread.start()

    def end(self) -> None:
        """Post nothing more, and return when nobody of ours looks anything up any more."""
        self._ended.set()
        for thread in list(self._threads):
            thread.join()

    def call(self, order: Order, another: Callable[[], str], *, honest: bool) -> None:
        """Wait until the task ends, and post what is posted of it. `another` gives some other task's id."""
        way = "sent" if honest else self._dice.pick(WAYS)
        form = "as documented" if honest or self._dice.chance(0.6) else self._dice.pick(list(BODIES))
        if way == "lost":
            return
        if way != "early":
            self._ended.wait(max(0.0, order.ends_at - time.time()) + self._dice.between(0, 2))
        task_id = another() if way == "another's" else order.id
        for _ in range(3 if way == "thrice" else 1):
            if self._ended.is_set():
                return
            self._post(way, order.callback, BODIES[form](task_id), self._headers(task_id, way))

    def _post(self, way: str, address: str, body: bytes, headers: dict[str, str]) -> None:
        match way:
            case "GET":
                _send(address, b"", headers, "GET")
            case "chunks":
                _send(address, iter([body[:30], body[30:]]), headers | {"Transfer-Encoding": "chunked"})
            case "compressed":
                _send(address, gzip.compress(body), headers | {"Content-Encoding": "gzip"})
            case "cut":
                _send(address, body[: len(body) // 2], headers | {"Content-Length": str(len(body))})
            case "elsewhere":
                _send(address.rstrip("/")[:-4] + "zzzz/", body, headers)
            case _:
                _send(address, body, headers)

    def _headers(self, task_id: str, way: str) -> dict[str, str]:
        stamp = str(int(time.time()) - (7200 if way == "old" else 0))
        digest = hmac.new(self._key.encode(), f"{task_id}.{stamp}".encode(), hashlib.sha256).digest()
        return {
            "Content-Type": "application/json",
            "X-Webhook-Timestamp": stamp,
            "X-Webhook-Signature": "Zm9yZ2Vk" if way == "forged" else base64.b64encode(digest).decode(),
        }


def _send(address: str, body: Any, headers: Mapping[str, str], method: str = "POST") -> None:
    """As Kie sends it: whether it arrives is not Kie's worry."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=15)
    try:
        connection.request(
            method, where.path, body, dict(headers), encode_chunked="Transfer-Encoding" in headers
        )
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()
