"""What the client reads, uploads and asks for, over real sockets."""

import io
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from generations.kie.endpoints import ENDPOINTS
from generations.kie.errors import Ambiguous, KieError, Refusal, Refused, judge
from generations.kie.wire import Failure, Phase
from tests import kie_server as kie
from tests.kie.answers import KEY, RESULT, TASK
from tests.kie_server import KieServer, says


def test_a_record_is_asked_for_by_id_and_read(client_of):
    record = {"taskId": TASK, "state": "success", "resultJson": json.dumps({"resultUrls": [RESULT]})}
    body = b'{"code":200,"data":' + json.dumps(record).encode()[:-1] + b',"creditsConsumed":0.1}}'
    with KieServer((kie.answer(200, body),)) as server:
        report = client_of(server.url).record(TASK, endpoint="jobs")
    assert (report.phase, report.urls, report.charge) == (Phase.SUCCESS, (RESULT,), Decimal("0.1"))
    assert server.requests[0].target == f"/api/v1/jobs/recordInfo?taskId={TASK}"


def test_a_veo_record_has_its_own_address(client_of):
    data = {"taskId": "a/b&c", "successFlag": 1, "response": {"resultUrls": [RESULT]}}
    with KieServer((says(200, data=data),)) as server:
        assert client_of(server.url).record("a/b&c", endpoint="veo").urls == (RESULT,)
    assert server.requests[0].target == "/api/v1/veo/record-info?taskId=a%2Fb%26c"


@pytest.mark.parametrize(
    "behaviour",
    [
        says(422, "recordInfo is null"),
        says(422, "record is null."),
        says(404, "Task not found"),
        says(404, "", status=404),
    ],
)
@pytest.mark.parametrize("endpoint", ["jobs", "veo"])
def test_a_task_kie_does_not_know_is_missing(client_of, behaviour, endpoint):
    with KieServer((behaviour,)) as server:
        report = client_of(server.url).record(TASK, endpoint=endpoint)
    assert (report.phase, report.task_id) == (Phase.MISSING, TASK)


def test_an_unknown_route_does_not_make_a_task_missing(client_of):
    with KieServer((kie.answer(404, b"<html>"),)) as server, pytest.raises(Ambiguous):
        client_of(server.url).record(TASK, endpoint="jobs")


def test_a_refusal_about_something_else_does_not_make_a_task_missing(client_of):
    with KieServer((says(422, "taskId has a wrong form"),)) as server, pytest.raises(Refused):
        client_of(server.url).record(TASK, endpoint="jobs")


def test_the_record_of_another_task_is_not_believed(client_of):
    other = says(200, data={"taskId": "other", "state": "success"})
    with KieServer((other,)) as server, pytest.raises(Ambiguous):
        client_of(server.url).record(TASK, endpoint="jobs")


@pytest.mark.parametrize("data", [None, {}, [], "", {"state": "dreaming"}])
def test_an_empty_record_is_pending(client_of, data):
    with KieServer((says(200, data=data),)) as server:
        report = client_of(server.url).record(TASK, endpoint="jobs")
    assert (report.phase, report.task_id) == (Phase.PENDING, TASK)


@pytest.mark.parametrize(
    ("number", "balance"), [(b"1250", "1250"), (b"5916.25", "5916.25"), (b"0.10", "0.10")]
)
def test_the_balance_is_exact(client_of, number, balance):
    with KieServer((kie.answer(200, b'{"code":200,"data":%s}' % number),)) as server:
        credits = client_of(server.url).credits()
    assert (credits, str(credits)) == (Decimal(balance), balance)
    assert server.requests[0].target == "/api/v1/chat/credit"


@pytest.mark.parametrize("data", [None, "many", True, {}, [1]])
def test_a_balance_that_is_no_number_is_ambiguous(client_of, data):
    with KieServer((says(200, data=data),)) as server, pytest.raises(Ambiguous):
        client_of(server.url).credits()


@pytest.mark.parametrize(
    "behaviour",
    [kie.reset, kie.answer(429, b"", {"Retry-After": "20"}), says(500), *map(kie.answer, (500, 502, 503))],
)
def test_an_answer_is_never_asked_for_twice_so_that_the_pace_holds(client_of, behaviour):
    with KieServer((behaviour,)) as server:
        with pytest.raises((Refused, Ambiguous)):
            client_of(server.url).credits()
        assert len(server.requests) == 1


