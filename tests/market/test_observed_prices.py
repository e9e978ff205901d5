"""What Kie really takes beside what its list says: observed in the books, quoted, said once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from generations import catalogue, orders
from generations.catalogue.quote import Basis
from generations.catalogue.spec import ModelSpec
from generations.models import MarketChange, PricedValues, State, Task
from generations.money import ledger
from generations.money.observed import observe
from tests.case_rows import KLING
from tests.market.charged import charged
from tests.test_road import travel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_agree")]

LISTED = 55
"""Kling 2.6 without sound, 5 s: what its list says."""


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
