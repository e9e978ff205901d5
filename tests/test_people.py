"""The team: who is in it, who may do what, and that one admin always stays."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import policy
from generations.policy import Role

pytestmark = pytest.mark.django_db


def role_of(person: User) -> Role | None:
    return policy.role(User.objects.get(pk=person.pk))


def test_only_admins_see_and_change_the_team(client: Client, creator: User, reviewer: User) -> None:
    for person in (creator, reviewer):
        client.force_login(person)
        assert client.get("/people/").status_code == 403
        data = {"do": "role", "person": person.pk, "role": "admin"}
        assert client.post("/people/", data).status_code == 403
        assert role_of(person) is not Role.ADMIN


def test_everybody_is_listed_with_role_and_the_way_to_edit(
    client: Client, admin: User, creator: User, reviewer: User
) -> None:
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    client.force_login(admin)
    html = client.get("/people/").content.decode()
    assert f"/admin/auth/user/{creator.pk}/change/" in html
    assert '<option value="creator" selected>' in html
    assert "Switched off" in html


def test_an_admin_gives_a_role(client: Client, admin: User, creator: User) -> None:
    client.force_login(admin)
    data = {"do": "role", "person": creator.pk, "role": "reviewer"}
    answer = client.post("/people/", data, follow=True)
    assert "Creator is a reviewer now." in answer.content.decode()
    assert role_of(creator) is Role.REVIEWER


def test_the_last_admin_stays(client: Client, admin: User, make_person: Callable[..., User]) -> None:
    gone = make_person("admin", "gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    client.force_login(admin)
    data = {"do": "role", "person": admin.pk, "role": "creator"}
    answer = client.post("/people/", data, follow=True)
    assert "is the last admin" in answer.content.decode()
    assert role_of(admin) is Role.ADMIN
    make_person("admin", "second")
    assert client.post("/people/", data)["Location"] == "/"
    assert role_of(admin) is Role.CREATOR


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"do": "fire"},
        {"do": "role", "person": "1", "role": "king"},
        {"do": "role", "person": "x", "role": "admin"},
        {"do": "role", "person": "²", "role": "admin"},
    ],
)
def test_nonsense_changes_nothing(client: Client, admin: User, data: dict[str, str]) -> None:
    client.force_login(admin)
    assert client.post("/people/", data).status_code == 400


def test_an_unknown_person_is_not_found(client: Client, admin: User) -> None:
    client.force_login(admin)
    data = {"do": "role", "person": "99999", "role": "admin"}
    assert client.post("/people/", data).status_code == 404


def test_a_new_person_gets_a_password_that_is_shown_once(client: Client, admin: User) -> None:
    client.force_login(admin)
    data = {"do": "add", "username": "lea", "first_name": "Lea", "last_name": "Roth", "role": "reviewer"}
    answer = client.post("/people/", data)
    password = re.findall(r'<code class="people__secret">(.*?)</code>', answer.content.decode())[1]
    assert "no-store" in answer["Cache-Control"]
    lea = User.objects.get(username="lea")
    assert role_of(lea) is Role.REVIEWER
    assert lea.check_password(password)
    assert password not in client.get("/people/").content.decode()
    assert Client().login(request=answer.wsgi_request, username="lea", password=password)


@pytest.mark.parametrize("name", ["", "ADMIN", "a b", "x" * 151])
def test_a_bad_name_is_said_at_the_field_and_nothing_is_lost(client: Client, admin: User, name: str) -> None:
    client.force_login(admin)
    data = {"do": "add", "username": name, "first_name": "Lea", "role": "reviewer"}
    answer = client.post("/people/", data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_username_error"' in html
    assert 'value="Lea"' in html
    assert User.objects.count() == 1


def test_a_role_that_does_not_exist_is_not_given(client: Client, admin: User) -> None:
    client.force_login(admin)
    answer = client.post("/people/", {"do": "add", "username": "lea", "role": "king"})
    assert answer.status_code == 422
    assert not User.objects.filter(username="lea").exists()


def test_queries_do_not_grow_with_the_team(
    client: Client, admin: User, make_person: Callable[..., User], django_assert_max_num_queries: Any
) -> None:
    for n in range(15):
        make_person("creator", f"person{n}")
    client.force_login(admin)
    with django_assert_max_num_queries(20):
        client.get("/people/")


def test_djangos_admin_has_people_and_groups_only(client: Client, admin: User) -> None:
    client.force_login(admin)
    html = client.get("/admin/").content.decode()
    assert "/admin/auth/user/" in html
    assert "/admin/auth/group/" in html
    for other in ("django_q", "axes", "generations"):
        assert f"/admin/{other}/" not in html
    assert client.get(f"/admin/auth/user/{admin.pk}/change/").status_code == 200
