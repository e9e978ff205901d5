"""A page whose session has ended: scripts get 401, people are led to the sign-in, nothing is kept."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import policy
from generations.models import Membership
from tests.page import read

pytestmark = pytest.mark.django_db
SCRIPTS = [
    {"HX-Request": "true"},
    {"X-Requested-With": "fetch"},
    {"X-Person": "1"},
    {"Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Dest": "video"},
]
PAGES = [
    "/queue/",
    "/gallery/",
    "/studio/",
    "/credits/",
    "/models/",
    "/now/",
    "/news/",
    "/credits/ledger.csv",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("headers", SCRIPTS)
def test_a_script_that_is_signed_out_gets_401(client: Client, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 401
    assert b"<" not in answer.content


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Dest": "document"}])
def test_somebody_who_opens_a_page_is_led_to_the_sign_in(client: Client, headers: dict[str, str]) -> None:
    answer = client.get("/gallery/?q=dunes", headers=headers)
    assert answer["Location"] == "/accounts/login/?next=/gallery/%3Fq%3Ddunes"


@pytest.mark.parametrize(
    ("referer", "leads_to"),
    [
        ("http://testserver/queue/?who=mine", "/queue/%3Fwho%3Dmine"),
        ("https://evil.example/queue/", "/"),
        ("", "/"),
    ],
)
def test_after_a_form_the_sign_in_leads_back_to_its_page(client: Client, referer: str, leads_to: str) -> None:
    answer = client.post("/queue/sending/", {"do": "pause"}, headers={"referer": referer})
    assert answer["Location"] == f"/accounts/login/?next={leads_to}"


def test_who_is_switched_off_is_signed_out_in_place(client: Client, creator: User) -> None:
    client.force_login(creator)
    assert client.get("/now/", headers={"HX-Request": "true"}).status_code == 200
    User.objects.update(is_active=False)
    assert client.get("/now/", headers={"HX-Request": "true"}).status_code == 401


def test_who_has_lost_the_role_is_told_why(client: Client, creator: User) -> None:
    client.force_login(creator)
    Membership.objects.filter(person=creator).delete()
    answer = client.get("/now/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert "You have no role in this team yet." in read(answer)
    assert "X-Refused" not in answer


def test_a_page_of_one_person_asks_nothing_as_another(client: Client, creator: User, reviewer: User) -> None:
    client.force_login(reviewer)
    assert client.get("/news/", headers={"X-Person": str(reviewer.pk)}).status_code == 200
    assert client.get("/news/", headers={"X-Person": str(creator.pk)}).status_code == 401


def test_an_old_token_is_told_apart_from_what_one_may_not_do(reviewer: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(reviewer)
    old = client.post("/people/", {"do": "add"})
    assert (old.status_code, old["X-Refused"]) == (403, "token")
    token = client.get("/accounts/session/").json()["token"]
    denied = client.post("/people/", {"do": "add", "csrfmiddlewaretoken": token})
    assert denied.status_code == 403
    assert "X-Refused" not in denied


def test_the_session_says_who_is_signed_in(client: Client, creator: User) -> None:
    assert client.get("/accounts/session/").json()["person"] is None
    client.force_login(creator)
    assert client.get("/accounts/session/").json()["person"] == creator.pk


@pytest.mark.parametrize("path", ["/", *PAGES, "/accounts/login/", "/accounts/session/", "/nothing/here/"])
def test_no_answer_is_kept_by_the_browser(client: Client, creator: User, path: str) -> None:
    for _ in range(2):
        assert client.get(path)["Cache-Control"] == "private, no-store" or path.startswith("/accounts/login")
        client.force_login(creator)
    assert "no-store" in client.get(path)["Cache-Control"]


def test_the_news_cost_little(client: Client, creator: User, django_assert_max_num_queries: object) -> None:
    client.force_login(creator)
    client.get("/news/")
    with django_assert_max_num_queries(13):  # type: ignore[operator]
        answer = client.get("/news/")
    for key in ("balance", "balance-facts", "queue-badge", "bell", "health"):
        assert read(answer).part(key)


def test_the_news_tell_what_needs_a_person(client: Client, creator: User, order: object) -> None:
    from generations.models import Task

    policy.give_role(creator, policy.Role.CREATOR)
    client.force_login(creator)
    task = order()  # type: ignore[operator]
    assert "need" not in read(client.get("/news/"))
    Task.objects.filter(pk=task.pk).update(state="unconfirmed")
    assert "1 needs a person" in read(client.get("/news/")).part("queue-badge")
