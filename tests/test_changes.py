"""What the database notes as a change that pages show, whoever makes it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations import policy
from generations.models import (
    ApprovalLimit,
    Audit,
    Budget,
    Change,
    Comment,
    Hint,
    Lease,
    Plan,
    PutAway,
    Rendition,
    Review,
    Runtime,
    Seen,
    State,
    Task,
)
from generations.models.change import KEPT
from generations.models.watched import UNSEEN, UNWATCHED, watched
from generations.money import ledger
from generations.wake import LEASE
from tests.migrating import migrate, migrate_to_newest
from tests.task_page.rows import add_video, person, running

pytestmark = pytest.mark.django_db


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


SHOWN: dict[str, Callable[[Task, User], object]] = {
    "a task moves": lambda task, _: Task.objects.filter(pk=task.pk).update(state=State.READY),
    "what holds it up": lambda task, _: Task.objects.filter(pk=task.pk).update(obstacle="cut"),
    "its place in line": lambda task, _: Task.objects.filter(pk=task.pk).update(place=1),
    "facts of it": lambda task, _: Task.objects.filter(pk=task.pk).update(obstacle_facts={"size": 1}),
    "its cost": lambda task, _: Task.objects.filter(pk=task.pk).update(charge_credits=Decimal("0.001")),
    "a name": lambda _, who: User.objects.filter(pk=who.pk).update(first_name="Other"),
    "a role": lambda _, who: policy.give_role(who, policy.Role.ADMIN),
    "a limit": lambda _, who: Budget.objects.filter(person=who).update(limit=Decimal(5)),
    "a verdict": lambda task, who: Review.objects.create(task=task, person=who, verdict="approved"),
    "a comment": lambda task, who: Comment.objects.create(task=task, person=who, text="Slower."),
    "a done thread": lambda task, who: Comment.objects.create(task=task, person=who).settle(who, done=True),
    "a clip": lambda task, _: add_video(task),
    "a version": lambda task, _: Rendition.objects.create(video=add_video(task)),
    "an id": lambda task, _: Hint.objects.create(task=task, kie_id="k"),
    "put away": lambda task, who: PutAway.objects.create(task=task, person=who),
    "seen": lambda task, who: Seen.objects.create(task=task, person=who),
    "a pause": lambda *_: Runtime.objects.update(paused_at=timezone.now()),
    "a silent Kie": lambda *_: Runtime.objects.update(silent_since=timezone.now()),
    "the balance": lambda *_: ledger.record(Decimal(7)),
    "a plan": lambda _, who: Plan.objects.create(person=who, key=uuid4(), wish="w"),
    "what waits for a yes": lambda *_: ApprovalLimit.objects.create(role="creator"),
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


@pytest.mark.thorough
@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_tables_made_anew_are_watched_again(author: User) -> None:
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
