"""No page names an exception of ours or of a library; rows that were stored before are told in words, too."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.kie.client import KieClient
from generations.kie.errors import SILENCES, Silence
from generations.migrations._old_texts import legible
from generations.models import Event, Happened, Hint, Lease, Obstacle, Runtime, Send, State, Task
from generations.models.obstacle import held_up
from generations.wording.answers import said
from generations.wording.history import told
from generations.wording.obstacles import obstacle, sentence
from generations.worker.steps import run, send
from tests.case_rows import stuck, task_in, unconfirmed, unfetched
from tests.migrating import migrate, migrate_to_newest
from tests.page import read

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
CLASS_NAME = re.compile(r"\b[A-Z]\w+(?:Error|Exception|Timeout|Disconnected)\b|\[Errno|HTTPS?Connection")
OLD = [
    ("The line broke: ProtocolError.", "The line broke: the answer broke off."),
    ("The line broke: ConnectionResetError.", "The line broke: the connection was reset."),
    ("The line broke: NeverSeenError.", "The line broke: the line failed."),
    ("no whole answer from api.kie.ai: ReadTimeoutError", "no whole answer from api.kie.ai: it timed out"),
    (
        "Kie gave no usable answer: no whole answer from api.kie.ai:8000: RemoteDisconnected",
        "Kie gave no usable answer: no whole answer from api.kie.ai:8000: the answer broke off",
    ),
    (
        "no connection to api.kie.ai: HTTPSConnection(port=443): Failed: [Errno 111] Connection refused",
        "no connection to api.kie.ai: the connection was refused",
    ),
    (
        "Not sent: the journal cannot be written ([Errno 28] No space left on device: '/srv/journal.jsonl')",
        "Not sent: the journal cannot be written (no space left on device)",
    ),
    ("The line broke before the file was whole.", "The line broke before the file was whole."),
    ("A prompt about a TimeoutError", "A prompt about a TimeoutError"),
]


@pytest.fixture(autouse=True)
def worker(db: None) -> None:
    Lease.take("sweep", timedelta(minutes=5))


@pytest.mark.parametrize(("old", "now"), OLD)
def test_old_texts_are_told_in_words(old: str, now: str) -> None:
    assert legible(old) == now
    assert legible(now) == now


@pytest.mark.parametrize("code", list(Obstacle))
def test_every_obstacle_has_a_sentence(code: Obstacle) -> None:
    for facts in ({}, {"text": "No", "code": 500, "status": 502}, {"silence": "reset", "host": "api.kie.ai"}):
        text = sentence(code, facts, "Kling 2.6")
        assert text.endswith((".", "”"))
        assert not CLASS_NAME.search(text)


@pytest.mark.parametrize("kind", list(Happened))
def test_everything_that_happens_has_a_sentence(kind: Happened) -> None:
    for facts in (
        {},
        {"by": "Ada", "text": "No", "obstacle": "lost", "flaw": "cut", "task": 3, "credits": "5"},
    ):
        text = told(Event(kind=kind, facts=facts))
        assert text or (kind is Happened.OLD and not facts)
        assert "None" not in text
        assert not text.endswith(".")
        assert not CLASS_NAME.search(text)


def test_what_is_wrong_with_a_stored_file_is_no_refusal() -> None:
    event = Event(kind=Happened.AS_IT_CAME, facts={"times": 4, "flaw": Obstacle.SHORT, "at": 3.0, "of": 8.0})
    assert told(event) == "Stored as it came, 4 times alike. It ends at 3.0 s of 8.0 s"
    facts = {"failed": "Internal Error"}
    assert sentence(Obstacle.BROKE, facts).endswith("Kie says by now that it failed: “Internal Error”.")


def test_every_silence_has_words() -> None:
    assert set(SILENCES) == set(Silence)


@pytest.mark.thorough
@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_no_page_shows_a_class_name_from_any_row(client: Client, admin: User) -> None:
    """Every field that ever took an exception’s text, filled as it was filled once."""
    raw = OLD[0][0]
    lost = unconfirmed(admin)
    old = [held_up(Obstacle.OLD, {"text": text}) for text, _ in OLD]
    rows = [lost, unfetched(admin, **old[0]), stuck(admin, **old[4])]
    rows.append(task_in(admin, State.QUEUED, due_at=timezone.now(), **old[6]))
    ready = task_in(admin, State.READY)
    Hint.objects.create(task=lost, kie_id="k", person=admin, due_at=None, **old[4])
    for task in [*rows, ready]:
        Event.objects.create(task=task, kind=Happened.OLD, facts={"text": raw})
    migrate("0019_changes")
    migrate_to_newest()
    client.force_login(admin)
    pages = [
        "/queue/?who=everyone",
        "/now/",
        "/gallery/",
        *(task.get_absolute_url() for task in [*rows, ready]),
    ]
    pages += [f"{task.get_absolute_url()}case/" for task in rows]
    for path in pages:
        found = CLASS_NAME.search(client.get(path, follow=True).content.decode())
        assert not found, (path, found)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://no-such-name.invalid"])
def test_a_kie_that_cannot_be_reached_is_told_in_words(
    order: Callable[..., Task], kie: Any, url: str
) -> None:
    task = order()
    run(send(task, KieClient(api_url=url, upload_url=url, key="x")))
    task.refresh_from_db()
    texts = [obstacle(task), said(Runtime.row().silent_facts), *map(told, task.events.all())]
    assert "Kie could not be reached, nothing was sent:" in texts[0]
    assert not CLASS_NAME.search(" ".join(texts)), texts


def test_nothing_that_is_stored_or_shown_is_made_of_a_class_name() -> None:
    """Names of exceptions belong into the log; this finds the ones that go anywhere else."""
    names = re.compile(r"type\((?!self)\w+\)\.__name__")
    allowed = {"kie/endpoints.py", "views/health.py"}
    files = [p for p in (ROOT / "generations").rglob("*.py") if "simulator" not in p.parts]
    found = {str(p.relative_to(ROOT / "generations")) for p in files if names.search(p.read_text())}
    assert found <= allowed


# What was sent, and what was not


@pytest.mark.parametrize(
    ("state", "fields", "word"),
    [
        (State.REFUSED, {}, "0:30"),
        (State.CLOSED, {}, "–"),
        (State.CANCELLED, {"sent_at": None}, "not sent"),
    ],
)
def test_the_queue_says_not_sent_only_of_what_was_not(
    client: Client, creator: User, state: State, fields: dict[str, Any], word: str
) -> None:
    now = timezone.now()
    sent = {"sent_at": now - timedelta(seconds=30), "changed_at": now, "charge_credits": 0}
    task = task_in(creator, state, **(sent | fields))
    client.force_login(creator)
    row = read(client.get("/queue/")).part(f"row-{task.pk}")
    assert word in row
    assert ("not sent" in row) == (word == "not sent")


def test_a_task_that_kie_turned_away_and_a_person_cancelled_was_not_unsent(
    client: Client, creator: User
) -> None:
    task = task_in(creator, State.CANCELLED, sent_at=None, changed_at=timezone.now(), charge_credits=0)
    Send.objects.create(task=task, token_hash="x")
    client.force_login(creator)
    row = read(client.get("/queue/")).part(f"row-{task.pk}")
    assert "not sent" not in row
    assert "Cancelled before Kie took it." in row
