"""Contents of callbacks: the truth, signed, and everything that a forger might send."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from generations.simulator.api import records, refusals
from generations.simulator.api.dialects import DIALECTS
from generations.simulator.api.store import Store, Task
from generations.simulator.faults.program import Rule


@dataclass(frozen=True)
class Letter:
    """One delivery to the callback address of a task."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Writer:
    """Writes letters for one account. Without a key they are not signed."""

    store: Store
    site: str
    key: str

    def true(self, task: Task) -> Letter:
        return self.letter(announcement(task, self.site), task.id)

    def letter(self, content: Mapping[str, object], task_id: str, age: float = 0) -> Letter:
        """A letter with a valid signature, which covers the id and the time but not the content."""
        headers = {"Content-Type": "application/json", "User-Agent": "KieSandbox/1"}
        if self.key:
            sent = int(time.time() - age)
            headers["X-Webhook-Timestamp"] = str(sent)
            headers["X-Webhook-Signature"] = signature(self.key, task_id, sent)
        return Letter(records.encoded(dict(content)), headers)

    def letters(self, task: Task, rule: Rule | None) -> list[Letter]:
        """The letters for an ended task, as altered by the fault program."""
        return [self.true(task)] if rule is None else WRITE[rule.fault](self, task, rule)


def announcement(task: Task, site: str) -> dict[str, object]:
    """What a callback says, in the dialect of the task."""
    return DIALECTS[task.endpoint].announce(task, site)


def signature(key: str, task_id: str, timestamp: int) -> str:
    """docs.kie.ai: common-api/webhook-verification. The body is not part of it."""
    signed = hmac.new(key.encode(), f"{task_id}.{timestamp}".encode(), hashlib.sha256)
    return base64.b64encode(signed.digest()).decode()


def _duplicate(writer: Writer, task: Task, rule: Rule) -> list[Letter]:
    return [writer.true(task)] * (1 + rule.whole("n"))


def _forged_body(writer: Writer, task: Task, rule: Rule) -> list[Letter]:
    """The opposite of the true outcome, and an address elsewhere, under a valid signature."""
    if not task.fail_code:
        failed = replace(task, fail_code="500", fail_text=refusals.INTERNAL)
        content = announcement(failed, writer.site)
    else:
        content = announcement(replace(task, fail_code="", fail_text=""), writer.site)
    true_url = records.result_url(task, writer.site)
    text = json.dumps(content).replace(true_url, rule.text("url"))
    forged = json.loads(text)
    forged["data"] = {**(forged["data"] or {}), "resultUrls": [rule.text("url")]}
    return [writer.letter(forged, task.id)]


def _forged_signature(writer: Writer, task: Task, rule: Rule) -> list[Letter]:
    letter = writer.letter(announcement(task, writer.site), task.id)
    false = base64.b64encode(hashlib.sha256(task.id.encode()).digest()).decode()
    now = str(int(time.time()))
    headers = {**letter.headers, "X-Webhook-Timestamp": now, "X-Webhook-Signature": false}
    return [Letter(letter.body, headers)]


def _replay(writer: Writer, task: Task, rule: Rule) -> list[Letter]:
    return [writer.letter(announcement(task, writer.site), task.id, rule.amount("age"))]


def _wrong_task(writer: Writer, task: Task, rule: Rule) -> list[Letter]:
    """The end of another task, or of one that does not exist, sent to this task's address."""
    other = writer.store.another(task.id) or replace(task, id=uuid.uuid4().hex)
    return [writer.true(other)]


WRITE: Mapping[str, Callable[[Writer, Task, Rule], list[Letter]]] = {
    "drop": lambda writer, task, rule: [],
    "duplicate": _duplicate,
    "forged_body": _forged_body,
    "forged_signature": _forged_signature,
    "replay": _replay,
    "wrong_task": _wrong_task,
}
