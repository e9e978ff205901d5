"""What a start says, and that it goes on watching meanwhile."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError

from generations import policy, welcome
from generations.worker.supervisor import Process, Supervisor
from tests.kie_server import KieServer, answer, silence, unused_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(settings: Any) -> Any:
    settings.SANDBOX = False
    settings.PUBLIC_URL = ""
    settings.ALLOWED_HOSTS = ["*"]
    return settings


@pytest.mark.parametrize(
    ("host", "public", "allowed", "said"),
    [
        ("0.0.0.0", "", ["*"], "http://localhost:8000"),
        ("::", "", ["*"], "http://localhost:8000"),
        ("::1", "", ["*"], "http://[::1]:8000"),
        ("192.0.2.7", "", ["*"], "http://192.0.2.7:8000"),
        ("0.0.0.0", "", ["studio.lan"], "http://studio.lan:8000"),
        ("0.0.0.0", "", [".studio.lan"], "http://studio.lan:8000"),
        ("0.0.0.0", "", ["studio.lan", "localhost"], "http://localhost:8000"),
        ("127.0.0.1", "https://studio.example", ["studio.example"], "https://studio.example"),
    ],
)
def test_the_address_that_is_said_is_one_that_is_answered(
    live: Any, host: str, public: str, allowed: list[str], said: str
) -> None:
    live.PUBLIC_URL, live.ALLOWED_HOSTS = public, allowed
    assert welcome.address(host, 8000) == said


def test_others_are_told_where_and_only_when_it_listens_there(live: Any) -> None:
    assert welcome.addresses_for_others("127.0.0.1", 8000) == []
    assert all("//127." not in url for url in welcome.addresses_for_others("0.0.0.0", 8000))
    live.ALLOWED_HOSTS = ["studio.lan"]
    assert welcome.addresses_for_others("0.0.0.0", 8000) == []


def greeting(port: int, *, waited: float = 0) -> tuple[welcome.Welcome, io.StringIO]:
    said = io.StringIO()
    made = welcome.Welcome(host="127.0.0.1", port=port, people=[], out=said)
    made.began -= waited
    return made, said


def test_the_link_is_said_as_soon_as_the_web_server_answers(live: Any) -> None:
    with KieServer((answer(503), answer(200))) as server:
        hello, said = greeting(server.port)
        hello.look()
        assert said.getvalue() == ""
        hello.look()
        assert "KieStudio is running" in said.getvalue()
        assert "/setup/" in said.getvalue()
        hello.look()
        assert said.getvalue().count("/setup/") == 1


def test_the_link_is_said_although_nothing_answers_for_half_a_minute(live: Any) -> None:
    hello, said = greeting(unused_port(), waited=31)
    hello.look()
    hello.look()
    assert "does not answer yet" in said.getvalue()
    assert said.getvalue().count("/setup/") == 1
    with KieServer((answer(200),)) as server:
        hello.port = server.port
        hello.look()
    assert "answers now" in said.getvalue()


def test_with_an_admin_there_is_no_link(live: Any, admin: User) -> None:
    hello, said = greeting(unused_port(), waited=31)
    hello.look()
    assert "/setup/" not in said.getvalue()
    assert "Sign in with your account" in said.getvalue()


def test_people_without_an_admin_get_a_link(live: Any, creator: User) -> None:
    assert "/setup/" in welcome.setup_link("http://localhost:8000")


def test_processes_are_watched_while_the_web_server_is_waited_for(
    live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(welcome, "ASK_WITHIN", 0.05)
    short = Process("short-lived one", [sys.executable, "-c", ""])
    with KieServer((silence,)) as server:
        hello, said = greeting(server.port)

        def look() -> None:
            hello.look()
            supervisor.stopping = short.deaths >= 2

        supervisor = Supervisor([short], short, look)
        try:
            supervisor.start()
            supervisor.watch(every=0.01)
        finally:
            supervisor.stop()
    assert short.deaths >= 2
    assert said.getvalue() == ""


def test_a_database_that_is_away_for_a_moment_does_not_lose_the_link(
    live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with KieServer((answer(200),)) as server:
        hello, said = greeting(server.port)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(policy, "admins", away)
            with pytest.raises(OperationalError):
                hello.look()
        assert said.getvalue() == ""
        hello.look()
    assert said.getvalue().count("/setup/") == 1


@pytest.mark.django_db(transaction=True)
def test_what_the_start_has_to_say_never_ends_the_watch(live: Any) -> None:
    looked: list[bool] = []

    def look() -> None:
        looked.append(True)
        supervisor.stopping = len(looked) > 1
        away()

    one = Process("idle one", [sys.executable, "-c", "import time; time.sleep(60)"])
    supervisor = Supervisor([one], one, look)
    try:
        supervisor.start()
        supervisor.watch(every=0.01)
    finally:
        supervisor.stop()
    assert len(looked) == 2


def away() -> None:
    raise OperationalError("connection refused")


def test_where_the_studio_was_opened_last_is_remembered(live: Any, tmp_path: Path) -> None:
    live.LISTEN, live.PORT = "127.0.0.1", 8111
    assert welcome.noted() == "http://127.0.0.1:8111"
    welcome.note("http://localhost:9000")
    assert welcome.noted() == "http://localhost:9000"
    live.PUBLIC_URL = "https://studio.example"
    assert welcome.noted() == "https://studio.example"
