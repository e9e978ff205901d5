"""What the tests of the sandbox's faults share: a caller whose sandbox goes wrong as it says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from generations.simulator import FaultProgram, Simulator
from tests.sandbox_caller import WAN, Caller, settings

CREATE = "/api/v1/jobs/createTask"
CREDIT = "/api/v1/chat/credit"
RECORD = "/api/v1/jobs/recordInfo"
HOOK = "http://127.0.0.1:9/hooks/kie/"


class Victim(Caller):
    """Calls a sandbox and can tell it what to do wrong."""

    def __init__(self, sandbox: Simulator) -> None:
        super().__init__(sandbox.url)
        self.sandbox = sandbox

    def faults(self, on: str, fault: str, **more: object) -> None:
        self.sandbox.break_by(FaultProgram.load({"rules": [{"on": on, "fault": fault, **more}]}))

    def close(self) -> None:
        self.sandbox.break_by(None)
        self.session.close()

    def send(self, token: str, timeout: float = 5) -> requests.Response:
        return self.session.post(self.url + CREATE, json=order(token), timeout=timeout, allow_redirects=False)

    def accepted(self, token: str) -> int:
        """How many orders with that token were really taken."""
        tokens: Any = self.sandbox.truth()["tokens"]
        return int(tokens.get(token, {"accepted": 0})["accepted"])

    def settled(self) -> bool:
        """Whether nothing that was taken can still change the balance."""
        tasks: Any = self.sandbox.truth()["tasks"]
        return all(task["charge"] is not None for task in tasks)

    def charge(self, token: str) -> Any:
        tokens: Any = self.sandbox.truth()["tokens"]
        return tokens[token]["charge"]

    def look(self, task_id: str) -> tuple[object, Any]:
        """The code and the data of a record."""
        answer = self.get(RECORD, taskId=task_id)
        return answer["code"], answer["data"]


@contextmanager
def unlimited(folder: Path) -> Iterator[Simulator]:
    """A quick sandbox with small clips, a key for callbacks, and no limits that a test would meet."""
    made = settings(
        folder,
        webhook_key="secret",
        tiny_clips=True,
        creates_per_ten_seconds=5000,
        queries_per_second=5000,
    )
    with Simulator(made) as simulator:
        yield simulator


def order(token: str, **values: object) -> dict[str, Any]:
    return {**WAN, "input": {**WAN["input"], **values}, "callBackUrl": HOOK + token + "/"}  # type: ignore[dict-item]


def seen(answer: requests.Response) -> object:
    """The status with the body code, or with the beginning of what is no JSON."""
    try:
        return answer.status_code, answer.json()["code"]
    except ValueError:
        return answer.status_code, answer.text[:6]
