"""Redirects on the way to a result file: each hop is checked again."""

import pytest

from generations.kie.netguard import Blocked
from tests import kie_server as kie
from tests.kie.answers import A_VIDEO, content
from tests.kie_server import KieServer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_an_allowed_host_is_followed(status):
    with KieServer((A_VIDEO,)) as target, KieServer((kie.redirect(target.url + "/b", status),)) as server:
        assert content(server.url + "/a") == b"a video"
        assert target.requests[0].target == "/b"


def test_a_relative_redirect_is_followed():
    with KieServer((kie.redirect("../b?c=1"), A_VIDEO)) as server:
        assert content(server.url + "/x/a") == b"a video"
        assert server.requests[1].target == "/b?c=1"


def test_the_body_of_a_redirect_is_not_read():
    head = b"HTTP/1.1 302 X\r\nLocation: /b\r\n\r\n"
    with KieServer((kie.trickle(head), A_VIDEO)) as server:
        assert content(server.url) == b"a video"


def test_a_redirect_to_another_host_is_blocked():
    with KieServer((kie.redirect("http://evil.example/"),)) as server, pytest.raises(Blocked) as caught:
        content(server.url)
    assert caught.value.host == "evil.example"


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://[", "http://user:pw@127.0.0.1/"])
def test_a_redirect_out_of_the_web_is_blocked(location):
    with KieServer((kie.redirect(location),)) as server, pytest.raises(Blocked):
        content(server.url)


@pytest.mark.parametrize(("redirects", "allowed"), [(3, True), (4, False)])
def test_redirects_are_followed_three_times_and_no_more(redirects, allowed):
    with KieServer((*[kie.redirect("/next")] * redirects, A_VIDEO)) as server:
        if allowed:
            assert content(server.url) == b"a video"
        else:
            with pytest.raises(Blocked, match="redirects"):
                content(server.url)
        assert len(server.requests) == 4
