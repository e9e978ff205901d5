"""After a restore: what the journal knows and the database has forgotten. Nothing is sent meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from generations import journal, ledger
from generations.models import Budget, Event, Pause, Runtime, State, Task
from generations.models.credit import amount

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
    lines = journal.last_lines()
    known = {str(task.uuid): task for task in Task.objects.filter(uuid__in=lines)}
    found = []
    for uuid, line in lines.items():
        task = known.get(uuid)
        sent = line.event in (journal.INTENT, journal.ANSWER)
        if task is None and line.event != journal.RETURNED:
            found.append(Forgotten(line=line, task=None))
        elif task is not None and sent and task.state == State.QUEUED:
            found.append(Forgotten(line=line, task=task))
    return found


def hold_sending() -> bool:
    """Pause sending when the database is older than the journal. Whether it is."""
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
    now = timezone.now()
    state = State.RUNNING if item.kie_id else State.UNCONFIRMED
    found: dict[str, object] = {"due_at": None, "problem": "Sent before the restore"}
    if item.kie_id:
        found = {"due_at": now, "task_id": item.kie_id, "accepted_at": now}
    sent_at = datetime.fromisoformat(item.line.at)
    hashed = item.line.facts.get("token_hash")
    Task.objects.filter(pk=task.pk).update(state=state, sent_at=sent_at, token_hash=hashed, **found)
    Event.objects.create(task=task, state=state, text="Brought back from the journal")


def _rebuild(line: journal.Line) -> Task | None:
    """A row for a task that the database does not have; its hold is booked whatever the budget says."""
    facts = line.facts
    if "model" not in facts:
        return None
    person, _ = User.objects.get_or_create(username=facts["person"], defaults={"is_active": False})
    budget = ledger.budget_of(person)
    credits = Decimal(facts["quote"])
    Budget.objects.filter(pk=budget.pk).update(held=F("held") + amount(credits))
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
