import json
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generations.kie.endpoints import ENDPOINTS
from generations.kie.wire import (
    Failure,
    Phase,
    Report,
    callback_task_id,
    decimal,
    legible,
    parse,
    urls,
)

jobs_report, veo_report = ENDPOINTS["jobs"].read, ENDPOINTS["veo"].read

A, B = "https://tempfile.aiquickdraw.com/a.mp4", "https://tempfile.aiquickdraw.com/b.mp4?x=1,2&y=[3]"
DONE = datetime(2026, 4, 30, 8, 56, 18, 147_000, tzinfo=UTC)

RECORDED = """{"taskId": "abc", "model": "bytedance/seedance-2-fast", "state": "success",
  "param": "{\\"input\\":\\"{\\\\\\"duration\\\\\\":4,\\\\\\"prompt\\\\\\":\\\\\\"a cat\\\\\\"}\\",\
\\"callBackUrl\\":\\"https://us.example/hooks/kie/t0ken/\\",\\"model\\":\\"bytedance/seedance-2-fast\\"}",
  "resultJson": "{\\"resultUrls\\":[\\"https://tempfile.aiquickdraw.com/a.mp4\\"]}",
  "failCode": null, "failMsg": null, "costTime": 188,
  "completeTime": 1777539378147, "createTime": 1777539190339, "creditsConsumed": 60.1}"""


def test_a_recorded_success_is_read_whole():
    assert jobs_report(parse(RECORDED)) == Report(
        phase=Phase.SUCCESS,
        task_id="abc",
        state="success",
        urls=(A,),
        charge=Decimal("60.1"),
        failure=None,
        created_at=datetime(2026, 4, 30, 8, 53, 10, 339_000, tzinfo=UTC),
        completed_at=DONE,
        callback_url="https://us.example/hooks/kie/t0ken/",
        model="bytedance/seedance-2-fast",
        prompt="a cat",
    )


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        *[(word, Phase.PENDING) for word in ("waiting", "wait", "pending", "queuing", "queueing", "queued")],
        *[(word, Phase.PENDING) for word in ("generating", "processing", "running", "dreaming", "", None, 7)],
        *[(word, Phase.SUCCESS) for word in ("success", "succeeded", "completed", "SUCCESS", " Success ")],
        *[(word, Phase.FAILED) for word in ("fail", "failed", "error", "Fail", "FAILED")],
    ],
)
def test_every_spelling_of_a_state_is_known_and_the_unknown_is_pending(word, phase):
    report = jobs_report({"taskId": "abc", "state": word})
    assert report.phase is phase
    assert report.state == ("" if word is None else str(word))


@pytest.mark.parametrize("nothing", [{}, {"resultJson": None}, {"resultJson": ""}, {"resultJson": "{}"}])
def test_null_empty_and_missing_are_alike(nothing):
    report = jobs_report({"state": "waiting", "failCode": "", "failMsg": None, "completeTime": 0, **nothing})
    assert report == Report(phase=Phase.PENDING, state="waiting")


@pytest.mark.parametrize(
    "result",
    [
        {"resultUrls": [A, B]},
        {"resultUrls": [A, B, A, ""]},
        {"resultUrls": json.dumps([A, B])},
        {"resultUrls": f"[{A},{B}]"},
        {"resultUrls": f"[{A}, {B}]"},
        {"resultUrls": f"['{A}', '{B}']"},
        {"resultUrls": [A, B], "firstFrameUrl": ["https://x/1.png"], "resultWaterMarkUrls": ["https://x/w"]},
        {"fullResultUrls": [A, B]},
        {"resultUrls": None, "fullResultUrls": [A, B]},
        {"resultUrls": [A, B], "originUrls": ["https://x/o"], "fullResultUrls": ["https://x/full"]},
        [A, B],
    ],
)
@pytest.mark.parametrize("pack", [lambda it: it, json.dumps, lambda it: json.dumps(json.dumps(it))])
def test_the_urls_are_found_in_every_shape(result, pack):
    assert jobs_report({"state": "success", "resultJson": pack(result)}).urls == (A, B)
    assert veo_report({"successFlag": 1, "response": pack(result)}).urls == (A, B)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "x",
        "ftp://h/a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//h/a",
        "https://",
        "http://[",
        7,
        None,
        "https://h/\nx",
        "https://h\0/x",
        {"url": A},
    ],
)
def test_what_is_not_a_web_address_is_left_out(bad):
    assert urls([bad, A]) == (A,)
    assert urls(bad) == ()


def test_unusual_letters_do_not_lose_a_result():
    assert urls(["https://h/ü b.mp4"]) == ("https://h/ü b.mp4",)


def test_success_without_a_file_is_still_success():
    report = jobs_report({"state": "success", "resultJson": '{"resultUrls":[]}'})
    assert (report.phase, report.urls) == (Phase.SUCCESS, ())


@pytest.mark.parametrize("code", ["501", 501])
def test_a_failure_keeps_kies_code_and_words(code):
    report = jobs_report({"state": "fail", "failCode": code, "failMsg": "no", "creditsConsumed": 0})
    assert report.failure == Failure(code="501", text="no")
    assert report.charge == 0


def test_a_failure_without_words_is_a_failure():
    assert jobs_report({"state": "fail"}).failure == Failure(code="", text="")


def test_a_success_has_no_failure_whatever_else_it_says():
    assert jobs_report({"state": "success", "failCode": "200", "failMsg": "ok"}).failure is None


