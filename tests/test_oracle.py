"""The judge of the storm finds everything that must never happen, and the common ways to do it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from generations.kie.client import KieClient
from generations.models import Hint, State, Task
from generations.models.send import token_hash
from generations.money import ledger
from generations.simulator import FaultProgram, Settings, Simulator
from generations.simulator.api.letters import announcement
from generations.worker.steps import run, send
from generations.worker.sweep import Sweep, one_pass
from tests.sandbox_caller import until
from tests.storm import controls, picture
from tests.storm.going_on import GOING_ON, go_on
from tests.storm.oracle import Picture, Row, Video, findings

pytestmark = pytest.mark.long
NOW = timezone.now()
WHOLE = Video(size=9, sha256="aa", found_size=9, found_sha256="aa")
READY = Row(
    uuid="one",
    state="ready",
    task_id="k1",
    charge=Decimal(55),
    changed_at=NOW,
    states=("queued", "sending", "running", "saving", "ready"),
    videos=(WHOLE,),
)
AT_KIE: dict[str, Any] = {
    "id": "k1",
    "token": "t1",
    "state": "success",
    "charge": 55,
    "copy_charge": 0,
    "served_whole": 1,
}


def truth(*tasks: dict[str, Any], violations: tuple[dict[str, str], ...] = ()) -> dict[str, Any]:
    tokens: dict[str, Any] = {}
    for task in tasks:
        told = tokens.setdefault(task["token"], {"accepted": 0, "ids": []})
        told["accepted"] += 1
        told["ids"].append(task["id"])
    return {"tasks": list(tasks), "tokens": tokens, "violations": violations}


GOOD = Picture(truth=truth(AT_KIE), now=NOW, rows=(READY,), sends={token_hash("t1"): "one"})
COPY = replace(READY, uuid="two", task_id="get-1080p-video?taskId=k1#1", source="k1", charge=Decimal(5))
UNCONFIRMED = replace(
    READY,
    state="unconfirmed",
    task_id=None,
    charge=None,
    is_case=True,
    states=("queued", "sending", "unconfirmed"),
    videos=(),
)


def with_row(**changes: Any) -> Picture:
    return replace(GOOD, rows=(replace(READY, **changes),))


def test_a_good_picture_has_no_findings() -> None:
    assert findings(GOOD) == []
    assert findings(replace(GOOD, rows=(UNCONFIRMED,))) == []
    assert findings(replace(GOOD, truth=COPIED, rows=(READY, COPY))) == []
    in_parts = truth({**AT_KIE, "served_whole": 0})
    assert findings(replace(GOOD, truth=in_parts, originals={"k1": frozenset({"aa"})})) == []


COPIED = truth({**AT_KIE, "copy_charge": 5})
SECOND = {**AT_KIE, "id": "k2", "token": "t2"}
BAD = {
    "sent twice by one token": ("sent twice", replace(GOOD, truth=truth(AT_KIE, {**AT_KIE, "id": "k2"}))),
    "sent twice by two tokens": (
        "sent twice",
        replace(GOOD, truth=truth(AT_KIE, SECOND), sends={**GOOD.sends, token_hash("t2"): "one"}),
    ),
    "sent without an intent": ("sent without a trace", replace(GOOD, sends={})),
    "no row for a result": ("paid result missing", replace(GOOD, rows=())),
    "a result called failed": (
        "paid result missing",
        with_row(state="failed", states=("queued", "sending", "running", "failed")),
    ),
    "a result without a file": ("paid result missing", with_row(videos=())),
    "a file that was never served": (
        "paid result missing",
        replace(GOOD, truth=truth({**AT_KIE, "served_whole": 0})),
    ),
    "another file than Kie has": ("paid result missing", replace(GOOD, originals={"k1": frozenset({"cc"})})),
    "one file of two": ("paid result missing", replace(GOOD, originals={"k1": frozenset({"aa", "bb"})})),
    "an id that Kie never gave": ("task id", with_row(task_id="k9")),
    "the id of another order": ("task id", replace(GOOD, sends={token_hash("t1"): "two"})),
    "an id of two tasks": ("task id", replace(GOOD, rows=(READY, replace(READY, uuid="two")))),
    "another charge": ("charge", with_row(charge=Decimal(54))),
    "no charge": ("charge", with_row(charge=None)),
    "a copy that was not charged": (
        "charge",
        replace(GOOD, truth=COPIED, rows=(READY, replace(COPY, charge=None))),
    ),
    "a copy that Kie did not take": ("charge", replace(GOOD, rows=(READY, COPY))),
    "a copy that is not here": (
        "paid result missing",
        replace(GOOD, truth=COPIED, rows=(READY, replace(COPY, videos=()))),
    ),
    "a copy of what Kie does not know": ("task id", replace(GOOD, rows=(READY, replace(COPY, source="k9")))),
    "books that disagree": ("ledger", replace(GOOD, differences=("held is 5, its open holds add up to 0",))),
    "a budget overrun": ("over budget", replace(GOOD, overdrawn=("Ada: 110 of 55",))),
    "a jump": ("arrows", with_row(states=("queued", "saving", "ready"))),
    "a step back": ("arrows", with_row(states=(*READY.states, "saving", "ready"))),
    "a state without its event": ("arrows", with_row(states=READY.states[:-1])),
    "a file that is gone": ("half file", with_row(videos=(replace(WHOLE, found_size=None),))),
    "half a file": ("half file", with_row(videos=(replace(WHOLE, found_size=4),))),
    "other bytes": ("half file", with_row(videos=(replace(WHOLE, found_sha256="bb"),))),
    "a case that nobody sees": (
        "not shown",
        replace(GOOD, rows=(replace(UNCONFIRMED, is_case=False, changed_at=NOW - timedelta(minutes=16)),)),
    ),
    "a task that never ends": (
        "never ended",
        with_row(state="running", states=("queued", "sending", "running")),
    ),
    "the key at another host": (
        "violation",
        replace(GOOD, truth=truth(AT_KIE, violations=({"kind": "key_at_files", "detail": "x"},))),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_everything_that_must_never_happen_is_found(name: str) -> None:
    rule, bad = BAD[name]
    assert rule in {finding.rule for finding in findings(bad)}


@pytest.fixture
def vendor(tmp_path: Path, settings: Any) -> Iterator[Simulator]:
    """A quick simulator that speaks to the studio through real sockets."""
    made = Settings(folder=tmp_path / "kie", fastest=0.05, slowest=0.1, seed=1, tiny_clips=True)
    with Simulator(made) as simulator:
        settings.SANDBOX = False
        settings.KIE_API_KEY = "sandbox"
        settings.KIE_API_URL = settings.KIE_UPLOAD_URL = simulator.url
        settings.KIE_ALLOW_PRIVATE_HOSTS = True
        settings.PUBLIC_URL = "http://127.0.0.1:9"
        yield simulator


def client(vendor: Simulator) -> KieClient:
    return KieClient(api_url=vendor.url, upload_url=vendor.url, key="sandbox")


def rules(vendor: Simulator) -> set[str]:
    return {finding.rule for finding in findings(picture.take(vendor.truth()))}


def settle(vendor: Simulator) -> None:
    """Sweep until nothing is open."""
    while Task.objects.open().exists():
        Task.objects.update(due_at=timezone.now())
        one_pass()


@pytest.mark.django_db(transaction=True)
def test_a_studio_that_did_well_is_found_well(vendor: Simulator, order: Any) -> None:
    vendor.break_by(
        FaultProgram.load({"rules": [{"on": "create", "fault": "accept_then_reset", "count": 1}]})
    )
    task = order()
    order(prompt="Another")
    settle(vendor)
    assert rules(vendor) == set()
    told: Any = vendor.truth()["tasks"]
    lost = Task.objects.unconfirmed().get()
    Hint.hear(lost, next(t["id"] for t in told if not Task.objects.filter(task_id=t["id"]).exists()))
    with Sweep() as sweep:
        sweep.begin_due()
    settle(vendor)
    assert rules(vendor) == set()
    assert set(Task.objects.values_list("state", flat=True)) == {State.READY}
    assert task.person.budgets.get().spent == 110


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_clips_that_go_on_are_found_well(vendor: Simulator, order: Any) -> None:
    vendor.break_by(FaultProgram.load({"rules": [{"on": "copy_1080p", "fault": "reset", "count": 1}]}))
    clips = [order("veo3_fast", duration=4) for _ in GOING_ON]
    settle(vendor)
    for clip, model in zip(Task.objects.order_by("id"), GOING_ON, strict=True):
        go_on(clip, model, uuid4())
    settle(vendor)
    assert rules(vendor) == set()
    made = Task.objects.exclude(pk__in=[clip.pk for clip in clips])
    assert dict(made.values_list("model_id", "state")) == dict.fromkeys(GOING_ON, State.READY)


@pytest.mark.django_db(transaction=True)
def test_a_send_that_is_repeated_on_errors_is_found(vendor: Simulator, order: Any) -> None:
    program = {"rules": [{"on": "create", "fault": "accept_then_reset", "count": 2}]}
    vendor.break_by(FaultProgram.load(program))
    run(controls.send_again_on_error(order(), client(vendor)))
    settle(vendor)
    assert {"sent twice", "violation"} <= rules(vendor)


@pytest.mark.django_db(transaction=True)
def test_an_admission_that_reads_before_it_writes_is_found(vendor: Simulator, order: Any) -> None:
    person = order().person
    ledger.set_limit(person, Decimal(110))
    fifty_five = Decimal(55)

    def other() -> None:
        assert controls.admit_by_reading(person, fifty_five, meanwhile=lambda: None)

    assert controls.admit_by_reading(person, fifty_five, meanwhile=other)
    assert "over budget" in rules(vendor)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("told", ["success", "fail"])
def test_a_webhook_that_is_believed_is_found(vendor: Simulator, order: Any, told: str) -> None:
    """The signature does not cover the body: a forged one says the opposite, or names another file."""
    task = order(prompt="A sea" if told == "fail" else "A sea #fails")
    run(send(task, client(vendor)))
    stored = vendor._store.task(task.task_id)
    assert stored is not None
    lie = replace(stored, fail_code="500" if told == "fail" else "", fail_text="no")
    body: Any = announcement(lie, vendor.url)
    task.refresh_from_db()
    controls.believe_callback(task, body)
    until(lambda: {t["state"] for t in vendor.created()} <= {"success", "fail"})
    found = rules(vendor)
    assert found & {"paid result missing", "never ended"}
    assert told == "success" or "charge" in found
