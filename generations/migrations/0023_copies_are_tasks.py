"""A 1080p copy is a task like any other: what there is of copies becomes tasks, with their money and files."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import uuid5

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from generations.migrations._append_only import guard, unguard

GUARDED = ("generations_entry", "generations_event")
MODEL, LABEL = "veo-1080p", "Veo 1080p copy"
NAME = "1080p copy"
"""With the uuid of the task that it was made from, it makes that of the copy: the same after each restore."""
LONGEST_ID = 255
LAST = 40
EVENTS = {
    "copy ordered": ("ordered", "queued"),
    "copy restored": ("ordered then", "queued"),
    "copy made": ("finished", "saving"),
    "copy stored": ("stored", "ready"),
    "copy refused": ("refused", "refused"),
    "copy given up": ("given up", "lost"),
}
"""By what happened to a copy: what happened to its task, and the state that it came to."""
STATES = {"saving": "saving", "ready": "ready", "refused": "refused", "lost": "lost"}
FREE: dict[str, Any] = {"obstacle": "", "obstacle_facts": {}}


def make_tasks(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    copies = apps.get_model("generations", "Copy").objects.order_by("asked_at", "id")
    made = [_make_task(apps, copy) for copy in copies.select_related("task")]
    if made:
        _keep_record(apps, made)
    if editor.connection.vendor == "postgresql":  # It alters no table with checks of rows still to come.
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("SET CONSTRAINTS ALL DEFERRED")


def _make_task(apps: StateApps, copy: Any) -> Any:
    """The task of a copy. It belongs to whose budget pays it; who asked for it stands in its history."""
    entry, event, video, task, put_away = (
        apps.get_model("generations", name).objects for name in ("Entry", "Event", "Video", "Task", "PutAway")
    )
    source = copy.task
    entries = entry.filter(task=source, subject="copy")
    events = event.filter(task=source, kind__in=EVENTS)
    file = video.filter(task=source, kind="copy", number=0).first()
    hold = entries.filter(kind="hold").select_related("budget").first()
    budget = hold.budget if hold else source.budget
    charges = list(entries.filter(kind__in=["charge", "correction"]).order_by("id"))
    state = STATES.get(copy.state) or ("running" if copy.attempts else "queued")
    new = task.create(
        uuid=uuid5(source.uuid, NAME),
        person_id=budget.person_id,
        budget=budget,
        model_id=MODEL,
        endpoint=MODEL,
        label=LABEL,
        values={"taskId": source.task_id or ""},
        created_at=copy.asked_at,
        quote_credits=copy.price,
        quote_basis="exact",
        state=state,
        **_times(copy, state, {e.kind: e.at for e in events}, charges, file),
        **_charged(state, charges),
        **_where(copy, state, file),
    )
    entries.update(task=new, subject="video")
    video.filter(task=source, kind="copy").update(task=new, kind="result")
    for row in events:
        kind, state_then = EVENTS[row.kind]
        facts = row.facts | ({"label": LABEL} if kind == "refused" else {})
        event.filter(pk=row.pk).update(task=new, kind=kind, state=state_then, facts=facts)
    if state in ("refused", "lost"):
        put_away.get_or_create(task=new, person_id=budget.person_id)
    return new


def _times(
    copy: Any, state: str, events: dict[str, datetime], charges: Iterable[Any], file: Any
) -> dict[str, datetime | None]:
    """When it came to its states, as far as that was recorded. What was never asked for was never sent."""
    sent = copy.asked_at if state != "queued" else None
    charged = next((entry.at for entry in charges), None)
    ready = events.get("copy stored") or (file.created_at if file else None)
    known = [copy.asked_at, *events.values(), charged, ready if state == "ready" else None]
    return {
        "sent_at": sent,
        "accepted_at": sent if state != "refused" else None,
        "finished_at": events.get("copy made") or charged,
        "ready_at": ready or copy.asked_at if state == "ready" else None,
        "changed_at": max(at for at in known if at),
        "due_at": timezone.now() if state in ("queued", "running") else copy.due_at,
    }


def _charged(state: str, charges: list[Any]) -> dict[str, Any]:
    if charges:
        total = sum((entry.credits for entry in charges), Decimal(0))
        return {"charge_credits": total, "charge_basis": charges[-1].basis}
    return {"charge_credits": Decimal(0)} if state in ("refused", "lost") else {}


def _where(copy: Any, state: str, file: Any) -> dict[str, Any]:
    """Its id, by which Kie is asked for it again; where its file lies; what is in its way."""
    query = urlencode({"taskId": copy.task.task_id or "", "index": 0})
    task_id = f"get-1080p-video?{query}#{uuid5(copy.task.uuid, NAME).hex[:8]}"
    found: dict[str, Any] = {"result_urls": list(filter(None, [copy.url or (file.source_url if file else "")]))}
    if state not in ("queued", "refused"):
        found["task_id"] = task_id if len(task_id) <= LONGEST_ID else None
    if state == "refused":
        facts = copy.obstacle_facts
        return found | {"failure_text": str(facts.get("text", "")), "failure_code": str(facts.get("code", ""))[:20]}
    said = copy.obstacle == "said" or state in ("ready", "lost")
    held_up = FREE if said else {"obstacle": copy.obstacle, "obstacle_facts": copy.obstacle_facts}
    return found | held_up | {"attempts": copy.attempts if state in ("running", "saving") else 0}


def _keep_record(apps: StateApps, tasks: list[Any]) -> None:
    """What the model of copies has done so far."""
    ready = sorted((t for t in tasks if t.state == "ready"), key=lambda t: t.ready_at, reverse=True)
    apps.get_model("generations", "TrackRecord").objects.create(
        model_id=MODEL,
        ready=len(ready),
        failed=sum(t.state in ("refused", "lost") for t in tasks),
        seconds=[max(0, int((t.ready_at - t.sent_at).total_seconds())) for t in ready[:LAST]],
    )


class Migration(migrations.Migration):
    dependencies = [("generations", "0022_market")]
    operations = [
        migrations.RunPython(unguard(*GUARDED), guard(*GUARDED)),
        migrations.RunPython(make_tasks, migrations.RunPython.noop),
        migrations.DeleteModel("Copy"),
        migrations.RemoveConstraint("entry", "one_entry_of_a_kind"),
        migrations.RemoveField("entry", "subject"),
        migrations.AddConstraint(
            "entry", models.UniqueConstraint(fields=["task", "kind"], name="one_entry_of_a_kind")
        ),
        migrations.RemoveConstraint("video", "one_video_of_a_number"),
        migrations.AlterModelOptions("video", {"ordering": ["number"]}),
        migrations.RemoveField("video", "kind"),
        migrations.AddConstraint(
            "video", models.UniqueConstraint(fields=["task", "number"], name="one_video_of_a_number")
        ),
        migrations.RunPython(guard(*GUARDED), unguard(*GUARDED)),
    ]
