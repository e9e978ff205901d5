"""A studio as `make run` starts it, with people on slow lines, and strangers who mean it ill."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.page import read
from tests.processes.clips import put_clip
from tests.processes.running import Studio, manage, with_people

pytestmark = [pytest.mark.processes, pytest.mark.thorough]

EACH = 40
STRANGER = f"Host: studio\r\nCookie: csrftoken={'a' * 32}\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
SIZE = 24 * 1024 * 1024


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the studio puts what it keeps for a moment."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, temporary: Path) -> Iterator[Studio]:
    limits = {"WEB_HEAD_SECONDS": "20", "WEB_BODY_SECONDS": "4", "WEB_CONNECTIONS_PER_ADDRESS": "40"}
    data = with_people(tmp_path_factory.mktemp("studio"))
    running = Studio(data, TMPDIR=str(temporary), **limits)
    try:
        running.until(running.ready)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def clip(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a clip that is longer than what lies on any line."""
    source = tmp_path_factory.mktemp("clip") / "long.mp4"
    source.write_bytes(bytes(SIZE))
    return put_clip(studio, source)


@pytest.fixture(scope="module")
def zipped(studio: Studio, clip: str) -> str:
    """The address of a ZIP with that clip."""
    who = "from django.contrib.auth.models import User; who = User.objects.get(username='creator')"
    make = "from generations.models import *; board = Board.objects.create(title='Long', person=who)"
    put = "board.add(Video.objects.latest('id'), who); print(board.get_absolute_url())"
    made = manage(studio.data, "shell", "-c", f"{who}; {make}; {put}")
    return f"{made.stdout.split()[-1]}clips.zip"


def sign_in(studio: Studio, name: str) -> str:
    """Sign in as a browser does; the cookies."""
    client = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=20)
    client.request("GET", "/accounts/login/")
    page = client.getresponse()
    (token,) = read(page.read().decode()).sent["csrfmiddlewaretoken"]
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    password = (studio.data / "sandbox" / "password").read_text().strip()
    body = f"csrfmiddlewaretoken={token}&username={name}&password={password}"
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    client.request("POST", "/accounts/login/", body, headers)
    answer = client.getresponse()
    answer.read()
    assert answer.status == 302
    client.close()
    return "; ".join(one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", []))


def say(studio: Studio, head: str, body: bytes = b"", source: str = "127.0.0.1") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", studio.port), 20, source_address=(source, 0))
    line.sendall(head.encode() + b"\r\n" + body)
    return line


def answer_to(line: socket.socket) -> bytes:
    with line:
        return line.recv(64 * 1024)


def page(studio: Studio, cookie: str, source: str = "127.0.0.1") -> bytes:
    """The gallery, which has to come long before those end who read nothing of a download."""
    line = say(studio, f"GET /gallery/ HTTP/1.1\r\nHost: studio\r\nCookie: {cookie}\r\n", source=source)
    line.settimeout(25)
    return answer_to(line)


def test_slow_people_hold_nobody_back(studio: Studio, clip: str, zipped: str) -> None:
    cookie = sign_in(studio, "reviewer")
    slow = [
        f"GET {clip}?download=1 HTTP/1.1\r\nHost: studio\r\nCookie: {cookie}\r\n",
        f"GET {zipped} HTTP/1.1\r\nHost: studio\r\nCookie: {cookie}\r\n",
        f"GET {clip} HTTP/1.1\r\nHost: studio\r\nCookie: {cookie}\r\nRange: bytes=0-0,2-3\r\n",
        f"POST /accounts/login/ HTTP/1.1\r\n{STRANGER}{FORM}Content-Length: 5000\r\n",
        "GET /healthz HTTP/1.1\r\nHost: studio\r\n",
    ]
    with ExitStack() as stack:
        for said in slow:
            for _ in range(EACH):
                stack.enter_context(say(studio, said))
        for _ in range(EACH):
            half = socket.create_connection(("127.0.0.1", studio.port), 20)
            stack.enter_context(half)
            half.sendall(b"GET / HTTP/1.1\r\nHost: st")
        for _ in range(5):
            assert page(studio, cookie).startswith(b"HTTP/1.1 200 OK")


def test_a_form_that_never_ends_is_ended(studio: Studio) -> None:
    said = f"POST /accounts/login/ HTTP/1.1\r\n{STRANGER}{FORM}Content-Length: 5000\r\n"
    assert answer_to(say(studio, said, b"username=")).startswith(b"HTTP/1.1 408 ")


def test_without_an_account_nothing_fills_the_disk(studio: Studio, temporary: Path) -> None:
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
    for path in ("/accounts/login/", "/uploads/", "/studio/veo3_fast/", "/hooks/kie/x/"):
        for kind in kinds:
            head = f"POST {path} HTTP/1.1\r\n{STRANGER}Content-Type: {kind}\r\n"
            whole = say(studio, head + "Content-Length: 600000000\r\n", bytes(500_000))
            assert answer_to(whole).startswith(b"HTTP/1.1 413 "), path
            chunk = b"%x\r\n%s\r\n" % (60_000, bytes(60_000))
            chunks = say(studio, head + "Transfer-Encoding: chunked\r\n", chunk * 5)
            assert answer_to(chunks).startswith(b"HTTP/1.1 413 "), path
    with ExitStack() as stack:
        for _ in range(EACH):
            said = f"POST /uploads/ HTTP/1.1\r\n{STRANGER}{FORM}Content-Length: 250000\r\n"
            stack.enter_context(say(studio, said, bytes(249_000)))
        assert sum(one.stat().st_size for one in temporary.rglob("*") if one.is_file()) == 0


def test_only_who_may_order_sends_files(studio: Studio) -> None:
    """What they send reaches Django, which misses the form's token."""
    for name, status in (("reviewer", b"413"), ("creator", b"403")):
        cookie = sign_in(studio, name)
        head = f"POST /uploads/ HTTP/1.1\r\nHost: studio\r\nCookie: {cookie}\r\nContent-Length: 3000000\r\n"
        assert answer_to(say(studio, head, bytes(3_000_000)))[9:12] == status


def test_a_flood_from_one_address_leaves_places_for_others(studio: Studio) -> None:
    cookie = sign_in(studio, "creator")
    with ExitStack() as stack:
        for _ in range(300):
            said = f"POST /accounts/login/ HTTP/1.1\r\n{STRANGER}{FORM}Content-Length: 5000\r\n"
            stack.enter_context(say(studio, said, source="127.0.0.2"))
        for source in ("127.0.0.1", "127.0.0.3", "127.0.0.2"):
            assert page(studio, cookie, source).startswith(b"HTTP/1.1 200 OK")


def test_a_continued_download_is_whole(studio: Studio, clip: str) -> None:
    """`curl -C -`, `wget -c` and players outside of pages ask for everything from a byte on."""
    client = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=20)
    headers = {"Cookie": sign_in(studio, "reviewer"), "Range": "bytes=500000-"}
    client.request("GET", clip, headers=headers)
    answer = client.getresponse()
    assert answer.status == 206
    assert len(answer.read()) == SIZE - 500_000
    client.close()


