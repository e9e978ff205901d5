"""Orders whose price nobody knows: under a cap, with a yes to it, and in the books."""

import io
import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from generations import catalogue, orders
from generations.catalogue.spec import ModelSpec
from generations.decisions import cases, limits
from generations.market.standing import standings
from generations.models import Audit, Budget, Obstacle, State, Task
from generations.models.obstacle import held_up
from generations.money import clues, ledger
from generations.simulator import FaultProgram
from generations.wording import evidence
from tests.case_rows import ago, reading, task_in, unconfirmed
from tests.market.charged import charged
from tests.test_road import travel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_agree")]


def model(model_id: str) -> ModelSpec:
    spec = catalogue.find(model_id)
    assert spec
    return spec


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
