"""Every task that waits says what holds it up, in the queue, in the studio and on its own page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import pace
from generations.models import Hint, Lease, Obstacle, Pause, Runtime, Send, State, Task
from generations.models.runtime import HOUR, WAITS_FOR_KIE
from generations.money import ledger
from generations.orders.waiting import Sending, Why, waits
from generations.views.queue.flow import flow
from generations.wording.waits import why_it_waits
from generations.worker import sweep
from generations.worker.steps import run, send
from tests.case_rows import at_unknown_host, task_in
from tests.page import Page, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(db: None) -> None:
    Lease.take("sweep", timedelta(minutes=5))
    Runtime.heard(20)


def why(task: Task) -> tuple[Why, str]:
    task.refresh_from_db()
    wait = waits([task])[task.pk]
    return wait.why, why_it_waits(wait)


def shown(client: Client, person: User, task: Task) -> dict[str, Page]:
    """The text of the three pages where the owner looks for it."""
    client.force_login(person)
    pages = {"queue": "/queue/?who=mine", "studio": "/now/", "task": task.get_absolute_url()}
    return {name: read(client.get(url)) for name, url in pages.items()}


def no_worker(task: Task) -> None:
    Lease.objects.all().delete()


def paused(task: Task) -> None:
    Runtime.pause(Pause.PERSON, {"by": "Mara", "reason": "Budget talk"})


def silent(task: Task) -> None:
    Runtime.unheard({"silence": "cut", "host": "api.kie.ai"})
    Runtime.objects.update(silent_since=timezone.now() - WAITS_FOR_KIE)


def unread(task: Task) -> None:
    Runtime.objects.update(answered_at=None)


def named(task: Task) -> None:
    Hint.hear(task, "k1")


def backs_off(task: Task) -> None:
    facts = {"silence": "refused", "host": "api.kie.ai"}
    due = timezone.now() + timedelta(minutes=5)
    task.note(due_at=due, obstacle=Obstacle.UNREACHED, obstacle_facts=facts, attempts=4)


def image_refused(task: Task) -> None:
    facts = {"text": "File type is not allowed", "code": 400}
    task.note(due_at=timezone.now() + timedelta(minutes=5), obstacle=Obstacle.UPLOAD, obstacle_facts=facts)


def twelve_at_kie(task: Task) -> None:
    for _ in range(pace.AT_KIE_PER_PERSON):
        task_in(task.person, State.RUNNING, accepted_at=timezone.now())


def pace_used_up(task: Task) -> None:
    other = task_in(task.person, State.READY)
    Send.objects.bulk_create(Send(task=other, token_hash=f"{n}") for n in range(pace.SENDS))


def left_the_catalogue(task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(model_id="gone/model", label="Gone 1")


REASONS = [
    (no_worker, Why.NO_WORKER, "No worker is running"),
    (paused, Why.PAUSED, "Sending is paused: Mara: “Budget talk”. An admin resumes it."),
    (silent, Why.KIE_SILENT, "Sending waits until it does."),
    (unread, Why.BALANCE_UNREAD, "balance is asked for first"),
    (named, Why.ID_NAMED, "looked into before it is sent"),
    (
        backs_off,
        Why.TRIED_AGAIN,
        "nothing was sent: the connection was refused (api.kie.ai). It is tried again",
    ),
    (
        image_refused,
        Why.TRIED_AGAIN,
        "A file could not be handed to Kie: “File type is not allowed (code 400)”",
    ),
    (twelve_at_kie, Why.OWN_LIMIT, "12 tasks of one person are at Kie"),
    (pace_used_up, Why.PACE, "Kie takes 18 orders in 10 seconds"),
    (lambda task: None, Why.IN_LINE, "It is next."),
]


@pytest.mark.parametrize(("hold_up", "reason", "words"), REASONS, ids=[str(r[1]) + r[2][:9] for r in REASONS])
def test_what_holds_a_task_up_is_said_wherever_it_is_shown(
    client: Client,
    creator: User,
    worker: None,
    order: Callable[..., Task],
    hold_up: Callable[[Task], None],
    reason: Why,
    words: str,
) -> None:
    task = order()
    hold_up(task)
    found, sentence = why(task)
    assert found is reason
    assert words in sentence
    for name, page in shown(client, creator, task).items():
        assert words in page, name


def test_who_is_before_it_is_said_as_a_place(
    creator: User, admin: User, worker: None, order: Callable[..., Task]
) -> None:
    order(person=admin)
    first, second = order(), order()
    assert why(second)[1] == "It is 3rd in line: one person at a time, in turn."
    assert why(first)[0] is Why.IN_LINE


def test_what_lasts_longest_is_said_first(worker: None, order: Callable[..., Task]) -> None:
    task = order()
    for hold_up, reason in ((backs_off, Why.TRIED_AGAIN), (silent, Why.KIE_SILENT), (paused, Why.PAUSED)):
        hold_up(task)
        assert why(task)[0] is reason
    no_worker(task)
    assert why(task)[0] is Why.NO_WORKER
    Task.objects.filter(pk=task.pk).update(due_at=None, obstacle=Obstacle.MODEL)
    assert why(task)[0] is Why.CANNOT_GO


def test_the_reasons_of_many_cost_no_more_queries_than_of_one(
    worker: None, order: Callable[..., Task], django_assert_num_queries: Any
) -> None:
    tasks = [order(prompt=f"Number {n}") for n in range(6)]
    with django_assert_num_queries(6):
        waits(tasks[:1])
    with django_assert_num_queries(6):
        waits(tasks)


# What is at Kie, and what is not any more


@pytest.mark.django_db(transaction=True)
def test_twelve_results_that_cannot_be_saved_hold_nobody_up(
    kie: Any, creator: User, order: Callable[..., Task]
) -> None:
    ledger.record(kie.credits())
    for _ in range(pace.AT_KIE_PER_PERSON):
        at_unknown_host(creator)
    task = order(prompt="Goes")
    with sweep.Sweep(kie) as one:
        one.begin_due()
    task.refresh_from_db()
    assert task.task_id


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", [State.SENDING, State.RUNNING])
def test_twelve_at_kie_hold_the_thirteenth_back(
    kie: Any, creator: User, order: Callable[..., Task], state: State
) -> None:
    ledger.record(kie.credits())
    now = timezone.now()
    for _ in range(pace.AT_KIE_PER_PERSON):
        task_in(creator, state, sent_at=now, accepted_at=now)
    task = order(prompt="Waits")
    with sweep.Sweep(kie) as one:
        one.begin_due()
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.QUEUED, None)


# Clocks


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(days=1), timedelta(days=400)])
def test_what_a_clock_that_was_ahead_has_dated_holds_nothing_up(
    kie: Any, order: Callable[..., Task], ahead: timedelta
) -> None:
    """Orders, sends and the next reading of the balance are dated by it."""
    ledger.record(kie.credits())
    tomorrow = timezone.now() + ahead
    sent, task = order(prompt="Sent"), order(prompt="Waits")
    Task.objects.filter(pk=sent.pk).update(state=State.CANCELLED, due_at=None)
    Send.objects.bulk_create(Send(task=sent, token_hash=f"{n}", at=tomorrow) for n in range(pace.SENDS))
    Task.objects.filter(pk=task.pk).update(due_at=tomorrow, created_at=tomorrow)
    Runtime.row()
    Runtime.objects.update(reading_due_at=tomorrow + HOUR)
    assert pace.room() == pace.SENDS
    assert Runtime.row().wants_reading
    with sweep.Sweep(kie) as one:
        one.begin_due()
    task.refresh_from_db()
    assert task.task_id


def test_a_send_a_second_ahead_of_this_clock_counts(order: Callable[..., Task]) -> None:
    """Two servers' clocks differ by so little; what they sent together is what Kie counts."""
    Send.objects.create(task=order(), token_hash="x", at=timezone.now() + timedelta(seconds=1))
    assert pace.room() == pace.SENDS - 1


