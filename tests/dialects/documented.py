"""Orders, records and callbacks as Kie documents them: typed from its pages, never made by our code.

docs.kie.ai: market/common/get-task-detail, veo3-api, runway-api and old-model, August to October 2026.
"""

from typing import Any

HOOK = "https://your-domain.com/api/callback"
IMAGE = "https://example.com/in/picture.jpg"
VIDEO = "https://example.com/in/video.mp4"
RESULT = "https://tempfile.aiquickdraw.com/a.mp4"
COVER = "https://tempfile.aiquickdraw.com/a.png"
PROMPT = "A paper boat drifts down a quiet canal at dawn."

ORDERS: dict[str, tuple[str, dict[str, Any]]] = {
    "jobs": (
        "/api/v1/jobs/createTask",
        {
            "model": "veo-3-1",
            "callBackUrl": HOOK,
            "input": {
                "prompt": PROMPT,
                "aspect_ratio": "16:9",
                "enable_translation": False,
                "resolution": "720p",
                "duration": 8,
            },
        },
    ),
    "veo": (
        "/api/v1/veo/generate",
        {
            "prompt": PROMPT,
            "imageUrls": [IMAGE],
            "model": "veo3_fast",
            "watermark": "MyBrand",
            "callBackUrl": HOOK,
            "aspectRatio": "16:9",
            "seeds": 12345,
            "enableTranslation": True,
            "generationType": "FIRST_AND_LAST_FRAMES_2_VIDEO",
            "resolution": "720p",
            "duration": 8,
        },
    ),
    "veo-extend": (
        "/api/v1/veo/extend",
        {
            "taskId": "veo_task_abcdef123456",
            "prompt": PROMPT,
            "seeds": 12345,
            "model": "fast",
            "watermark": "MyBrand",
            "callBackUrl": HOOK,
        },
    ),
    "runway": (
        "/api/v1/runway/generate",
        {
            "prompt": PROMPT,
            "imageUrl": IMAGE,
            "duration": 5,
            "quality": "720p",
            "aspectRatio": "16:9",
            "waterMark": "MyBrand",
            "callBackUrl": HOOK,
        },
    ),
    "runway-extend": (
        "/api/v1/runway/extend",
        {
            "taskId": "ee603959-debb-48d1-98c4-a6d1c717eba6",
            "prompt": PROMPT,
            "quality": "720p",
            "waterMark": "MyBrand",
            "callBackUrl": HOOK,
        },
    ),
    "aleph": (
        "/api/v1/aleph/generate",
        {
            "prompt": PROMPT,
            "videoUrl": VIDEO,
            "waterMark": "MyBrand",
            "uploadCn": False,
            "aspectRatio": "16:9",
            "seed": 123456,
            "referenceImage": IMAGE,
            "callBackUrl": HOOK,
        },
    ),
}
"""By dialect: the path, and the body of an order."""
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "veo-1080p": (
        "/api/v1/veo/get-1080p-video?taskId=veo_task_abcdef123456&index=0",
        {"taskId": "veo_task_abcdef123456", "index": 0},
    ),
}
"""Orders that are questions: the call, and the parameters of which it is made."""
MODELS = {
    "jobs": "veo-3-1",
    "veo": "veo3_fast",
    "veo-extend": "veo-extend",
    "runway": "runway-generate",
    "runway-extend": "runway-extend",
    "aleph": "runway-aleph",
}


def params_of(dialect: str) -> dict[str, Any]:
    """The model's parameters in a documented order, without what makes it an order."""
    _, body = ORDERS[dialect]
    params = body.get("input", body)
    beside = {"callBackUrl", "model"} if params is not body or dialect == "veo" else {"callBackUrl"}
    return {name: value for name, value in params.items() if name not in beside}


