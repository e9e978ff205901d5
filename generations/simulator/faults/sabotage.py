"""Plays faults of the API's answers: before the service has processed a call, or after it."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from generations.simulator.api import records, refusals
from generations.simulator.api.dialects import DIALECTS, ordered_at
from generations.simulator.api.lines import MOST_UPLOAD
from generations.simulator.api.refusals import Refusal
from generations.simulator.api.store import Task, token_of
from generations.simulator.api.tasks import model_meant
from generations.simulator.faults import twists
from generations.simulator.faults.program import Rule, Traits

if TYPE_CHECKING:
    from generations.simulator.api.routes import Answer
    from generations.simulator.api.server import Handler

Json = dict[str, object]
Think = Callable[[], Json]
"""Makes the service do what was asked; returns its answer."""
Play = Callable[["Handler", Rule, Think], None]

PAGE = b"<html><head><title>%d</title></head><body><center><h1>%d</h1></center><hr>cloudflare</body></html>"
PAUSE = 0.02


def answer(handler: "Handler", on: str, route: "Answer | None") -> None:
    """Answer a call, or do to it what the program says."""
    if endure(handler):
        return
    if route is None or not on:
        handler.send_reply(route)
        return
    rule = handler.server.mischief.strike(on, lambda: traits(handler, on))

    def think() -> Json:
        return handler.reply(route)

    if rule is not None:
        PLAYS[on, rule.fault](handler, rule, think)
        return
    content = think()
    _remember(handler, on, content)
    handler.send_json(content)


def endure(handler: "Handler") -> bool:
    """Answer as the service does in an outage; returns whether there is one."""
    spell = handler.server.mischief.spell()
    api = not handler.path_text.startswith("/files/")
    if spell is None or (not api and spell[0].endswith("429")):
        return False
    mode, left = spell
    handler.leave_body(MOST_UPLOAD)
    if mode == "refuse":
        handler.reset()
    elif mode == "hang":
        handler.pause(left)
        handler.reset()
    elif mode == "503":
        _page(handler, 503)
    else:
        status = 429 if mode == "http_429" else 200
        handler.send_json(handler.refused(429, refusals.TOO_FREQUENT), status)
    return True


def traits(handler: "Handler", on: str) -> Traits:
    """The traits by which rules can recognise this call."""
    if on in {"record", "copy_1080p"}:
        return traits_of(handler.server.store.task(handler.query("taskId")))
    try:
        body = handler.body() if on == "create" else {}
    except Refusal:
        body = {}
    dialect = ordered_at(handler.path_text)
    values = DIALECTS[dialect].values(body) if dialect else {}
    model = model_meant(dialect, body) if dialect else None
    prompt = values.get("prompt", "") if isinstance(values, Mapping) else ""
    token = token_of(str(body.get("callBackUrl", "")))
    return {"model": str(model or ""), "prompt": str(prompt), "token": token}


def traits_of(task: Task | None) -> Traits:
    if task is None:
        return {}
    prompt = str(json.loads(task.params).get("prompt", ""))
    return {"model": task.model, "prompt": prompt, "task": task.id, "token": task.token}


def _remember(handler: "Handler", on: str, content: Json) -> None:
    """A success that was reported must not be reported as a failure later."""
    data = content.get("data")
    if on == "record" and isinstance(data, dict) and (data.get("state") == "success" or data.get("response")):
        handler.server.mischief.told(str(data["taskId"]))


def _page(handler: "Handler", status: int) -> None:
    handler.send(PAGE % (status, status), status, "text/html")


def _reset(handler: "Handler", rule: Rule, think: Think) -> None:
    handler.leave_body(MOST_UPLOAD)
    handler.reset()


def _hang(handler: "Handler", rule: Rule, think: Think) -> None:
    handler.leave_body(MOST_UPLOAD)
    handler.pause(rule.amount("seconds"))
    handler.reset()


def _slow(handler: "Handler", rule: Rule, think: Think) -> None:
    """The service takes its time, then does what was asked, even if the caller has gone."""
    if handler.is_upload:
        content = think()
        handler.pause(rule.amount("seconds"))
        handler.send_json(content)
        return
    handler.take_body()
    handler.pause(rule.amount("seconds"))
    handler.send_json(think())


def _status(handler: "Handler", rule: Rule, think: Think) -> None:
    handler.leave_body(MOST_UPLOAD)
    _refuse(handler, rule)


def _refuse(handler: "Handler", rule: Rule, content: Json | None = None) -> None:
    code = rule.whole("code")
    known = refusals.OUT_OF_RANGE if (rule.on, code) == ("create", 500) else refusals.SPOKEN[code]
    if (rule.on, code) == ("record", 422):
        known = refusals.NO_RECORD
    content = handler.refused(code, rule.text("text") or known)
    wait = {"Retry_After": rule.text("retry_after")} if rule.whole("retry_after") else {}
    handler.send_json(content, code if rule.flag("as_http") else 200, **wait)


def _html(handler: "Handler", rule: Rule, think: Think) -> None:
    handler.leave_body(MOST_UPLOAD)
    _page(handler, rule.whole("status"))


def _http_503_html(handler: "Handler", rule: Rule, think: Think) -> None:
    handler.leave_body(MOST_UPLOAD)
    _page(handler, 503)


def _http_500(handler: "Handler", rule: Rule, think: Think) -> None:
    handler.leave_body(MOST_UPLOAD)
    handler.send_json(handler.refused(500, rule.text("text")), 500)


def _after(garble: Callable[["Handler", Rule, Json], None]) -> Play:
    """Garble the answer after the work was done. Refusals are reported plainly."""

    def play(handler: "Handler", rule: Rule, think: Think) -> None:
        content = think()
        if content["code"] == HTTPStatus.OK:
            garble(handler, rule, content)
        else:
            handler.send_json(content)

    return play


def _hold(handler: "Handler", rule: Rule, content: Json) -> None:
    handler.pause(rule.amount("seconds"))
    handler.reset()


def _cut(handler: "Handler", rule: Rule, content: Json) -> None:
    whole = records.encoded(content)
    handler.send(whole[: len(whole) // 2])


def _trickle(handler: "Handler", rule: Rule, content: Json) -> None:
    whole = records.encoded(content)
    handler.send_head(200, "application/json", len(whole))
    if not handler.drip(whole, rule.amount("bytes_per_second")):
        handler.close_connection = True


def _internal(handler: "Handler", rule: Rule, content: Json) -> None:
    handler.send_json(handler.refused(500, refusals.INTERNAL), 500 if rule.flag("as_http") else 200)


def _redirect(handler: "Handler", rule: Rule, content: Json) -> None:
    handler.send(b"", 307, "text/html", Location=rule.text("location") or handler.site + handler.path)


def _webhook_first(handler: "Handler", rule: Rule, content: Json) -> None:
    """The task ends at once and is announced before its order is answered."""
    server, data = handler.server, cast("dict[str, str]", content["data"])
    server.store.end_now(data["taskId"], server.desk.now_ms())
    for _ in range(round(rule.amount("seconds") / PAUSE)):
        task = server.store.task(data["taskId"])
        if task is None or not task.callback_url or task.calls or not handler.pause(PAUSE):
            break
    handler.send_json(content)


def _twisted(handler: "Handler", rule: Rule, content: Json) -> None:
    """A record that differs from what it should be."""
    data = cast("dict[str, Any]", content["data"])
    task = handler.server.store.task(data["taskId"])
    if task is None:
        handler.send_json(handler.refused(422, refusals.NO_RECORD))
        return
    look = twists.Look(task, handler.server.desk.state(task), handler.site, handler.server.desk.now_ms())
    told = twists.TWISTS[rule.fault](data, look, rule, handler.server.mischief)
    if told is None:
        handler.send_json(handler.refused(422, refusals.NO_RECORD))
        return
    content = {**content, "data": told}
    _remember(handler, "record", content)
    handler.send_json(content)


def _with_data(data: Callable[["Handler", Rule, object], object]) -> Play:
    def garble(handler: "Handler", rule: Rule, content: Json) -> None:
        handler.send_json({**content, "data": data(handler, rule, content["data"])})

    return _after(garble)


def _drifted(handler: "Handler", rule: Rule, data: object) -> object:
    return records.number(Decimal(str(data)) - Decimal(str(rule.amount("amount"))))


def _without_url(handler: "Handler", rule: Rule, data: object) -> object:
    return {key: value for key, value in data.items() if "Url" not in key} if isinstance(data, dict) else data


def _refusing(code: int, text: str) -> Play:
    def play(handler: "Handler", rule: Rule, think: Think) -> None:
        handler.leave_body(MOST_UPLOAD)
        handler.send_json(handler.refused(code, text))

    return play


LINE: Mapping[str, Play] = {
    "reset": _reset,
    "hang": _hang,
    "slow": _slow,
    "trickle": _after(_trickle),
    "empty": _after(lambda handler, rule, content: handler.send(b"")),
    "cut_json": _after(_cut),
    "html": _html,
    "status": _status,
}
CREATE: Mapping[str, Play] = {
    "reset_before": _reset,
    "accept_then_reset": _after(lambda handler, rule, content: handler.reset()),
    "accept_then_hang": _after(_hold),
    "accept_then_500": _after(_internal),
    "accept_then_502_html": _after(lambda handler, rule, content: _page(handler, 502)),
    "accept_then_cut_json": _after(_cut),
    "accept_then_empty": _after(lambda handler, rule, content: handler.send(b"")),
    "accept_without_id": _with_data(lambda handler, rule, data: None),
    "accept_then_redirect": _after(_redirect),
    "accept_then_status": _after(_refuse),
    "http_500": _http_500,
    "http_503_html": _http_503_html,
    "status": _status,
    "slow": _slow,
    "webhook_first": _after(_webhook_first),
    "trickle": _after(_trickle),
}
OWN: Mapping[str, Mapping[str, Play]] = {
    "record": dict.fromkeys(twists.TWISTS, _after(_twisted)),
    "credit": {"drift": _with_data(_drifted), "value": _with_data(lambda h, rule, data: rule.values["data"])},
    "upload": {"no_url": _with_data(_without_url)},
    "download_url": {"wrong": _with_data(lambda h, rule, data: f"{h.site}/files/temporary/gone.mp4")},
    "copy_1080p": {
        "never_ready": _refusing(400, refusals.NOT_READY),
        "refused": _refusing(422, refusals.NO_RESULT),
    },
}
PLAYS: Mapping[tuple[str, str], Play] = {
    **{("create", fault): play for fault, play in CREATE.items()},
    **{(on, fault): play for on, own in OWN.items() for fault, play in {**LINE, **own}.items()},
}
