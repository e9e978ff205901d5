"""What an order really cost, in the books and beside the list."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from generations import catalogue, orders
from generations.catalogue.quote import Basis
from generations.catalogue.spec import ModelSpec
from generations.decisions import cases, limits
from generations.market.standing import standings
from generations.models import Audit, Budget, MarketChange, Obstacle, PricedValues, State, Task
from generations.models.obstacle import held_up
from generations.money import clues, ledger
from generations.money.observed import observe
from generations.simulator import FaultProgram
from generations.wording import evidence
from tests.case_rows import KLING, ago, reading, task_in, unconfirmed
from tests.market.charged import charged
from tests.test_road import travel

pytestmark = pytest.mark.django_db

LISTED = 55
"""Kling 2.6 without sound, 5 s: what its list says."""


@pytest.fixture(autouse=True)
def books_agree() -> Iterator[None]:
    yield
    assert ledger.differences() == []


def model(model_id: str = KLING) -> ModelSpec:
    spec = catalogue.find(model_id)
    assert spec
    return spec


def quoted(**values: Any) -> tuple[Any, Any]:
    """What is quoted, and what the list says where that is something else."""
    spec = model()
    offer = orders.price(spec, {**spec.defaults(), "prompt": "A lake", **values})
    return offer.credits, offer.listed


def test_three_in_a_row_are_quoted_and_said_once(order: Callable[..., Task]) -> None:
    for _ in range(2):
        charged(order(), 57)
        assert quoted() == (LISTED, None)
    charged(order(), 57)

    assert quoted() == (57, LISTED)
    offer = orders.price(model(), model().defaults())
    assert (offer.basis, offer.at_most, offer.lines) == (Basis.ESTIMATE, False, ())
    assert offer.explanation == "Kie took 57 cr for each of the last 3 like this; its list says 55"
    notice = MarketChange.objects.get()
    assert (notice.kind, notice.model_id, notice.person) == ("observed", KLING, None)
    assert (notice.facts["listed"], notice.facts["observed"]) == ("55", "57")

    task = charged(order(), 57)
    assert (task.quote_credits, task.quote_basis) == (57, "estimate")
    assert task.quote_text == offer.explanation
    assert (PricedValues.objects.count(), MarketChange.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((57, 57, 56), None),
        ((55, 55, 55), None),
        ((0, 0, 0), None),
        ((56, 57, 57, 57), 57),
        ((57, 57, 57, 55), None),
        ((57, 57, 57, 58, 58, 58), 58),
        (("57.5", "57.5", "57.5"), Decimal("57.5")),
    ],
)
def test_only_the_newest_three_count(order: Callable[..., Task], figures: Any, expected: Any) -> None:
    for figure in figures:
        charged(order(), Decimal(figure))
    assert quoted() == ((LISTED, None) if expected is None else (expected, LISTED))


def test_a_difference_that_comes_back_is_said_once(order: Callable[..., Task]) -> None:
    for figure in (57, 57, 57, 55, 57, 57, 57, 58, 58, 58):
        charged(order(), figure)
    assert [change.facts["observed"] for change in MarketChange.objects.order_by("id")] == ["57", "58"]


def test_what_is_no_figure_of_kie_for_a_clip_does_not_count(order: Callable[..., Task]) -> None:
    """Our own estimates until Kie corrects them, and what Kie kept for a clip that failed."""
    task = charged(order(), 57, "estimate")
    for _ in range(2):
        charged(order(), 57)
    charged(order(), 57, end=State.FAILED)
    assert quoted() == (LISTED, None)
    assert ledger.correct(task, Decimal(57))
    observe(task)
    assert quoted() == (57, LISTED)


def test_other_priced_values_are_observed_apart(order: Callable[..., Task]) -> None:
    """Prompt and shape do not count in the price, length and sound do."""
    for n in range(3):
        charged(order(prompt=f"Take {n}", aspect_ratio=("1:1", "16:9", "9:16")[n]), 57)
    assert quoted(aspect_ratio="1:1") == (57, LISTED)
    assert quoted(duration="10")[1] is quoted(sound=True)[1] is None
    assert PricedValues.objects.count() == 1


def test_another_figure_or_date_of_the_list_begins_anew(order: Callable[..., Task]) -> None:
    for _ in range(3):
        charged(order(), 57)
    spec = model()
    for change in ({"credits": Decimal(57)}, {"verified_on": date(2026, 11, 1)}):
        rows = tuple(replace(price, **change) if not price.estimate else price for price in spec.prices)
        catalogue.offer({KLING: replace(spec, prices=rows)})
        assert quoted()[1] is None
    charged(order(), 57)
    assert (quoted()[1], PricedValues.objects.count()) == (None, 2)
    catalogue.offer({})
    assert quoted() == (57, LISTED)


def test_a_price_at_most_and_none_at_all_are_not_compared(order: Callable[..., Task]) -> None:
    speech = {"image_url": ["https://a.example/a.png"], "audio_url": ["https://a.example/a.mp3"]}
    for _ in range(3):
        task = charged(order("kling/ai-avatar-standard", **speech), 40)
    assert (task.priced, PricedValues.objects.count(), MarketChange.objects.count()) == (None, 0, 0)


def test_the_look_up_is_one_however_many_orders_there_were(order: Callable[..., Task]) -> None:
    def looked_up() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            quoted()
        return len(queries)

    alone = looked_up()
    for _ in range(12):
        charged(order(), 57)
    assert looked_up() == alone == 1
    plan = Task.objects.filter(priced=1, charge_basis="actual").order_by("-id")[:3].explain()
    assert "priced_alike" in plan or connection.vendor == "postgresql"


@pytest.mark.django_db(transaction=True)
def test_on_the_road_the_worker_sees_it(order: Callable[..., Task], kie: Any, simulator: Any) -> None:
    """Kie has become a quarter dearer, and our own files do not know it."""
    simulator.shop.play("price", KLING)
    for _ in range(3):
        assert quoted() == (LISTED, None)
        assert travel(order(), kie).charge_credits == Decimal("68.75")
    assert quoted() == (Decimal("68.75"), LISTED)
    assert MarketChange.objects.get().facts["observed"] == "68.75"


@pytest.mark.django_db(transaction=True)
def test_figures_that_come_at_once_are_said_once(order: Callable[..., Task]) -> None:
    """Six processes book at the same moment, and none of them misses the others."""
    tasks = [order(prompt=f"Take {n}") for n in range(6)]
    together, failed = threading.Barrier(len(tasks)), []

    def book(task: Task) -> None:
        try:
            together.wait(10)
            charged(task, 57)
        except Exception as failure:
            failed.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=book, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert quoted() == (57, LISTED)
    assert MarketChange.objects.count() == 1


UNPRICED = "wan/2-6-flash-video-to-video"


@pytest.fixture
def unpriced(order: Callable[..., Task], admin: User) -> Callable[..., Task]:
    """Orders a model whose price nobody knows: under a cap of 30 cr, agreeing to 30."""
    limits.set_unpriced_cap(admin, Decimal(30))
    spec = model(UNPRICED)
    values = {**spec.defaults(), "prompt": "A lake", "video_urls": ["https://a.example/a.mp4"]}
    return lambda agreed=30, person=admin: orders.place(person, spec, values, agreed=agreed)


def held() -> tuple[Any, Any]:
    budget = Budget.objects.get()
    return budget.held, budget.spent


def test_without_a_cap_nothing_is_ordered_without_a_price(unpriced: Callable[..., Task], admin: User) -> None:
    limits.set_unpriced_cap(admin, None)
    with pytest.raises(orders.NoPrice, match=r"no price is known for this choice of .* to video\.$"):
        unpriced(agreed=Decimal(10_000))
    assert not Task.objects.exists()


@pytest.mark.parametrize("agreed", [None, Decimal("29.999")])
def test_under_a_cap_it_takes_a_yes_to_all_of_it(
    unpriced: Callable[..., Task], agreed: Decimal | None
) -> None:
    with pytest.raises(orders.NoPrice, match="Agree first that up to 30 cr are held"):
        unpriced(agreed=agreed)
    assert not Task.objects.exists()


@pytest.mark.parametrize("figure", ["12.5", "41"])
def test_it_holds_the_cap_and_is_charged_what_kie_says(unpriced: Callable[..., Task], figure: str) -> None:
    task = unpriced()
    assert (task.quote_credits, task.quote_basis, task.priced) == (30, "unknown", None)
    assert task.cost == 30
    assert task.cost_kind == "unknown"
    assert held() == (30, 0)
    charged(task, Decimal(figure))
    assert held() == (0, Decimal(figure))
    assert task.over_quote == max(Decimal(figure) - 30, Decimal(0))


def test_a_hard_limit_holds_under_the_cap_too(unpriced: Callable[..., Task], admin: User) -> None:
    ledger.set_limit(admin, Decimal(59))
    unpriced()
    with pytest.raises(orders.NotAdmitted, match="29 cr left"):
        unpriced()
    assert held() == (30, 0)


def test_again_holds_what_it_held_and_no_more(unpriced: Callable[..., Task], admin: User) -> None:
    task = unpriced()
    assert orders.cancel(task, admin)
    limits.set_unpriced_cap(admin, Decimal(31))
    with pytest.raises(orders.NoPrice, match="up to 31 cr"):
        orders.retry(task, admin)
    limits.set_unpriced_cap(admin, Decimal(20))
    assert orders.retry(task, admin).quote_credits == 20
    assert held() == (20, 0)


def test_the_cap_is_set_once_and_audited(admin: User) -> None:
    for cap in (None, Decimal(30), Decimal(30), None):
        limits.set_unpriced_cap(admin, cap)
    audits = Audit.objects.order_by("id").values_list("person", "action", "text")
    assert list(audits) == [
        (admin.pk, "cap", "up to 30 cr each"),
        (admin.pk, "cap", "nothing is ordered without a price"),
    ]


def test_what_can_be_ordered_agrees_with_what_is_ordered(unpriced: Callable[..., Task], admin: User) -> None:
    """Want of a price keeps a model from being ordered as long as there is no cap, and nothing else does."""
    wants = {it.id for it in standings() if not it.orderable}
    limits.set_unpriced_cap(admin, None)
    lacks = {it.id for it in standings() if "price" in it.reason}
    assert UNPRICED in lacks
    assert "runway-extend" in lacks
    assert not lacks & wants
    assert {it.id for it in standings() if not it.orderable} == lacks | wants


def test_the_command_line_agrees_by_a_word_of_its_own(unpriced: Callable[..., Task], admin: User) -> None:
    def generate(*more: str) -> dict[str, Any]:
        given = ["--set", "prompt=A lake", "--set", "video_urls=https://a.example/a.mp4"]
        out = io.StringIO()
        with suppress(SystemExit):
            call_command("generate", UNPRICED, *given, *more, stdout=out)
        return dict(json.loads(out.getvalue()))

    refused = generate()
    assert refused["quote"] is refused["id"] is None
    assert refused["error"].endswith("up to 30 cr are held for each. Say so with --without-price.")
    taken = generate("--without-price")
    assert (taken["quote"], taken["state"], taken["error"]) == (30, "queued", None)
    limits.set_unpriced_cap(admin, None)
    refused = generate("--without-price")
    assert refused["quote"] is None
    assert "no price is known" in refused["error"]


def test_the_balance_proves_nothing_by_a_price_that_is_not_known(creator: User) -> None:
    """A fall by just the cap is no sign of its task, nor that another one explains it."""
    sent_at = ago(minutes=20)
    doubtful = unconfirmed(creator, sent_at=sent_at, quote_basis="unknown", quote_credits=Decimal(55))
    declined = held_up(Obstacle.DECLINED, {"text": "Internal Error", "code": 500, "status": 200})
    later = task_in(creator, State.UNCONFIRMED, sent_at=ago(minutes=10), **declined)
    other = task_in(creator, State.RUNNING, sent_at=ago(minutes=9.5))
    for credits, minutes in ((1000, 21), (945, 17), (945, 11), (890, 6)):
        reading(credits, ago(minutes=minutes))

    (fall,) = clues.falls([doubtful]).values()
    (case,) = (case for case in cases.open_cases(Task.objects.all()) if case.task == doubtful)
    said = [f"{fact.text} {fact.strong}" for fact in evidence.facts(case, fall, [])]
    assert "The balance fell by 55 cr 3 min later, and the price of this is not known: it may run." in said
    assert later.pk in clues.untouched([later])
    Task.objects.filter(pk=other.pk).update(quote_basis="unknown")
    assert clues.untouched([later]) == {}


@pytest.mark.django_db(transaction=True)
def test_on_the_road_it_is_charged_what_kie_took(
    unpriced: Callable[..., Task], kie: Any, simulator: Any
) -> None:
    """As long as Kie names no figure, the cap is booked as an estimate, and never less."""
    before = simulator.balance()
    silent = {"on": "record", "fault": "success_without_charge"}
    simulator.break_by(FaultProgram.load({"rules": [silent]}))
    task = travel(unpriced(), kie)
    assert (task.state, task.charge_credits, task.charge_basis) == (State.READY, 30, "estimate")
    assert held() == (0, 30)
    simulator.break_by(None)
    assert ledger.correct(task, before - simulator.balance())
    assert (task.charge_credits, task.charge_basis) == (10, "actual")
    assert held() == (0, 10)
