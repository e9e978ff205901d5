"""What stops sending, what may end that by itself, and what only a person ends."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from generations.kie.client import KieClient
from generations.models import Audit, Pause, Runtime
from generations.money import ledger
from generations.worker.steps import read_balance, run

pytestmark = pytest.mark.django_db(transaction=True)
LASTING = [Pause.MAINTENANCE, Pause.RESTORE, Pause.UNCONFIRMED, Pause.PERSON]


@pytest.mark.parametrize("first", [Pause.KEY, Pause.CREDITS])
@pytest.mark.parametrize("second", LASTING)
def test_a_reading_does_not_end_what_a_person_has_to_end(kie: KieClient, first: Pause, second: Pause) -> None:
    ledger.record(Decimal(1))
    assert Runtime.pause(first)
    assert Runtime.pause(second)
    run(read_balance(kie))
    assert Runtime.row().paused_for == second


@pytest.mark.parametrize("first", LASTING)
@pytest.mark.parametrize("second", list(Pause))
def test_the_first_lasting_reason_stays(first: Pause, second: Pause) -> None:
    assert Runtime.pause(first)
    assert not Runtime.pause(second)
    assert Runtime.row().paused_for == first


def test_a_reading_ends_a_pause_for_the_key_and_more_credits_one_for_credits(kie: KieClient) -> None:
    Runtime.pause(Pause.KEY)
    run(read_balance(kie))
    assert Runtime.row().paused_at is None
    Runtime.pause(Pause.CREDITS)
    run(read_balance(kie))
    assert Runtime.row().paused_for == Pause.CREDITS
    ledger.record(Decimal(1))
    run(read_balance(kie))
    assert Runtime.row().paused_at is None


def test_an_admin_who_pauses_what_would_end_by_itself_is_heard(client: Client, admin: Any) -> None:
    Runtime.pause(Pause.KEY)
    client.force_login(admin)
    client.post(reverse("sending"), {"do": "pause", "reason": "Budget talk"})
    assert Runtime.row().paused_for == Pause.PERSON
    assert Audit.objects.get().text == "Budget talk"
