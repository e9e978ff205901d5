"""1080p copies: paid when Kie has made them, and never lost without a person's word."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import orders
from generations.decisions import cases, choices
from generations.files.download import Gone
from generations.files.store import NotSaved
from generations.kie.errors import Ambiguous, NotReady, Refusal, Refused
from generations.models import Audit, Copy, Entry, Happened, Obstacle, Pause, Runtime, State, Task
from generations.money import ledger
from generations.safekeeping import journal, recovery
from generations.worker.steps import fetch_copy
from generations.worker.sweep import Sweep
from tests.page import read
from tests.refusing import full
from tests.task_page.rows import add_video

pytestmark = pytest.mark.django_db(transaction=True)
URL = "https://tempfile.aiquickdraw.com/copy.mp4"
KIE: Any = type("Kie", (), {"__getattr__": lambda self, name: lambda *a, **k: None})()


@pytest.fixture
def veo(order: Callable[..., Task]) -> Task:
    """A Veo clip that is ready."""
    task = order("veo3_fast", duration=4)
    for state in (State.SENDING, State.RUNNING, State.SAVING, State.READY):
        task.move(state, Happened.TAKEN, sent_at=timezone.now(), finished_at=timezone.now())
    ledger.charge(task, Decimal(60), Entry.Basis.ACTUAL)
    Task.objects.update(charge_credits=60, due_at=None, task_id="veo-1")
    task.refresh_from_db()
    add_video(task)
    return task


@pytest.fixture
def copy(veo: Task, creator: User) -> Copy:
    """A copy of it that was asked for."""
    return orders.ask_for_copy(veo, creator)


def walk(copy: Copy, *answers: Any) -> Copy:
    """Go one step with these answers to its work."""
    copy.refresh_from_db()
    step = fetch_copy(copy, KIE)
    next(step)
    for answer in answers:
        try:
            if isinstance(answer, Exception):
                step.throw(answer)
            else:
                step.send(answer)
        except StopIteration:
            break
    step.close()
    copy.refresh_from_db()
    assert ledger.differences() == []
    return copy


def spent(copy: Copy) -> tuple[int, int]:
    """What is held and what is spent, credits."""
    budget = copy.task.budget
    budget.refresh_from_db()
    return int(budget.held), int(budget.spent)


def test_it_is_charged_when_kie_has_made_it_however_long_the_file_takes(copy: Copy) -> None:
    assert walk(copy, NotReady("is processing")).state == Copy.State.WAITED_FOR
    assert spent(copy) == (5, 60)
    assert walk(copy, URL, NotSaved(Obstacle.LINE, silence="cut")).state == Copy.State.SAVING
    assert spent(copy) == (0, 65)
    assert walk(copy, NotSaved(Obstacle.LINE, silence="cut")).state == Copy.State.SAVING
    assert spent(copy) == (0, 65)


def test_one_that_the_database_has_forgotten_is_asked_for_again(veo: Task, creator: User) -> None:
    """The database is from before it was asked for; the journal is not."""
    journal.write(journal.COPY, veo, person=creator.get_username())
    assert recovery.remember() is None
    assert recovery.remember() is None
    again = Copy.objects.get()
    assert (again.task, again.person, again.state) == (veo, creator, Copy.State.WAITED_FOR)
    assert spent(again) == (5, 60)
    walk(again, URL, NotSaved(Obstacle.LINE, silence="cut"))
    assert spent(again) == (0, 65)


def test_that_kie_is_asked_for_one_is_in_the_journal_first(copy: Copy, creator: User) -> None:
    before = list(journal.read())
    next(fetch_copy(copy, KIE))
    (line,) = list(journal.read())[len(before) :]
    assert (line.event, line.task, line.facts) == (
        journal.COPY,
        str(copy.task.uuid),
        {"person": creator.get_username()},
    )


def test_without_a_journal_kie_is_not_asked_for_one(copy: Copy) -> None:
    with full(journal.path()):
        assert list(fetch_copy(copy, KIE)) == []
    copy.refresh_from_db()
    assert copy.obstacle == Obstacle.JOURNAL
    assert copy.due_at


def test_a_copy_above_the_limit_is_not_asked_for(veo: Task, creator: User) -> None:
    ledger.set_limit(creator, Decimal(60))
    with pytest.raises(orders.NotAdmitted, match="0 cr left"):
        orders.ask_for_copy(veo, creator)
    assert not Copy.objects.exists()
    assert ledger.differences() == []


def test_a_dead_link_is_asked_for_anew(copy: Copy) -> None:
    walk(copy, URL, Gone(Obstacle.LINK, status=404), Ambiguous("no answer"))
    assert (copy.state, copy.url) == (Copy.State.SAVING, "")
    walk(copy, f"{URL}?new", NotSaved(Obstacle.LINE, silence="cut"))
    assert (copy.state, copy.url) == (Copy.State.SAVING, f"{URL}?new")
    assert spent(copy) == (0, 65)


def test_a_link_that_is_refused_does_not_make_a_paid_copy_a_refused_one(copy: Copy) -> None:
    """The file host's link had expired, and the call for a new one knows no such file."""
    no = Refused("url is wrong", refusal=Refusal.PARAMETER, code=422)
    assert walk(copy, URL, Gone(Obstacle.LINK, status=404), no).state == Copy.State.SAVING
    assert walk(copy, no).state == Copy.State.SAVING
    assert spent(copy) == (0, 65)


