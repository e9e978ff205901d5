"""What Kie says later about a price that was estimated, and what costs more than it was quoted."""

import csv
import io
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from generations.models import Budget, Entry, Event, Happened, Reading, State, Task
from generations.money import ledger, reconciliation, spending, statement
from generations.money.spending import Period
from generations.simulator import FaultProgram
from generations.wording.history import told
from tests.credits_page.rows import NOON
from tests.page import read
from tests.test_road import travel

pytestmark = pytest.mark.django_db

Kind = Entry.Kind


@pytest.fixture
def done(order: Callable[..., Task]) -> Callable[..., Task]:
    """A finished task, charged some days ago."""

    def make(cost: str = "55", basis: str = "estimate", days: float = 0, **how: Any) -> Task:
        with time_machine.travel(NOON - timedelta(days=days), tick=False):
            task = order(**how)
            now = timezone.now()
            for state in (State.SENDING, State.RUNNING):
                task.move(state, Happened.TAKEN, sent_at=now, accepted_at=now)
            task.move(
                State.SAVING,
                Happened.FINISHED,
                charge_credits=Decimal(cost),
                charge_basis=basis,
                finished_at=now,
                due_at=None,
            )
            ledger.charge(task, Decimal(cost), basis)
            task.move(State.READY, Happened.STORED, ready_at=now)
        return task

    return make


@pytest.fixture
def noon() -> Any:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def spent() -> Decimal:
    return Decimal(Budget.objects.get().spent)


@pytest.mark.parametrize(
    ("real", "difference"), [("100", "45"), ("40.5", "-14.5"), ("0", "-55"), ("55", "0")]
)
def test_an_estimate_becomes_what_kie_reported(done: Callable[..., Task], real: str, difference: str) -> None:
    task = done()
    assert ledger.correct(task, Decimal(real))
    entry = task.entries.get(kind=Kind.CORRECTION)
    assert (entry.credits, entry.basis) == (Decimal(difference), "actual")
    assert task.entries.get(kind=Kind.CHARGE).credits == 55
    for known in (task, Task.objects.get(pk=task.pk)):
        assert (known.charge_credits, known.charge_basis) == (Decimal(real), "actual")
    assert spent() == Decimal(real)
    last = Event.objects.filter(task=task).latest("id")
    assert (last.state, told(last)) == ("", f"Kie reported {real} cr; 55 had been booked")
    assert ledger.differences() == []


@pytest.mark.django_db(transaction=True)
def test_the_figure_that_was_missing_comes_later(
    order: Callable[..., Task], kie: Any, simulator: Any
) -> None:
    """On the ordinary road: Kie says that it is done, without a price, and the price the next time."""
    before = simulator.balance()
    silent = {"on": "record", "fault": "success_without_charge"}
    simulator.break_by(FaultProgram.load({"rules": [silent]}))
    task = travel(order(), kie)
    assert (task.state, task.charge_basis) == (State.READY, "estimate")
    assert Task.objects.filter(pk=task.pk).update(quote_credits=Decimal(50))
    simulator.break_by(None)

    assert task.task_id
    charge = kie.record(task.task_id, endpoint="jobs").charge
    assert ledger.correct(task, charge)

    task.refresh_from_db()
    assert (task.charge_credits, task.charge_basis) == (before - simulator.balance(), "actual")
    assert task.over_quote == charge - 50
    assert ledger.differences() == []


def test_a_task_is_corrected_once(done: Callable[..., Task]) -> None:
    task = done()
    assert ledger.correct(task, Decimal(60))
    stale = Task.objects.get(pk=task.pk)
    assert not ledger.correct(stale, Decimal(70))
    assert stale.charge_credits == spent() == 60
    assert Event.objects.filter(kind=Happened.FIGURE).count() == 1
    assert ledger.differences() == []


@pytest.mark.parametrize("basis", ["actual", ""])
def test_what_kie_reported_is_not_corrected(done: Callable[..., Task], basis: str) -> None:
    assert not ledger.correct(done(basis=basis), Decimal(70))
    assert spent() == 55


def test_what_is_not_charged_is_not_corrected(order: Callable[..., Task]) -> None:
    assert not ledger.correct(order(), Decimal(70))
    assert not Entry.objects.filter(kind=Kind.CORRECTION).exists()


def test_finer_figures_than_the_books_keep_are_rounded_once(done: Callable[..., Task]) -> None:
    task = done()
    assert ledger.correct(task, Decimal("12.3455"))
    assert ledger.differences() == []
    assert Task.objects.get(pk=task.pk).charge_credits == task.charge_credits == spent()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_correct_at_once_one_does(done: Callable[..., Task]) -> None:
    task = done()
    together, answers = threading.Barrier(4), []

    def work() -> None:
        mine = Task.objects.get(pk=task.pk)
        together.wait()
        answers.append(ledger.correct(mine, Decimal(80)))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, False, False, True]
    assert spent() == 80
    assert ledger.differences() == []


def test_only_a_correction_may_be_negative(done: Callable[..., Task]) -> None:
    task = done()
    for kind in (Kind.HOLD, Kind.CHARGE, Kind.RELEASE):
        with pytest.raises(IntegrityError, match="entry_not_negative"), transaction.atomic():
            Entry.objects.create(task=task, budget=task.budget, kind=kind, credits=Decimal(-1))


def test_a_correction_moves_the_budget_of_its_charge(done: Callable[..., Task], creator: User) -> None:
    task = done(days=25)
    Budget.objects.create(person=creator, month=NOON.date().replace(day=1))
    ledger.correct(task, Decimal(70))
    assert {b.month.month: b.spent for b in Budget.objects.all()} == {10: 70, 11: 0}


