"""Records that differ from what they should be: the faults of reading a task."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from generations.simulator.api import refusals
from generations.simulator.api.dialects import DIALECTS, Dialect
from generations.simulator.api.store import Task
from generations.simulator.faults.mischief import Mischief
from generations.simulator.faults.program import Rule

Json = dict[str, object]
EMPTY: Mapping[str, object] = {
    "no_urls": '{"resultUrls":[]}',
    "null": None,
    "empty_text": "",
    "broken": '{"resultUrls":["http',
}


@dataclass(frozen=True)
class Look:
    """The task being read, and its true state."""

    task: Task
    state: str
    site: str
    now_ms: int

    @property
    def dialect(self) -> Dialect:
        return DIALECTS[self.task.endpoint]

    def record(self, task: Task, state: str) -> Json:
        return self.dialect.tell(task, state, self.site)


Twist = Callable[[Json, Look, Rule, Mischief], Json | None]
"""The record returned instead of the true one; None: no such task."""


def _null_early(record: Json, look: Look, rule: Rule, mischief: Mischief) -> Json | None:
    young = look.now_ms - look.task.created_ms < rule.amount("seconds") * 1000
    return None if young else record


def _null_late(record: Json, look: Look, rule: Rule, mischief: Mischief) -> Json | None:
    old = look.now_ms - look.task.created_ms >= rule.amount("seconds") * 1000
    return None if old else record


def _unknown_state(record: Json, look: Look, rule: Rule, mischief: Mischief) -> Json:
    flag, word = {"successFlag": rule.whole("flag")}, {"state": rule.text("state")}
    return record | (flag if look.dialect.flagged else word)


def _state_backwards(record: Json, look: Look, rule: Rule, mischief: Mischief) -> Json:
    return look.record(look.task, "waiting")


def _success_without_urls(record: Json, look: Look, rule: Rule, mischief: Mischief) -> Json:
    if look.state != "success":
        return record
    shape, field = rule.text("shape"), look.dialect.results
    results = record.get(field)
    if not isinstance(results, dict):
        return record | {field: EMPTY[shape]}
    return record | {field: {**results, look.dialect.links: []} if shape == "no_urls" else None}


def _success_without_charge(record: Json, look: Look, rule: Rule, mischief: Mischief) -> Json:
    return {key: value for key, value in record.items() if key != "creditsConsumed"}


def _fail_then_success(record: Json, look: Look, rule: Rule, mischief: Mischief) -> Json:
    if look.state != "success" or not mischief.lie(look.task.id, rule.whole("looks")):
        return record
    failed = replace(look.task, fail_code="500", fail_text=refusals.INTERNAL)
    return look.record(failed, "fail")


def _docs_style(record: Json, look: Look, rule: Rule, mischief: Mischief) -> Json:
    """Records as the documentation shows them: empty texts for null, milliseconds, input not a string."""
    if not look.dialect.inside:
        return record
    told = {key: "" if value is None else value for key, value in record.items()}
    told["costTime"] = look.task.ends_ms - look.task.created_ms if record["costTime"] is not None else 0
    told["param"] = json.dumps(json.loads(look.task.body), ensure_ascii=False)
    return told


TWISTS: Mapping[str, Twist] = {
    "null_early": _null_early,
    "null_late": _null_late,
    "unknown_state": _unknown_state,
    "state_backwards": _state_backwards,
    "success_without_urls": _success_without_urls,
    "success_without_charge": _success_without_charge,
    "fail_then_success": _fail_then_success,
    "docs_style": _docs_style,
}
