"""Through a company's proxy and with its own certificates, over real sockets and real TLS."""

import contextlib
import select
import socket
from typing import Any

import pytest

from generations.kie.client import KieClient
from generations.kie.errors import NotSent
from generations.kie.netguard import Blocked
from generations.kie.way_out import WayOut
from tests import kie_server as kie
from tests.kie.answers import A_VIDEO, ACCEPTED, KEY, TASK, content
from tests.kie_server import CERTIFICATE, Call, KieServer, says


def tunnel(call: Call) -> None:
    """What a proxy does with CONNECT; every name leads to this machine."""
    request = call.read()
    assert request is not None
    assert request.method == "CONNECT"
    port = int(request.target.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as far, contextlib.suppress(OSError):
        call.conn.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        while True:
            for side in select.select([call.conn, far], [], [])[0]:
                data = side.recv(65536)
                if not data:
                    return
                (far if side is call.conn else call.conn).sendall(data)


@pytest.fixture
def company(tmp_path):
    """The file with the company's own certificates."""
    file = tmp_path / "company.pem"
    file.write_text(CERTIFICATE.partition("-----BEGIN PRIVATE KEY")[0])
    return str(file)


@pytest.fixture
def client(company):
    """A client of this server by its name, through this proxy."""
    made = []

    def make(server, proxy, **way):
        url = f"https://media.test:{server.port}"
        ways = {"proxy": proxy, "certificates": company} | way
        made.append(
            KieClient(
                api_url=url, upload_url=url, key=KEY, connect_timeout=2, read_timeout=2, way=WayOut(**ways)
            )
        )
        return made[-1]

    yield make
    for one in made:
        one.close()


ORDER: dict[str, Any] = {"endpoint": "jobs", "model": "m", "params": {}}


def test_the_api_is_reached_through_the_proxy_and_the_key_stays_inside_tls(client):
    with kie.secure(ACCEPTED) as server, KieServer((tunnel,)) as proxy:
        there = client(server, proxy.url.replace("//", "//user:secret@"))
        assert there.create(**ORDER) == TASK
        (asked,) = proxy.requests
        assert asked.target == f"media.test:{server.port}"
        assert asked.headers["proxy-authorization"] == "Basic dXNlcjpzZWNyZXQ="
        assert KEY not in str(asked)
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
        assert "proxy-authorization" not in server.requests[0].headers
        assert server.names == ["media.test"]


def test_questions_go_through_it_as_well(client):
    with kie.secure(says(200, data=12.5)) as server, KieServer((tunnel,)) as proxy:
        assert client(server, proxy.url).credits() == 12.5
        assert len(proxy.requests) == 1


def test_without_the_companys_certificates_nothing_is_sent(client):
    with kie.secure(ACCEPTED) as server, KieServer((tunnel,)) as proxy:
        with pytest.raises(NotSent, match="certificate"):
            client(server, proxy.url, certificates="").create(**ORDER)
        assert server.requests == []


@pytest.mark.parametrize(
    "refusal",
    [
        kie.answer(407, b"who are you"),
        kie.answer(403, b"no"),
        kie.answer(502, b"?"),
        kie.reset,
        kie.hang_up,
        kie.silence,
    ],
)
def test_what_the_proxy_refuses_was_not_sent_and_the_password_is_not_told(client, refusal):
    with kie.secure(ACCEPTED) as server, KieServer((refusal,)) as proxy:
        with pytest.raises(NotSent) as caught:
            client(server, proxy.url.replace("//", "//user:secret@")).create(**ORDER)
        assert "secret" not in str(caught.value)
        assert server.connections == 0


def test_a_proxy_that_is_not_there_means_not_sent(client):
    with kie.secure(ACCEPTED) as server, pytest.raises(NotSent):
        client(server, f"http://127.0.0.1:{kie.unused_port()}").create(**ORDER)


def test_an_answer_that_breaks_behind_the_proxy_is_still_in_doubt(client):
    from generations.kie.errors import Ambiguous

    with kie.secure(kie.hang_up) as server, KieServer((tunnel,)) as proxy:
        with pytest.raises(Ambiguous):
            client(server, proxy.url).create(**ORDER)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("straight", "through"),
    [
        ((), True),
        (("media.test",), False),
        ((".test",), False),
        (("*.test",), False),
        (("*",), False),
        (("dia.test", "10.0.0.0/8", "127.0.0.1"), True),
    ],
)
def test_no_proxy_names_what_is_reached_straight(client, names, straight, through):
    names.book["media.test"] = names.book["127.0.0.1"] = [["127.0.0.1"]]
    with kie.secure(ACCEPTED) as server, KieServer((tunnel,)) as proxy:
        assert client(server, proxy.url, straight=straight).create(**ORDER) == TASK
        assert bool(proxy.connections) is through


@pytest.mark.parametrize(("host", "covered"), [("10.1.2.3", True), ("11.1.2.3", False), ("::1", True)])
def test_no_proxy_names_networks(host, covered):
    way = WayOut(proxy="http://proxy", straight=("10.0.0.0/8", "[::1]"))
    url = f"https://[{host}]/" if ":" in host else f"https://{host}/"
    assert (way.proxies(url) == {}) is covered


def test_plain_http_never_goes_through_it(client):
    with KieServer((ACCEPTED,)) as server, KieServer((tunnel,)) as proxy:
        way = WayOut(proxy=proxy.url)
        there = KieClient(api_url=server.url, upload_url=server.url, key=KEY, way=way)
        assert there.create(**ORDER) == TASK
        there.close()
        assert proxy.connections == 0


def test_files_are_fetched_through_the_proxy_without_the_key(company):
    with kie.secure(A_VIDEO) as server, KieServer((tunnel,)) as proxy:
        way = WayOut(proxy=proxy.url, certificates=company)
        url = f"https://media.test:{server.port}/a.mp4"
        assert content(url, hosts=["media.test"], private=(), way=way) == b"a video"
        assert len(proxy.requests) == 1
        assert "authorization" not in server.requests[0].headers


def test_the_proxy_is_asked_for_no_host_that_results_may_not_come_from(company):
    with KieServer((tunnel,)) as proxy:
        way = WayOut(proxy=proxy.url, certificates=company)
        with pytest.raises(Blocked, match="is not a host"):
            content("https://evil.example/", hosts=["media.test"], private=(), way=way)
        for address in ("10.0.0.1", "127.0.0.1", "[::1]", "169.254.169.254"):
            with pytest.raises(Blocked, match="not a public address"):
                content(f"https://{address}/", hosts=[address.strip("[]")], private=(), way=way)
        assert proxy.connections == 0


def test_a_redirect_behind_the_proxy_is_held_to_the_rules_too(company):
    with kie.secure(kie.redirect("https://127.0.0.1/")) as server, KieServer((tunnel,)) as proxy:
        way = WayOut(proxy=proxy.url, certificates=company)
        with pytest.raises(Blocked, match="not a public address"):
            content(
                f"https://media.test:{server.port}/", hosts=["media.test", "127.0.0.1"], private=(), way=way
            )
        assert len(proxy.requests) == 1
