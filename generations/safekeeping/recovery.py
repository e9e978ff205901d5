"""After a restore: what the journal knows and the database has forgotten. Nothing is sent meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from generations import catalogue
from generations.catalogue.quote import Basis
from generations.kie.endpoints import JOBS
from generations.models import Entry, Event, Happened, Obstacle, Pause, Runtime, Send, Share, State, Task
from generations.models.obstacle import Facts, held_up
from generations.models.runtime import Mismatch
from generations.models.send import new_asked_id
from generations.models.task import renew_record
from generations.money import ledger
from generations.money.held import make_task
from generations.safekeeping import journal

COPY_MODEL, COPY_PRICE = "veo-1080p", Decimal(5)
"""The model of the 1080p copies that old journals tell of, and what each cost in credits."""
COPY_NAME = "1080p copy"
"""With the uuid of the task that a copy was made from, it makes that of the copy: it is remembered once."""


class NotPaused(Exception):
    """Tasks are being sent: the comparison needs sending to be paused."""


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """A task that the journal says was sent, but that the database lacks or has as not sent."""

    line: journal.Line
    task: Task | None

    @property
    def kie_id(self) -> str | None:
        return self.line.facts.get("task_id")


def forgotten() -> list[Forgotten]:
    """Every such task, oldest first.

    The journal is read first: an order sent meanwhile is then either in neither or already in the database.
    """
    lines = [line for line in journal.last_lines().values() if line.event != journal.RETURNED]
    known = {str(uuid): state for uuid, state in Task.objects.values_list("uuid", "state")}
    return [
        Forgotten(line=line, task=Task.objects.filter(uuid=line.task).first())
        for line in lines
        if known.get(line.task, State.QUEUED) == State.QUEUED
    ]


def remember() -> Mismatch | None:
    """Catch up with the journal at a start or restore. Why sending has to wait for a person, if it has to.

    Sending has to wait when the database is older than the journal, when the journal is gone, and when the
    journal is a copy while tasks are queued: they may have been sent from the place it was copied from.
    """
    lost = Send.objects.exists() and not journal.path().exists()
    journal.path().touch()
    _take_known_ids()
    _take_known_copies()
    copied = _is_copy() and Task.objects.filter(state=State.QUEUED).exists()
    found = _mismatch(lost=lost, copied=copied)
    if found:
        Runtime.pause(Pause.RESTORE, {"mismatch": found})
    return found


def close_links() -> int:
    """Close the links for guests after a restore, and say how many: some may have been withdrawn since.

    Their makers can open each again, for they are over, not withdrawn. Backups of earlier days know no links.
    """
    if Share._meta.db_table not in connection.introspection.table_names():
        return 0
    now = timezone.now()
    return Share.objects.filter(revoked_at=None, expires_at__gt=now).update(expires_at=now)


def _mismatch(*, lost: bool, copied: bool) -> Mismatch | None:
    if lost:
        return Mismatch.LOST
    if forgotten():
        return Mismatch.FORGOTTEN
    return Mismatch.COPIED if copied else None


def _take_known_ids() -> None:
    """Take over ids that Kie gave or proved, according to the journal, for tasks without one."""
    lines = journal.last_lines()
    in_doubt = [State.UNCONFIRMED, State.CLOSED, State.REFUSED]
    for task in Task.objects.filter(task_id=None, state__in=in_doubt):
        line = lines.get(str(task.uuid))
        if line and line.event == journal.ANSWER and not _is_known(line.facts["task_id"]):
            now = timezone.now()
            task.move(
                State.RUNNING,
                Happened.ID_IN_JOURNAL,
                task_id=line.facts["task_id"],
                accepted_at=task.sent_at or now,
                charge_credits=None,
                charge_basis="",
                due_at=now,
            )


def _take_known_copies() -> None:
    """Tasks for the 1080p copies that an old journal tells of and the database has forgotten."""
    for line in journal.read():
        if line.event != journal.COPY:
            continue
        known = Task.objects.filter(uuid=line.task).exclude(task_id=None)
        source = known.select_related("person").first()
        if source and not Task.objects.filter(uuid=uuid5(source.uuid, COPY_NAME)).exists():
            with transaction.atomic():
                _remember_copy(source, datetime.fromisoformat(line.at))


def _remember_copy(source: Task, asked_at: datetime) -> None:
    """A copy that Kie goes on being asked for or, if its file was stored, is taken from the disk again.

    Its price is held whatever the budget says, because it is spent.
    """
    spec = catalogue.find(COPY_MODEL)
    task = make_task(
        ledger.hold_anyway(source.person, COPY_PRICE),
        Happened.ORDERED_THEN,
        {},
        uuid=uuid5(source.uuid, COPY_NAME),
        person=source.person,
        model_id=COPY_MODEL,
        endpoint=spec.endpoint if spec else COPY_MODEL,
        label=spec.label if spec else COPY_NAME,
        values={"taskId": source.task_id},
        created_at=asked_at,
        quote_credits=COPY_PRICE,
        quote_basis=Basis.EXACT,
    )
    found: Facts = {"state": State.RUNNING, "task_id": new_asked_id(task), "accepted_at": asked_at}
    if facts := journal.stored(source, 0, journal.COPY):
        booked = {"charge_credits": COPY_PRICE, "charge_basis": Entry.Basis.ESTIMATE}
        found |= booked | {
            "state": State.SAVING,
            "result_urls": [facts["url"]],
            "finished_at": timezone.now(),
        }
        ledger.charge(task, COPY_PRICE, Entry.Basis.ESTIMATE)
        journal.note(journal.STORED, task, **{name: facts[name] for name in facts.keys() - {"kind"}})
    Task.objects.filter(pk=task.pk).update(sent_at=asked_at, due_at=timezone.now(), **found)
    Event.objects.create(task=task, state=found["state"], kind=Happened.RESTORED)


def _is_copy() -> bool:
    """Whether the journal is a different file than at the last start."""
    now, before = str(journal.path().stat().st_ino), Runtime.row().journal
    Runtime.objects.update(journal=now)
    return before not in ("", now)


def _is_known(task_id: str) -> bool:
    return Task.objects.filter(task_id=task_id).exists()


def reconcile() -> list[Task]:
    """Restore every forgotten task: with an id it is asked for again, without one it is unconfirmed.

    Sending stays paused until a person resumes it. Raises NotPaused while sending is on.
    """
    if Runtime.row().paused_at is None:
        raise NotPaused("Sending is on. Pause it in the queue first, so that nothing moves meanwhile.")
    back = []
    for item in forgotten():
        with transaction.atomic():
            task = item.task or _rebuild(item.line)
            if task is not None and _catch_up(task, item):
                back.append(task)
    _take_known_copies()
    return back


def _catch_up(task: Task, item: Forgotten) -> bool:
    """Move the row to where the journal says it was. False: it has already moved on."""
    now, facts = timezone.now(), item.line.facts
    sent_at = datetime.fromisoformat(facts.get("sent_at", item.line.at))
    state = State.UNCONFIRMED
    found: Facts = held_up(Obstacle.RESTORED) | {"due_at": None}
    if item.kie_id and not _is_known(item.kie_id):
        state, found = State.RUNNING, {"due_at": now, "task_id": item.kie_id, "accepted_at": sent_at}
    elif item.line.event == journal.ENDED:
        state, found = State.REFUSED, {"due_at": None, "charge_credits": 0}
    elif task.is_asked:
        asked_id = new_asked_id(task)
        state, found = State.RUNNING, {"due_at": now, "task_id": asked_id, "accepted_at": sent_at}
    found["endpoint"] = facts.get("endpoint", task.endpoint)
    rows = Task.objects.filter(pk=task.pk, state=State.QUEUED)
    if not rows.update(state=state, sent_at=sent_at, changed_at=now, **found):
        return False
    if state == State.REFUSED:
        ledger.release(task)
        renew_record(task.model_id)
    if hashed := facts.get("token_hash"):
        Send.objects.get_or_create(token_hash=hashed, defaults={"task": task, "at": sent_at})
    Event.objects.create(task=task, state=state, kind=Happened.RESTORED)
    return True


def _rebuild(line: journal.Line) -> Task | None:
    """A row for a task missing from the database; its hold is booked whatever the budget says."""
    facts = line.facts
    if "model" not in facts:
        return None
    person, _ = User.objects.get_or_create(username=facts["person"], defaults={"is_active": False})
    credits = Decimal(facts["quote"])
    return make_task(
        ledger.hold_anyway(person, credits),
        Happened.ORDERED_THEN,
        {},
        uuid=UUID(line.task),
        person=person,
        model_id=facts["model"],
        endpoint=facts.get("endpoint") or _endpoint_of(facts["model"]),
        label=facts["label"],
        prompt=facts["prompt"],
        values=facts["values"],
        created_at=datetime.fromisoformat(facts["ordered_at"]),
        quote_credits=credits,
        quote_basis=facts["quote_basis"],
    )


def _endpoint_of(model_id: str) -> str:
    """By which calls a task was sent whose line in the journal does not say so, as the first ones do not."""
    spec = catalogue.find(model_id)
    return spec.endpoint if spec else JOBS
