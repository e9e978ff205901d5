"""Why an answer of Kie's catalogue is of no use is stored as a code with facts, and said when it is shown."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations.catalogue.unreadable import Fault
from generations.kie.market import Flaw
from generations.models import MarketChange, MarketModel, MarketState
from generations.models.market import Unusable
from generations.wording.market import OF_FACTS, SENTENCES, reason
from tests.migrating import migrate, migrate_to_newest
from tests.page import read

FACTS: dict[str, Any] = {
    "silence": "refused", "host": "api.kie.ai", "part": "paths", "text": "-5 credits per video",
    "name": "prompt", "path": "/a", "key": "pattern", "count": 99, "type": "string", "value": "5",
    "low": "9", "high": "3", "said": "218", "held": 5, "known": 90, "model": "a/b", "place": 2,
    "limit": 20_000, "rate": "101", "fields": [{"field": "prompt", "why": "no type"}],
}  # fmt: skip
OLD = "a sentence of before"


def test_every_code_has_one_sentence_and_no_two_share_it() -> None:
    codes = [str(code) for kind in (Fault, Flaw, Unusable) for code in kind]
    assert len(set(codes)) == len(codes)
    assert sorted([*SENTENCES, *OF_FACTS]) == sorted(codes)
    said = [reason({"why": code} | FACTS) for code in codes]
    assert all(said)
    assert len(set(said)) == len(codes)
    assert not any("{" in sentence for sentence in said)


def test_a_reason_with_many_fields_is_cut() -> None:
    fields = [{"field": f"field_{n}", "why": "no type"} for n in range(60)]
    assert len(reason({"why": "fields", "fields": fields})) <= 501


@pytest.mark.thorough
@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_what_was_noted_as_a_sentence_is_shown_as_before(client: Client, admin: User) -> None:
    differs: list[dict[str, object]] = [
        {"param": "", "what": "schema", "old": "readable", "new": OLD},
        {"param": "size", "what": "max", "old": 1, "new": 2},
    ]
    try:
        then = migrate("0022_market")
        answer = then.get_model("generations", "MarketAnswer").objects.create(
            model_id="a/b", kind="listed", content={}, digest="0"
        )
        row = {"model_id": "a/b", "listed": answer, "unreadable": OLD, "refused": {"price": OLD}}
        then.get_model("generations", "MarketModel").objects.create(**row, differs=differs)
        then.get_model("generations", "MarketChange").objects.create(
            model_id="a/b", kind="changed", facts={"differs": differs}
        )
        then.get_model("generations", "MarketState").objects.update_or_create(
            pk=1, defaults={"failed_why": OLD, "failed_at": "2026-10-01T00:00Z"}
        )
    finally:
        migrate_to_newest()
    kept = MarketModel.objects.get()
    assert [reason(kept.unreadable), reason(kept.refused["price"])] == [OLD, OLD]
    assert kept.differs == [differs[0] | {"new": "unreadable"}, differs[1]]
    assert MarketChange.objects.get().facts == {"differs": kept.differs}
    assert reason(MarketState.now().failed_why) == OLD
    client.force_login(admin)
    assert f"Not orderable yet: {OLD}" in read(client.get("/models/?show=new"))
    assert OLD in read(client.get("/models/?show=changed"))
    with pytest.raises(Exception, match="only ever added"):
        MarketChange.objects.update(model_id="x")