def test_a_clock_that_was_ahead_is_named_in_the_queue(worker: None, order: Callable[..., Task]) -> None:
    Send.objects.create(task=order(), token_hash="x", at=timezone.now() + timedelta(days=1))
    assert "1 send is dated in the future: this server’s clock was ahead" in flow(Sending.now()).detail


@pytest.mark.django_db(transaction=True)
def test_a_send_of_a_dead_worker_that_is_dated_tomorrow_becomes_unconfirmed_today(
    kie: Any, order: Callable[..., Task]
) -> None:
    task = order()
    tomorrow = timezone.now() + timedelta(days=1)
    Task.objects.filter(pk=task.pk).update(state=State.SENDING, sent_at=tomorrow, due_at=tomorrow + 2 * HOUR)
    with sweep.Sweep(kie) as one:
        one.begin_due()
    task.refresh_from_db()
    assert task.state == State.UNCONFIRMED


# Silence


@pytest.mark.django_db(transaction=True)
def test_orders_wait_while_kie_is_silent_and_go_when_it_answers(kie: Any, order: Callable[..., Task]) -> None:
    ledger.record(kie.credits())
    task = order()
    silent(task)
    due = Runtime.row().reading_due_at
    assert due
    assert due < timezone.now() + timedelta(seconds=16), "it is listened for"
    with sweep.Sweep(kie) as one:
        one.begin_due()
        task.refresh_from_db()
        assert task.state == State.QUEUED
        Runtime.heard(20)
        one.begin_due()
    task.refresh_from_db()
    assert task.task_id


@pytest.mark.django_db(transaction=True)
def test_a_no_to_the_question_for_the_balance_is_no_silence(kie: Any, simulator: Any) -> None:
    from generations.kie.client import KieClient
    from generations.worker.steps import read_balance

    Runtime.row()
    run(read_balance(KieClient(api_url=simulator.url, upload_url=simulator.url, key="wrong")))
    runtime = Runtime.row()
    assert runtime.silent_since is None
    assert runtime.paused_for == Pause.KEY
    run(read_balance(kie))
    assert Runtime.row().paused_at is None


@pytest.mark.django_db(transaction=True)
def test_what_was_refused_for_a_moment_says_so_until_it_goes(
    kie: Any, order: Callable[..., Task], simulator: Any, worker: None
) -> None:
    from generations.simulator import FaultProgram

    task = order()
    simulator.break_by(FaultProgram.load({"rules": [{"on": "create", "fault": "status", "code": 429}]}))
    run(send(task, kie))
    assert why(task)[0] is Why.TRIED_AGAIN
    assert "Kie asked to wait: too many orders came at once. It is tried again at" in why(task)[1]
