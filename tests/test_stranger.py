"""The second stand-in for Kie sees what a careless client does to it; and what our client makes of it."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from generations.kie.client import KieClient
from generations.kie.errors import Ambiguous, KieError, NotSent, Refused
from generations.kie.wire import Phase
from tests.stranger import creates, records
from tests.stranger.server import Stranger

pytestmark = pytest.mark.long
KEY = {"Authorization": "Bearer sandbox"}
CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
ORDER = {"model": "m", "input": {"prompt": "A quiet sea"}, "callBackUrl": "http://127.0.0.1:9/hooks/kie/abc/"}


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    running = Stranger(0, 1, "sandbox", "secret")
    yield running
    running.stop()


def order(stranger: Stranger, **how: Any) -> requests.Response:
    return requests.post(stranger.url + CREATE, json=ORDER, headers=KEY, timeout=5, **how)


def test_an_order_sent_again_is_counted_at_its_token(stranger: Stranger) -> None:
    ids = [order(stranger).json()["data"]["taskId"] for _ in range(2)]
    assert stranger.truth()["tokens"] == {"abc": {"accepted": 2, "ids": ids}}


def test_a_client_that_follows_where_it_is_sent_orders_again_and_again(stranger: Stranger) -> None:
    stranger.break_by({"create": "sent to itself"})
    assert order(stranger, allow_redirects=False).is_redirect
    assert stranger.truth()["tokens"]["abc"]["accepted"] == 1
    with pytest.raises(requests.TooManyRedirects):
        order(stranger)
    assert stranger.truth()["tokens"]["abc"]["accepted"] > 2


def test_a_client_that_follows_to_another_name_is_noted(stranger: Stranger) -> None:
    stranger.break_by({"create": "sent to another name"})
    order(stranger)
    assert [violation["kind"] for violation in stranger.truth()["violations"]] == ["no key"]


def test_a_refused_order_is_not_counted(stranger: Stranger) -> None:
    stranger.break_by({"create": "429"})
    assert order(stranger).json()["code"] == 429
    assert stranger.truth()["tasks"] == []


def test_a_call_without_the_key_is_noted_and_so_is_a_key_at_the_file_host(stranger: Stranger) -> None:
    assert requests.get(stranger.url + RECORD, timeout=5).json()["code"] == 401
    requests.get(stranger.files_url + "/f/any.mp4", headers=KEY, timeout=5)
    assert [violation["kind"] for violation in stranger.truth()["violations"]] == ["no key", "leak"]


def test_more_orders_than_kie_takes_in_ten_seconds_are_counted(stranger: Stranger) -> None:
    for _ in range(23):
        order(stranger)
    assert stranger.truth()["over_limit"]["creates"] == 3


def test_what_it_was_to_post_ends_with_it() -> None:
    """Else it would still look names up in the middle of another test."""
    running = Stranger(0, 1, "sandbox", "secret")
    for _ in range(3):
        order(running)
    assert len(_posting()) == 3
    running.stop()
    assert _posting() == []


def _posting() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "stranger-callback"]


SILENT = {"silence"}
TAKEN = sorted({*creates.BODIES, *creates.RESPONSES, *creates.ACTS} - SILENT)


@pytest.fixture
def client(stranger: Stranger) -> KieClient:
    return KieClient(api_url=stranger.url, upload_url=stranger.url, key="sandbox", read_timeout=8)


def place(client: KieClient) -> str:
    callback = ORDER["callBackUrl"]
    return client.create(endpoint="jobs", model="m", params={"prompt": "p"}, callback_url=str(callback))


@pytest.mark.parametrize("way", TAKEN)
def test_of_an_order_that_was_taken_our_client_knows_the_id_or_leaves_it_open(
    stranger: Stranger, client: KieClient, way: str
) -> None:
    stranger.break_by({"create": way})
    known = ""
    with contextlib.suppress(Ambiguous):
        known = place(client)
    (task,) = stranger.truth()["tasks"]
    assert known in {"", task["id"]}
    stranger.break_by(None)
    place(client)
    assert len(stranger.truth()["tasks"]) == 2, "the answer after it was read as its own"


@pytest.mark.parametrize("way", sorted(creates.REFUSALS))
def test_of_an_order_that_was_not_taken_our_client_names_no_id(
    stranger: Stranger, client: KieClient, way: str
) -> None:
    stranger.break_by({"create": way})
    with pytest.raises((Refused, Ambiguous, NotSent)):
        place(client)
    assert stranger.truth()["tasks"] == []


@pytest.mark.parametrize("way", sorted({*records.INSTEAD, *records.FORMS}))
def test_no_answer_makes_our_client_take_a_running_task_for_an_ended_one(
    stranger: Stranger, client: KieClient, way: str
) -> None:
    task_id = place(client)
    stranger.break_by({"record": way})
    try:
        phase = client.record(task_id, endpoint="jobs").phase
    except KieError:
        phase = Phase.PENDING
    assert phase not in {Phase.SUCCESS, Phase.FAILED}
