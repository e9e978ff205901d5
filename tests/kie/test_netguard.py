import gc

import pytest
import requests

from generations.kie.netguard import Blocked, fetch, is_public
from tests import kie_server as kie
from tests.kie.answers import A_VIDEO, HERE, content
from tests.kie_server import KieServer


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "104.16.0.1", "172.15.0.1", "2606:4700:4700::1111", "2a00:1450:4001::1"],
)
def test_addresses_of_the_open_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.8",
        "192.0.0.9",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fec0::1",
        "ff02::1",
        "",
        "localhost",
        "2130706433",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "127.1",
        "1.1.1.1 ",
        "1.1.1.1/32",
    ],
)
def test_every_other_address_is_not_public(address):
    assert not is_public(address)


def test_a_file_is_streamed_from_an_allowed_host():
    with (
        KieServer((A_VIDEO,)) as server,
        fetch(server.url + "/a.mp4", hosts=HERE, private=HERE, headers={"Range": "bytes=3-"}) as response,
    ):
        assert b"".join(response.iter_content(2)) == b"a video"
    (request,) = server.requests
    assert request.target == "/a.mp4"
    assert request.headers["range"] == "bytes=3-"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["user-agent"].startswith("KieStudio/")
    assert "authorization" not in request.headers


@pytest.mark.parametrize("name", ["Authorization", "cookie", "Proxy-Authorization"])
def test_credentials_cannot_be_sent_along(name):
    with KieServer((A_VIDEO,)) as server:
        with pytest.raises(ValueError, match="credentials"):
            content(server.url, headers={name: "x"})
        assert server.connections == 0


@pytest.mark.parametrize("host", ["aiquickdraw.com", "tempfile.aiquickdraw.com", "TEMPFILE.AIQUICKDRAW.COM"])
@pytest.mark.parametrize("allowed", ["aiquickdraw.com", "AIQuickDraw.com.", ".aiquickdraw.com"])
def test_a_host_may_be_named_by_its_ending(names, host, allowed):
    names.book[host.lower()] = names.book[host] = [["127.0.0.1"]]
    with KieServer((A_VIDEO,)) as server:
        assert (
            content(f"http://{host}:{server.port}/a", hosts=[allowed], private=[host.lower()]) == b"a video"
        )
        assert server.requests[0].headers["host"].lower() == f"{host.lower()}:{server.port}"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://evil.example/a.mp4", "evil.example"),
        ("https://aiquickdraw.com.evil.example/", "aiquickdraw.com.evil.example"),
        ("https://notaiquickdraw.com/", "notaiquickdraw.com"),
        ("https://com/", "com"),
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("http://2130706433/", "2130706433"),
        ("http://evil.example#@aiquickdraw.com/", "evil.example"),
        ("http://evil.example?@aiquickdraw.com/", "evil.example"),
    ],
)
@pytest.mark.parametrize("private", [(), ["aiquickdraw.com", "http://127.0.0.1:81"]])
def test_any_other_host_is_unknown_and_is_not_even_looked_up(names, url, host, private):
    with pytest.raises(Blocked) as caught:
        content(url, hosts=["aiquickdraw.com"], private=private)
    assert caught.value.host == host
    assert names.asked == []


def test_an_ending_of_numbers_does_not_allow_other_addresses(names):
    with pytest.raises(Blocked, match="is not a host"):
        content("http://10.0.0.1/", hosts=["0.0.1", ""])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://aiquickdraw.com/a",
        "file:///etc/passwd",
        "gopher://aiquickdraw.com/",
        "//aiquickdraw.com/a",
        "aiquickdraw.com/a",
        "",
        "https://user@aiquickdraw.com/",
        "https://aiquickdraw.com@evil.example/",
        "https://:x@aiquickdraw.com/",
        "https://@aiquickdraw.com/",
        "https://[aiquickdraw.com/",
    ],
)
def test_only_plain_web_addresses_are_fetched(names, url):
    with pytest.raises(Blocked):
        content(url, hosts=["aiquickdraw.com", "evil.example"])
    assert names.asked == []


def test_a_backslash_cannot_hide_the_host(names):
    names.book["aiquickdraw.com"] = names.book["evil.example"] = [["127.0.0.1"]]
    with pytest.raises((Blocked, OSError)):
        content("http://evil.example\\@aiquickdraw.com/", hosts=["aiquickdraw.com"])


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["169.254.169.254"], ["8.8.8.8", "64:ff9b::7f00:1"]],
)
def test_a_name_that_also_leads_inside_is_blocked_before_connecting(names, answers):
    with KieServer((A_VIDEO,)) as server:
        names.book["media.test"] = [answers]
        with pytest.raises(Blocked, match="not a public address"):
            content(f"http://media.test:{server.port}/", hosts=["media.test"], private=())
        assert server.connections == 0


