"""The pages about people: who is in the team, adding somebody, and every act that an admin can do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import policy
from generations.models import Audit, Task
from generations.policy import Role
from tests.page import Page, read

pytestmark = pytest.mark.django_db
DEEDS = ("role", "name", "password", "off", "on")


def role_of(person: User) -> Role | None:
    return policy.role(User.objects.get(pk=person.pk))


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def page(client: Client, person: User) -> Page:
    answer = client.get(f"/people/{person.pk}/")
    assert answer.status_code == 200
    return read(answer)


def shown_password(answer: Any) -> str:
    """What is to be passed on, in three lines: where, who, and the password."""
    return read(answer).part("handover").text.partition("Password: ")[2]


def test_only_admins_see_and_change_the_team(
    client: Client, admin: User, creator: User, reviewer: User
) -> None:
    for person in (creator, reviewer):
        client.force_login(person)
        assert client.get("/people/").status_code == 403
        assert client.get(f"/people/{person.pk}/").status_code == 403
        for deed in DEEDS:
            assert client.get(f"/people/{admin.pk}/{deed}/", {"role": "admin"}).status_code == 403
            assert client.post(f"/people/{admin.pk}/{deed}/", {"role": "admin"}).status_code == 403
    assert [role_of(p) for p in (admin, creator, reviewer)] == [Role.ADMIN, Role.CREATOR, Role.REVIEWER]
    assert not Audit.objects.exists()


def test_everybody_is_listed_with_role_and_a_page(office: Client, creator: User, reviewer: User) -> None:
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    User.objects.create_user("stranger")
    shown = read(office.get("/people/"))
    assert shown.row("creator").link().href == f"/people/{creator.pk}/"
    assert "Creator" in shown.row("creator").cells
    assert "Switched off" in shown.row("reviewer")
    assert "No role" in shown.row("stranger")


def test_a_role_is_asked_for_with_what_it_means_and_then_given(office: Client, creator: User) -> None:
    assert page(office, creator).part("role").sent["role"] == ["creator"]
    question = read(office.get(f"/people/{creator.pk}/role/", {"role": "reviewer"}))
    assert "Make Creator a reviewer?" in question
    assert "Orders nothing and spends nothing." in question
    assert role_of(creator) is Role.CREATOR
    answer = office.post(f"/people/{creator.pk}/role/", {"role": "reviewer"}, follow=True)
    assert "Creator is a reviewer now." in read(answer)
    assert role_of(creator) is Role.REVIEWER


@pytest.mark.parametrize("role", ["", "king", "creator"])
def test_a_role_that_changes_nothing_is_not_asked_for(office: Client, creator: User, role: str) -> None:
    assert office.get(f"/people/{creator.pk}/role/", {"role": role})["Location"] == f"/people/{creator.pk}/"


@pytest.mark.parametrize("role", ["", "king", "ADMIN", "0"])
def test_a_role_that_does_not_exist_is_refused_at_its_place(office: Client, creator: User, role: str) -> None:
    answer = office.post(f"/people/{creator.pk}/role/", {"role": role})
    assert answer.status_code == 422
    assert "Choose a role." in read(answer)
    assert role_of(creator) is Role.CREATOR


def test_the_last_admin_stays(office: Client, admin: User, make_person: Callable[..., User]) -> None:
    make_person("admin", "gone", is_active=False)
    for deed in ("role", "off"):
        answer = office.post(f"/people/{admin.pk}/{deed}/", {"role": "creator"}, follow=True)
        assert "is the last admin" in read(answer)
        assert role_of(admin) is Role.ADMIN
    make_person("admin", "second")
    assert office.post(f"/people/{admin.pk}/role/", {"role": "creator"})["Location"] == "/"
    assert role_of(admin) is Role.CREATOR
    assert office.get("/people/").status_code == 403


def test_switching_off_says_what_goes_on_and_ends_the_account(
    office: Client, creator: User, order: Callable[..., Task]
) -> None:
    order()
    question = read(office.get(f"/people/{creator.pk}/off/"))
    assert "1 task of theirs is under way and will be finished and paid." in question
    assert User.objects.get(pk=creator.pk).is_active
    office.post(f"/people/{creator.pk}/off/")
    assert not User.objects.get(pk=creator.pk).is_active
    shown = page(office, creator)
    assert "Switched off." in shown
    assert shown.link("Switch on…").href == f"/people/{creator.pk}/on/"
    assert not shown.has("link", "Switch off")


def test_a_made_up_password_is_shown_once_and_kept_by_nobody(office: Client, creator: User) -> None:
    assert office.get(f"/people/{creator.pk}/password/").status_code == 200
    answer = office.post(f"/people/{creator.pk}/password/")
    password = shown_password(answer)
    assert "no-store" in answer["Cache-Control"]
    assert User.objects.get(pk=creator.pk).check_password(password)
    for path in (f"/people/{creator.pk}/", "/people/"):
        assert password.encode() not in office.get(path).content
    assert "They have not chosen a password yet." in page(office, creator)


def test_somebody_switched_on_gets_a_new_password(office: Client, creator: User) -> None:
    office.post(f"/people/{creator.pk}/off/")
    assert "Switch Creator on?" in read(office.get(f"/people/{creator.pk}/on/"))
    password = shown_password(office.post(f"/people/{creator.pk}/on/"))
    assert User.objects.get(pk=creator.pk).check_password(password)


def test_who_has_no_role_gets_one_before_a_password(office: Client) -> None:
    stranger = User.objects.create_user("stranger", password="of-their-own-7")
    answer = office.post(f"/people/{stranger.pk}/password/", follow=True)
    assert "stranger has no role. Give one first." in read(answer)
    assert User.objects.get(pk=stranger.pk).check_password("of-their-own-7")


def test_ones_own_password_is_changed_on_its_own_page(office: Client, admin: User) -> None:
    assert office.get(f"/people/{admin.pk}/password/").status_code == 302
    answer = office.post(f"/people/{admin.pk}/password/", follow=True)
    assert "Change your own password on its own page" in read(answer)
    assert page(office, admin).link("Change your password").href == "/accounts/password/"


def test_somebody_is_renamed(office: Client, creator: User) -> None:
    form = {"username": "lea", "first_name": "Lea", "last_name": "Roth"}
    answer = office.post(f"/people/{creator.pk}/name/", form, follow=True)
    assert "The name is changed." in read(answer)
    assert "Lea Roth" in page(office, creator)
    assert office.get(f"/people/{creator.pk}/name/")["Location"] == f"/people/{creator.pk}/"


@pytest.mark.parametrize("name", ["", "ADMIN", "a b", "x" * 151, "\u202ename"])
@pytest.mark.parametrize("at", ["/people/", "/people/{pk}/name/"])
def test_a_bad_name_is_said_at_the_field_and_nothing_is_lost(
    office: Client, creator: User, name: str, at: str
) -> None:
    data = {"username": name, "first_name": "Lea", "role": "reviewer"}
    answer = office.post(at.format(pk=creator.pk), data)
    shown = read(answer).main
    assert answer.status_code == 422
    (field,) = shown.having("name", "username")
    assert field.problem
    assert shown.sent["first_name"] == ["Lea"]
    assert set(User.objects.values_list("username", flat=True)) == {"admin", "creator"}


def test_a_name_that_hides_characters_is_not_taken(office: Client) -> None:
    data = {"username": "lea", "first_name": "Lea\u202e", "role": "reviewer"}
    answer = office.post("/people/", data)
    assert "characters that cannot be seen" in read(answer)
    assert answer.status_code == 422


def test_a_new_person_gets_a_password_that_is_shown_once(office: Client) -> None:
    data = {"username": "lea", "first_name": "Lea", "last_name": "Roth", "role": "reviewer"}
    answer = office.post("/people/", data)
    password = shown_password(answer)
    assert "no-store" in answer["Cache-Control"]
    assert "http://testserver/accounts/login/" in read(answer).part("handover")
    lea = User.objects.get(username="lea")
    assert lea.membership.role == "reviewer"
    assert lea.check_password(password)
    assert password.encode() not in office.get("/people/").content


def test_a_person_is_not_added_with_a_role_that_does_not_exist(office: Client) -> None:
    assert office.post("/people/", {"username": "lea", "role": "king"}).status_code == 422
    assert not User.objects.filter(username="lea").exists()


def test_the_page_of_a_person_shows_what_they_do(
    office: Client, creator: User, order: Callable[..., Task]
) -> None:
    order(prompt="A <quiet> sea")
    shown = page(office, creator)
    assert "A <quiet> sea" in shown
    assert any(link.href == f"/gallery/?person={creator.pk}" for link in shown.main.all("link"))
    assert "1, 1 under way" in shown


def test_the_audit_says_who_decided_what_about_whom(office: Client, admin: User, creator: User) -> None:
    office.post(f"/people/{creator.pk}/role/", {"role": "admin"})
    office.post(f"/people/{creator.pk}/name/", {"username": "lea", "first_name": "Lea"})
    office.post(f"/people/{creator.pk}/password/")
    office.post(f"/people/{creator.pk}/off/")
    office.post(f"/people/{creator.pk}/on/")
    rows = Audit.objects.order_by("id").values_list("person", "whom", "action", "text")
    assert list(rows) == [
        (admin.pk, creator.pk, "role", "creator\nadmin"),
        (admin.pk, creator.pk, "name", "Creator (creator)\nLea (lea)"),
        (admin.pk, creator.pk, "password", ""),
        (admin.pk, creator.pk, "off", ""),
        (admin.pk, creator.pk, "on", ""),
    ]
    shown = page(office, creator)
    for words in (
        "made Lea an admin, before a creator",
        "renamed Creator (creator) to Lea (lea)",
        "made a new password for Lea",
        "switched Lea off",
        "switched Lea on again",
    ):
        assert words in shown


def test_what_changes_nothing_is_not_written_down(office: Client, creator: User) -> None:
    office.post(f"/people/{creator.pk}/role/", {"role": "creator"})
    office.post(f"/people/{creator.pk}/name/", {"username": "creator", "first_name": "Creator"})
    assert not Audit.objects.exists()


@pytest.mark.parametrize("deed", [*DEEDS, "fire"])
def test_who_does_not_exist_is_not_found(office: Client, deed: str) -> None:
    for pk in (0, 999_999, "9" * 30, "9" * 5000):
        assert office.post(f"/people/{pk}/{deed}/", {"role": "admin"}).status_code == 404


def test_queries_do_not_grow_with_the_team(
    office: Client, make_person: Callable[..., User], django_assert_max_num_queries: Any
) -> None:
    for n in range(15):
        make_person("creator", f"person{n}")
    with django_assert_max_num_queries(20):
        office.get("/people/")


def test_there_is_no_second_way_in(office: Client) -> None:
    for path in ("/admin/", "/admin/login/", "/admin/auth/user/"):
        assert office.get(path).status_code == 404
