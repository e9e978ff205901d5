"""Ways to answer an order that was accepted, and ways not to accept one."""

import gzip
import json
import time
from collections.abc import Callable, Mapping

from tests.stranger.wire import Call, HangUp, Reset, head

Answer = Callable[[Call, str], None]
BUSY = "Your call frequency is too high. Please try again later."
JSON = [("Content-Type", "application/json")]


def success(task_id: object) -> dict[str, object]:
    return {"code": 200, "msg": "success", "data": {"taskId": task_id, "recordId": task_id}}


def text(task_id: object) -> bytes:
    return json.dumps(success(task_id)).encode()


def _sized(body: bytes, length: int, version: str = "HTTP/1.1") -> bytes:
    return head(200, [*JSON, ("Content-Length", str(length))], version) + body


def _chunks(body: bytes, last: bytes) -> bytes:
    first, second = body[:20], body[20:]
    start = head(200, [*JSON, ("Transfer-Encoding", "chunked")])
    return start + b"%x\r\n%s\r\n%x;note=1\r\n%s\r\n" % (len(first), first, len(second), second) + last


BODIES: Mapping[str, Callable[[str], object]] = {
    "byte order mark": lambda i: b"\xef\xbb\xbf" + text(i),
    "UTF-16": lambda i: json.dumps(success(i)).encode("utf-16"),
    "Latin 1": lambda i: '{"code":200,"msg":"succès","data":{"taskId":"%s"}}'.encode("latin1") % i.encode(),
    "comment behind": lambda i: text(i) + b"\n<!-- cached -->",
    "keys twice, the last good": lambda i: (
        b'{"code":500,"data":null,"code":200,"data":{"taskId":"%s"}}' % i.encode()
    ),
    "keys twice, the last null": lambda i: b'{"code":200,"data":{"taskId":"%s"},"data":null}' % i.encode(),
    "code as text": lambda i: success(i) | {"code": "200"},
    "no code": lambda i: {"msg": "success", "data": {"taskId": i}},
    "code true": lambda i: success(i) | {"code": True},
    "code -1": lambda _: {"code": -1, "msg": "unknown", "data": None},
    "code 501": lambda _: {"code": 501, "msg": "Generation failed", "data": None},
    "message an object": lambda _: {"code": 500, "msg": {"x": [1]}, "data": None},
    "id with spaces": lambda i: success(f"  {i}\n"),
    "id nested": lambda i: success(i) | {"data": {"task": {"taskId": i}}},
    "id empty": lambda _: success(""),
    "id null": lambda _: success(None),
    "id as recordId": lambda i: success(i) | {"data": {"recordId": i}},
    "id above": lambda i: {"code": 200, "msg": "ok", "taskId": i, "data": None},
    "id as task_id": lambda i: success(i) | {"data": {"task_id": i}},
    "data as text": lambda i: success(i) | {"data": json.dumps({"taskId": i})},
    "not a number": lambda i: text(i)[:-1] + b',"cost":NaN,"e":1e999}',
    "padded": lambda i: b"cb(" + text(i) + b");",
    "a page": lambda _: "<html>one moment</html>",
    "nothing": lambda _: b"",
}
"""By name: another body with a proper head. Some name the id, some don't."""