def test_what_an_admin_decides_counts_at_the_next_piece(studio: Studio, clip: str) -> None:
    """Lines of one browser, whose pieces come from threads that keep their connections to the database."""
    headers = {"Cookie": sign_in(studio, "reviewer"), "Range": "bytes=0-1999999"}
    lines = [http.client.HTTPConnection("127.0.0.1", studio.port, timeout=20) for _ in range(6)]

    def pieces() -> set[int]:
        for line in lines:
            line.request("GET", clip, headers=headers)
        answers = [line.getresponse() for line in lines]
        return {answer.status for answer in answers if answer.read() is not None}

    assert pieces() == {206}
    web = [one for one in studio.children() if "gunicorn" in " ".join(one.cmdline())]
    assert any(file.path.endswith(".sqlite3") for one in web for file in one.open_files())
    for decided, status in (
        ("Membership.objects.filter(person=one).delete()", 403),
        ("Membership.objects.create(person=one, role='reviewer')", 206),
        ("User.objects.filter(pk=one.pk).update(is_active=False)", 302),
        ("User.objects.filter(pk=one.pk).update(is_active=True)", 206),
        ("Session.objects.all().delete()", 302),
    ):
        decide(studio, decided)
        assert pieces() == {status}, decided
    for line in lines:
        line.close()


def decide(studio: Studio, what: str) -> None:
    """In another process, of the reviewer `one`."""
    known = "from django.contrib.auth.models import User; from django.contrib.sessions.models import Session"
    ours = "from generations.models import Membership; one = User.objects.get(username='reviewer')"
    assert manage(studio.data, "shell", "-c", f"{known}; {ours}; {what}").returncode == 0


@pytest.mark.parametrize("name", ["WEB_CONNECTIONS", "WEB_BODY_KB", "WEB_SEND_SECONDS"])
def test_a_limit_that_makes_no_sense_stops_the_start_with_its_name(name: str, tmp_path: Path) -> None:
    for value in ("many", "0"):
        refused = manage(tmp_path, "check", **{name: value})
        assert refused.returncode != 0
        assert name in refused.stderr


def test_the_stop_does_not_wait_for_slow_people(tmp_path: Path) -> None:
    """The web server ends by itself. A studio of its own: the others of this file go on."""
    mine = Studio(with_people(tmp_path), WEB_BODY_SECONDS="300", WEB_SEND_SECONDS="300")
    try:
        mine.until(mine.ready)
        source = tmp_path / "long.mp4"
        source.write_bytes(bytes(SIZE))
        clip, cookie = put_clip(mine, source), sign_in(mine, "reviewer")
        with (
            say(mine, f"POST /accounts/login/ HTTP/1.1\r\n{STRANGER}{FORM}Content-Length: 5000\r\n"),
            say(mine, f"GET {clip} HTTP/1.1\r\nHost: studio\r\nCookie: {cookie}\r\n"),
        ):
            mine.stop()
    finally:
        mine.stop()
    assert mine.process.returncode == 0
    assert "The web server did not end" not in mine.log.read_text()
