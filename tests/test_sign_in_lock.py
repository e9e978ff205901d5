"""Guessing passwords is slow for who guesses, and for nobody else."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import sign_in
from generations.models import WrongPasswords
from tests.page import read

pytestmark = pytest.mark.django_db
PASSWORD = "long-Enough-77"


@pytest.fixture
def person(creator: User) -> User:
    creator.set_password(PASSWORD)
    creator.save()
    return creator


def attempt(
    password: str,
    *,
    name: str = "creator",
    peer: str = "127.0.0.1",
    via: str = "",
    client: Client | None = None,
) -> int:
    """The status: 302 signed in, 200 wrong, 429 locked."""
    headers = {"X-Forwarded-For": via} if via else {}
    answer = (client or Client()).post(
        "/accounts/login/", {"username": name, "password": password}, headers=headers, REMOTE_ADDR=peer
    )
    return answer.status_code


def guess(times: int, **where: Any) -> list[int]:
    return [attempt("wrong", **where) for _ in range(times)]


def test_ten_wrong_passwords_lock_the_name_where_they_came_from(person: User) -> None:
    assert guess(10, peer="203.0.113.9") == [200] * 9 + [429]
    assert attempt(PASSWORD, peer="203.0.113.9") == 429
    assert attempt(PASSWORD, peer="203.0.113.10") == 302


@pytest.mark.parametrize("proxies", [sign_in.UNSET, 1])
def test_behind_a_proxy_the_lock_hits_who_guessed(person: User, settings: Any, proxies: int) -> None:
    settings.TRUSTED_PROXIES = proxies
    guess(12, via="198.51.100.9")
    assert attempt(PASSWORD, via="198.51.100.9") == 429
    assert attempt(PASSWORD, via="198.51.100.10") == 302


def test_a_known_browser_gets_in_although_a_proxy_makes_all_addresses_the_same(person: User) -> None:
    mine = Client()
    assert attempt(PASSWORD, client=mine) == 302
    mine.post("/accounts/logout/")
    guess(12)
    assert attempt(PASSWORD) == 429
    assert attempt(PASSWORD, client=mine) == 302


def test_a_known_browser_may_not_guess_either(person: User) -> None:
    mine = Client()
    attempt(PASSWORD, client=mine)
    mine.post("/accounts/logout/")
    assert guess(10, client=mine)[-1] == 429
    assert attempt(PASSWORD, client=mine) == 429


def test_a_known_browser_is_known_for_its_own_person_alone(
    person: User, make_person: Callable[..., User]
) -> None:
    make_person("admin")
    mine = Client()
    attempt(PASSWORD, client=mine)
    mine.post("/accounts/logout/")
    assert guess(10, name="admin", client=mine)[-1] == 429
    name = next(name for name in mine.cookies if name.startswith("known-"))
    mine.cookies[name] = mine.cookies[name].value[:-3] + "AAA"
    guess(10)
    assert attempt(PASSWORD, client=mine) == 429


def test_one_address_cannot_try_one_password_on_all_names(person: User) -> None:
    statuses = [attempt("wrong", name=f"person{n}", peer="203.0.113.9") for n in range(30)]
    assert statuses == [200] * 29 + [429]
    assert attempt(PASSWORD, peer="203.0.113.9") == 429
    assert attempt(PASSWORD, peer="203.0.113.10") == 302


def test_made_up_addresses_are_no_way_round(person: User, settings: Any) -> None:
    assert guess(20, via="198.51.100.1") == [200] * 9 + [429] * 11
    assert [attempt("wrong", via=f"198.51.100.{n}") for n in range(2, 14)][-1] == 429
    settings.TRUSTED_PROXIES = 0
    assert [attempt("wrong", peer="203.0.113.9", via=f"198.51.100.{n}") for n in range(11)][-1] == 429


def test_from_the_open_internet_nobody_is_taken_for_a_proxy(person: User) -> None:
    assert [attempt("wrong", peer="8.8.8.8", via=f"198.51.100.{n}") for n in range(10)][-1] == 429


@pytest.mark.parametrize(
    ("proxies", "peer", "via", "address"),
    [
        (0, "10.0.0.1", "198.51.100.9", "10.0.0.1"),
        (1, "10.0.0.1", "6.6.6.6, 198.51.100.9", "198.51.100.9"),
        (2, "10.0.0.1", "6.6.6.6, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        (2, "10.0.0.1", "198.51.100.9", "10.0.0.1"),
        (1, "10.0.0.1", "198.51.100.9:4711", "198.51.100.9"),
        (1, "::1", "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        (1, "::ffff:10.0.0.1", "junk", "10.0.0.1"),
        (sign_in.UNSET, "::1", "198.51.100.9", "198.51.100.9"),
        (sign_in.UNSET, "8.8.8.8", "198.51.100.9", "8.8.8.8"),
        (sign_in.UNSET, "127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_whose_address_it_is(rf: Any, settings: Any, proxies: int, peer: str, via: str, address: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", headers={"X-Forwarded-For": via}, REMOTE_ADDR=peer)
    assert sign_in.client_address(request) == address


def test_further_tries_do_not_make_a_lock_longer(person: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        guess(10)
        clock.shift(timedelta(minutes=14))
        assert guess(5) == [429] * 5
        clock.shift(timedelta(minutes=1, seconds=1))
        assert attempt(PASSWORD) == 302


def test_typing_errors_of_a_day_do_not_add_up(person: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(12):
            assert attempt("wrong") == 200
            clock.shift(timedelta(minutes=10))
        assert attempt(PASSWORD) == 302
        assert WrongPasswords.objects.count() == 1


def test_who_signs_in_starts_anew(person: User) -> None:
    guess(9)
    assert attempt(PASSWORD) == 302
    assert guess(9) == [200] * 9


def test_the_old_password_is_guarded_as_well(person: User) -> None:
    def change(client: Client, old: str) -> Any:
        form = {"old_password": old, "new_password1": "even-Longer-88", "new_password2": "even-Longer-88"}
        return client.post("/accounts/password/", form)

    stolen, own = Client(), Client()
    for client in (stolen, own):
        client.force_login(person)
    assert [change(stolen, "guess").status_code for _ in range(10)] == [422] * 10
    refused = change(stolen, PASSWORD)
    assert refused.status_code == 429
    assert "Too many wrong tries" in read(refused)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert change(own, PASSWORD).status_code == 302


def test_strangers_wait_in_a_short_line_and_never_before_who_is_known(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "WAIT", 0.05)
    mine = Client()
    attempt(PASSWORD, client=mine)
    mine.post("/accounts/logout/")
    with sign_in.strangers.turn():
        busy = Client().post("/accounts/login/", {"username": "creator", "password": PASSWORD})
        assert (busy.status_code, busy["Retry-After"]) == (503, "3")
        assert "try again in a few seconds" in read(busy)
        assert attempt(PASSWORD, client=mine) == 302
    assert not WrongPasswords.objects.exists()
    assert attempt(PASSWORD) == 302


def test_the_line_is_short_and_one_is_served_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    line, served, refused = sign_in.Line(), [], []
    inside, leave = threading.Event(), threading.Event()

    def ask(number: int) -> None:
        try:
            with line.turn():
                inside.set()
                leave.wait(10)
                served.append(number)
        except sign_in.Busy:
            refused.append(number)
            if len(refused) == 9 - sign_in.IN_LINE:
                leave.set()

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(ask, range(9)))
    assert len(served) == sign_in.IN_LINE
    assert len(refused) == 9 - sign_in.IN_LINE
