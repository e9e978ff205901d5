"""The real client on the sandbox, over a socket, in every dialect."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from generations.kie.client import KieClient
from generations.kie.endpoints import ENDPOINTS
from generations.kie.errors import Ambiguous, Refusal, Refused
from generations.kie.wire import Phase, Report, callback_task_id
from generations.simulator import FaultProgram, Simulator
from tests.dialects.documented import IMAGE, MODELS, PROMPT, VIDEO
from tests.listener import Listener
from tests.sandbox_caller import settings, until

ALONE: dict[str, dict[str, Any]] = {
    "jobs": {"prompt": PROMPT, "duration": 4},
    "veo": {"prompt": PROMPT, "duration": 4},
    "runway": {"prompt": PROMPT, "duration": 5, "quality": "720p", "aspectRatio": "16:9"},
    "aleph": {"prompt": PROMPT, "videoUrl": VIDEO},
}
CONTINUED = {
    "veo-extend": ("veo", {"prompt": PROMPT}),
    "runway-extend": ("runway", {"prompt": PROMPT, "quality": "720p"}),
}
ORDERED = [name for name, endpoint in ENDPOINTS.items() if not endpoint.asked]
TELLS_CALLBACK = frozenset(ORDERED) - {"runway", "runway-extend"}


@pytest.fixture
def sandbox(tmp_path: Path, market: Any) -> Iterator[Simulator]:
    with Simulator(
        settings(tmp_path, tiny_clips=True, webhook_key="secret", queries_per_second=1000)
    ) as simulator:
        yield simulator


@pytest.fixture
def client(sandbox: Simulator) -> Iterator[KieClient]:
    made = KieClient(api_url=sandbox.url, upload_url=sandbox.url, key="sandbox")
    yield made
    made.close()


@pytest.fixture
def order(client: KieClient) -> Callable[..., str]:
    """Order in a dialect; what continues a task gets one that has ended."""

    def create(dialect: str, callback_url: str | None = None, **more: Any) -> str:
        params = ALONE.get(dialect, {})
        if dialect in CONTINUED:
            first, params = CONTINUED[dialect]
            more = more if "taskId" in more else {"taskId": ready(client, create, first), **more}
        params = {**params, **more}
        return client.create(
            endpoint=dialect, model=MODELS[dialect], params=params, callback_url=callback_url
        )

    return create


def ended(client: KieClient, task_id: str, dialect: str) -> Report:
    def look() -> Report | None:
        found = client.record(task_id, endpoint=dialect)
        return None if found.phase in {Phase.PENDING, Phase.MISSING} else found

    found: Report = until(look)
    return found


def ready(client: KieClient, order: Any, dialect: str) -> str:
    task_id: str = order(dialect)
    ended(client, task_id, dialect)
    return task_id


def said_of(ear: Listener, task_id: str) -> Any:
    """The callback about a task, once it has come."""
    return next((body for _, body in ear.heard if callback_task_id(body) == task_id), None)


@pytest.mark.parametrize("dialect", ORDERED)
def test_an_order_ends_with_a_clip_and_a_callback_that_the_product_understands(
    sandbox: Simulator, client: KieClient, order: Any, ear: Listener, dialect: str
) -> None:
    before = sandbox.balance()
    task_id = order(dialect, ear.url)
    found = ended(client, task_id, dialect)
    assert (found.phase, found.task_id, found.prompt) == (Phase.SUCCESS, task_id, PROMPT)
    assert found.callback_url == (ear.url if dialect in TELLS_CALLBACK else None)
    (url,) = found.urls
    assert requests.get(url, timeout=10).content[4:8] == b"ftyp"
    assert sandbox.balance() < before
    headers, body = until(lambda: ear.heard and ear.heard[0])
    assert (body["code"], callback_task_id(body)) == (200, task_id)
    assert url in json.dumps(body)
    signed = f"{task_id}.{headers['X-Webhook-Timestamp']}".encode()
    signature = base64.b64encode(hmac.new(b"secret", signed, hashlib.sha256).digest()).decode()
    assert headers["X-Webhook-Signature"] == signature


@pytest.mark.parametrize("dialect", ORDERED)
def test_a_task_that_fails_says_why_and_costs_nothing(
    sandbox: Simulator, client: KieClient, order: Any, ear: Listener, dialect: str
) -> None:
    source = {"taskId": ready(client, order, CONTINUED[dialect][0])} if dialect in CONTINUED else {}
    before = sandbox.balance()
    for word in ("#moderated", "#fails", "#internal"):
        task_id = order(dialect, ear.url, prompt=f"A boat {word}", **source)
        found = ended(client, task_id, dialect)
        assert (found.phase, found.urls) == (Phase.FAILED, ()), word
        assert found.failure
        assert found.failure.text
        assert int(found.failure.code) >= 400
        body = until(lambda: said_of(ear, task_id))  # noqa: B023 - asked before the next one
        assert body["code"] >= 400
    assert sandbox.balance() == before


@pytest.mark.parametrize("dialect", ORDERED)
def test_a_task_is_known_only_to_its_own_dialect(client: KieClient, order: Any, dialect: str) -> None:
    task_id = order(dialect)
    for other in ORDERED:
        known = ENDPOINTS[other].record == ENDPOINTS[dialect].record
        assert (client.record(task_id, endpoint=other).phase is Phase.MISSING) is not known, other


@pytest.mark.parametrize(
    ("dialect", "wrong", "text"),
    [
        ("jobs", {"model": "veo4"}, "model is not within the range"),
        ("jobs", {"duration": "8"}, "duration is not within the range"),
        ("runway", {"prompt": "x" * 1801}, "text length"),
        ("runway", {"duration": 7}, "duration is not within the range"),
        ("runway", {"duration": 10, "quality": "1080p"}, "quality is not within the range"),
        ("runway", {"aspectRatio": None}, "aspectRatio is required"),
        ("runway", {"imageUrl": [IMAGE]}, "imageUrl it must be a string"),
        ("runway", {"quality": None}, "quality is required"),
        ("aleph", {"videoUrl": None}, "videoUrl is required"),
        ("aleph", {"videoUrl": "file:///etc/passwd"}, "videoUrl must be a valid URL"),
        ("aleph", {"aspectRatio": "2:1"}, "aspectRatio is not within the range"),
        ("aleph", {"seed": 1.5}, "within the specified range"),
        ("veo-extend", {"seeds": 1}, "within the specified range"),
        ("veo-extend", {"model": "veo3_fast"}, "model is not within the range"),
        ("veo-extend", {"taskId": None}, "taskId is required"),
        ("veo-extend", {"taskId": "nothing"}, "record is null"),
        ("runway-extend", {"taskId": "nothing"}, "record is null"),
        ("runway-extend", {"quality": "4k"}, "quality is not within the range"),
    ],
)
def test_what_the_service_does_not_take_is_refused(
    sandbox: Simulator, order: Any, dialect: str, wrong: dict[str, Any], text: str
) -> None:
    with pytest.raises(Refused, match=text) as caught:
        order(dialect, **wrong)
    assert caught.value.refusal is Refusal.PARAMETER
    assert MODELS[dialect] not in {made["model"] for made in sandbox.created()}


def test_with_an_image_runway_needs_no_shape(client: KieClient, order: Any) -> None:
    task_id = order("runway", aspectRatio=None, imageUrl=IMAGE)
    assert ended(client, task_id, "runway").phase is Phase.SUCCESS


@pytest.mark.parametrize(("dialect", "other"), [("veo-extend", "runway"), ("runway-extend", "veo")])
def test_only_a_finished_task_of_its_maker_is_extended(
    client: KieClient, order: Any, dialect: str, other: str
) -> None:
    with pytest.raises(Refused, match="record is null"):
        order(dialect, taskId=ready(client, order, other))
    failed = order(CONTINUED[dialect][0], prompt="#fails")
    ended(client, failed, CONTINUED[dialect][0])
    with pytest.raises(Refused, match="record status is not success"):
        order(dialect, taskId=failed)


FAULTS: list[tuple[dict[str, Any], tuple[Phase, int]]] = [
    ({"fault": "unknown_state"}, (Phase.PENDING, 0)),
    ({"fault": "state_backwards"}, (Phase.PENDING, 0)),
    ({"fault": "fail_then_success"}, (Phase.FAILED, 0)),
    ({"fault": "null_late"}, (Phase.MISSING, 0)),
    ({"fault": "success_without_urls"}, (Phase.SUCCESS, 0)),
    ({"fault": "success_without_urls", "shape": "null"}, (Phase.SUCCESS, 0)),
    ({"fault": "success_without_charge"}, (Phase.SUCCESS, 1)),
    ({"fault": "docs_style"}, (Phase.SUCCESS, 1)),
]
"""Faults of a record, and what is read of a finished task then: the phase, and how many addresses."""


@pytest.mark.parametrize("dialect", ORDERED)
def test_every_fault_of_a_record_strikes_in_every_dialect(
    sandbox: Simulator, client: KieClient, order: Any, dialect: str
) -> None:
    task_id = ready(client, order, dialect)
    for rule, expected in FAULTS:
        sandbox.break_by(FaultProgram.load({"rules": [{"on": "record", "count": 1, **rule}]}))
        found = client.record(task_id, endpoint=dialect)
        assert (found.phase, 0 if found.phase is Phase.PENDING else len(found.urls)) == expected, rule
        sandbox.break_by(None)
        assert client.record(task_id, endpoint=dialect).phase is Phase.SUCCESS


@pytest.mark.parametrize("dialect", ORDERED)
def test_rules_about_a_model_or_a_prompt_strike_in_every_dialect(
    sandbox: Simulator, client: KieClient, order: Any, dialect: str
) -> None:
    match = {"model": MODELS[dialect], "prompt": "canal"}
    rule = {"on": "create", "fault": "accept_then_reset", "match": match}
    params = {"taskId": ready(client, order, CONTINUED[dialect][0])} if dialect in CONTINUED else {}
    sandbox.break_by(FaultProgram.load({"rules": [rule]}))
    with pytest.raises(Ambiguous):
        order(dialect, **params)
    assert [made["model"] for made in sandbox.created()][-1:] == [MODELS[dialect]]


@pytest.mark.parametrize("prompt", [PROMPT, "#fails"])
@pytest.mark.parametrize("fault", ["forged_body", "wrong_task", "duplicate"])
@pytest.mark.parametrize("dialect", ["runway", "aleph"])
def test_callbacks_are_forged_in_every_dialect(
    sandbox: Simulator, order: Any, ear: Listener, dialect: str, fault: str, prompt: str
) -> None:
    rule = {"on": "callback", "fault": fault}
    sandbox.break_by(FaultProgram.load({"rules": [rule]}))
    task_id = order(dialect, ear.url, prompt=prompt)
    _, body = until(lambda: ear.heard and ear.heard[-1])
    assert (callback_task_id(body) == task_id) is (fault != "wrong_task")
    if fault == "forged_body":
        assert (body["code"] == 200) is (prompt == "#fails")
        assert "169.254.169.254" in json.dumps(body)
