"""What the stranger says of a task, in every form in which clients have been given it."""

import gzip
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.stranger.orders import Dice, File, Order
from tests.stranger.wire import Call, HangUp, Reset, head

PROVABLE = {"param": "usual", "times": "milliseconds"}
"""Without them nobody, and no person either, can tell whose a record is."""
Json = dict[str, Any]
Address = Callable[[File, str], str]
"""From a file and a signature."""


def record(order: Order, address: Address, dice: Dice, *, honest: bool) -> Json:
    """The `data` of its record. Counts as a look when it says that the task has ended."""
    if honest:
        order.habits = {**order.habits, **PROVABLE}
    phase = order.phase(honest=honest)
    order.looks += phase != "pending"
    urls = _urls(order, address, honest=honest) if phase == "success" else []
    data = _veo(order, phase, urls, dice) if order.is_veo else _jobs(order, phase, urls, dice)
    if order.habits["id"] == "absent":
        del data["taskId"]
    if phase == "success":
        data |= _charge(order, honest=honest)
    elif phase == "fail":
        data["creditsConsumed"] = float(order.paid) if "charged" in order.habits["ends"] else 0
    return data


def _urls(order: Order, address: Address, *, honest: bool) -> list[str]:
    habit = order.habits["urls"]
    if habit == "late" and order.looks <= 2 and not honest:
        return []
    signature = str(time.time_ns()) if habit == "new each time" else ""
    urls = [address(file, signature) for file in order.files]
    return urls[::-1] if habit == "swapped" and order.looks % 2 == 0 else urls


def _charge(order: Order, *, honest: bool) -> Json:
    figure, habit = float(order.charge), order.habits["charge"]
    early = order.looks <= 1 and not honest
    match habit:
        case "string":
            return {"creditsConsumed": f" {figure} "}
        case "exponent":
            return {"creditsConsumed": f"{figure:.6E}"}
        case "other name":
            return {"consumeCredits": figure}
        case "absent first" if early:
            return {}
    first = {"null first": None, "negative first": -figure, "zero first": 0, "words first": "N/A"}
    return {"creditsConsumed": first[habit] if early and habit in first else figure}


def _time(order: Order, at: float) -> object:
    forms: dict[str, object] = {
        "milliseconds": int(at * 1000),
        "seconds": int(at),
        "digits": str(int(at * 1000)),
        "words": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at)),
        "null": None,
        "long ago": 1_000_000_000_000,
        "far ahead": int((at + 400 * 86400) * 1000),
        "fraction": at * 1000,
    }
    return forms[order.habits["times"]]


def _jobs(order: Order, phase: str, urls: list[str], dice: Dice) -> Json:
    data: Json = {
        "taskId": order.id,
        "model": order.body["model"],
        "state": _state(order, phase, dice),
        "param": _param(order),
        "resultJson": _result(order, urls)
        if urls or phase != "success"
        else dice.pick(["", None, "{}", "{cut"]),
        "failCode": None,
        "failMsg": None,
        "costTime": None,
        "createTime": _time(order, order.ends_at - 5),
        "completeTime": _time(order, order.ends_at) if phase != "pending" else None,
        "updateTime": int(time.time() * 1000),
    }
    if phase == "fail":
        code, words = dice.pick(
            [("500", "Internal Error"), (501, "x" * 3000), (None, None), ({}, [1]), ("E", "\0")]
        )
        data |= {"failCode": code, "failMsg": words}
    return data


def _state(order: Order, phase: str, dice: Dice) -> object:
    plain = {"pending": "generating", "success": "success", "fail": "fail"}[phase]
    match order.habits["states"]:
        case "capitals":
            return plain.upper() + " "
        case "synonyms":
            return {"pending": "queueing", "success": "completed", "fail": "error"}[phase]
        case "nonsense" if phase == "pending":
            return dice.pick([None, 7, "archiving", {"a": 1}, ["success"], "successful?"])
    return plain


def _param(order: Order) -> object:
    body, model, callback = order.body.get("input", {}), order.body["model"], order.callback
    usual = {"input": json.dumps(body), "callBackUrl": callback, "model": model}
    match order.habits["param"]:
        case "object":
            return usual | {"input": body}
        case "thrice encoded":
            return json.dumps(json.dumps(usual | {"input": json.dumps(json.dumps(body))}))
        case "no callback":
            return json.dumps({"input": json.dumps(body), "model": model})
        case "null":
            return None
        case "huge":
            return json.dumps(usual | {"input": json.dumps({**body, "more": "x" * 200_000})})
        case "callback with query":
            return json.dumps(usual | {"callBackUrl": callback + "?a=b#c"})
    return json.dumps(usual)


def _result(order: Order, urls: list[str]) -> object:
    if not urls:
        return ""
    result = {"resultUrls": urls}
    match order.habits["urls"]:
        case "object":
            return result
        case "list":
            return json.dumps(urls)
        case "bracketed":
            return json.dumps({"resultUrls": "[" + ",".join(urls) + "]"})
        case "twice encoded":
            return json.dumps(json.dumps({"resultUrls": json.dumps(urls)}))
    return json.dumps(result)


