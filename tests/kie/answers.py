"""What these tests send and are answered, and one fetch of a result file."""

from typing import Any

from generations.kie.netguard import fetch
from tests import kie_server as kie
from tests.kie_server import says

KEY = "0123456789abcdef0123456789abcdef"
TASK = "281e5b0f39b9"
ACCEPTED = says(200, data={"taskId": TASK, "recordId": TASK})
RESULT = "https://tempfile.aiquickdraw.com/a.mp4"
A_VIDEO = kie.answer(200, b"a video")
HERE = ("127.0.0.1",)


def content(url, **rules: Any):
    asked: dict[str, Any] = {
        "hosts": HERE,
        "private": rules.get("hosts", HERE),
        "connect_timeout": 1,
        "read_timeout": 0.3,
    }
    with fetch(url, **asked | rules) as got:
        return got.content