def test_the_check_sees_a_correction_that_moved_nothing(done: Callable[..., Task]) -> None:
    task = done()
    Entry.objects.create(
        task=task, budget=task.budget, kind=Kind.CORRECTION, credits=Decimal(-5), basis="actual"
    )
    found = " ".join(ledger.differences())
    assert "spent is 55, its charges add up to 50" in found
    assert "says 55, its entries say 50" in found


def test_the_check_sees_a_correction_without_a_charge(order: Callable[..., Task]) -> None:
    task = order()
    Entry.objects.create(task=task, budget=task.budget, kind=Kind.CORRECTION, credits=Decimal(0))
    assert [d for d in ledger.differences() if "is corrected and was not charged" in d]


def test_a_correction_counts_on_the_day_of_its_charge(done: Callable[..., Task], noon: Any) -> None:
    task = done(days=3)
    ledger.correct(task, Decimal(40))
    period = Period.of("7")
    for by in ("model", "person"):
        found = spending.spend(period, by)
        assert found.total == 40
        assert found.on((NOON - timedelta(days=3)).date()) == 40
        assert found.on(period.last) == 0
    assert [row.spent for row in spending.worth(period)] == [40]


def test_a_late_correction_stays_out_of_the_days_since(done: Callable[..., Task], noon: Any) -> None:
    task = done(days=20)
    ledger.correct(task, Decimal(40))
    assert spending.spend(Period.of("7"), "model").total == 0
    assert spending.spend(Period.of("30"), "model").total == 40


@pytest.mark.parametrize("sandbox", [True, False])
def test_the_books_hold_the_real_figure_when_kie_took_it(
    done: Callable[..., Task], noon: Any, settings: Any, sandbox: bool
) -> None:
    settings.SANDBOX = sandbox
    for days, credits in ((6, 1000), (4, 900)):
        with time_machine.travel(NOON - timedelta(days=days), tick=False):
            ledger.record(Decimal(credits))
    ledger.correct(done(days=5), Decimal(100))
    opening, closing = Reading.objects.order_by("at")
    assert ledger.spent_between(opening.at, closing.at) == 100
    found = reconciliation.reconcile(Period.of("7"), [])
    assert found is not None
    assert found.reported == 100
    assert found.estimated == found.estimated_count == 0
    assert found.unattributed == 0


def test_the_ledger_lists_both_and_its_lines_add_up(
    client: Client, done: Callable[..., Task], admin: User, noon: Any
) -> None:
    task = done(days=1)
    ledger.correct(task, Decimal("40.5"))
    newest, first = statement.lines(statement.Filter(period=Period.of("30")), "")[0]
    assert (newest.word, newest.actual, newest.known) == (
        "Corrected",
        Decimal("-14.5"),
        "Kie reported it later",
    )
    assert (first.word, first.actual, first.unsure) == ("Charged", Decimal(55), False)
    assert first.known == "Kie gave no figure, 55 booked, corrected since"
    client.force_login(admin)
    assert "−14.5" in read(client.get("/credits/?kind=corrected"))
    answer: Any = client.get("/credits/ledger.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["Entry"], row["Estimate"], row["Actual"]) for row in rows] == [
        ("Corrected", "", "-14.5"),
        ("Charged", "55", "55"),
    ]


def test_over_the_quote_is_computed(done: Callable[..., Task]) -> None:
    dear, cheap = done("100", "actual"), done("40", "actual")
    assert dear.over_quote == 45
    assert cheap.over_quote == 0
    dear.quote_credits = None
    assert dear.over_quote == 0


def test_the_task_page_says_how_much_more_it_cost(
    client: Client, done: Callable[..., Task], creator: User
) -> None:
    task = done()
    client.force_login(creator)
    assert "more than quoted" not in read(client.get(task.get_absolute_url()))
    ledger.correct(task, Decimal(100))
    shown = read(client.get(task.get_absolute_url()))
    assert "45 cr more than quoted" in shown
    (corrected,) = [term.name for term in shown.all("term", "Corrected")]
    assert shown.fact(corrected) == "+45 cr"


def test_the_credits_page_notices_tasks_over_their_quote(
    client: Client, done: Callable[..., Task], admin: User, creator: User, noon: Any
) -> None:
    done("55", "actual")
    client.force_login(admin)
    assert "than quoted" not in read(client.get("/credits/"))
    done("65", "actual"), done("70", "actual", person=admin)
    ledger.correct(done(), Decimal(75))
    done("99", "actual", days=20)

    shown = read(client.get("/credits/?period=7"))
    assert "3 tasks cost more than quoted, 45 cr together." in shown
    assert shown.link("Show in the ledger").href == "/credits/?period=7&by=model&kind=over#ledger"
    narrowed = client.get("/credits/?period=7&kind=over")
    assert len(narrowed.context["lines"]) == 4
    assert len({line.entry.task_id for line in narrowed.context["lines"]}) == 3
    assert [line.over for line in narrowed.context["lines"] if line.over] == [20, 15, 10]
    assert any("20 cr more than quoted" in row for row in read(narrowed).part("ledger").all("row"))

    client.force_login(creator)
    assert "2 of your tasks cost more than quoted, 30 cr together." in read(client.get("/credits/?period=7"))


def test_entries_are_still_only_added_after_their_table_was_made_anew(done: Callable[..., Task]) -> None:
    ledger.correct(done(), Decimal(60))
    with (
        connection.cursor() as cursor,
        pytest.raises(Exception, match="only ever added"),
        transaction.atomic(),
    ):
        cursor.execute("UPDATE generations_entry SET credits = 1 WHERE kind = 'correction'")