def _veo(order: Order, phase: str, urls: list[str], dice: Dice) -> Json:
    flag: object = {"pending": 0, "success": 1, "fail": dice.pick([2, 3])}[phase]
    if order.habits["states"] == "capitals":
        flag = str(flag)
    elif order.habits["states"] == "nonsense" and phase == "pending":
        flag = dice.pick([None, 9, "x", True, -1])
    param = {
        k: v for k, v in order.body.items() if k != "callBackUrl" or order.habits["param"] != "no callback"
    }
    forms = {"bracketed": "[" + ", ".join(urls) + "]", "twice encoded": json.dumps(urls)}
    response: Json = {"taskId": order.id, "originUrls": None, "resolution": "720p"}
    response["resultUrls"] = forms.get(order.habits["urls"], urls)
    return {
        "taskId": order.id,
        "paramJson": None if order.habits["param"] == "null" else json.dumps(param),
        "successFlag": flag,
        "errorCode": 500 if phase == "fail" else None,
        "errorMessage": "Internal Error - Timeout" if phase == "fail" else None,
        "createTime": _time(order, order.ends_at - 5),
        "completeTime": _time(order, order.ends_at) if phase != "pending" else None,
        "fallbackFlag": False,
        "response": (json.dumps(response) if order.habits["urls"] == "object" else response)
        if urls
        else None,
    }


NO_RECORD = {"code": 422, "msg": "recordInfo is null", "data": None}
LOGIN = [("Location", "https://login.example.invalid/")]


def _reset(_: Call) -> None:
    raise Reset


def _hang_up(_: Call) -> None:
    raise HangUp


INSTEAD: Mapping[str, Callable[[Call], None]] = {
    "null": lambda call: call.answer(NO_RECORD),
    "404": lambda call: call.answer({"code": 404, "msg": "Task not found"}, 404),
    "401": lambda call: call.answer({"code": 401, "msg": "You do not have access permissions"}),
    "429": lambda call: call.answer({"code": 429, "msg": "Rate limit exceeded"}, more=[("Retry-After", "1")]),
    "a page": lambda call: call.answer("<html>checking your browser</html>", kind="text/html"),
    "reset": _reset,
    "hung up": _hang_up,
    "nothing": lambda call: call.answer(b""),
    "502": lambda call: call.answer("bad gateway", 502),
    "503": lambda call: call.answer("maintenance", 503, more=[("Retry-After", "2")]),
    "204": lambda call: call.raw(head(204, [])),
    "to a login": lambda call: call.answer(b"", 302, more=LOGIN),
    "data null": lambda call: call.answer({"code": 200, "msg": "success", "data": None}),
    "data a list": lambda call: call.answer({"code": 200, "msg": "success", "data": []}),
    "long number": lambda call: call.answer(
        b'{"code":200,"data":{"state":"generating","createTime":%s}}' % (b"9" * 6000)
    ),
    "deep": lambda call: call.answer(b'{"code":200,"data":' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "huge": lambda call: call.answer(b'{"code":200,"data":"' + b"x" * 1_300_000 + b'"}'),
    "pending again": lambda call: call.answer(
        {"code": 200, "data": {"taskId": call.query["taskId"], "state": "waiting", "successFlag": 0}}
    ),
    "unknown state": lambda call: call.answer(
        {"code": 200, "data": {"taskId": call.query["taskId"], "state": "moderating", "successFlag": 44}}
    ),
}
"""By name: what is said in the place of a record."""


def _cut(call: Call, body: bytes) -> None:
    call.raw(head(200, [("Content-Length", str(len(body)))]) + body[: len(body) // 2])
    raise HangUp


def _hints(call: Call, body: bytes) -> None:
    call.raw(head(103, [("Link", "</style.css>; rel=preload")]))
    time.sleep(0.3)
    call.answer(body)


def _twice(call: Call, body: bytes) -> None:
    """The second is still on the line when the next question comes."""
    call.answer(body)
    call.answer(body)


def _drip(call: Call, body: bytes) -> None:
    call.raw(head(200, [("Content-Length", str(len(body)))]))
    call.drip(body, 5, 0.5)


FORMS: Mapping[str, Callable[[Call, bytes], None]] = {
    "cut": _cut,
    "UTF-16": lambda call, body: call.answer(body.decode().encode("utf-16")),
    "compressed": lambda call, body: call.answer(gzip.compress(body), more=[("Content-Encoding", "gzip")]),
    "early hints": _hints,
    "twice": _twice,
    "dripping": _drip,
    "status 500": lambda call, body: call.answer(body, 500),
    "code twice": lambda call, body: call.answer(b'{"code":500,' + body[1:-1] + b',"code":200}'),
}
"""By name: how a true record is sent."""
