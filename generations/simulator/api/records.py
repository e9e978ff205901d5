"""A task in the JSON of the service: status answers and callbacks of both endpoints."""

import json
from datetime import UTC, datetime
from decimal import Decimal

from generations.simulator.api.store import Task

Json = dict[str, object]

VEO_FAILURES = {
    "422": (2, 400, "Your prompt was flagged by Website as violating content policies."),
    "500": (3, 500, "Internal Error, Please try again later."),
    "501": (3, 501, "Generation failed, please try again."),
}


def encoded(content: Json) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def number(amount: Decimal) -> int | float:
    """Credits as a JSON number, as an integer when whole."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def result_url(task: Task, site: str) -> str:
    return f"{site}/files/results/{task.id}.mp4"


def jobs_record(task: Task, state: str, site: str) -> Json:
    """docs.kie.ai: market/common/get-task-detail. Empty fields are null; `param` holds JSON in JSON."""
    ended = state in {"success", "fail"}
    record: Json = {
        "taskId": task.id,
        "model": task.model,
        "state": state,
        "param": _param(task),
        "resultJson": None,
        "failCode": None,
        "failMsg": None,
        "costTime": None,
        "completeTime": None,
        "createTime": task.created_ms,
        "updateTime": task.created_ms,
    }
    if not ended:
        return record
    record |= {
        "costTime": round((task.ends_ms - task.created_ms) / 1000),
        "completeTime": task.ends_ms,
        "updateTime": task.ends_ms,
        "creditsConsumed": number(task.charge),
    }
    if state == "success":
        record["resultJson"] = json.dumps({"resultUrls": [result_url(task, site)]}, separators=(",", ":"))
    else:
        record |= {"failCode": task.fail_code, "failMsg": task.fail_text}
    return record


def _param(task: Task) -> str:
    body = json.loads(task.body)
    inner = json.dumps(body.get("input"), separators=(",", ":"), ensure_ascii=False)
    outer = {"input": inner, "callBackUrl": body.get("callBackUrl"), "model": task.model}
    kept = {name: value for name, value in outer.items() if value is not None}
    return json.dumps(kept, separators=(",", ":"), ensure_ascii=False)


def veo_record(task: Task, state: str, site: str) -> Json:
    """docs.kie.ai: veo3-api/get-veo-3-video-details."""
    record: Json = {
        "taskId": task.id,
        "paramJson": task.body,
        "successFlag": 0,
        "response": None,
        "errorCode": None,
        "errorMessage": None,
        "createTime": _written(task.created_ms),
        "completeTime": None,
        "fallbackFlag": False,
    }
    if state not in {"success", "fail"}:
        return record
    record |= {"completeTime": _written(task.ends_ms), "creditsConsumed": number(task.charge)}
    if state == "success":
        response = {
            "taskId": task.id,
            **_veo_info(task, site),
            "seeds": [_seed(task)],
            "hasAudioList": [True],
        }
        return record | {"successFlag": 1, "response": response}
    flag, code, text = VEO_FAILURES[task.fail_code]
    return record | {"successFlag": flag, "errorCode": code, "errorMessage": text}


def _veo_info(task: Task, site: str) -> Json:
    params = json.loads(task.params)
    url = result_url(task, site)
    wide = params.get("aspectRatio", "16:9") == "16:9"
    return {
        "resultUrls": [url],
        "originUrls": None if wide else [url],
        "resolution": params.get("resolution", "720p"),
    }


def _seed(task: Task) -> int:
    seed = json.loads(task.params).get("seeds")
    return seed if isinstance(seed, int) else 10_000 + int(task.id[-6:], 16) % 90_000


def _written(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def callback(task: Task, site: str) -> Json:
    """The body that announces the end of a task."""
    state = "fail" if task.fail_code else "success"
    if task.endpoint == "veo":
        return _veo_callback(task, site)
    done = state == "success"
    return {
        "code": 200 if done else 501,
        "msg": "Playground task completed successfully." if done else "Playground task failed.",
        "data": jobs_record(task, state, site),
    }


def _veo_callback(task: Task, site: str) -> Json:
    data: Json = {"taskId": task.id, "fallbackFlag": False}
    if task.fail_code:
        _, code, text = VEO_FAILURES[task.fail_code]
        return {"code": code, "msg": text, "data": data}
    data |= {"promptJson": task.body, "info": _veo_info(task, site)}
    return {"code": 200, "msg": "Veo3.1 video generated successfully.", "data": data}
