import gzip
import io
import json
import socket
import time
from decimal import Decimal

import pytest

from generations.kie.errors import Ambiguous, NotSent, Refusal, Refused
from tests import kie_server as kie
from tests.kie.answers import ACCEPTED, KEY, RESULT, TASK
from tests.kie_server import KieServer, says


def order(client, **changes):
    return client.create(**{"endpoint": "jobs", "model": "m", "params": {"prompt": "p"}} | changes)


# What createTask's answer means


def test_an_order_is_sent_as_documented_and_answered_by_its_id(client_of):
    with KieServer((ACCEPTED,)) as server:
        assert order(client_of(server.url), callback_url="https://us.example/hooks/kie/t/") == TASK
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/api/v1/jobs/createTask")
    assert request.json == {
        "model": "m",
        "input": {"prompt": "p"},
        "callBackUrl": "https://us.example/hooks/kie/t/",
    }
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("KieStudio/")


def test_a_veo_order_has_its_parameters_at_the_top(client_of):
    with KieServer((ACCEPTED,)) as server:
        assert order(client_of(server.url), endpoint="veo", model="veo3", params={"prompt": "p"}) == TASK
    (request,) = server.requests
    assert request.target == "/api/v1/veo/generate"
    assert request.json == {"model": "veo3", "prompt": "p"}


def test_exact_numbers_are_sent_as_numbers(client_of):
    params = {"a": Decimal(5), "b": Decimal("0.5"), "c": [Decimal("10.00")], "d": "8", "e": True}
    with KieServer((ACCEPTED,)) as server:
        order(client_of(server.url), params=params)
    assert server.requests[0].body.decode().endswith('{"a": 5, "b": 0.5, "c": [10], "d": "8", "e": true}}')


@pytest.mark.parametrize("value", [float("nan"), Decimal("NaN"), Decimal("Infinity"), object(), b"x", {1, 2}])
def test_values_that_are_no_json_are_refused_before_anything_is_sent(client_of, value):
    with KieServer((ACCEPTED,)) as server:
        with pytest.raises(Refused) as caught:
            order(client_of(server.url), params={"x": value})
        assert caught.value.refusal is Refusal.PARAMETER
        assert server.connections == 0


WITH_ID = json.dumps({"code": 200, "data": {"taskId": TASK}}).encode()
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(WITH_ID), WITH_ID)


@pytest.mark.parametrize(
    "behaviour",
    [
        says(500, "Internal Error", {"taskId": TASK}),
        says(422, "?", {"taskId": TASK}),
        says(200, "ok", {"taskId": TASK}, status=502),
        kie.answer(200, {"data": {"taskId": TASK}}),
        kie.raw(b"HTTP/1.1 200 OK\r\n\r\n" + WITH_ID),
        kie.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + WITH_ID),
        kie.raw(CHUNKED),
        kie.raw(b"HTTP/1.1 302 X\r\nLocation: /\r\n\r\n" + WITH_ID),
        kie.raw(CHUNKED + b"0\r\n\r\n"),
        kie.answer(200, gzip.compress(WITH_ID), {"Content-Encoding": "gzip"}),
    ],
)
def test_any_readable_answer_with_a_task_id_is_an_acceptance(client_of, behaviour):
    with KieServer((behaviour,)) as server:
        assert order(client_of(server.url)) == TASK
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("behaviour", "refusal"),
    [
        (says(401, "no"), Refusal.UNAUTHORISED),
        (kie.answer(401, b"<html>"), Refusal.UNAUTHORISED),
        (says(402, "no"), Refusal.NO_CREDITS),
        (kie.answer(402, b""), Refusal.NO_CREDITS),
        (says(433, "daily limit"), Refusal.CAPPED),
        (says(500, "Credits insufficient"), Refusal.NO_CREDITS),
        (says(429, "slow"), Refusal.TOO_FAST),
        (kie.answer(429, b"", {"Retry-After": "20"}), Refusal.TOO_FAST),
        (says(404, "no"), Refusal.PARAMETER),
        (says(422, "no"), Refusal.PARAMETER),
        (says(422, "no", status=422), Refusal.PARAMETER),
        (says(400, "no"), Refusal.PARAMETER),
        (says(451, "no"), Refusal.PARAMETER),
        (says(500, "This field is required"), Refusal.PARAMETER),
        (says(455, "maintenance"), Refusal.MAINTENANCE),
        (says(505, "off"), Refusal.SWITCHED_OFF),
    ],
)
def test_a_plain_no_is_a_refusal_and_is_not_repeated(client_of, behaviour, refusal):
    with KieServer((behaviour, ACCEPTED)) as server:
        with pytest.raises(Refused) as caught:
            order(client_of(server.url))
        assert caught.value.refusal is refusal
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "behaviour",
    [
        kie.silence,
        kie.reset,
        kie.hang_up,
        kie.bite,
        kie.half_headers,
        kie.trickle(b"HTTP/1.1 200 OK\r\nX-Slow: "),
        kie.trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
        kie.trickle(b"HTTP/1.1 200 OK\r\n\r\n" + WITH_ID),
        kie.raw(b"nonsense\r\n\r\n"),
        kie.raw(b"HTTP/1.1 200 OK\r\n\r\n"),
        kie.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + WITH_ID[:-1]),
        kie.raw(b"HTTP/1.1 200 OK\r\n\r\n" + WITH_ID[:-1]),
        kie.raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip"),
        kie.answer(200, b"<html>one moment, please</html>"),
        kie.answer(403, b"<html>error 1010</html>"),
        kie.answer(404, b"<html>"),
        kie.answer(404, {"status": 404, "error": "Not Found", "path": "/"}),
        kie.answer(502, b"<html>bad gateway</html>"),
        kie.answer(503, b"", {"Retry-After": "20"}),
        says(422, "no", status=504),
        says(200),
        says(200, data={}),
        says(200, data={"taskId": ""}),
        says(200, data={"taskId": None}),
        says(200, data={"taskId": "x" * 300}),
        says(500, "Internal Error, Please try again later."),
        says(501, "Generation failed"),
        says(408),
        says(550),
        kie.answer(200, b"x" * 3_000_000),
        kie.answer(200, gzip.compress(b" " * 50_000_000 + WITH_ID), {"Content-Encoding": "gzip"}),
        kie.raw(b"HTTP/1.1 307 X\r\nLocation: /\r\n\r\n" + b"x" * 3_000_000),
        kie.trickle(b"HTTP/1.1 307 X\r\nLocation: /\r\n\r\n"),
        kie.redirect("http://[", 307),
        kie.redirect("/elsewhere", 301),
        kie.redirect("/elsewhere", 302),
        kie.redirect("/elsewhere", 303),
        kie.redirect("/elsewhere", 307),
        kie.redirect("/elsewhere", 308),
    ],
)
def test_everything_else_is_ambiguous_and_the_order_left_exactly_once(client_of, behaviour):
    with KieServer((behaviour, ACCEPTED)) as server:
        with pytest.raises(Ambiguous) as caught:
            order(client_of(server.url, read_timeout=0.25))
        assert server.connections == 1
        assert len(server.requests) == (0 if behaviour is kie.bite else 1)
        assert str(caught.value)