def test_a_plain_no_before_it_was_made_gives_the_hold_back(copy: Copy) -> None:
    no = Refused("record status is not success.", refusal=Refusal.PARAMETER, code=422)
    assert walk(copy, no).state == Copy.State.REFUSED
    assert spent(copy) == (0, 60)


def test_while_sending_is_paused_none_is_asked_for_that_was_not_asked_for_before(copy: Copy) -> None:
    Runtime.pause(Pause.PERSON)
    ledger.record(Decimal(100))
    with Sweep(KIE) as sweep:
        sweep.kie.copy_1080p = lambda *_, **__: URL  # type: ignore[method-assign]
        assert not [name for name, _ in sweep._due() if name.startswith("fetch_copy")]
        Copy.objects.update(attempts=1)
        assert [name for name, _ in sweep._due() if name.startswith("fetch_copy")]


@pytest.mark.parametrize("made", [False, True])
def test_one_that_does_not_come_is_on_a_persons_page(
    copy: Copy, client: Client, admin: User, creator: User, made: bool
) -> None:
    if made:
        walk(copy, URL, NotSaved(Obstacle.LINE, silence="cut"))
    assert cases.open_cases(Task.objects.all()) == []
    Copy.objects.update(asked_at=timezone.now() - timedelta(minutes=16))
    (case,) = cases.open_cases(Task.objects.all())
    assert cases.count_open(Task.objects.all()) == 1
    assert case.kind is cases.Kind.COPY
    client.force_login(creator)
    shown = read(client.get("/queue/"))
    assert "The 1080p copy is not here" in shown
    assert ("already paid" if made else "stays held until Kie has made it") in shown
    assert "Order it again" not in shown
    assert "Mark as lost" not in shown
    assert "Decide" in read(client.get(copy.task.get_absolute_url()))


def test_trying_again_is_one_audit_entry_and_makes_it_due(copy: Copy, creator: User) -> None:
    Copy.objects.update(asked_at=timezone.now() - timedelta(minutes=16), due_at=None, attempts=3)
    for _ in range(2):
        choices.try_again(copy.task, creator)
    copy.refresh_from_db()
    assert copy.due_at is not None
    assert copy.attempts == 3
    assert Audit.objects.get().action == Audit.Action.TRIED_AGAIN


@pytest.mark.parametrize(("made", "left"), [(False, (0, 60)), (True, (0, 65))])
def test_an_admin_gives_one_up_after_kie_has_deleted_it(
    copy: Copy, client: Client, admin: User, made: bool, left: tuple[int, int]
) -> None:
    if made:
        walk(copy, URL, NotSaved(Obstacle.LINE, silence="cut"))
    with pytest.raises(choices.NotPossible, match="still keeps"):
        choices.mark_lost(copy.task, admin)
    Copy.objects.update(asked_at=timezone.now() - timedelta(days=15))
    client.force_login(admin)
    assert "Mark as lost" in read(client.get("/queue/"))
    client.post(f"/tasks/{copy.task.uuid}/case/lost/")
    copy.refresh_from_db()
    assert copy.state == Copy.State.LOST
    assert spent(copy) == left
    assert Task.objects.get().state == State.READY
    assert cases.open_cases(Task.objects.all()) == []
    assert ledger.differences() == []
    assert Audit.objects.get().action == Audit.Action.LOST
    assert "1080p copy is lost" in read(client.get(copy.task.get_absolute_url()))
