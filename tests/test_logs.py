"""What somebody who is refused can write into the log."""

import logging
from collections.abc import Callable
from copy import deepcopy
from io import StringIO
from logging.config import DictConfigurator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from generations import policy

ODD = "multipart/form-data"
"""Without a boundary: nobody can take such a form apart."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the console of a studio shows, by the settings' own handler, filters and form."""
    written = StringIO()
    made: Any = DictConfigurator(deepcopy(settings.LOGGING))
    for kind, make in (("formatters", made.configure_formatter), ("filters", made.configure_filter)):
        made.config[kind] = {name: make(facts) for name, facts in made.config[kind].items()}
    console = made.configure_handler({**made.config["handlers"]["console"], "stream": written})
    monkeypatch.setattr(logging.getLogger("django"), "handlers", [console])
    return written


@pytest.fixture
def reviewer(client: Client) -> Client:
    person = User.objects.create_user("reviewer")
    policy.give_role(person, policy.Role.REVIEWER)
    client.force_login(person)
    return client


def _odd_form(client: Client) -> Any:
    stranger = Client(enforce_csrf_checks=True, headers={"cookie": "csrftoken=" + "a" * 32})
    return stranger.generic("POST", "/accounts/login/", b"x", content_type=ODD)


REFUSED: dict[str, tuple[int, Callable[[Client], Any]]] = {
    "a form that nobody can read": (400, _odd_form),
    "too many fields": (
        400,
        lambda client: client.post("/accounts/login/", {str(n): n for n in range(1001)}),
    ),
    "too much of a form": (400, lambda client: client.post("/accounts/login/", {"a": "b" * 3_000_000})),
    "an unknown host": (400, lambda client: client.get("/", headers={"host": "a\nb"})),
    "no right": (403, lambda client: client.get("/people/")),
    "no token": (403, lambda client: Client(enforce_csrf_checks=True).post("/accounts/login/", {"a": "b"})),
    "no such page": (404, lambda client: client.get("/nothing%0Ahere/")),
    "no such method": (405, lambda client: client.delete("/gallery/")),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_refusal_is_one_line(why: str, log: StringIO, reviewer: Client) -> None:
    status, ask = REFUSED[why]
    assert ask(reviewer).status_code == status
    assert log.getvalue().count("\n") == 1, log.getvalue()
    assert " WARNING django." in log.getvalue() or " ERROR   django.security." in log.getvalue()


def test_a_failure_of_ours_keeps_its_traceback(log: StringIO) -> None:
    logging.getLogger("django.request").error(
        "Internal Server Error", exc_info=ZeroDivisionError("x"), extra={"status_code": 500}
    )
    assert "ZeroDivisionError" in log.getvalue()
    assert log.getvalue().count("\n") > 1