def test_an_answer_that_trickles_for_ever_ends_in_time(client_of):
    with KieServer((kie.trickle(b"HTTP/1.1 200 OK\r\n\r\n"),)) as server:
        started = time.monotonic()
        with pytest.raises(Ambiguous):
            order(client_of(server.url, read_timeout=0.2))
        assert time.monotonic() - started < 2


def test_an_order_does_not_use_a_connection_that_was_kept(client_of):
    with KieServer((says(200, data=5), ACCEPTED, says(200, data=5))) as server:
        client = client_of(server.url)
        client.credits()
        order(client)
        client.credits()
        assert server.connections == 2


# Nothing has left this machine


def test_a_refused_connection_is_not_sent(client_of):
    with pytest.raises(NotSent, match="refused"):
        order(client_of(f"http://127.0.0.1:{kie.unused_port()}"))


def test_an_unknown_name_is_not_sent(client_of, monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotSent, match="not known"):
        order(client_of("http://api.kie.test"))


def test_a_connection_that_is_never_answered_is_not_sent(client_of):
    with kie.unanswering_port() as port, pytest.raises(NotSent, match="timed out"):
        order(client_of(f"http://127.0.0.1:{port}", connect_timeout=0.2))


@pytest.mark.parametrize("behaviour", [kie.bite, kie.deaf, kie.gibberish])
def test_a_tls_handshake_that_fails_in_any_way_is_not_sent(client_of, behaviour):
    with KieServer((behaviour,)) as server, pytest.raises(NotSent):
        order(client_of(server.url.replace("http:", "https:"), connect_timeout=0.3))


def test_a_certificate_that_cannot_be_trusted_is_not_sent(client_of):
    with kie.secure(ACCEPTED) as server:
        with pytest.raises(NotSent, match="certificate"):
            order(client_of(server.url))
        assert server.requests == []


def test_a_failure_handled_before_does_not_make_the_next_one_look_unsent(client_of):
    with KieServer((kie.reset,)) as server:
        try:
            order(client_of(f"http://127.0.0.1:{kie.unused_port()}"))
        except NotSent:
            with pytest.raises(Ambiguous):
                order(client_of(server.url))


# The key


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_so_the_key_stays_here(client_of, status):
    with KieServer((ACCEPTED,)) as elsewhere, KieServer((kie.redirect(elsewhere.url, status),)) as server:
        client = client_of(server.url)
        for call in (
            lambda: order(client),
            lambda: client.record(TASK, endpoint="jobs"),
            client.credits,
            lambda: client.download_url(RESULT),
            lambda: client.record("get-1080p-video?taskId=1#0a1b2c3d", endpoint="veo-1080p"),
            lambda: client.upload(io.BytesIO(b"x"), name="a", folder="b", content_type="image/png"),
        ):
            with pytest.raises(Ambiguous):
                call()
        assert len(server.requests) == 6
        assert elsewhere.connections == 0


def test_the_environment_cannot_send_the_key_through_a_proxy(client_of, monkeypatch):
    with KieServer((ACCEPTED,)) as proxy, KieServer((says(200, data=5), ACCEPTED)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        client = client_of(server.url)
        client.credits()
        order(client)
        assert proxy.connections == 0


def test_no_error_repeats_the_key(client_of):
    with KieServer((says(401, f"unknown key {KEY}"),)) as server:
        client = client_of(server.url)
        with pytest.raises(Refused) as caught:
            order(client)
    assert KEY not in str(caught.value) + repr(caught.value) + repr(client)
    assert "unknown key" in str(caught.value)


@pytest.mark.parametrize("key", ["a\nb", "a b", "ключ", "a\r\nX-Evil: 1"])
def test_a_key_that_no_header_can_carry_is_found_at_once_and_not_repeated(client_of, key):
    with pytest.raises(ValueError, match="API key") as caught:
        client_of("http://127.0.0.1:1", key=key)
    assert key not in str(caught.value)


# Reading
