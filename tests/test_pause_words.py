"""Why sending is paused: facts are stored, and each reason has its sentence."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.decisions import pauses as decisions
from generations.models import Lease, Pause, Runtime
from generations.models.runtime import Mismatch
from generations.wording import pauses
from tests.migrating import migrate, migrate_to_newest

pytestmark = pytest.mark.django_db
FACTS = [{}, {"text": "No", "code": 401}, {"count": 3}, {"by": "Mara"}, {"reason": "Budget talk."}]


@pytest.mark.parametrize("why", list(Pause))
@pytest.mark.parametrize("facts", FACTS)
def test_every_pause_has_a_sentence_whatever_is_known(why: Pause, facts: dict[str, Any]) -> None:
    Runtime.pause(why, facts)
    runtime = Runtime.row()
    for text in (pauses.reason(runtime), pauses.end(runtime)):
        assert text.endswith((".", "”."))
        assert "None" not in text


@pytest.mark.parametrize("kind", list(Mismatch))
def test_a_pause_after_a_restore_says_how_journal_and_database_disagree(kind: Mismatch) -> None:
    Runtime.pause(Pause.RESTORE, {"mismatch": kind, "task": 7})
    assert pauses.reason(Runtime.row()) == pauses.mismatch(kind, {"task": 7})
    assert ("#7" in pauses.reason(Runtime.row())) == (kind is Mismatch.SENT)


@pytest.mark.parametrize(
    ("reason", "said"), [("Budget talk", "Anna: “Budget talk”."), ("", "Anna paused it.")]
)
def test_a_person_is_named_with_the_reason_that_was_given(
    client: Client, make_person: Any, reason: str, said: str
) -> None:
    anna: User = make_person("admin", "anna")
    Lease.take("sweep", timedelta(minutes=5))
    decisions.pause(anna, reason)
    client.force_login(anna)
    assert said in client.get("/queue/").text


@pytest.mark.thorough
@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("why", "before", "after"),
    [
        ("restore", "The journal is gone. Is DATA_DIR the right folder?", {"mismatch": "lost"}),
        ("person", "Mara: “Budget talk”", {"reason": "Mara: “Budget talk”"}),
        ("key", "You do not have access permissions", {"text": "You do not have access permissions"}),
    ],
)
def test_a_pause_of_before_keeps_its_reason(why: str, before: str, after: dict[str, Any]) -> None:
    try:
        old = migrate("0019_changes").get_model("generations", "Runtime").objects
        old.update_or_create(pk=1, defaults={"paused_for": why, "paused_why": before})
    finally:
        migrate_to_newest()
    assert Runtime.row().paused_facts == after
