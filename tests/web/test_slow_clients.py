"""Whoever is slow waits in a loop, has a deadline, and holds nobody back."""

import io
import socket
import threading
import time

import psutil
import pytest

from tests.web.conftest import FLOW, LONG, everything, until

HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n"
HALF_A_POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf"
HALF_A_CHUNK = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf"
DOWNLOAD = b"GET /file HTTP/1.1\r\nHost: a\r\n\r\n"
STREAM = b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"
FLOWS = b"GET /flow HTTP/1.1\r\nHost: a\r\n\r\n"
PAGE = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "said", [b"", HALF_A_HEAD, HALF_A_POST, HALF_A_CHUNK, DOWNLOAD, STREAM, FLOWS, PAGE, PAGE * 3]
)
def test_forty_slow_clients_of_a_kind_leave_both_threads_to_others(serve, said):
    server = serve()
    slow = [server.open(said) for _ in range(40)]
    for _ in range(5):
        assert server.hello().endswith(b"hello ")
    for line in slow:
        line.close()


def test_long_pages_that_nobody_reads_are_not_kept_in_memory(serve, application):
    server, clients = serve(), 60
    server.hello()
    before = psutil.Process().memory_info().rss
    slow = []
    for _ in range(clients):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", server.port))
        line.sendall(b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
        slow.append(line)
    until(lambda: len(application.seen) == clients + 1)
    assert server.hello(timeout=5).endswith(b"hello ")
    assert psutil.Process().memory_info().rss - before < clients * LONG / 3
    with slow.pop() as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert everything(one).partition(b"\r\n\r\n")[2].startswith(bytes(LONG) + b"HTTP/1.1 200 "), (
            "and is whole"
        )
    for line in slow:
        line.close()


def test_of_what_flows_no_more_is_made_than_the_client_takes(serve, application):
    server, flow = serve(), application.flow
    with server.open(FLOWS) as line:
        until(lambda: flow.made)
        made = -1
        while made != flow.made:
            made = flow.made
            time.sleep(0.2)
        assert made < FLOW / 2
        assert server.hello().endswith(b"hello ")
        line.recv(64 * 1024)
    assert flow.closed.wait(10)
    assert flow.made < FLOW


def test_a_disk_that_does_not_get_on_keeps_no_page_from_coming(serve, monkeypatch):
    goes_on, asked = threading.Event(), threading.Event()

    class SlowFile(io.BytesIO):
        """A temporary file on such a disk."""

        def write(self, data):
            asked.set()
            goes_on.wait(30)
            return super().write(data)

    monkeypatch.setattr("kiestudio.web.body.TemporaryFile", SlowFile)
    server = serve(may_send=lambda environ: True)
    head = b"POST /uploads/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % LONG
    with server.open(head) as line:
        sender = threading.Thread(target=line.sendall, args=(bytes(LONG),))
        sender.start()
        assert asked.wait(10)
        for _ in range(5):
            assert server.hello(timeout=5).endswith(b"hello ")
        goes_on.set()
        sender.join()
        assert everything(line).endswith(b"hello " + bytes(LONG))


def test_two_requests_at_work_do_hold_both_threads(serve, application):
    """So the page that the others get in time could fail to come."""
    server = serve()
    busy = [server.open(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(2)]
    until(lambda: len(application.seen) == 2)
    with pytest.raises(TimeoutError):
        server.hello(timeout=0.5)
    application.go.set()
    assert server.hello().endswith(b"hello ")
    for line in busy:
        line.close()


@pytest.mark.parametrize("said", [HALF_A_HEAD, HALF_A_POST, HALF_A_CHUNK])
def test_half_a_request_ends_with_408_also_when_it_drips(serve, said):
    server = serve(head=1, body=1)
    with server.open(said) as line:
        answer = drip_until_answered(line)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"took too long" in answer


@pytest.mark.long
def test_a_body_that_keeps_coming_may_take_longer_than_the_time_for_one_piece(serve):
    server = serve(may_send=lambda environ: True, body=2)
    size = 5 * 256 * 1024
    with server.open(b"POST /uploads/ HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size) as line:
        for _ in range(5):
            line.sendall(bytes(256 * 1024))
            time.sleep(0.6)
        assert line.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_an_idle_connection_is_closed_without_a_word(serve):
    server = serve(idle=1)
    assert server.say(b"") == b""
    assert server.say(PAGE).count(b"HTTP/1.1 200 OK") == 1


@pytest.mark.long
def test_a_download_that_nobody_reads_is_cut_off_and_one_that_is_slow_is_not(serve, application):
    server = serve(send=2)
    with server.open(DOWNLOAD) as stalled, server.open(DOWNLOAD) as slow:
        there = 0
        ends = time.monotonic() + 3.5
        while time.monotonic() < ends:
            there += len(slow.recv(128 * 1024))  # Half of the file at most: something is left to read on.
            time.sleep(0.1)
        assert b"hello" in server.hello()
        until(lambda: len(server.site.places.everybody()) == 1)
        while part := slow.recv(64 * 1024):
            there += len(part)
            if there > application.file.stat().st_size:
                break
        with pytest.raises(ConnectionResetError):
            everything(stalled)


def test_requests_under_way_end_when_the_server_stops_and_slow_ones_do_not_keep_it(serve, application):
    server = serve()
    slow = [server.open(said) for said in (b"", HALF_A_POST, DOWNLOAD)]
    with server.open(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n") as line:
        until(lambda: any(one["PATH_INFO"] == "/wait" for one in application.seen))
        began = time.monotonic()
        server.loop.call_soon_threadsafe(server.told.set)
        time.sleep(0.2)
        application.go.set()
        answer = everything(line)
    assert answer.endswith(b"hello ")
    assert b"connection: close" in answer.lower()
    server.thread.join(20)
    assert time.monotonic() - began < 15
    for one in slow:
        one.close()


def test_a_connection_that_has_just_ended_by_itself_can_be_ended(serve):
    """Its place is still taken for a moment, and a flood may choose it."""
    server = serve()
    with server.open(PAGE):
        until(server.site.places.everybody)
        connection = server.site.places.everybody()[0]
    until(lambda: not server.site.places.everybody())
    connection.end()


def drip_until_answered(line: socket.socket) -> bytes:
    line.settimeout(0.2)
    for _ in range(100):
        line.sendall(b"1")
        try:
            return line.recv(1000)
        except TimeoutError:
            continue
    raise AssertionError("Never answered.")
