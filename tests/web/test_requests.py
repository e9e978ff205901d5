"""What reaches Django, and what is refused before it."""

import hashlib

import pytest

KIB = 1024
POST = b"POST /%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"


def post(path: bytes, body: bytes, *headers: bytes) -> bytes:
    head = POST % path + b"".join(one + b"\r\n" for one in headers)
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def in_chunks(path: bytes, body: bytes, size: int = 50_000) -> bytes:
    parts = [body[n : n + size] for n in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return POST % path + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\ncontent-length: 3",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a",
        "GET / HTTP/1.1",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b",
        "GET /a\0b HTTP/1.1\r\nHost: a",
        "GET / HTTP/1.1\r\nHost: a\r\nX : b",
        "GET / HTTP/1.1\nHost: a",
        "CONNECT a:80 HTTP/1.1\r\nHost: a",
        "nonsense",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_400(serve, application, head):
    answer = serve().say(head.encode() + b"\r\n\r\nabc")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert application.seen == []


def test_an_unknown_coding_is_501_and_long_headers_are_431(serve, application):
    server = serve()
    for coding in (b"gzip, chunked", b"chunked\r\nTransfer-Encoding: chunked"):
        coded = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + b"\r\n\r\n"
        assert server.say(coded).startswith(b"HTTP/1.1 501 ")
    for size in (40_000, 400_000):
        cookie = b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + b"a" * size + b"\r\n\r\n"
        assert server.say(cookie).startswith(b"HTTP/1.1 431 ")
    assert application.seen == []


@pytest.mark.parametrize(("lines", "status"), [(90, 200), (110, 431), (7_000, 431)])
def test_more_headers_than_anybody_needs_are_431(serve, lines, status):
    head = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + b"a:\r\n" * lines + b"\r\n"
    assert serve().say(head).startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize(("size", "status"), [(1, 400), (100, 400), (512, 200)])
def test_a_long_body_in_tiny_chunks_is_refused(serve, size, status):
    assert serve().say(in_chunks(b"a", b"a" * 200_000, size)).startswith(b"HTTP/1.1 %d " % status)


def test_a_short_body_may_come_letter_by_letter(serve):
    assert serve().say(in_chunks(b"a", b"a" * 1000, 1)).endswith(b"hello " + b"a" * 1000)


@pytest.mark.parametrize(
    ("more", "status"),
    [(b"Content-Type: a\r\nContent-Type: b", 400), (b"Content-Length: 900000", 413), (b"a:\r\n" * 120, 431)],
)
def test_head_is_refused_like_any_other_without_a_body(serve, caplog, more, status):
    answer = serve().say(b"HEAD / HTTP/1.1\r\nHost: a\r\n" + more + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert caplog.text == ""


@pytest.mark.parametrize("write", [post, in_chunks])
def test_a_body_within_the_limit_is_whole_however_it_comes(serve, application, write):
    body = hashlib.shake_128(b"body").digest(256 * KIB)
    answer = serve().say(write(b"", body))
    assert answer.endswith(b"hello " + body)
    assert application.seen[0]["CONTENT_LENGTH"] == str(len(body))
    assert "HTTP_TRANSFER_ENCODING" not in application.seen[0]


@pytest.mark.parametrize("write", [post, in_chunks])
@pytest.mark.parametrize(("path", "allowed"), [(b"", True), (b"uploads/", False), (b"studio/x/", False)])
def test_a_larger_body_is_413_but_for_files_of_those_who_may_send_them(
    serve, application, write, path, allowed
):
    answer = serve(lambda environ: allowed).say(write(path, bytes(256 * KIB + 1)))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"at most 256 KiB" in answer
    assert application.seen == []


@pytest.mark.parametrize("write", [post, in_chunks])
@pytest.mark.parametrize("path", [b"uploads/", b"studio/x/"])
def test_who_may_send_files_sends_them_there_up_to_another_limit(serve, application, write, path):
    server = serve(lambda environ: environ.get("HTTP_COOKIE") is None)
    body = hashlib.shake_128(b"file").digest(1024 * KIB)
    assert server.say(write(path, body)).endswith(b"hello " + body)
    answer = server.say(write(path, bytes(4 * 1024 * KIB + 1)))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"at most 4 MiB" in answer


def test_a_form_of_hundreds_of_megabytes_is_refused_before_it_is_sent(serve):
    said = POST % b"" + b"Expect: 100-continue\r\nContent-Length: 500000000\r\n\r\n"
    assert serve().say(said).startswith(b"HTTP/1.1 413 ")


def test_who_asks_first_is_told_to_go_on(serve):
    with serve().open(POST % b"" + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n") as line:
        assert line.recv(1000).startswith(b"HTTP/1.1 100 ")
        line.sendall(b"abc")
        assert line.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_requests_one_after_another_on_a_line_are_answered_in_order(serve):
    first = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfirst"
    answer = serve().say(first + post(b"", b"second"))
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert answer.index(b"hello first") < answer.index(b"hello second")


def test_the_environment_is_what_django_expects(serve, application):
    serve().say(
        b"GET http://a/f%C3%BC/?q=%20x HTTP/1.1\r\nHost: a\r\nContent_Length: 9\r\n"
        b"X_Forwarded_For: 1.1.1.1\r\nX-Two: 1\r\nX-Two: 2\r\nCookie: a=1\r\nCookie: b=2\r\n"
        b"X-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
    )
    seen = application.seen[0]
    assert (seen["PATH_INFO"], seen["QUERY_STRING"]) == ("/fü/".encode().decode("latin-1"), "q=%20x")
    assert (seen["REMOTE_ADDR"], seen["HTTP_HOST"]) == ("127.0.0.1", "a")
    assert (seen["HTTP_X_TWO"], seen["HTTP_COOKIE"]) == ("1,2", "a=1; b=2")
    assert "CONTENT_LENGTH" not in seen
    assert "HTTP_X_FORWARDED_FOR" not in seen
    assert seen["wsgi.url_scheme"] == "https", "the word of a proxy of ours"


def test_a_strangers_word_on_the_scheme_counts_nothing(serve, application):
    said = b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
    serve().say(said, source="127.0.0.2")
    assert application.seen[0]["wsgi.url_scheme"] == "http"
