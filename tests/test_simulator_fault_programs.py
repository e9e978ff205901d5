"""Which calls a fault program strikes, and which programs are refused; the faults of callbacks."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from generations.simulator import BadProgram, FaultProgram, Simulator
from generations.simulator.api.letters import signature
from tests.faulty_caller import CREATE, CREDIT, Victim, order, unlimited
from tests.listener import Listener
from tests.sandbox_caller import WAN, Caller, until


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with unlimited(tmp_path_factory.mktemp("sandbox")) as simulator:
        yield simulator


@pytest.fixture
def caller(sandbox: Simulator, caplog: pytest.LogCaptureFixture) -> Iterator[Victim]:
    """Also sees that the sandbox goes wrong only where it was told to."""
    made = Victim(sandbox)
    yield made
    made.close()
    assert [entry.getMessage() for entry in caplog.get_records("call") if entry.levelname == "ERROR"] == []


def heard(caller: Caller, *, count: int, prompts: tuple[str, ...] = ("A lake",)) -> Any:
    """The task ids, and the letters that came for them."""
    with Listener(deaf=0) as ear:
        ids = [caller.order({**order("x", prompt=prompt), "callBackUrl": ear.url}) for prompt in prompts]
        for task_id in ids:
            caller.ended(task_id)
        until(lambda: len(ear.heard) == count)
        return ids, list(ear.heard)


def test_callbacks_are_doubled_and_lost(caller: Victim) -> None:
    caller.faults("callback", "duplicate", n=2, match={"prompt": "thrice"})
    (task_id,), letters = heard(caller, count=3, prompts=("thrice",))
    assert [body["data"]["taskId"] for _, body in letters] == [task_id] * 3
    caller.faults("callback", "drop", match={"prompt": "lost"})
    (_, second), letters = heard(caller, count=1, prompts=("lost", "kept"))
    assert [body["data"]["taskId"] for _, body in letters] == [second]
    until(lambda: struck(caller) == 1)
    assert caller.sandbox.truth()["rules"] == [{"on": "callback", "fault": "drop", "calls": 1, "struck": 1}]


def struck(caller: Victim) -> Any:
    rules: Any = caller.sandbox.truth()["rules"]
    return rules[0]["struck"]


def test_callbacks_come_late_and_in_another_order(caller: Victim) -> None:
    caller.faults("callback", "reorder", seconds=30, match={"prompt": "first"})
    with Listener(deaf=0) as ear:
        first = caller.order({**order("x", prompt="first"), "callBackUrl": ear.url})
        until(lambda: struck(caller) == 1)
        second = caller.order({**order("x", prompt="second"), "callBackUrl": ear.url})
        until(lambda: len(ear.heard) == 2)
        assert [body["data"]["taskId"] for _, body in ear.heard] == [second, first]
    caller.faults("callback", "delay", seconds=0.5)
    _, ((headers, body),) = heard(caller, count=1)
    assert int(headers["X-Webhook-Timestamp"]) * 1000 + 1000 >= body["data"]["completeTime"] + 500


def signed(headers: dict[str, str], task_id: str) -> bool:
    when = int(headers["X-Webhook-Timestamp"])
    return headers["X-Webhook-Signature"] == signature("secret", task_id, when)


def test_callbacks_that_lie(caller: Victim) -> None:
    caller.faults("callback", "forged_body")
    (good, bad), letters = heard(caller, count=2, prompts=("fine", "#fails"))
    said = {body["data"]["taskId"]: (headers, body) for headers, body in letters}
    assert said[good][1]["data"]["state"] == "fail"
    assert said[bad][1]["data"]["state"] == "success"
    assert "169.254.169.254" in said[bad][1]["data"]["resultJson"]
    assert all(signed(headers, task_id) for task_id, (headers, _) in said.items())
    caller.faults("callback", "forged_signature")
    (task_id,), ((headers, body),) = heard(caller, count=1)
    assert body["data"]["state"] == "success"
    assert not signed(headers, task_id)
    caller.faults("callback", "replay", age=4000)
    (task_id,), ((headers, _),) = heard(caller, count=1)
    assert signed(headers, task_id)
    assert 3990 < time.time() - int(headers["X-Webhook-Timestamp"]) < 4030
    caller.faults("callback", "wrong_task")
    (task_id,), ((headers, body),) = heard(caller, count=1)
    assert body["data"]["taskId"] != task_id
    assert signed(headers, body["data"]["taskId"])


def test_the_same_seed_gives_the_same_faults(caller: Victim) -> None:
    def run(seed: int, *others: dict[str, object]) -> list[int]:
        lost = {"on": "credit", "fault": "status", "code": 500, "probability": 0.5}
        caller.sandbox.break_by(FaultProgram.load({"seed": seed, "rules": [lost, *others]}))
        return [caller.get(CREDIT)["code"] for _ in range(24)]

    other = {"on": "credit", "fault": "status", "code": 429, "probability": 0.3}
    first = run(7)
    assert run(7) == first
    assert run(8) != first
    assert 4 < first.count(500) < 20
    assert [code == 500 for code in run(7, other)] == [code == 500 for code in first]


def test_first_count_and_match_choose_the_calls(caller: Victim) -> None:
    caller.faults("credit", "status", code=455, first=2, count=2)
    assert [caller.get(CREDIT)["code"] for _ in range(5)] == [200, 455, 455, 200, 200]
    caller.faults("create", "http_500", match={"prompt": "storm", "model": WAN["model"]})
    codes = [caller.post(CREATE, order("m", prompt=p))["code"] for p in ("A lake", "A storm at sea")]
    assert codes == [200, 500]
    caller.faults("record", "null_late", match={"token": "this"})
    this, that = caller.order(order("this")), caller.order(order("that"))
    assert [caller.look(task_id)[0] for task_id in (this, that)] == [422, 200]


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("{", "program: is not JSON"),
        ({"ruless": []}, "program: ruless: is unknown"),
        ({"rules": [{"on": "credit", "fault": "slow"}, {"on": "moon", "fault": "slow"}]},
         "rule 2: on: 'moon' is none of create"),
        ({"rules": [{"on": "create"}]}, "rule 1: fault: is missing"),
        ({"rules": [{"on": "create", "fault": "drop"}]}, "rule 1: fault: 'drop' is none of"),
        ({"rules": [{"on": "create", "fault": "status"}]}, "rule 1: code: is missing"),
        ({"rules": [{"on": "create", "fault": "status", "code": 418}]}, "rule 1: code: 418 is none of 401"),
        ({"rules": [{"on": "create", "fault": "slow", "second": 1}]}, "rule 1: second: is unknown here"),
        ({"rules": [{"on": "create", "fault": "slow", "seconds": "1"}]},
         "rule 1: seconds: a number is wanted, not '1'"),
        ({"rules": [{"on": "credit", "fault": "slow", "probability": 40}]},
         "rule 1: probability: 40.0 is more than 1"),
        ({"rules": [{"on": "credit", "fault": "slow", "first": 0}]},
         "rule 1: first: calls are counted from 1"),
        ({"rules": [{"on": "file", "fault": "html", "match": {"modle": "x"}}]}, "rule 1: match: 'modle'"),
        ({"rules": [{"on": "credit", "fault": "slow", "match": {"model": "x"}}]},
         "rule 1: match: 'model' cannot be known of credit"),
        ({"outage": {"mode": "503"}}, "program: outage: seconds: is missing"),
        ({"outage": {"seconds": 1, "mode": "off"}}, "program: outage: mode: 'off' is none of 503"),
    ],
)  # fmt: skip
def test_a_bad_program_is_refused(program: str | dict[str, object], reason: str) -> None:
    with pytest.raises(BadProgram) as refused:
        FaultProgram.load(program)
    assert str(refused.value).startswith(reason)
