"""Who decided what, when, and why, as listed on pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q

from generations.models import Audit, Task
from generations.policy import Role
from generations.wording.names import full_name

Action = Audit.Action

TAILS = {
    Action.CLOSED: ": “{}”",
    Action.PAUSED: ": “{}”",
    Action.RESUMED: " ({})",
    Action.ORDERED_AGAIN: " as {}",
    Action.SHARED: ": “{}”",
    Action.EXTENDED: ": “{}”",
    Action.REVOKED: ": “{}”",
}
"""How a decision's text is appended to its wording."""
ABOUT_PEOPLE = {
    Action.ADDED: "added {whom} as {after}",
    Action.ROLE: "made {whom} {after}, before {before}",
    Action.NAME: "renamed {before} to {after}",
    Action.OFF: "switched {whom} off",
    Action.ON: "switched {whom} on again",
    Action.PASSWORD: "made a new password for {whom}",
}
ABOUT_ONESELF = {
    Action.ADDED: "became the admin who set the studio up",
    Action.PASSWORD: "chose a new password",
}
ROLES = {
    "": "without a role",
    **{str(role): f"{'an' if role is Role.ADMIN else 'a'} {role}" for role in Role},
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    person: User
    words: str
    tail: str
    at: datetime
    task: Task | None


def of_task(task: Task) -> list[Decision]:
    return _decisions(task.audits.select_related("person", "whom").order_by("at", "id"))


def latest(count: int) -> list[Decision]:
    return _decisions(Audit.objects.select_related("person", "whom", "task")[:count])


def of_person(person: User, count: int) -> list[Decision]:
    """What the person decided, and what was decided about them."""
    rows = Audit.objects.filter(Q(person=person) | Q(whom=person))
    return _decisions(rows.select_related("person", "whom", "task")[:count])


def _decisions(rows: Iterable[Audit]) -> list[Decision]:
    return [
        Decision(person=row.person, words=_words(row), tail=_tail(row), at=row.at, task=row.task)
        for row in rows
    ]


def _words(row: Audit) -> str:
    action = Action(row.action)
    if row.whom is None or action not in ABOUT_PEOPLE:
        return row.get_action_display()
    if row.whom == row.person and action in ABOUT_ONESELF:
        return ABOUT_ONESELF[action]
    before, _, after = row.text.partition("\n")
    return ABOUT_PEOPLE[action].format(
        whom=full_name(row.whom), before=ROLES.get(before, before), after=ROLES.get(after, after)
    )


def _tail(row: Audit) -> str:
    """The text after the wording; decisions about people need none."""
    action = Action(row.action)
    if not row.text or (row.whom and action in ABOUT_PEOPLE):
        return ""
    return TAILS.get(action, ": {}").replace("{}", row.text)