def test_an_allowed_address_inside_is_blocked_all_the_same():
    with KieServer((A_VIDEO,)) as server:
        with pytest.raises(Blocked):
            content(server.url, private=())
        assert server.connections == 0


def test_a_server_of_ones_own_opens_its_own_port_alone():
    with KieServer((A_VIDEO,)) as ours, KieServer((A_VIDEO,)) as other:
        place = [ours.url]
        assert content(ours.url, private=place) == b"a video"
        with pytest.raises(Blocked, match="not a public address"):
            content(other.url, private=place)
        with KieServer((kie.redirect(other.url),)) as redirecting, pytest.raises(Blocked):
            content(redirecting.url, private=[redirecting.url])
        assert other.connections == 0


def test_a_server_of_ones_own_opens_nothing_to_other_names(names):
    names.book["media.test"] = names.book["tempfile.aiquickdraw.com"] = [["127.0.0.1"]]
    with KieServer((A_VIDEO,)) as server:
        hosts = ["media.test", "aiquickdraw.com"]
        at = f"http://tempfile.aiquickdraw.com:{server.port}/"
        for private in (["media.test"], ["aiquickdraw.com"]):
            with pytest.raises(Blocked, match="not a public address"):
                content(at, hosts=hosts, private=private)
        assert content(f"http://media.test:{server.port}/", hosts=hosts, private=["media.test"]) == b"a video"


def test_a_name_is_looked_up_once_so_it_cannot_change_after_the_check(names):
    with KieServer((A_VIDEO,)) as server:
        names.book["media.test"] = [["127.0.0.1"], ["127.0.0.2"]]
        assert content(f"http://media.test:{server.port}/", hosts=["media.test"]) == b"a video"
        assert names.asked == ["media.test"]


def test_the_next_address_of_a_name_is_tried_when_one_is_closed(names):
    with KieServer((A_VIDEO,)) as server:
        names.book["media.test"] = [["127.0.0.3", "127.0.0.1"]]
        assert content(f"http://media.test:{server.port}/", hosts=["media.test"]) == b"a video"


def test_tls_speaks_of_the_name_and_checks_the_certificate(names):
    with kie.secure(A_VIDEO) as server:
        names.book["media.test"] = [["127.0.0.1"]]
        with pytest.raises(OSError, match="certificate"):
            content(f"https://media.test:{server.port}/", hosts=["media.test"])
        assert server.names == ["media.test"]
        assert server.requests == []


def test_the_environment_is_not_asked_for_a_proxy(monkeypatch):
    with KieServer((kie.answer(200, b"proxy"),)) as proxy, KieServer((A_VIDEO,)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert content(server.url) == b"a video"
        assert proxy.connections == 0


@pytest.mark.parametrize("status", [200, 206, 304, 403, 404, 500, 503])
def test_other_answers_are_returned_as_they_are(status):
    with KieServer((kie.answer(status, b"" if status == 304 else b"x"),)) as server:
        with fetch(server.url, hosts=HERE, private=HERE) as response:
            assert response.status_code == status
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "behaviour",
    [kie.reset, kie.hang_up, kie.silence, kie.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")],
)
def test_trouble_on_the_network_is_an_oserror_and_is_not_repeated(behaviour):
    with KieServer((behaviour, A_VIDEO)) as server:
        with pytest.raises(OSError):  # noqa: PT011
            content(server.url)
        assert len(server.requests) == 1


def test_nobody_there_and_no_such_name_are_oserrors(names):
    names.book["127.0.0.1"] = [["127.0.0.1"]]
    with pytest.raises(requests.ConnectionError):
        content(f"http://127.0.0.1:{kie.unused_port()}/")
    with pytest.raises(requests.ConnectionError):
        content("http://gone.test/", hosts=["gone.test"])


def test_a_host_that_never_answers_is_given_up():
    with kie.unanswering_port() as port, pytest.raises(requests.ConnectTimeout):
        content(f"http://127.0.0.1:{port}/", connect_timeout=0.2)


def test_a_response_that_is_left_half_read_is_closed():
    with KieServer((kie.trickle(b"HTTP/1.1 200 OK\r\n\r\n"),)) as server:
        with fetch(server.url, hosts=HERE, private=HERE) as response:
            assert next(response.iter_content(1)) == b"a"
        del response
        gc.collect()
