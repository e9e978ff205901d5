"""Who decided what, when, and why, as pages list it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from generations.models import Audit, Task

TAILS = {
    Audit.Action.CLOSED: ": “{}”",
    Audit.Action.PAUSED: ": “{}”",
    Audit.Action.RESUMED: " ({})",
    Audit.Action.ORDERED_AGAIN: " as {}",
}
"""How the text of a decision follows its words."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    person: User
    words: str
    tail: str
    at: datetime
    task: Task | None


def of_task(task: Task) -> list[Decision]:
    return _decisions(task.audits.select_related("person").order_by("at", "id"))


def latest(count: int) -> list[Decision]:
    return _decisions(Audit.objects.select_related("person", "task")[:count])


def _decisions(rows: Iterable[Audit]) -> list[Decision]:
    return [
        Decision(
            person=row.person,
            words=row.get_action_display(),
            tail=TAILS.get(Audit.Action(row.action), ": {}").replace("{}", row.text) if row.text else "",
            at=row.at,
            task=row.task,
        )
        for row in rows
    ]
