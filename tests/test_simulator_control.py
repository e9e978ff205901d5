"""The control port of the sandbox: the truth, other programs, outages; and what is held against a caller."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from generations.simulator import FaultProgram, Simulator
from generations.simulator.faults.mischief import Mischief
from generations.simulator.faults.program import Rule
from generations.simulator.faults.sabotage import PLAYS
from generations.simulator.faults.vocabulary import PLACES
from tests.sandbox_caller import WAN, Caller, settings, until

CREDIT = "/api/v1/chat/credit"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(settings(tmp_path, control=True, tiny_clips=True)) as simulator:
        yield simulator


@pytest.fixture
def caller(sandbox: Simulator) -> Iterator[Caller]:
    made = Caller(sandbox.url)
    yield made
    made.session.close()


def truth(sandbox: Simulator) -> Any:
    return requests.get(sandbox.control_url + "/truth", timeout=5).json()


def tell(sandbox: Simulator, path: str, body: object = None) -> requests.Response:
    return requests.post(sandbox.control_url + path, json=body, timeout=5)


def test_without_the_setting_there_is_no_control_port(tmp_path: Path) -> None:
    with Simulator(settings(tmp_path)) as sandbox:
        assert sandbox.control_url == ""


def test_the_truth_of_one_task(sandbox: Simulator, caller: Caller) -> None:
    task_id = caller.order({**WAN, "callBackUrl": "http://127.0.0.1:9/hooks/kie/abc/"})
    record = caller.ended(task_id)
    url = json.loads(record["resultJson"])["resultUrls"][0]
    assert requests.get(url, timeout=5).status_code == 200
    until(lambda: truth(sandbox)["tasks"][0]["served_whole"])
    told = truth(sandbox)
    charge = record["creditsConsumed"]
    assert told == sandbox.truth()
    assert told["tasks"] == [
        {
            "id": task_id,
            "model": WAN["model"],
            "endpoint": "jobs",
            "token": "abc",
            "state": "success",
            "charge": charge,
            "copy_charge": 0,
            "accepted_at": record["createTime"],
            "ends_at": record["completeTime"],
            "served_whole": 1,
            "copy_served_whole": 0,
        }
    ]
    assert told["tokens"] == {"abc": {"accepted": 1, "ids": [task_id], "charge": charge}}
    assert told["balance"] == 5000 - charge
    assert told["violations"] == []


def test_programs_are_exchanged_while_it_runs(sandbox: Simulator, caller: Caller) -> None:
    program = {"rules": [{"on": "credit", "fault": "status", "code": 505}]}
    assert tell(sandbox, "/faults", program).json() == {"ok": True}
    assert caller.get(CREDIT)["code"] == 505
    assert truth(sandbox)["rules"] == [{"on": "credit", "fault": "status", "calls": 1, "struck": 1}]
    refused = tell(sandbox, "/faults", {"rules": [{"on": "credit", "fault": "vanish"}]})
    assert refused.status_code == 400
    assert refused.json()["error"].startswith("rule 1: fault: 'vanish' is none of")
    assert caller.get(CREDIT)["code"] == 505
    assert tell(sandbox, "/faults/off").status_code == 200
    assert caller.get(CREDIT)["code"] == 200
    assert tell(sandbox, "/elsewhere").status_code == 404
    assert requests.get(sandbox.control_url + "/health", timeout=5).json() == {"ok": True}


def test_an_outage_of_errors_and_of_silence(sandbox: Simulator, caller: Caller) -> None:
    tell(sandbox, "/outage", {"seconds": 60})
    for path in (CREDIT, "/files/results/x.mp4", "/elsewhere"):
        assert caller.session.get(caller.url + path, timeout=5).status_code == 503
    assert caller.session.post(caller.url + "/api/v1/jobs/createTask", json=WAN, timeout=5).status_code == 503
    tell(sandbox, "/faults/off")
    tell(sandbox, "/outage", {"seconds": 60, "mode": "hang"})
    with pytest.raises(requests.ReadTimeout):
        caller.session.get(caller.url + CREDIT, timeout=0.1)
    assert tell(sandbox, "/outage", {"seconds": 1, "after": 3}).status_code == 400
    tell(sandbox, "/faults/off")
    assert caller.get(CREDIT)["code"] == 200
    assert truth(sandbox)["tasks"] == []


def test_the_port_is_closed_for_a_while(sandbox: Simulator, caller: Caller) -> None:
    caller.balance()
    tell(sandbox, "/outage", {"seconds": 60, "mode": "refuse"})

    def refused() -> bool:
        try:
            requests.get(caller.url + CREDIT, timeout=5)
        except requests.ConnectionError as failure:
            return "refused" in str(failure)
        return False

    until(refused)
    with pytest.raises(requests.ConnectionError):
        caller.session.get(caller.url + CREDIT, timeout=5)
    assert requests.get(sandbox.control_url + "/health", timeout=5).status_code == 200
    tell(sandbox, "/faults/off")
    until(lambda: not refused())
    assert caller.balance() == 5000


def test_one_that_refuses_can_be_stopped(tmp_path: Path) -> None:
    program = FaultProgram.load({"outage": {"seconds": 60, "mode": "refuse"}})
    sandbox = Simulator(settings(tmp_path, faults=program))
    sandbox.start()
    started = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - started < 2


def test_a_storm_of_429_spares_the_files(tmp_path: Path) -> None:
    program = FaultProgram.load({"storm_429": [{"after": 0, "seconds": 60, "as_http": True}]})
    with Simulator(settings(tmp_path, faults=program)) as sandbox:
        caller = Caller(sandbox.url)
        answer = caller.session.get(caller.url + CREDIT, timeout=5)
        missing = caller.session.get(caller.url + "/files/x", timeout=5)
        caller.session.close()
    assert (answer.status_code, answer.json()["code"]) == (429, 429)
    assert missing.status_code == 404


def test_outages_begin_and_end_by_the_clock() -> None:
    now = [100.0]
    program = FaultProgram.load({"outage": [{"after": 5, "seconds": 10}, {"after": 20, "seconds": 1}]})
    mischief = Mischief(program, clock=lambda: now[0])
    found = []
    for second in (0, 5, 14, 15, 20, 21):
        now[0] = 100.0 + second
        found.append(mischief.spell())
    assert found == [None, ("503", 10.0), ("503", 1.0), None, ("503", 1.0), None]


def test_what_no_caller_may_do_is_held_against_it(sandbox: Simulator, caller: Caller) -> None:
    body = {**WAN, "callBackUrl": "http://127.0.0.1:9/hooks/kie/abc"}
    first, second = caller.order(body), caller.order(body)
    requests.get(sandbox.url + "/files/results/x.mp4", headers={"Authorization": "Bearer x"}, timeout=5)
    stranger = Caller(sandbox.url, key="wrong")
    assert stranger.post("/api/v1/jobs/createTask", WAN)["code"] == 401
    assert stranger.post("/api/v1/jobs/createTask", {"model": "kling-9"})["code"] == 401
    assert stranger.get(CREDIT)["code"] == 401
    stranger.session.close()
    told = truth(sandbox)
    details = {violation["kind"]: violation["detail"] for violation in told["violations"]}
    assert details == {
        "key_at_file_host": "/files/results/x.mp4",
        "create_without_key": WAN["model"],
        "token_twice": f"abc: {first}, {second}",
    }
    assert len(told["violations"]) == 3
    assert told["tokens"]["abc"]["accepted"] == 2


def test_too_many_calls_are_counted_and_the_limit_can_be_set(tmp_path: Path) -> None:
    with Simulator(settings(tmp_path, creates_per_ten_seconds=3, queries_per_second=2)) as sandbox:
        caller = Caller(sandbox.url)
        creates = [caller.post("/api/v1/jobs/createTask", WAN)["code"] for _ in range(5)]
        queries = [caller.get("/api/v1/jobs/recordInfo", taskId="x")["code"] for _ in range(3)]
        caller.session.close()
        counted = sandbox.truth()["over_limit"]
    assert creates == [200] * 3 + [429] * 2
    assert queries == [422, 422, 429]
    assert counted == {"creates": 2, "queries": 1}


def test_a_restart_keeps_the_truth(tmp_path: Path) -> None:
    with Simulator(settings(tmp_path, tiny_clips=True)) as first:
        caller = Caller(first.url)
        task_id = caller.order(WAN)
        url = json.loads(caller.ended(task_id)["resultJson"])["resultUrls"][0]
        requests.get(url, headers={"Authorization": "Bearer sandbox"}, timeout=5)
        caller.session.close()
        until(lambda: first.truth()["tasks"][0]["served_whole"])  # type: ignore[index]
        before = first.truth()
    with Simulator(settings(tmp_path)) as second:
        after = second.truth()
    assert [violation["kind"] for violation in after["violations"]] == ["key_at_file_host"]  # type: ignore[attr-defined]
    assert after == before


def test_tiny_clips_are_shared_and_cheap(tmp_path: Path) -> None:
    with Simulator(settings(tmp_path, tiny_clips=True)) as sandbox, requests.Session() as session:
        caller = Caller(sandbox.url)
        prompts = ("A lake", "A hill", "A street in the rain")
        ids = [caller.order({**WAN, "input": {**WAN["input"], "prompt": text}}) for text in prompts]  # type: ignore[dict-item]
        urls = [json.loads(caller.ended(task_id)["resultJson"])["resultUrls"][0] for task_id in ids]
        assert len({session.get(url, timeout=5).content for url in urls}) == 1
        started = time.perf_counter()
        for _ in range(20):
            session.get(urls[0], timeout=5)
        each = (time.perf_counter() - started) / 20
        caller.session.close()
    assert len(list((tmp_path / "clips").iterdir())) == 1
    assert each < 0.05


def test_every_fault_that_may_be_named_can_be_played() -> None:
    from generations.simulator.api import callbacks, letters
    from generations.simulator.faults import bad_files

    named = {(on, fault) for on, faults in PLACES.items() for fault in faults}
    own = {("file", fault) for fault in bad_files.PLAYS}
    own |= {("callback", fault) for fault in {*letters.WRITE, *callbacks.HELD_BACK}}
    assert named == own | set(PLAYS)
    assert not Rule(number=1, on="file", fault="html", first=3, count=2).reaches(5)