RESPONSES: Mapping[str, Callable[[bytes], bytes]] = {
    "compressed and cut": lambda b: (
        head(200, [*JSON, ("Content-Encoding", "gzip"), ("Content-Length", str(len(gzip.compress(b)) - 14))])
        + gzip.compress(b)[:-14]
    ),
    "compressed it says": lambda b: (
        head(200, [*JSON, ("Content-Encoding", "gzip"), ("Content-Length", str(len(b)))]) + b
    ),
    "chunks": lambda b: _chunks(b, b"0\r\n\r\n"),
    "chunks without end": lambda b: _chunks(b, b"GARBAGE\r\n"),
    "too long a length": lambda b: _sized(b, len(b) + 50),
    "too short a length": lambda b: _sized(b, len(b) - 15),
    "two lengths": lambda b: (
        head(200, [*JSON, ("Content-Length", str(len(b))), ("Content-Length", str(len(b) + 1))]) + b
    ),
    "HTTP 1.0 without length": lambda b: head(200, JSON, "HTTP/1.0") + b,
    "line feeds alone": lambda b: b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(b) + b,
    "large header": lambda b: (
        head(200, [*JSON, ("X-Large", "a" * 60000), ("Content-Length", str(len(b)))]) + b
    ),
    "150 headers": lambda b: (
        head(200, [*JSON, *((f"X-{n}", "v") for n in range(150)), ("Content-Length", str(len(b)))]) + b
    ),
    "early hints": lambda b: head(103, [("Link", "</a.css>; rel=preload")]) + _sized(b, len(b)),
    "continue twice": lambda b: head(100, []) * 2 + _sized(b, len(b)),
    "processing": lambda b: head(102, []) + _sized(b, len(b)),
    "204": lambda _: head(204, []),
    "304": lambda _: head(304, [("ETag", "x")]),
    "no HTTP": lambda _: b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    "status 500 and success": lambda b: head(500, [*JSON, ("Content-Length", str(len(b)))]) + b,
    "status 403 and success": lambda b: head(403, [*JSON, ("Content-Length", str(len(b)))]) + b,
    "status 520": lambda _: head(520, [("Content-Length", "15")]) + b"error code: 520",
    "status 408": lambda _: head(408, [("Content-Length", "0")]),
}
"""By name: the whole response, after which the connection ends."""


def _reset(_: Call, __: str) -> None:
    raise Reset


def _reset_behind(call: Call, task_id: str) -> None:
    body = text(task_id)
    call.raw(_sized(body, len(body) + 9))
    time.sleep(0.05)
    raise Reset


def _no_after_yes(call: Call, task_id: str) -> None:
    """The second answer is still on the line when the next order comes."""
    call.answer(success(task_id))
    call.answer({"code": 500, "msg": "Internal Error, Please try again later."})


def _drip(call: Call, task_id: str) -> None:
    body = text(task_id)
    call.raw(_sized(b"", len(body)))
    call.drip(body, 6, 0.3)


def _silence(_: Call, __: str) -> None:
    time.sleep(33)
    raise HangUp


def _to(host: str, status: int) -> Answer:
    """A client that follows orders a second time."""

    def send_away(call: Call, _: str) -> None:
        call.answer(b"", status, more=[("Location", f"http://{host}:{call.port}{call.path}")])

    return send_away


ACTS: Mapping[str, Answer] = {
    "reset": _reset,
    "reset behind the answer": _reset_behind,
    "a no after the yes": _no_after_yes,
    "dripping": _drip,
    "silence": _silence,
    "sent to itself": _to("127.0.0.1", 307),
    "sent to another name": _to("localhost", 308),
}

REFUSALS: Mapping[str, Answer] = {
    "429": lambda call, _: call.answer({"code": 429, "msg": BUSY, "data": None}),
    "429 until 2099": lambda call, _: call.answer(
        b"slow down", 429, "text/plain", [("Retry-After", "Wed, 21 Oct 2099 07:28:00 GMT")]
    ),
    "500": lambda call, _: call.answer({"code": 500, "msg": "Internal Error, Please try again later."}),
    "502": lambda call, _: call.answer("<html>bad gateway</html>", 502, "text/html"),
    "cut": lambda call, _: call.raw(_sized(b'{"code":200,"msg":"succ', 120)),
    "402": lambda call, _: call.answer({"code": 402, "msg": "Credits insufficient"}),
    "455": lambda call, _: call.answer({"code": 455, "msg": "maintenance"}),
    "reset, not taken": _reset,
    "nothing, not taken": lambda call, _: call.answer(b""),
}
"""By name: how an order is not accepted. Some say it, some leave it open."""
