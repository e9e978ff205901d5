"""The migration of 1080p copies to tasks: nothing paid, held, stored or told is lost or invented."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.utils import timezone

from generations import policy
from generations.models import Budget, Entry, Event, PutAway, State, Task, TrackRecord, Video
from generations.money import ledger
from generations.money.spending import Period
from generations.money.statement import Filter, entries
from generations.wording.history import told
from tests.migrating import migrate, migrate_to_newest
from tests.task_page.rows import VEO, person, ready

HELD, MADE = ("copy ordered",), ("copy ordered", "copy made")
COPIES: dict[str, dict[str, Any]] = {
    "not asked for yet": {"state": "waited", "events": HELD},
    "in the making": {
        "state": "waited",
        "attempts": 3,
        "obstacle": "said",
        "obstacle_facts": {"text": "1080P is processing."},
        "events": ("copy restored",),
    },
    "without an answer": {
        "state": "waited",
        "attempts": 9,
        "due_at": None,
        "obstacle": "no answer",
        "events": HELD,
    },
    "saving": {
        "state": "saving",
        "url": "https://x/copy.mp4",
        "obstacle": "line",
        "paid": True,
        "events": MADE,
    },
    "of a dead link": {"state": "saving", "attempts": 4, "paid": True, "events": MADE},
    "ready": {"state": "ready", "due_at": None, "paid": True, "events": (*MADE, "copy stored")},
    "ready, its file missing": {
        "state": "ready",
        "due_at": None,
        "paid": True,
        "missing_since": timezone.now(),
        "events": (*MADE, "copy stored"),
    },
    "refused": {
        "state": "refused",
        "due_at": None,
        "obstacle": "said",
        "obstacle_facts": {"text": "record is null.", "code": 422},
        "ended": True,
        "events": (*HELD, "copy refused"),
    },
    "lost": {"state": "lost", "due_at": None, "ended": True, "events": (*HELD, "copy given up")},
    "paid and lost": {"state": "lost", "due_at": None, "paid": True, "events": (*MADE, "copy given up")},
}
STATES = {
    "not asked for yet": State.QUEUED,
    "in the making": State.RUNNING,
    "without an answer": State.RUNNING,
    "saving": State.SAVING,
    "of a dead link": State.SAVING,
    "ready": State.READY,
    "ready, its file missing": State.READY,
    "refused": State.REFUSED,
    "lost": State.LOST,
    "paid and lost": State.LOST,
}
PRICE = Decimal("5.125")
ASKED = timezone.now() - timedelta(days=3)
FACTS = {
    "copy ordered": {"by": "Eve"},
    "copy refused": {"text": "record is null."},
    "copy given up": {"by": "Eve"},
}


def add_copy(old: Any, source: Any, who: int, how: dict[str, Any]) -> None:
    """A copy as the studio kept it before, with its money, its history and its file."""
    rows = {
        name: old.get_model("generations", name).objects
        for name in ("Copy", "Entry", "Event", "Video", "Budget")
    }
    own = {k: v for k, v in how.items() if k not in ("paid", "ended", "events", "missing_since")}
    rows["Copy"].create(task_id=source.pk, person_id=who, price=PRICE, asked_at=ASKED, **own)
    money = {"task_id": source.pk, "budget_id": source.budget_id, "subject": "copy", "credits": PRICE}
    rows["Entry"].create(kind="hold", at=ASKED, **money)
    budget = rows["Budget"].get(pk=source.budget_id)
    if how.get("paid"):
        rows["Entry"].create(kind="charge", basis="estimate", at=ASKED + timedelta(minutes=2), **money)
        budget.spent += PRICE
    elif how.get("ended"):
        rows["Entry"].create(kind="release", **money)
    else:
        budget.held += PRICE
    budget.save()
    for n, kind in enumerate(how["events"]):
        at = ASKED + timedelta(minutes=n)
        rows["Event"].create(task_id=source.pk, kind=kind, facts=FACTS.get(kind, {}), at=at)
    if how["state"] == "ready":
        file = {"size": 9, "sha256": "cd" * 32, "width": 1920, "height": 1080, "seconds": 8, "fps": 24}
        rows["Video"].create(
            task_id=source.pk,
            kind="copy",
            path="videos/copy.mp4",
            source_url="https://x/copy.mp4",
            has_sound=True,
            missing_since=how.get("missing_since"),
            **file,
        )


def books() -> list[Any]:
    """What is held and spent of each budget, and all that was booked on it, by kind."""
    found: list[Any] = [(b.pk, b.held, b.spent) for b in Budget.objects.order_by("pk")]
    booked = Entry.objects.order_by("budget", "kind", "credits", "at")
    return [*found, *booked.values_list("budget", "kind", "credits", "basis", "at")]


@pytest.fixture
def moved(creator: User, admin: User) -> Iterator[dict[str, tuple[Task, Task]]]:
    """By its name: the source of each copy, and the task that the copy has become."""
    sources = {name: ready(creator, VEO) for name in COPIES}
    other = ready(person("ada", "Ada", policy.Role.CREATOR), VEO)
    try:
        old = migrate("0022_market")
        for name, how in COPIES.items():
            add_copy(old, sources[name], admin.pk if name == "ready" else creator.pk, how)
        before = [
            [(b.pk, b.held, b.spent) for b in old.get_model("generations", "Budget").objects.order_by("pk")],
            list(
                old.get_model("generations", "Entry")
                .objects.order_by("budget", "kind", "credits", "at")
                .values_list("budget", "kind", "credits", "basis", "at")
            ),
        ]
    finally:
        migrate_to_newest()
    assert books() == [*before[0], *before[1]]
    assert not other.entries.filter(at=ASKED).exists()
    made = {task.values["taskId"]: task for task in Task.objects.filter(model_id="veo-1080p")}
    yield {name: (source, made.pop(source.task_id or "")) for name, source in sources.items()}
    assert made == {}


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_every_copy_becomes_a_task_with_its_money_file_and_history(
    moved: dict[str, tuple[Task, Task]], creator: User
) -> None:
    assert ledger.differences() == []
    assert {name: task.state for name, (_, task) in moved.items()} == STATES
    for name, (source, task) in moved.items():
        paid, ended = (bool(COPIES[name].get(word)) for word in ("paid", "ended"))
        assert (task.person, task.budget, task.parent) == (creator, source.budget, None), name
        assert (task.endpoint, task.label, task.quote_credits) == ("veo-1080p", "Veo 1080p copy", PRICE)
        assert task.charge_credits == (PRICE if paid else Decimal(0) if ended else None), name
        kinds = {"hold", *(["charge"] if paid else []), *(["release"] if ended else [])}
        assert set(task.entries.values_list("kind", flat=True)) == kinds, name
        assert set(source.entries.values_list("kind", flat=True)) == {"hold", "charge"}
        assert [e.kind for e in source.events.all()][-1] == "stored", "its own history is left to it"
        assert source.videos.get().width == 1280
        assert task.created_at == ASKED
        assert task.changed_at >= ASKED
        assert (task.sent_at is None) == (name == "not asked for yet")
        if task.state in (State.QUEUED, State.RUNNING):
            assert task.due_at
            assert task.due_at <= timezone.now()
        if task.state not in (State.QUEUED, State.REFUSED):
            assert task.task_id
            assert task.task_id.startswith(f"get-1080p-video?taskId={source.task_id}&index=0#")
    assert Video.objects.filter(width=1920, number=0, task__in=[t for _, t in moved.values()]).count() == 2
    assert entries(Filter(period=Period.of("all"))).count() == len(COPIES) + len(COPIES) + 1


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_what_is_known_of_a_copy_is_told_of_its_task(
    moved: dict[str, tuple[Task, Task]], creator: User
) -> None:
    tasks = {name: task for name, (_, task) in moved.items()}
    history = {name: [(e.state, told(e)) for e in task.events.all()] for name, task in tasks.items()}
    assert history["ready"] == [
        ("queued", "Ordered by Eve"),
        ("saving", "Kie finished it"),
        ("ready", "Stored whole"),
    ]
    assert history["refused"][-1] == ("refused", "Veo 1080p copy does not take this order: “record is null.”")
    assert history["lost"][-1] == ("lost", "Eve gave it up: Kie has deleted it")
    assert history["in the making"] == [("queued", "Ordered, as the journal says")]
    assert (tasks["refused"].failure_text, tasks["refused"].failure_code) == ("record is null.", "422")
    assert {name: task.obstacle for name, task in tasks.items() if task.obstacle} == {
        "without an answer": "no answer",
        "saving": "line",
    }
    assert tasks["saving"].result_urls == ["https://x/copy.mp4"]
    assert tasks["of a dead link"].result_urls == []
    done = tasks["ready"]
    assert (done.finished_at, done.ready_at) == (ASKED + timedelta(minutes=1), ASKED + timedelta(minutes=2))
    assert (done.took, done.due_at) == (120, None)
    ended = {int(tasks[name].pk) for name in ("refused", "lost", "paid and lost")}
    assert {row.task_id for row in PutAway.objects.filter(person=creator)} == ended
    assert tasks["ready, its file missing"].videos.missing().count() == 1
    record = TrackRecord.objects.get(model_id="veo-1080p")
    assert (record.ready, record.failed, record.seconds) == (2, 3, [120, 120])
    for rows in (Entry.objects, Event.objects):
        with pytest.raises(DatabaseError, match="only ever added"):
            rows.update(task=tasks["ready"].pk)
