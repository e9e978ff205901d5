"""What is said of a form that was refused, for each reason that there is."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.middleware import csrf
from django.test import Client

from tests.page import read

pytestmark = pytest.mark.django_db

STUDIO = "https://studio.example.com"
ELSEWHERE = "Your browser is at"
SILENT = "Your browser did not say from which address this was sent"
NO_COOKIE = "Your browser sent no cookie"
OLD = "You signed in or out since it was opened"
SENTENCES = (ELSEWHERE, SILENT, NO_COOKIE, OLD)


@dataclass
class Form:
    """What a browser sends, and what the page says of it."""

    reason: str
    says: str
    headers: dict[str, str] = field(default_factory=dict)
    cookie: str | None = None
    """Another one than the studio gave; empty for none."""
    token: str | None = None
    secure: bool = True

    def send(self) -> Any:
        client = Client(enforce_csrf_checks=True)
        client.get("/accounts/login/", secure=self.secure)
        token = client.cookies["csrftoken"].value
        if self.cookie is not None:
            client.cookies["csrftoken"] = self.cookie
        if self.cookie == "":
            del client.cookies["csrftoken"]
        form = {"csrfmiddlewaretoken": token if self.token is None else self.token}
        return client.post("/accounts/login/", form, headers=self.headers, secure=self.secure)


HOME = {"referer": "https://testserver/accounts/login/"}
FORMS = {
    "another address": Form(csrf.REASON_BAD_ORIGIN % STUDIO, ELSEWHERE, {"origin": STUDIO}, secure=False),
    "another page": Form(csrf.REASON_BAD_REFERER % f"{STUDIO}/a", ELSEWHERE, {"referer": f"{STUDIO}/a"}),
    "a null origin": Form(csrf.REASON_BAD_ORIGIN % "null", SILENT, {"origin": "null"}),
    "an extension": Form(
        csrf.REASON_BAD_ORIGIN % "chrome-extension://abc", SILENT, {"origin": "chrome-extension://abc"}
    ),
    "an origin that is none": Form(csrf.REASON_BAD_ORIGIN % "https://[", SILENT, {"origin": "https://["}),
    "no referer": Form(csrf.REASON_NO_REFERER, SILENT),
    "half a referer": Form(csrf.REASON_MALFORMED_REFERER, SILENT, {"referer": "studio"}),
    "a referer that is no page": Form(csrf.REASON_INSECURE_REFERER, SILENT, {"referer": "android-app://a/b"}),
    "http": Form(csrf.REASON_INSECURE_REFERER, ELSEWHERE, {"referer": "http://testserver/"}),
    "no cookie": Form(csrf.REASON_NO_CSRF_COOKIE, NO_COOKIE, HOME, cookie=""),
    "a broken cookie": Form("CSRF cookie has incorrect length.", NO_COOKIE, HOME, cookie="abc"),
    "no token": Form(csrf.REASON_CSRF_TOKEN_MISSING, OLD, HOME, token=""),
    "half a token": Form("CSRF token from POST has incorrect length.", OLD, HOME, token="abc"),
    "an old token": Form("CSRF token from POST incorrect.", OLD, HOME, token="a" * 64),
}


@pytest.mark.parametrize("name", FORMS)
def test_each_reason_has_its_sentence_and_no_other(name: str, caplog: pytest.LogCaptureFixture) -> None:
    form = FORMS[name]
    answer = form.send()
    assert (answer.status_code, form.reason in caplog.text) == (403, True)
    shown = read(answer)
    assert [one for one in SENTENCES if one in shown] == [form.says]
    assert "Nothing was changed" in shown or "nothing was changed" in shown
    assert (answer.get("X-Refused") == "token") == (form.says in (NO_COOKIE, OLD)), "no other helps a script"


def test_who_came_by_http_is_led_to_https_and_not_to_another_setting() -> None:
    shown = read(FORMS["http"].send())
    assert "https://testserver" in [link.href for link in shown.all("link")]
    assert "PUBLIC_URL" not in shown


def test_another_address_is_named_with_the_setting_that_would_know_it() -> None:
    assert f"PUBLIC_URL={STUDIO}" in read(FORMS["another address"].send())
