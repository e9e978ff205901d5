"""What a stranger can write into the log."""

import logging
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

ODD = "multipart/form-data"
"""Without a boundary: nobody can take such a form apart."""


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the console of a studio shows, by the settings' own filters."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    logging_of_a_studio: Any = settings.LOGGING
    for name in logging_of_a_studio["handlers"]["console"]["filters"]:
        handler.addFilter(_made(logging_of_a_studio["filters"][name]["()"]))
    monkeypatch.setattr(logging.getLogger("django.request"), "handlers", [handler])
    return written


def _made(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)()


@pytest.mark.django_db
def test_a_form_that_nobody_can_read_is_one_line(log: StringIO) -> None:
    answer = Client(enforce_csrf_checks=True, headers={"cookie": "csrftoken=" + "a" * 32}).generic(
        "POST", "/accounts/login/", b"x", content_type=ODD
    )
    assert answer.status_code == 400
    assert log.getvalue().count("\n") == 1


def test_a_failure_of_ours_keeps_its_traceback(log: StringIO) -> None:
    logging.getLogger("django.request").error(
        "Internal Server Error", exc_info=ZeroDivisionError("x"), extra={"status_code": 500}
    )
    assert "ZeroDivisionError" in log.getvalue()