def test_a_connection_that_was_closed_meanwhile_is_replaced_unnoticed(client_of):
    with KieServer((kie.answer(200, {"code": 200, "data": 7}, {"Connection": "close"}),)) as server:
        client = client_of(server.url)
        assert {client.credits() for _ in range(3)} == {7}
        assert len(server.requests) == 3


def test_our_key_is_in_no_word_that_kie_says(client_of):
    key = "k" * 20
    failed = {"taskId": "t", "state": "fail", "failMsg": f"The key {key} was refused"}
    with KieServer((says(200, data=failed),)) as server:
        report = client_of(server.url, key=key).record("t", endpoint="jobs")
    assert report.failure.text == "The key [key] was refused"


def test_a_number_that_is_no_time_holds_nobody_up(client_of):
    record = b'{"code": 200, "data": {"taskId": "t", "createTime": 1e1000000}}'
    with KieServer((kie.answer(200, record),)) as server:
        assert client_of(server.url).record("t", endpoint="jobs").created_at is None


def test_reading_keeps_its_connection(client_of):
    with KieServer((says(200, data=7),)) as server:
        client = client_of(server.url)
        assert {client.credits() for _ in range(5)} == {7}
        assert server.connections == 1


def test_many_threads_share_one_client(client_of):
    with KieServer((says(200, data=7),)) as server:
        client = client_of(server.url, read_timeout=5)
        with ThreadPoolExecutor(16) as pool:
            assert set(pool.map(lambda _: client.credits(), range(200))) == {7}
        assert len(server.requests) == 200
        assert server.connections <= 16


def test_another_process_does_not_share_the_connection(client_of, monkeypatch):
    with KieServer((says(200, data=7),)) as server:
        client = client_of(server.url)
        client.credits()
        child = os.getpid() + 1
        monkeypatch.setattr(os, "getpid", lambda: child)
        client.credits()
        assert server.connections == 2


# Files


class Counted(io.BytesIO):
    largest_read = 0

    def read(self, size=-1):
        content = super().read(size)
        self.largest_read = max(self.largest_read, len(content))
        return content


@pytest.mark.parametrize("name", ["downloadUrl", "fileUrl"])
def test_an_upload_is_streamed_from_where_the_file_stands(client_of, name):
    content = os.urandom(900_000)
    file = Counted(b"skipped" + content)
    file.seek(7)
    with (
        KieServer((says(200, data={"success": True, name: RESULT}),)) as server,
        KieServer((says(404),)) as api,
    ):
        client = client_of(api.url, upload_url=server.url + "/", read_timeout=5)
        where = client.upload(file, name='a "b"\r\n.png', folder="/images/kie/", content_type="image/png")
    assert where == RESULT
    assert file.largest_read <= 64 * 1024
    (request,) = server.requests
    assert request.target == "/api/file-stream-upload"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    boundary = request.headers["content-type"].split("boundary=")[1].encode()
    empty, path, file_name, part, end = request.body.split(b"--" + boundary)
    assert (empty, end) == (b"", b"--\r\n")
    assert path.endswith(b'name="uploadPath"\r\n\r\nimages/kie\r\n')
    assert b'name="fileName"' in file_name
    head, _, sent = part.partition(b"\r\n\r\n")
    assert sent == content + b"\r\n"
    assert b"Content-Type: image/png" in head
    assert b'filename="a %22b%22%0D%0A.png"' in head


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (kie.answer(200, {"success": False, "code": 400, "msg": "Missing required parameter"}), Refused),
        (kie.answer(200, {"success": False, "code": 401, "msg": "Invalid API Key"}), Refused),
        (kie.answer(200, {"success": True, "code": 200, "data": {"fileName": "a"}}), Ambiguous),
        (kie.answer(403, b"<html>error 1010"), Ambiguous),
        (kie.reset, Ambiguous),
    ],
)
def test_an_upload_without_an_address_fails_and_is_not_repeated(client_of, behaviour, error):
    with KieServer((behaviour,)) as server:
        with pytest.raises(error):
            client_of(server.url).upload(io.BytesIO(b"x"), name="a", folder="b", content_type="image/png")
        assert len(server.requests) == 1


def test_a_download_link_is_asked_for_and_returned(client_of):
    with KieServer((says(200, data=RESULT + "?sig=1"),)) as server:
        assert client_of(server.url).download_url(RESULT) == RESULT + "?sig=1"
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/api/v1/common/download-url")
    assert request.json == {"url": RESULT}


