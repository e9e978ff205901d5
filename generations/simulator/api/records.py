"""A task in the JSON of the service: its record and its callback in each dialect."""

import json
from datetime import UTC, datetime
from decimal import Decimal

from generations.simulator.api import refusals
from generations.simulator.api.store import Task

Json = dict[str, object]

VEO_FAILURES = {
    "422": (2, 400, "Your prompt was flagged by Website as violating content policies."),
    "500": (3, 500, refusals.INTERNAL),
    "501": (3, 501, refusals.UNMADE),
}
RUNWAY_STATES = {"waiting": "wait", "queuing": "queueing"}
RUNWAY_FAILURES = {
    "422": (400, "Your prompt was caught by our AI moderator. Please adjust it and try again!"),
    "500": (500, refusals.INTERNAL),
    "501": (500, refusals.UNMADE),
}
"""Of Runway and of Aleph."""


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


def jobs_callback(task: Task, site: str) -> Json:
    """The body that announces the end of a task."""
    done = not task.fail_code
    return {
        "code": 200 if done else 501,
        "msg": "Playground task completed successfully." if done else "Playground task failed.",
        "data": jobs_record(task, "success" if done else "fail", site),
    }


def veo_callback(task: Task, site: str) -> Json:
    """docs.kie.ai: veo3-api/generate-veo-3-video-callbacks."""
    data: Json = {"taskId": task.id, "fallbackFlag": False}
    if task.fail_code:
        _, code, text = VEO_FAILURES[task.fail_code]
        return {"code": code, "msg": text, "data": data}
    data |= {"promptJson": task.body, "info": _veo_info(task, site)}
    return {"code": 200, "msg": "Veo3.1 video generated successfully.", "data": data}


def runway_record(task: Task, state: str, site: str) -> Json:
    """docs.kie.ai: runway-api/get-ai-video-details."""
    sent = json.loads(task.body)
    record: Json = {
        "taskId": task.id,
        "parentTaskId": sent.get("taskId"),
        "generateParam": {
            "prompt": sent.get("prompt"),
            "imageUrl": sent.get("imageUrl"),
            "expandPrompt": True,
        },
        "state": RUNWAY_STATES.get(state, state),
        "generateTime": _written(task.created_ms),
        "videoInfo": None,
        "failCode": None,
        "failMsg": None,
        "expireFlag": 0,
    }
    if state == "success":
        info = {"videoId": task.id, "taskId": task.id, "videoUrl": result_url(task, site), "imageUrl": ""}
        record["videoInfo"] = info
    elif state == "fail":
        code, text = RUNWAY_FAILURES[task.fail_code]
        record |= {"failCode": code, "failMsg": text}
    return record


def runway_callback(task: Task, site: str) -> Json:
    """docs.kie.ai: runway-api/generate-ai-video-callbacks."""
    code, text = RUNWAY_FAILURES.get(task.fail_code, (200, "All generated successfully."))
    done = not task.fail_code
    data = {
        "task_id": task.id,
        "video_id": task.id if done else "",
        "video_url": result_url(task, site) if done else "",
        "image_url": "",
    }
    return {"code": code, "msg": text, "data": data}


def aleph_record(task: Task, state: str, site: str) -> Json:
    """docs.kie.ai: runway-api/get-aleph-video-details. The flag of a failure is that of a task in work."""
    record: Json = {
        "taskId": task.id,
        "paramJson": task.body,
        "response": None,
        "completeTime": None,
        "createTime": _written(task.created_ms),
        "successFlag": 0,
        "errorCode": 0,
        "errorMessage": "",
    }
    if state not in {"success", "fail"}:
        return record
    record["completeTime"] = _written(task.ends_ms)
    if state == "success":
        response = {"taskId": task.id, "resultVideoUrl": result_url(task, site), "resultImageUrl": ""}
        return record | {"successFlag": 1, "response": response}
    code, text = RUNWAY_FAILURES[task.fail_code]
    return record | {"errorCode": code, "errorMessage": text}


def aleph_callback(task: Task, site: str) -> Json:
    """docs.kie.ai: runway-api/generate-aleph-video-callbacks. It names the task at the top."""
    code, text = RUNWAY_FAILURES.get(task.fail_code, (200, "success"))
    data = {"result_video_url": result_url(task, site), "result_image_url": ""}
    return {"code": code, "msg": text, "data": None if task.fail_code else data, "taskId": task.id}
