"""A new connection gets a place; who has waited longest among those who hold too many gives it up."""

from functools import partial

import pytest

from kiestudio.web.places import neighbourhood
from tests.web.conftest import everything, until

IDLE = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def holds(server, there):
    return server.site.places.held == there


def answered(server, **how):
    line = server.open(IDLE, **how)
    assert line.recv(1000).endswith(b"hello ")
    return line


def test_the_first_of_an_address_makes_room_for_its_next(serve):
    server = serve(connections_of_one=5)
    mine = [answered(server, source="127.0.0.2") for _ in range(5)]
    another = answered(server, source="127.0.0.3")
    newest = answered(server, source="127.0.0.2")
    with mine[0], pytest.raises(ConnectionResetError):
        everything(mine[0])
    for line in (*mine[1:], another, newest):
        line.sendall(IDLE)
        assert line.recv(1000).endswith(b"hello ")
        line.close()


def test_a_flood_of_one_address_takes_its_own_places_alone(serve):
    server = serve(connections=20)
    friend = answered(server, source="127.0.0.3")
    flood = [server.open(b"POST / HTTP/1.1\r\nHost: a\r\n", source="127.0.0.2") for _ in range(60)]
    friend.sendall(IDLE)
    assert friend.recv(1000).endswith(b"hello ")
    assert server.hello(source="127.0.0.4").endswith(b"hello ")
    assert len(server.site.places.everybody()) <= 20
    for line in (friend, *flood):
        line.close()


def test_a_proxy_of_ours_may_have_more_than_an_address(serve):
    server = serve(connections_of_one=5)
    lines = [answered(server) for _ in range(12)]
    for line in lines:
        line.sendall(IDLE)
        assert line.recv(1000).endswith(b"hello ")
        line.close()


def test_who_is_being_answered_keeps_his_place(serve, application):
    server = serve(connections_of_one=1)
    with server.open(
        b"GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", source="127.0.0.2"
    ) as line:
        until(lambda: application.seen)
        assert server.say(b"", source="127.0.0.2") == b""
        application.go.set()
        assert everything(line).endswith(b"hello ")


def test_bodies_in_memory_have_a_limit_together_and_the_longest_waiting_ends(serve):
    server = serve(bodies_size=1024 * 1024)
    half = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 250000\r\n\r\n" + bytes(200_000)
    lines = []
    for there in (200_000, 400_000, 600_000, 800_000, 1_000_000):
        lines.append(server.open(half))
        until(partial(holds, server, there))
    lines += [server.open(half) for _ in range(7)]
    with pytest.raises(ConnectionResetError):
        everything(lines[0])
    lines[-1].sendall(bytes(50_000))
    assert lines[-1].recv(1000).startswith(b"HTTP/1.1 200 ")
    for line in lines:
        line.close()
    until(lambda: server.site.places.held == 0)


def test_one_address_has_half_of_the_threads(serve, application):
    server = serve()
    said = b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"
    busy = [server.open(said, source="127.0.0.2") for _ in range(10)]
    until(lambda: application.seen)
    assert server.hello(source="127.0.0.3").endswith(b"hello ")
    for line in busy:
        line.close()


def test_a_household_has_one_network_of_ipv6():
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8:0:0:ffff::2%eth0")
    assert neighbourhood("2001:db8::1") != neighbourhood("2001:db8:0:1::1")
    assert neighbourhood("192.0.2.1") != neighbourhood("192.0.2.2")
