"""Needs a person: what everybody sees of a case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.models import Hint, Lease, Obstacle, State, Task
from generations.models.obstacle import held_up
from tests.case_rows import ago, at_unknown_host, no_file, reading, stuck, task_in, unconfirmed, unfetched
from tests.page import Page, read

pytestmark = pytest.mark.django_db
XSS = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def live(db: None, settings: Any) -> None:
    Lease.take("sweep", timedelta(minutes=5))
    settings.SANDBOX = False


def page(client: Client, person: User, path: str = "/queue/") -> Page:
    client.force_login(person)
    answer = client.get(path)
    assert answer.status_code == 200
    return read(answer)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            unconfirmed,
            [
                "Was it sent? We cannot know.",
                "Kie’s answer was lost: it timed out (api.kie.ai).",
                "no task id came back",
                "Callbacks are off",
                "~55 cr est. stays held. Ordering it again could cost it twice.",
            ],
        ),
        (no_file, ["Kie names no file", "The next try comes by itself", "Kie keeps the file for 13 days"]),
        (
            at_unknown_host,
            ["unknown host", 'KIE_MEDIA_HOSTS="', 'redpandaai.co cdn.example.net"'],
        ),
        (
            unfetched,
            ["Paid, not on our disk", "6,291,456 of 21,012,233", "already paid. Trying again"],
        ),
        (stuck, ["Takes very long", "Kie has been at it for 2 h", "At Kie it is id-"]),
    ],
)
def test_every_kind_says_what_is_known(
    client: Client, creator: User, make: Callable[..., Task], words: list[str]
) -> None:
    make(creator, due_at=timezone.now() + timedelta(minutes=5))
    shown = page(client, creator).main
    for word in [*words, "A quiet sea at dusk", "Creator", "Kling 2.6, 5 s"]:
        assert word in shown
    assert "Under way" not in shown


def test_everybody_sees_the_section_and_who_settles_it(
    client: Client, creator: User, reviewer: User, make_person: Callable[..., User]
) -> None:
    task = unconfirmed(creator)
    for person in (reviewer, make_person("creator", "other")):
        shown = page(client, person)
        assert "Creator or an admin settles this." in shown
        assert not [part for part in shown.having("action") if f"/tasks/{task.uuid}/case/" in part["action"]]


def test_the_rail_counts_what_one_may_settle(
    client: Client, creator: User, admin: User, reviewer: User
) -> None:
    unconfirmed(creator), unfetched(creator), unconfirmed(admin)
    for person, count in ((creator, 2), (admin, 3)):
        assert f"{count} need a person" in page(client, person).link("Queue")
    assert "need a person" not in page(client, reviewer).link("Queue")


def test_what_kie_says_is_quoted_escaped_and_cut(client: Client, creator: User) -> None:
    unconfirmed(creator, prompt=XSS, **held_up(Obstacle.LOST, {"text": f"{XSS} {'x' * 400}TAIL"}))
    at_unknown_host(creator, **held_up(Obstacle.HOST, {"host": XSS}))
    task = unconfirmed(creator)
    doubt = held_up(Obstacle.OTHER_MODEL, {"model": XSS})
    Hint.objects.create(task=task, kie_id=XSS, due_at=None, person=creator, **doubt)
    for path in ("/queue/", task.get_absolute_url(), f"/tasks/{task.uuid}/case/"):
        assert XSS in page(client, creator, path)
        assert XSS.encode() not in client.get(path).content
        assert b"TAIL" not in client.get(path).content


def test_the_balance_and_callbacks_are_told_honestly(client: Client, creator: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://studio.example"
    task = unconfirmed(creator)
    assert task.sent_at
    reading(1000, task.sent_at - timedelta(minutes=1))
    reading(945, task.sent_at + timedelta(minutes=2))
    shown = page(client, creator)
    assert "The balance fell by 55 cr 2 min later: it probably runs." in shown
    assert "No callback that fits has come. One can still come" in shown
    task_in(creator, State.RUNNING, sent_at=task.sent_at + timedelta(seconds=5))
    assert "but another task was under way: no proof." in page(client, creator)


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [(7.5, "6 days left.", "warn"), (11.5, "Only 2 days left.", "warn"), (13.5, "Only 11 h", "bad")],
)
def test_the_time_left_gets_louder(client: Client, creator: User, days: float, words: str, tone: str) -> None:
    unfetched(creator, finished_at=ago(days=days), sent_at=ago(days=days))
    shown = page(client, creator)
    assert words in shown
    assert shown.item(words)["data-tone"] == tone


def test_ids_that_were_named_are_told_until_they_fit(client: Client, creator: User) -> None:
    task = unconfirmed(creator)
    Hint.hear(task, "abc123", creator)
    case = page(client, creator).part(f"case-{task.pk}")
    assert "Asking Kie for abc123…" in case
    assert page(client, creator).part("queue")["hx-trigger"] == "every 3s, tasks from:body"
    assert page(client, creator, task.get_absolute_url()).having("hx-trigger", "every 3s")
    Hint.objects.update(due_at=None, attempts=1, obstacle=Obstacle.OTHER_PROMPT)
    case = page(client, creator).part(f"case-{task.pk}")
    assert "Creator named abc123 Kie’s record of this id has another prompt." in case
    assert page(client, creator).part("queue")["hx-trigger"] == "every 15s, tasks from:body"


def test_an_id_that_only_wants_a_person_is_filled_in(client: Client, creator: User) -> None:
    task = unconfirmed(creator)
    Hint.objects.create(task=task, kie_id="from-kie", due_at=None, obstacle=Obstacle.NO_TOKEN)
    assert page(client, creator).field("Task id").value == "from-kie"


def test_nothing_offers_a_second_order_first(client: Client, creator: User) -> None:
    for make in (unconfirmed, unfetched, stuck):
        task = make(creator)
        shown = page(client, creator, f"/tasks/{task.uuid}/case/")
        case = shown.part(f"case-{task.pk}")
        controls = [part.name for part in case.controls]
        first = case.having("type", "submit")[0].name
        assert controls.index(first) < controls.index("Order it again")
        assert shown.having("action", f"/tasks/{task.uuid}/case/again/") == []
        page_of_task = page(client, creator, task.get_absolute_url())
        assert page_of_task.having("action", f"/tasks/{task.uuid}/retry/") == []


def test_queries_do_not_grow_with_the_cases(
    client: Client, admin: User, creator: User, django_assert_max_num_queries: Any
) -> None:
    for make in (unconfirmed, no_file, unfetched, stuck):
        for _ in range(5):
            task = make(creator)
            Hint.objects.create(task=task, kie_id=f"id {task.pk}", person=creator)
    page(client, admin)
    with django_assert_max_num_queries(32):
        client.get("/queue/?who=everyone")


def test_why_it_cannot_be_ordered_again_is_said(client: Client, creator: User) -> None:
    task = unconfirmed(creator)
    Task.objects.filter(pk=task.pk).update(model_id="gone/model", label="Gone 1.0")
    client.force_login(creator)
    answer = client.post(f"{task.get_absolute_url()}case/again/", {"turn": "0"})
    assert answer.status_code == 422
    assert "Gone 1.0 has left the catalogue." in read(answer).one("alert")
    assert Task.objects.count() == 1
