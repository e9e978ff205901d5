"""After a restore: what the journal knows and the database has forgotten. Nothing is sent meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from generations import journal, ledger
from generations.models import Event, Hint, Pause, Runtime, Send, State, Task

REASON = "The journal knows of tasks that this database has forgotten. Run manage.py reconcile."


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """A task that was sent, by the journal, and that the database does not have or has as not sent."""

    line: journal.Line
    task: Task | None

    @property
    def kie_id(self) -> str | None:
        return self.line.facts.get("task_id")


def forgotten() -> list[Forgotten]:
    """Every such task, oldest first."""
    known = {str(uuid): state for uuid, state in Task.objects.values_list("uuid", "state")}
    lines = [line for line in journal.last_lines().values() if line.event != journal.RETURNED]
    return [
        Forgotten(line=line, task=Task.objects.filter(uuid=line.task).first())
        for line in lines
        if known.get(line.task, State.QUEUED) == State.QUEUED
    ]


def remember() -> bool:
    """Catch up with the journal at a start: look into ids that only it knows. Whether sending has to wait.

    It has to when the database is older than the journal: then a person lets it be reconciled first.
    """
    lines = journal.last_lines()
    ended = [State.UNCONFIRMED, State.CLOSED, State.REFUSED]
    for task in Task.objects.filter(task_id=None, state__in=ended):
        line = lines.get(str(task.uuid))
        if line and line.event == journal.ANSWER:
            Hint.hear(task, str(line.facts["task_id"]))
    if not forgotten():
        return False
    Runtime.pause(Pause.RESTORE, REASON)
    return True


def reconcile() -> list[Task]:
    """Bring back every forgotten task: asked for again with its id, or unconfirmed without one.

    Sending stays paused: a person resumes it.
    """
    back = []
    for item in forgotten():
        with transaction.atomic():
            task = item.task or _rebuild(item.line)
            if task is not None:
                _catch_up(task, item)
                back.append(task)
    return back


def _catch_up(task: Task, item: Forgotten) -> None:
    """Put the row where the journal says it was."""
    if item.line.event == journal.ENDED and not item.kie_id:
        ledger.release(task)
        Task.objects.filter(pk=task.pk).update(state=State.REFUSED, due_at=None, charge_credits=0)
        Event.objects.create(task=task, state=State.REFUSED, text="Brought back from the journal")
        return
    now, facts = timezone.now(), item.line.facts
    sent_at = datetime.fromisoformat(facts.get("sent_at", item.line.at))
    state = State.UNCONFIRMED
    found: dict[str, object] = {"due_at": None, "problem": "Sent before the restore"}
    if item.kie_id and not Task.objects.filter(task_id=item.kie_id).exists():
        state, found = State.RUNNING, {"due_at": now, "task_id": item.kie_id, "accepted_at": sent_at}
    Task.objects.filter(pk=task.pk).update(state=state, sent_at=sent_at, changed_at=now, **found)
    if hashed := facts.get("token_hash"):
        Send.objects.get_or_create(token_hash=hashed, defaults={"task": task, "at": sent_at})
    Event.objects.create(task=task, state=state, text="Brought back from the journal")


def _rebuild(line: journal.Line) -> Task | None:
    """A row for a task that the database does not have; its hold is booked whatever the budget says."""
    facts = line.facts
    if "model" not in facts:
        return None
    person, _ = User.objects.get_or_create(username=facts["person"], defaults={"is_active": False})
    credits = Decimal(facts["quote"])
    budget = ledger.hold_anyway(person, credits)
    task = Task.objects.create(
        uuid=UUID(line.task),
        person=person,
        budget=budget,
        model_id=facts["model"],
        label=facts["label"],
        prompt=facts["prompt"],
        values=facts["values"],
        created_at=datetime.fromisoformat(facts["ordered_at"]),
        quote_credits=credits,
        quote_basis=facts["quote_basis"],
    )
    ledger.hold(task, budget, credits)
    return task