@pytest.mark.parametrize(
    ("record", "charge"),
    [
        ('{"creditsConsumed": 5916.25}', Decimal("5916.25")),
        ('{"creditsConsumed": 0.1}', Decimal("0.1")),
        ('{"creditsConsumed": 0}', Decimal(0)),
        ('{"creditsConsumed": "12.5"}', Decimal("12.5")),
        ('{"consumeCredits": 8}', Decimal(8)),
        ('{"creditsConsumed": null, "consumeCredits": 8}', Decimal(8)),
        ('{"creditsConsumed": 3, "consumeCredits": 8}', Decimal(3)),
        *[
            (f'{{"creditsConsumed": {bad}}}', None)
            for bad in ("true", '""', '"x"', "-1", "NaN", "1e99", "[]")
        ],
        ("{}", None),
    ],
)
def test_the_charge_is_exact_or_unknown(record, charge):
    assert jobs_report(parse(record)).charge == charge


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1777539378147, DONE),
        ("1777539378147", DONE),
        (Decimal(1777539378147), DONE),
        (1777539378, DONE.replace(microsecond=0)),
        ("2026-04-30 08:56:18", DONE.replace(microsecond=0)),
        ("2026-04-30T08:56:18Z", DONE.replace(microsecond=0)),
        ("2026-04-30T16:56:18.147+08:00", DONE),
        *product((None, "", 0, -5, True, "soon", "0001-01-01T00:00:00+10:00", 10**30, [], {}), [None]),
    ],
)
def test_times_come_in_many_forms_and_leave_in_utc(value, moment):
    assert jobs_report({"completeTime": value}).completed_at == moment
    assert veo_report({"createTime": value}).created_at == moment


@pytest.mark.parametrize(
    ("flag", "phase"),
    [
        *product((0, "0", None, "", 4, -1, "x", True, [], 1.5), [Phase.PENDING]),
        *product((1, "1", 1.0, Decimal(1)), [Phase.SUCCESS]),
        *product((2, 3, "2", "3"), [Phase.FAILED]),
    ],
)
def test_the_veo_flag_alone_decides(flag, phase):
    assert veo_report({"successFlag": flag, "completeTime": "2026-01-01 10:00:00"}).phase is phase


def test_a_veo_record_is_read_whole():
    report = veo_report(
        {
            "taskId": "veo_task_1",
            "paramJson": json.dumps({"prompt": "a dog", "model": "veo3_fast", "callBackUrl": "https://us/t"}),
            "successFlag": 1,
            "response": {"taskId": "veo_task_1", "resultUrls": [A], "originUrls": [B], "resolution": "1080p"},
            "errorCode": None,
            "createTime": "2025-06-06 10:25:00",
            "completeTime": "2025-06-06 10:28:00",
            "creditsConsumed": 60,
        }
    )
    assert (report.phase, report.task_id, report.urls, report.charge) == (
        Phase.SUCCESS,
        "veo_task_1",
        (A,),
        Decimal(60),
    )
    assert (report.model, report.prompt, report.callback_url) == ("veo3_fast", "a dog", "https://us/t")
    assert report.created_at == datetime(2025, 6, 6, 10, 25, tzinfo=UTC)


def test_a_veo_failure_keeps_code_and_words():
    report = veo_report({"successFlag": 3, "errorCode": 400, "errorMessage": "flagged", "response": None})
    assert report.failure == Failure(code="400", text="flagged")


@pytest.mark.parametrize("name", ["param", "paramJson"])
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_the_order_is_unwrapped_as_often_as_it_was_wrapped(name, depth):
    order: object = {"model": "m", "input": {"prompt": "p"}, "callBackUrl": "https://us/t"}
    for _ in range(depth):
        order = json.dumps(order)
    report = jobs_report({name: order})
    assert (report.model, report.prompt, report.callback_url) == ("m", "p", "https://us/t")


@pytest.mark.parametrize(
    "garbage", [None, [], "", "x", 7, True, b"x", "[[", {"state": []}, {"taskId": {}}, [{}]]
)
@pytest.mark.parametrize("read", [jobs_report, veo_report])
def test_garbage_is_pending(read, garbage):
    assert read(garbage).phase is Phase.PENDING


NAMES = ["taskId", "state", "successFlag", "param", "resultJson", "response", "resultUrls", "createTime"]
NAMES += ["creditsConsumed", "failCode", "failMsg", "input", "prompt", "callBackUrl", "data"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(A) | st.just("[[")
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8),
)


@pytest.mark.long
@settings(database=None, deadline=None)
@given(ANYTHING)
def test_no_answer_makes_reading_fail(value):
    for content in (value, json.dumps(value)):
        assert jobs_report(content).phase in Phase
        assert veo_report(content).phase in Phase
        callback_task_id(content)


@pytest.mark.parametrize(
    ("body", "task_id"),
    [
        ({"data": {"taskId": "a"}}, "a"),
        ({"data": {"task_id": "b"}}, "b"),
        ({"taskId": "c", "data": None}, "c"),
        ({"taskId": "c", "data": {"taskId": "a", "task_id": "b"}}, "a"),
        ({"data": '{"taskId": "d"}'}, "d"),
        ({"data": {"taskId": "  "}}, None),
        ({"data": {"taskId": 5}}, "5"),
        ({"data": {"taskId": True}}, None),
        ({"data": {"taskId": 5.5}}, None),
        ({"data": {"recordId": "e"}}, "e"),
        ({"data": ["taskId"]}, None),
        ({}, None),
        (None, None),
        ("x", None),
    ],
)
def test_the_task_of_a_callback_is_found_in_three_places(body, task_id):
    assert callback_task_id(body) == task_id


def test_text_is_made_fit_for_any_database():
    assert legible("a\0\ud800b") == "a?b"
    assert legible(None) == legible(True) == legible([]) == ""


@pytest.mark.parametrize("value", ["Infinity", "NaN", "sNaN", "", None, True, 10**40, "٣x"])
def test_what_is_no_finite_number_is_none(value):
    assert decimal(value) is None
