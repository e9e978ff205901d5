"""Answers arrive whole: bytes, streams, files and parts of them."""

import contextlib
import http.client

import psutil
import pytest

from tests.web.conftest import FILE, FLOW, Flowing


@pytest.fixture
def ask(serve):
    server = serve()

    def get(path: str, method: str = "GET") -> tuple[http.client.HTTPResponse, bytes]:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        client.request(method, path)
        answer = client.getresponse()
        body = answer.read()
        client.close()
        return answer, body

    return get


def test_a_file_and_a_part_of_it_are_sent_byte_for_byte(ask, application):
    content = application.file.read_bytes()
    assert ask("/file")[1] == content
    answer, part = ask("/part")
    assert answer.status == 206
    assert part == content[1000:201_000]


def test_what_only_reads_like_a_file_is_sent_too(ask, application):
    answer, part = ask("/sliced")
    assert (answer.status, part) == (206, application.file.read_bytes()[5:9])
    assert ask("/in-memory")[1] == b"no file"


def test_a_stream_is_whole_and_says_its_length(ask):
    answer, body = ask("/stream")
    assert answer.headers["Content-Length"] == str(FILE)
    assert body == b"".join(bytes([n]) * 64 * 1024 for n in range(128))


def test_head_has_the_length_and_no_body(ask):
    answer, body = ask("/file", "HEAD")
    assert (answer.headers["Content-Length"], body) == (str(FILE), b"")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_never_has_a_body_says_no_length(ask, status):
    answer, body = ask(f"/{status}")
    assert (answer.status, body, answer.headers["Content-Length"]) == (status, b"", None)


def test_the_files_of_answers_are_closed(ask):
    def open_files() -> int:
        return psutil.Process().num_fds()

    ask("/file")
    before = open_files()
    for path in ("/file", "/part", "/stream") * 5:
        ask(path)
    assert open_files() <= before + 2


def test_an_application_that_fails_is_500_and_the_next_request_is_answered(ask, caplog):
    answer, body = ask("/broken")
    assert (answer.status, body) == (500, b"Something went wrong in the studio.\n")
    assert "/broken" in caplog.text
    assert ask("/")[1] == b"hello "


def test_headers_say_when_and_have_no_blanks_around(ask):
    answer, _ = ask("/")
    assert answer.headers["Date"].endswith("GMT")
    assert answer.headers["Set-Cookie"] == "a=b"


def test_what_flows_is_whole_says_its_length_and_is_closed(ask, application):
    answer, body = ask("/flow")
    assert answer.headers["Content-Length"] == str(len(body))
    assert [body[n] for n in range(0, len(body), 1024 * 1024)] == list(range(1, FLOW + 1))
    assert application.flow.closed.wait(10)
    application.flow = Flowing()
    assert ask("/flow", "HEAD")[1] == b""
    assert (application.flow.made, application.flow.closed.is_set()) == (0, True)
    assert ask("/")[1] == b"hello "


@pytest.mark.parametrize(
    "flow", [Flowing(3), Flowing(3, OSError("gone")), Flowing(3, ZeroDivisionError()), Flowing(FLOW + 1)]
)
def test_what_flows_otherwise_than_it_said_is_cut_off(serve, application, flow):
    application.flow, there = flow, 0
    server = serve()
    with (
        server.open(b"GET /flow HTTP/1.1\r\nHost: a\r\n\r\n") as line,
        contextlib.suppress(ConnectionResetError),
    ):
        while part := line.recv(1024 * 1024):
            there += len(part)
    assert there < min(flow.pieces, FLOW) * 1024 * 1024 + 1000
    assert flow.closed.wait(10)
    assert server.hello().endswith(b"hello ")