STATUS = {
    "jobs": "/api/v1/jobs/recordInfo",
    "veo": "/api/v1/veo/record-info",
    "veo-extend": "/api/v1/veo/record-info",
    "runway": "/api/v1/runway/record-detail",
    "runway-extend": "/api/v1/runway/record-detail",
    "aleph": "/api/v1/aleph/record-info",
}

RUNWAY_DONE = {
    "taskId": "ee603959-debb-48d1-98c4-a6d1c717eba6",
    "parentTaskId": "",
    "generateParam": {"prompt": PROMPT, "imageUrl": IMAGE, "expandPrompt": True},
    "state": "success",
    "generateTime": "2026-08-15 14:30:45",
    "videoInfo": {
        "videoId": "485da89c-7fca-4340-8c04-101025b2ae71",
        "taskId": "ee603959-debb-48d1-98c4-a6d1c717eba6",
        "videoUrl": RESULT,
        "imageUrl": COVER,
    },
    "failCode": 0,
    "failMsg": "",
    "expireFlag": 0,
}
ALEPH_DONE = {
    "taskId": "ee603959-debb-48d1-98c4-a6d1c717eba6",
    "paramJson": '{"prompt":"A paper boat","videoUrl":"https://example.com/in/video.mp4",'
    '"callBackUrl":"https://your-domain.com/api/callback"}',
    "response": {
        "taskId": "ee603959-debb-48d1-98c4-a6d1c717eba6",
        "resultVideoUrl": RESULT,
        "resultImageUrl": COVER,
    },
    "completeTime": "2026-08-15 14:30:45",
    "createTime": "2026-08-15 14:25:00",
    "successFlag": 1,
    "errorCode": 0,
    "errorMessage": "",
}
VEO_EXTENDED = {
    "taskId": "veo_task_abcdef123456",
    "paramJson": '{"prompt":"It goes on","taskId":"veo_task_1","model":"fast","callBackUrl":"https://us/t"}',
    "successFlag": 1,
    "response": {"taskId": "veo_task_abcdef123456", "fullResultUrls": [RESULT], "resultUrls": None},
    "errorCode": None,
    "errorMessage": None,
    "createTime": "2026-06-06 10:25:00",
    "completeTime": "2026-06-06 10:28:00",
}

CALLBACKS: dict[str, tuple[str, dict[str, Any]]] = {
    "jobs": (
        "task_1",
        {
            "code": 200,
            "msg": "Playground task completed successfully.",
            "data": {"taskId": "task_1", "state": "success", "resultJson": '{"resultUrls":["https://x/a"]}'},
        },
    ),
    "jobs, failed": (
        "task_1",
        {"code": 501, "msg": "Playground task failed.", "data": {"taskId": "task_1", "state": "fail"}},
    ),
    "veo": (
        "veo_task_1",
        {
            "code": 200,
            "msg": "Veo3.1 video generated successfully.",
            "data": {"taskId": "veo_task_1", "info": {"resultUrls": [RESULT]}, "fallbackFlag": False},
        },
    ),
    "veo, failed": (
        "veo_task_1",
        {"code": 400, "msg": "flagged", "data": {"taskId": "veo_task_1", "fallbackFlag": False}},
    ),
    "runway": (
        "ee603959",
        {
            "code": 200,
            "msg": "All generated successfully.",
            "data": {"task_id": "ee603959", "video_id": "485d", "video_url": RESULT, "image_url": COVER},
        },
    ),
    "runway, failed": (
        "ee603959",
        {
            "code": 400,
            "msg": "Inappropriate content detected. Please replace the image or video.",
            "data": {"task_id": "ee603959", "video_id": "", "video_url": "", "image_url": ""},
        },
    ),
    "aleph": (
        "ee603959",
        {
            "code": 200,
            "msg": "success",
            "data": {"result_video_url": RESULT, "result_image_url": COVER},
            "taskId": "ee603959",
        },
    ),
    "aleph, failed": ("ee603959", {"code": 501, "msg": "failed", "data": None, "taskId": "ee603959"}),
}
"""The task that each is about, and its body."""
