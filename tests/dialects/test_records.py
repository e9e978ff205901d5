"""How the records and callbacks of each dialect are read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from generations.kie.endpoints import ENDPOINTS
from generations.kie.wire import Failure, Phase, callback_task_id
from tests.dialects.documented import ALEPH_DONE, CALLBACKS, PROMPT, RESULT, RUNWAY_DONE, VEO_EXTENDED

GARBAGE: list[object] = [
    None,
    [],
    "",
    "x",
    7,
    True,
    "[[",
    {"state": []},
    {"taskId": {}},
    {"successFlag": [1]},
    [{}],
]
IN_WORK: list[dict[str, Any]] = [
    {"successFlag": 0, "errorCode": 0, "errorMessage": ""},
    {"successFlag": 0, "errorCode": None, "response": None},
    {"successFlag": 0, "completeTime": "2026-08-15 14:30:45"},
    {"successFlag": 0, "errorCode": 200},
    {"successFlag": 0, "errorMessage": "queued"},
    {"successFlag": "0", "errorCode": ""},
    {"errorCode": "soon"},
]


def read(dialect: str, data: object) -> Any:
    return ENDPOINTS[dialect].read(data)


def test_a_runway_record_is_read_whole() -> None:
    found = read("runway", RUNWAY_DONE)
    assert (found.phase, found.urls, found.prompt) == (Phase.SUCCESS, (RESULT,), PROMPT)
    assert found.task_id == RUNWAY_DONE["taskId"]
    assert (found.model, found.callback_url, found.created_at, found.charge) == (None, None, None, None)
    assert found.failure is None


@pytest.mark.parametrize("word", ["wait", "queueing", "generating", "", None, "dreaming"])
def test_a_runway_task_is_pending_until_its_state_says_more(word: object) -> None:
    assert read("runway", {**RUNWAY_DONE, "state": word}).phase is Phase.PENDING


def test_a_runway_failure_keeps_code_and_words() -> None:
    text = "Unsupported width or height. Please adjust the size and try again."
    found = read("runway", {"taskId": "a", "state": "fail", "failCode": 400, "failMsg": text})
    assert (found.phase, found.failure) == (Phase.FAILED, Failure(code="400", text=text))


def test_an_aleph_record_is_read_whole() -> None:
    found = read("aleph", ALEPH_DONE)
    assert (found.phase, found.urls, found.prompt) == (Phase.SUCCESS, (RESULT,), "A paper boat")
    assert found.callback_url == "https://your-domain.com/api/callback"
    assert found.created_at == datetime(2026, 8, 15, 14, 25, tzinfo=UTC)
    assert found.model is None


@pytest.mark.parametrize("data", IN_WORK)
def test_an_aleph_task_without_an_error_code_is_in_work(data: dict[str, Any]) -> None:
    assert read("aleph", {"taskId": "a", **data}).phase is Phase.PENDING


@pytest.mark.parametrize("code", [400, "500", 501])
def test_an_aleph_task_with_an_error_code_has_failed(code: object) -> None:
    found = read("aleph", {"taskId": "a", "successFlag": 0, "errorCode": code, "errorMessage": "no"})
    assert (found.phase, found.failure) == (Phase.FAILED, Failure(code=str(code), text="no"))


def test_a_done_aleph_task_is_done_whatever_its_error_code_says() -> None:
    assert read("aleph", {**ALEPH_DONE, "errorCode": 500}).phase is Phase.SUCCESS


def test_only_the_flag_fails_a_veo_task() -> None:
    assert read("veo", {"successFlag": 0, "errorCode": 500}).phase is Phase.PENDING


def test_an_extended_veo_clip_is_the_whole_one_and_names_no_model_of_the_catalogue() -> None:
    """`model` is its tier there: “fast” is not the model that was ordered."""
    found = read("veo-extend", VEO_EXTENDED)
    assert (found.phase, found.urls, found.model) == (Phase.SUCCESS, (RESULT,), None)
    assert (found.prompt, found.callback_url) == ("It goes on", "https://us/t")


@pytest.mark.parametrize("text", ["", None, '{"resultUrls":[]}', "broken"])
def test_a_jobs_result_is_also_found_in_its_parsed_form(text: object) -> None:
    record = {"state": "success", "resultJson": text, "response": {"resultUrls": [RESULT]}}
    assert read("jobs", record).urls == (RESULT,)


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("dialect", ENDPOINTS)
def test_garbage_is_pending(dialect: str, garbage: object) -> None:
    assert read(dialect, garbage).phase is Phase.PENDING


@pytest.mark.parametrize("name", CALLBACKS)
def test_the_task_of_every_documented_callback_is_found(name: str) -> None:
    task_id, body = CALLBACKS[name]
    assert callback_task_id(body) == task_id
