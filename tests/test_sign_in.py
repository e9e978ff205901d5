"""Signing in and out, passwords, the theme, and the pages that say no."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.page import Page, read

pytestmark = pytest.mark.django_db
PASSWORD = "long-Enough-77"


@pytest.fixture
def person(creator: User) -> User:
    creator.set_password(PASSWORD)
    creator.save()
    return creator


def sign_in(client: Client, password: str = PASSWORD, **more: str) -> object:
    return client.post("/accounts/login/", {"username": "creator", "password": password, **more})


def test_the_right_password_opens_the_first_page(client: Client, person: User) -> None:
    answer = client.post("/accounts/login/", {"username": "creator", "password": PASSWORD})
    assert answer["Location"] == "/"
    assert client.get("/")["Location"] == "/studio/"
    assert client.get("/accounts/login/")["Location"] == "/"


def test_a_wrong_password_is_said_and_the_name_stays(client: Client, person: User) -> None:
    answer = client.post("/accounts/login/", {"username": "creator", "password": "wrong"})
    assert "This name and password do not belong together." in read(answer)
    assert read(answer).sent["username"] == ["creator"]
    assert b"wrong" not in answer.content


def test_empty_fields_are_named_by_us_and_not_by_the_browser(client: Client, person: User) -> None:
    assert read(client.get("/accounts/login/")).main.having("novalidate")
    fields = read(client.post("/accounts/login/", {"username": "", "password": ""})).fields
    assert [field.problem for field in fields if field.problem] == ["Please fill this in."] * 2


def test_a_person_who_is_switched_off_cannot_sign_in(client: Client, person: User) -> None:
    User.objects.update(is_active=False)
    sign_in(client)
    assert client.get("/queue/").status_code == 302


def test_staying_signed_in_is_a_choice(client: Client, person: User) -> None:
    sign_in(client, stay="on")
    assert not client.session.get_expire_at_browser_close()
    client.logout()
    sign_in(client)
    assert client.session.get_expire_at_browser_close()


def test_next_leads_to_our_own_pages_only(client: Client, person: User) -> None:
    form = {"username": "creator", "password": PASSWORD}
    assert client.post("/accounts/login/", {**form, "next": "/queue/"})["Location"] == "/queue/"
    client.logout()
    assert client.post("/accounts/login/", {**form, "next": "https://evil.example/"})["Location"] == "/"


def test_ten_wrong_passwords_lock_the_name(client: Client, person: User) -> None:
    for _ in range(10):
        answer = client.post("/accounts/login/", {"username": "creator", "password": "wrong"})
    assert answer.status_code == 429
    assert "Too many wrong passwords" in read(answer)
    assert client.post("/accounts/login/", {"username": "creator", "password": PASSWORD}).status_code == 429


def test_the_sandbox_says_where_the_password_is(client: Client, settings: object) -> None:
    assert "printed in the terminal" in read(client.get("/accounts/login/"))
    settings.SANDBOX = False  # type: ignore[attr-defined]
    assert "printed in the terminal" not in read(client.get("/accounts/login/"))


def test_nothing_of_the_team_is_shown_before_sign_in(client: Client) -> None:
    answer = client.get("/accounts/login/")
    assert b"/posters/" not in answer.content
    assert b"/videos/" not in answer.content


@pytest.mark.parametrize("path", ["/queue/", "/credits/", "/models/", "/people/", "/news/"])
def test_pages_ask_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_the_password_is_changed(client: Client, person: User) -> None:
    client.force_login(person)
    form = {"old_password": PASSWORD, "new_password1": "even-Longer-88", "new_password2": "even-Longer-88"}
    answer = client.post("/accounts/password/", form, follow=True)
    assert "Your password is changed." in read(answer)
    person.refresh_from_db()
    assert person.check_password("even-Longer-88")


def test_a_bad_new_password_is_said_at_the_field(client: Client, person: User) -> None:
    client.force_login(person)
    form = {"old_password": "no", "new_password1": "short", "new_password2": "short"}
    answer = client.post("/accounts/password/", form)
    assert answer.status_code == 422
    problems = {field["name"]: field.problem for field in read(answer).main.fields}
    assert problems["old_password"] == "This is not your present password."
    assert problems["new_password2"]
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_the_theme_is_kept_and_the_way_back_is_ours(client: Client) -> None:
    answer = client.post(
        "/theme/", {"theme": "dark"}, headers={"referer": "http://testserver/queue/?who=mine"}
    )
    assert answer["Location"] == "/queue/?who=mine"
    assert answer.cookies["theme"].value == "dark"
    assert read(client.get("/accounts/login/")).having("data-theme", "dark")


@pytest.mark.parametrize(
    "referer", ["https://evil.example/x", "javascript:alert(1)", "", "http://testserver//evil.example"]
)
def test_the_way_back_never_leads_elsewhere(client: Client, referer: str) -> None:
    answer = client.post("/theme/", {"theme": "light"}, headers={"referer": referer})
    assert answer["Location"] in ("/", "/evil.example")


def test_an_unknown_theme_is_not_kept(client: Client) -> None:
    answer = client.post("/theme/", {"theme": "pink"})
    assert answer.status_code == 400
    assert "theme" not in answer.cookies
    assert client.get("/theme/").status_code == 405


def test_no_role_no_page_but_a_way_out(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("stranger"))
    answer = client.get("/queue/")
    shown = read(answer)
    assert answer.status_code == 403
    assert "You have no role in this team yet." in shown
    assert shown.button("Sign out")
    assert not shown.has("link", "Gallery")


def test_what_is_not_there_is_said_in_the_frame_to_the_team_and_alone_to_others(
    client: Client, creator: User
) -> None:
    for signed_in in (False, True):
        answer = client.get("/nothing/here/")
        shown = read(answer)
        assert answer.status_code == 404
        assert "There is nothing here" in shown
        assert shown.has("link", "Gallery") is signed_in
        client.force_login(creator)


def test_a_reviewer_is_told_inside_the_frame_what_is_not_theirs(client: Client, reviewer: User) -> None:
    client.force_login(reviewer)
    shown = read(client.get("/people/"))
    assert "You don’t have access to this page" in shown
    assert "Only an admin may do this." in shown
    assert shown.link("Gallery")


def test_a_form_without_its_token_is_refused_in_our_words(creator: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "This form is too old" in read(answer)


@pytest.mark.parametrize(
    "said",
    [{"origin": "https://studio.example.com"}, {"referer": "https://studio.example.com/accounts/login/"}],
)
def test_a_form_from_an_address_we_do_not_know_ourselves_by_names_the_setting(said: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    token = client.cookies["csrftoken"].value
    form = {"csrfmiddlewaretoken": token, "username": "a", "password": "b"}
    secure = "referer" in said
    answer = client.post("/accounts/login/", form, headers=said, secure=secure)
    assert answer.status_code == 403
    shown = read(answer)
    assert "PUBLIC_URL=https://studio.example.com" in shown
    assert "too old" not in shown


def broken_page(monkeypatch: pytest.MonkeyPatch, client: Client) -> Page:
    def breaks(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("generations.money.reconciliation.history", breaks)
    client.raise_request_exception = False
    answer = client.get("/credits/")
    assert answer.status_code == 500
    return read(answer)


def test_our_own_failure_is_said_inside_the_frame(
    client: Client, creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(creator)
    shown = broken_page(monkeypatch, client)
    assert "Something broke on our side" in shown
    assert shown.link("Gallery")


def test_our_own_failure_is_said_also_when_the_frame_is_broken(
    client: Client, creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import DatabaseError

    def no_database(*args: object) -> None:
        raise DatabaseError("disk full")

    client.force_login(creator)
    monkeypatch.setattr("generations.views.frame.cases.to_settle", no_database)
    shown = broken_page(monkeypatch, client)
    assert "Something broke on our side" in shown
    assert not shown.has("link", "Gallery")


def test_a_request_that_no_page_sends_is_told_so(client: Client, creator: User) -> None:
    client.force_login(creator)
    answer = client.generic("POST", "/theme/", b"x", "multipart/form-data")
    assert answer.status_code == 400
    assert "This request cannot be read" in read(answer)
