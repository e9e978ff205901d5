"""First run: a link that works once makes the first admin."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import policy
from generations.models import Lease, Pause, Runtime
from generations.money import ledger
from tests.page import Page, read

pytestmark = pytest.mark.django_db
FORM = {
    "username": "visitor",
    "first_name": "Visitor",
    "password1": "long-Enough-77",
    "password2": "long-Enough-77",
}


@pytest.fixture
def token(settings: Any) -> Path:
    """The start command's one-time token."""
    path = Path(settings.DATA_DIR) / "setup-token"
    path.write_text("right\n")
    return path


def test_the_link_makes_an_admin_once(client: Client, token: Path) -> None:
    assert client.get("/setup/right/").status_code == 200
    answer = client.post("/setup/right/", FORM)
    assert answer["Location"] == "/studio/"
    visitor = User.objects.get()
    assert policy.may_administer(visitor)
    assert client.session["_auth_user_id"] == str(visitor.pk)
    assert not token.exists()
    used = Client().get("/setup/right/")
    assert used.status_code == 404
    assert "this studio has its admin" in read(used)
    assert any(link.href == "/accounts/login/" for link in read(used).all("link"))
    assert Client().post("/setup/right/", FORM | {"username": "second"}).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.parametrize("path", ["/setup/wrong/", "/setup/ri%C3%A9/", "/setup/%20/"])
def test_a_wrong_link_is_not_found(client: Client, token: Path, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "manage.py setup-link" in read(answer)
    assert client.post(path, FORM).status_code == 404
    assert not User.objects.exists()


@pytest.mark.parametrize("content", [None, "", "  \n"])
def test_without_a_token_there_is_no_link(client: Client, token: Path, content: str | None) -> None:
    token.unlink()
    if content is not None:
        token.write_text(content)
    for path in ("/setup/right/", "/setup/x/", "/setup/None/"):
        assert client.get(path).status_code == 404


def test_once_an_admin_is_there_the_link_is_dead(client: Client, token: Path, admin: User) -> None:
    assert client.get("/setup/right/").status_code == 404


def test_an_admin_who_is_switched_off_does_not_count(
    client: Client, token: Path, make_person: Callable[..., User]
) -> None:
    make_person("admin", "gone", is_active=False)
    assert client.get("/setup/right/").status_code == 200


def test_before_the_set_up_the_sign_in_page_says_what_to_do(
    client: Client, make_person: Callable[..., User]
) -> None:
    make_person("creator")
    page = read(client.get("/", follow=True))
    assert "the first admin has to be made" in page
    assert "manage.py setup-link" in page
    assert "Accounts are made by your admin" not in page
    make_person("admin")
    page = read(client.get("/", follow=True))
    assert "setup-link" not in page
    assert "Accounts are made by your admin" in page


def test_an_empty_form_is_answered_by_us_and_not_by_the_browser(client: Client, token: Path) -> None:
    assert read(client.get("/setup/right/")).having("novalidate")
    fields = read(client.post("/setup/right/", {})).fields
    assert len([field for field in fields if "Please fill this in." in field.problem]) == 3


def test_a_bad_form_is_said_at_the_field_and_the_link_stays(client: Client, token: Path) -> None:
    answer = client.post("/setup/right/", FORM | {"password2": "different-99"})
    form = read(answer)
    assert answer.status_code == 422
    assert "The two passwords differ." in [field.problem for field in form.fields]
    assert form.sent["username"] == ["visitor"]
    assert b"long-Enough-77" not in answer.content
    assert token.exists()
    assert not User.objects.exists()
    assert client.post("/setup/right/", FORM | {"password1": "1", "password2": "1"}).status_code == 422


def test_the_later_of_two_finds_the_link_used(
    client: Client, token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generations.views import setup

    def opens(wanted: str) -> bool:
        token.unlink()
        return True

    monkeypatch.setattr(setup, "_opens", opens)
    assert client.post("/setup/right/", FORM).status_code == 404
    assert not User.objects.exists()


def fragment(client: Client) -> Page:
    answer = client.get("/setup/right/", headers={"HX-Request": "true", "HX-Target": "key"})
    return read(answer)


def test_the_key_is_tested_by_the_worker(client: Client, token: Path) -> None:
    assert "No worker is running" in fragment(client)
    Lease.take("sweep", timedelta(minutes=1))
    waiting = fragment(client)
    assert "Not read yet" in waiting
    assert waiting.having("hx-trigger")
    ledger.record(Decimal(1250))
    done = fragment(client)
    assert "Balance 1,250 cr, $6.25." in done
    assert not done.having("hx-trigger")


def test_a_refused_key_is_plainly_said(client: Client, token: Path) -> None:
    Runtime.unheard({"text": "You do not have access permissions"})
    assert "Kie gave no balance: “You do not have access permissions”." in fragment(client)
    ledger.record(Decimal(7))
    Runtime.pause(Pause.KEY, {"text": "The key was revoked"})
    assert "The key was revoked" in fragment(client)


def test_nothing_of_it_is_kept_in_caches(client: Client, token: Path) -> None:
    assert "no-store" in client.get("/setup/right/")["Cache-Control"]