def test_a_foreign_file_gets_no_download_link(client_of):
    with KieServer((says(422, "url is wrong"),)) as server, pytest.raises(Refused, match="url is wrong"):
        client_of(server.url).download_url("https://example.com/a.mp4")


ASKED = f"get-1080p-video?taskId={TASK}&index=1#0a1b2c3d"
COPY = "veo-1080p"
PARAMS = {"taskId": TASK, "index": 1}


@pytest.mark.parametrize(
    "data", [{"resultUrl": RESULT}, {"resultUrls": [RESULT]}, {"resultUrls": f"[{RESULT}]"}]
)
def test_what_is_asked_for_is_ordered_and_found_by_the_same_question(client_of, data):
    with KieServer((says(200, data=data),)) as server:
        client = client_of(server.url)
        ids = {client.create(endpoint=COPY, model=COPY, params=PARAMS, callback_url="x") for _ in range(2)}
        report = client.record(min(ids), endpoint=COPY)
    assert len(ids) == 2, "each order has an id of its own"
    assert all(re.fullmatch(f"get-1080p-video\\?taskId={TASK}&index=1#[0-9a-f]{{8}}", one) for one in ids)
    assert (report.phase, report.urls, report.charge) == (Phase.SUCCESS, (RESULT,), None)
    asked = {(request.method, request.target, request.body) for request in server.requests}
    assert asked == {("GET", f"/api/v1/veo/get-1080p-video?taskId={TASK}&index=1", b"")}


@pytest.mark.parametrize("code", [400, 422, 500])
@pytest.mark.parametrize(
    "text",
    [
        "1080P is processing. It should be ready in 1-2 minutes. Please check back shortly.",
        "The video is not ready",
        "1080P still in work",
    ],
)
def test_what_is_asked_for_is_taken_and_pending_while_it_is_made(client_of, code, text):
    with KieServer((says(code, text),)) as server:
        assert client_of(server.url).create(endpoint=COPY, model=COPY, params=PARAMS)
        assert len(server.requests) == 1
        assert client_of(server.url).record(ASKED, endpoint=COPY).phase is Phase.PENDING


@pytest.mark.parametrize(
    "text",
    [
        "record is null.",
        "Temporarily supports records within 14 days.",
        "record result data is blank.",
        "record status is not success.",
        "record result data not exist.",
        "record result data is empty.",
    ],
)
def test_what_is_asked_for_is_refused_for_good(client_of, text):
    with KieServer((says(422, text),)) as server:
        with pytest.raises(Refused, match=text) as caught:
            client_of(server.url).create(endpoint=COPY, model=COPY, params=PARAMS)
        report = client_of(server.url).record(ASKED, endpoint=COPY)
    assert caught.value.refusal is Refusal.PARAMETER
    assert (report.phase, report.failure) == (Phase.FAILED, Failure(code="422", text=text))


@pytest.mark.parametrize("behaviour", [kie.answer(503, b""), kie.reset])
def test_the_first_question_is_put_once_and_a_lost_answer_is_said(client_of, behaviour):
    with KieServer((behaviour,)) as server:
        with pytest.raises(Ambiguous):
            client_of(server.url).create(endpoint=COPY, model=COPY, params=PARAMS)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "behaviour", [says(200), says(200, data={}), says(429, "slow down"), says(402, "no")]
)
def test_an_answer_without_the_file_is_none(client_of, behaviour):
    with KieServer((behaviour,)) as server, pytest.raises(KieError):
        client_of(server.url).record(ASKED, endpoint=COPY)


def test_a_source_whose_id_leaves_no_room_for_ours_is_refused_unasked(client_of):
    with KieServer((says(200, data={"resultUrl": RESULT}),)) as server:
        with pytest.raises(Refused, match="too long"):
            client_of(server.url).create(endpoint=COPY, model=COPY, params={"taskId": "t" * 250})
        assert server.connections == 0


@pytest.mark.parametrize("turn", ["\u202e", "\u2066", "\u202b"])
def test_kies_words_turn_no_text_around_them(turn):
    failed = {"taskId": "t", "state": "fail", "failMsg": f"Not {turn}allowed"}
    assert ENDPOINTS["jobs"].read(failed).failure == Failure(code="", text="Not allowed")
    with pytest.raises(Refused, match="Not allowed"):
        judge(200, json.dumps({"code": 422, "msg": f"Not {turn}allowed"}).encode())
