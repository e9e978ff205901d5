"""What the tests of the sandbox share: somebody who calls it, and waiting for an answer."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from generations.catalogue.spec import ModelSpec
from generations.simulator import Settings
from generations.simulator.api.dialects import DIALECTS, ordered_at

WAN = {"model": "wan/2-6-text-to-video", "input": {"prompt": "A lake", "duration": "5", "resolution": "720p"}}
KLING = {"prompt": "A street in the rain", "sound": False, "aspect_ratio": "1:1", "duration": "5"}


class Caller:
    """A client with the right key."""

    def __init__(self, url: str, key: str = "sandbox") -> None:
        self.url, self.session = url, requests.Session()
        self._asked_at: dict[str, str] = {}
        """By task: where its record is."""
        self.session.headers["Authorization"] = f"Bearer {key}"

    def post(self, path: str, body: object) -> Any:
        return self.session.post(self.url + path, json=body, timeout=10).json()

    def get(self, path: str, **params: str) -> Any:
        return self.session.get(self.url + path, params=params, timeout=10).json()

    def order(self, body: dict[str, Any], path: str = "/api/v1/jobs/createTask") -> str:
        answer = self.post(path, body)
        assert answer["code"] == 200, answer
        task_id = str(answer["data"]["taskId"])
        self._asked_at[task_id] = DIALECTS[ordered_at(path) or "jobs"].record
        return task_id

    def order_of(self, spec: ModelSpec, values: dict[str, Any]) -> str:
        """Order a model of the catalogue, in its dialect."""
        dialect = DIALECTS[spec.endpoint]
        named = {} if dialect.only_model else {"model": spec.id}
        return self.order(named | ({"input": values} if dialect.inside else values), dialect.create)

    def veo(self, **body: Any) -> str:
        return self.order(
            {"prompt": "Hills", "model": "veo3_fast", "duration": 4, **body}, "/api/v1/veo/generate"
        )

    def record(self, task_id: str) -> Any:
        path = self._asked_at.get(task_id, DIALECTS["jobs"].record)
        return self.get(path, taskId=task_id)["data"]

    def ended(self, task_id: str) -> Any:
        return until(lambda: (r := self.record(task_id)) and _final(r) and r)

    def balance(self) -> Any:
        return self.get("/api/v1/chat/credit")["data"]


def _final(record: dict[str, Any]) -> bool:
    flagged = record.get("successFlag", 0) != 0 or record.get("errorCode", 0)
    return record.get("state") in {"success", "fail"} or bool(flagged)


def links(record: dict[str, Any]) -> list[str]:
    """The addresses of the files in a record of any dialect."""
    results = record.get("resultJson") or record.get("response") or record.get("videoInfo")
    found = json.loads(results) if isinstance(results, str) else results or {}
    return found.get("resultUrls") or [
        found[name] for name in ("videoUrl", "resultVideoUrl") if name in found
    ]


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
