"""Parts of open pages that ask again: nothing new costs next to nothing, and every change is told."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations import policy
from generations.models import (
    Audit,
    Budget,
    Change,
    Comment,
    Copy,
    Hint,
    Lease,
    PutAway,
    Rendition,
    Review,
    Runtime,
    Seen,
    State,
    Task,
    Video,
)
from generations.models.change import KEPT
from generations.models.watched import UNSEEN, UNWATCHED, watched
from generations.money import ledger
from generations.wake import LEASE
from tests.case_rows import unconfirmed
from tests.page import read
from tests.task_page.rows import KLING, VEO, add_video, person, queued, ready, running

pytestmark = pytest.mark.django_db
BY_SCRIPT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def worker(db: None) -> None:
    Lease.take(LEASE, timedelta(minutes=5))


@pytest.fixture
def author(client: Client) -> User:
    made = person("author", "Author", policy.Role.CREATOR)
    client.force_login(made)
    return made


def mark() -> str:
    return Change.mark(LEASE)[0]


# What is a change

SHOWN: dict[str, Callable[[Task, User], object]] = {
    "a task moves": lambda task, _: Task.objects.filter(pk=task.pk).update(state=State.READY),
    "what holds it up": lambda task, _: Task.objects.filter(pk=task.pk).update(obstacle="cut"),
    "facts of it": lambda task, _: Task.objects.filter(pk=task.pk).update(obstacle_facts={"size": 1}),
    "its cost": lambda task, _: Task.objects.filter(pk=task.pk).update(charge_credits=Decimal("0.001")),
    "a name": lambda _, who: User.objects.filter(pk=who.pk).update(first_name="Other"),
    "a role": lambda _, who: policy.give_role(who, policy.Role.ADMIN),
    "a limit": lambda _, who: Budget.objects.filter(person=who).update(limit=Decimal(5)),
    "a verdict": lambda task, who: Review.objects.create(task=task, person=who, verdict="approved"),
    "a comment": lambda task, who: Comment.objects.create(task=task, person=who, text="Slower."),
    "a clip": lambda task, _: add_video(task),
    "a copy": lambda task, who: Copy.objects.create(task=task, person=who),
    "a version": lambda task, _: Rendition.objects.create(video=add_video(task)),
    "an id": lambda task, _: Hint.objects.create(task=task, kie_id="k"),
    "put away": lambda task, who: PutAway.objects.create(task=task, person=who),
    "seen": lambda task, who: Seen.objects.create(task=task, person=who),
    "a pause": lambda *_: Runtime.objects.update(paused_at=timezone.now()),
    "a silent Kie": lambda *_: Runtime.objects.update(silent_since=timezone.now()),
    "the balance": lambda *_: ledger.record(Decimal(7)),
    "a choice": lambda _, who: Audit.objects.create(person=who, action=Audit.Action.PAUSED),
}
NOT_SHOWN: dict[str, Callable[[Task, User], object]] = {
    "when the worker looks": lambda task, _: Task.objects.filter(pk=task.pk).update(due_at=timezone.now()),
    "how often it looked": lambda task, _: Task.objects.filter(pk=task.pk).update(attempts=9),
    "the same again": lambda task, _: Task.objects.filter(pk=task.pk).update(state=task.state),
    "that Kie answered": lambda *_: Runtime.objects.update(answered_at=timezone.now(), answer_ms=3),
    "a sign-in": lambda _, who: User.objects.filter(pk=who.pk).update(last_login=timezone.now()),
    "a beat": lambda *_: Lease.take(LEASE, timedelta(minutes=5)),
}


@pytest.mark.parametrize("what", SHOWN)
def test_what_pages_show_is_a_change(what: str, author: User) -> None:
    task = running(author)
    Runtime.row()
    before = mark()
    SHOWN[what](task, author)
    assert mark() != before


@pytest.mark.parametrize("what", NOT_SHOWN)
def test_what_no_page_shows_is_none(what: str, author: User) -> None:
    task = running(author)
    Runtime.row()
    before = mark()
    NOT_SHOWN[what](task, author)
    assert mark() == before


def test_a_removal_is_a_change(author: User) -> None:
    PutAway.objects.create(task=running(author), person=author)
    before = mark()
    PutAway.objects.all().delete()
    assert mark() != before


def test_what_was_rolled_back_is_none(author: User) -> None:
    before = mark()
    with transaction.atomic():
        running(author)
        transaction.set_rollback(True)
    assert mark() == before


def test_a_transaction_that_ends_after_a_later_one_is_a_change(author: User) -> None:
    running(author)
    late = Change.objects.latest("pk").pk - 1
    Change.objects.filter(pk=late).delete()
    before = mark()
    Change.objects.create(pk=late)
    assert mark() != before


def test_old_changes_are_forgotten_without_two_equal_marks(author: User) -> None:
    Change.objects.bulk_create(Change() for _ in range(3 * KEPT))
    before = mark()
    Change.forget_old()
    assert Change.objects.count() == KEPT
    assert mark() != before


def test_the_names_of_what_is_not_watched_are_true() -> None:
    ours = {model.__name__: model for model in apps.get_app_config("generations").get_models()}
    assert ours.keys() >= UNWATCHED
    for model in watched():
        assert UNSEEN.get(model.__name__, set()) <= {field.name for field in model._meta.get_fields()}
    assert {model.__name__ for model in watched()} >= UNSEEN.keys()


# What a poll answers


def queue_part(author: User) -> str:
    queued(author)
    return "/queue/"


def gallery_part(author: User) -> str:
    queued(author)
    return "/gallery/"


def studio_part(author: User) -> str:
    queued(author)
    return "/now/"


def live_part(author: User) -> str:
    return running(author).get_absolute_url()


def review_part(author: User) -> str:
    return ready(author).get_absolute_url()


def copy_part(author: User) -> str:
    task = ready(author, VEO)
    Copy.objects.create(task=task, person=author)
    return task.get_absolute_url()


def version_part(author: User) -> str:
    task = ready(author)
    video = Video.objects.get(task=task)
    Rendition.ask_for(video)
    return f"{task.get_absolute_url()}?file={video.uuid}"


PARTS: dict[str, tuple[Callable[[User], str], str]] = {
    "queue": (queue_part, "queue"),
    "fresh": (gallery_part, "fresh"),
    "now": (studio_part, "now"),
    "live": (live_part, "live"),
    "votes": (review_part, "votes"),
    "copy": (copy_part, "copy"),
    "rendition": (version_part, "rendition"),
}


def next_address(client: Client, page: str, part: str) -> str:
    """Where a part of an open page asks after it has asked once."""
    address = read(client.get(page)).part(part)["hx-get"]
    answer = client.get(address, headers=BY_SCRIPT | {"HX-Target": part})
    return address if answer.status_code == 204 else read(answer).part(part)["hx-get"]


@pytest.mark.parametrize("name", PARTS)
def test_nothing_new_is_told_by_one_query(
    name: str, client: Client, author: User, django_assert_num_queries: Any
) -> None:
    place, part = PARTS[name]
    headers = BY_SCRIPT | {"HX-Target": part}
    address = next_address(client, place(author), part)
    with django_assert_num_queries(3) as asked:
        assert client.get(address, headers=headers).status_code == 204
    assert sum("generations_change" in query["sql"] for query in asked.captured_queries) == 1
    User.objects.filter(pk=author.pk).update(first_name="Other")
    assert client.get(address, headers=headers).status_code == 200


def test_a_case_that_is_looked_into_is_told_of(client: Client, author: User) -> None:
    task = unconfirmed(author)
    hint = Hint.objects.create(task=task, kie_id="k")
    headers = BY_SCRIPT | {"HX-Target": f"case-{task.pk}"}
    part = read(client.get(f"{task.get_absolute_url()}case/", headers=headers))
    (case,) = part.having("hx-get")
    (case,) = read(client.get(case["hx-get"], headers=headers)).having("hx-get")
    assert client.get(case["hx-get"], headers=headers).status_code == 204
    Hint.objects.filter(pk=hint.pk).update(obstacle="unknown", due_at=None)
    assert client.get(case["hx-get"], headers=headers).status_code == 200


def test_the_news_name_their_next_address(client: Client, author: User) -> None:
    script = {"X-Requested-With": "fetch"}
    address = read(client.get("/news/", headers=script)).part("news")["data-next"]
    assert client.get(address, headers=script).status_code == 204
    ledger.record(Decimal(7))
    answer = client.get(address, headers=script)
    assert answer.status_code == 200
    assert read(answer).part("news")["data-next"] != address


@pytest.fixture
def address(client: Client, author: User) -> str:
    """Where the queue asks next."""
    queued(author)
    return next_address(client, "/queue/", "queue")


POLL = BY_SCRIPT | {"HX-Target": "queue"}


def test_a_person_who_opens_the_address_sees_the_page(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200
    assert client.get(address, headers=POLL).status_code == 204


def test_what_the_clock_alone_changes_is_shown_within_half_a_minute(client: Client, author: User) -> None:
    start = timezone.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False):
        address = next_address(client, "/queue/", "queue")
    for seconds, status in ((29, 204), (31, 200), (-5, 200)):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            Lease.objects.update(beat_at=timezone.now())
            assert client.get(address, headers=POLL).status_code == status


def test_a_worker_that_falls_silent_is_news(client: Client, address: str) -> None:
    Lease.objects.update(beat_at=timezone.now() - timedelta(minutes=1))
    assert "No worker" in read(client.get(address, headers=POLL))


@pytest.mark.parametrize("seen", ["", "x", "1-2-3-works-0", "9" * 5000, "1-2-3-works-1e9", "\0", "-", "²"])
def test_a_mark_that_is_none_gets_the_whole_answer(client: Client, author: User, seen: str) -> None:
    answer = client.get("/queue/", {"seen": seen}, headers=POLL)
    assert answer.status_code == 200
    assert read(answer).part("queue")["hx-get"].count("seen=") == 1


def test_a_mark_counts_for_what_was_asked(client: Client, author: User, address: str) -> None:
    """Another tab of the page, or a clip that the person no longer points at, is another answer."""
    assert client.get(f"{address}&ended=failed", headers=POLL).status_code == 200


def test_whoever_is_signed_out_is_told_so(client: Client, address: str) -> None:
    client.logout()
    assert client.get(address, headers=POLL).status_code == 401


def test_a_studio_without_a_worker_polls_as_cheaply(client: Client, author: User) -> None:
    Lease.objects.all().delete()
    queued(author, KLING)
    address = next_address(client, "/queue/", "queue")
    assert client.get(address, headers=POLL).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_tables_made_anew_are_watched_again(author: User) -> None:
    from tests.migrating import migrate, migrate_to_newest

    try:
        migrate("0018_readings")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE auth_user SET first_name = 'Without'")
    finally:
        migrate_to_newest()
    before = mark()
    User.objects.update(first_name="Other")
    assert mark() != before


@pytest.mark.django_db(transaction=True)
def test_a_start_without_new_migrations_touches_no_table() -> None:
    with CaptureQueriesContext(connection) as asked:
        call_command("migrate", verbosity=0)
    assert not [q["sql"] for q in asked if "TRIGGER" in q["sql"] or "FUNCTION" in q["sql"].split("(")[0]]
