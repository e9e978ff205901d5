"""Passwords that an admin made, and sessions: what ends, when, and for good."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import policy
from generations.decisions import people
from generations.forms.people import PasswordForm
from generations.models import Audit, Membership
from generations.policy import Role
from tests.page import read

pytestmark = pytest.mark.django_db
OWN = "of-their-own-7"


def sign_in(name: str, password: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"username": name, "password": password, "stay": "on"})
    return client


def choose(client: Client, old: str, new: str = OWN) -> int:
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/accounts/password/", form).status_code


@pytest.fixture
def lea(admin: User) -> tuple[User, str]:
    return people.add(admin, Role.CREATOR, username="lea", first_name="Lea")


def test_before_anything_else_a_password_is_chosen(lea: tuple[User, str]) -> None:
    person, password = lea
    client = sign_in("lea", password)
    for path in ("/studio/", "/gallery/", "/queue/", "/credits/", "/now/", "/news/"):
        assert client.get(path)["Location"] == "/accounts/password/"
    assert client.post("/uploads/")["Location"] == "/accounts/password/"
    assert client.get("/queue/", headers={"HX-Request": "true"})["HX-Redirect"] == "/accounts/password/"
    assert "Choose your own password" in read(client.get("/accounts/password/"))
    assert not policy.visible_tasks(User.objects.get(pk=person.pk)).exists()
    assert choose(client, password) == 302
    assert client.get("/queue/").status_code == 200
    assert User.objects.get(pk=person.pk).membership.password_until is None
    assert sign_in("lea", OWN).get("/queue/").status_code == 200


def test_the_made_up_password_cannot_be_kept(lea: tuple[User, str]) -> None:
    _, password = lea
    client = sign_in("lea", password)
    assert choose(client, password, password) == 422
    assert client.get("/queue/").status_code == 302


def test_a_made_up_password_runs_out(lea: tuple[User, str]) -> None:
    _, password = lea
    open_page = sign_in("lea", password)
    Membership.objects.update(password_until=timezone.now() - timedelta(seconds=1))
    answer = Client().post("/accounts/login/", {"username": "lea", "password": password})
    assert "Ask an admin for a new one." in read(answer)
    assert choose(open_page, password) == 422
    assert open_page.get("/queue/").status_code == 302


def test_whoever_does_not_know_the_password_is_not_told_that_it_ran_out(lea: tuple[User, str]) -> None:
    Membership.objects.update(password_until=timezone.now() - timedelta(seconds=1))
    answer = Client().post("/accounts/login/", {"username": "lea", "password": "wrong"})
    assert "Ask an admin" not in read(answer)


def test_a_role_that_is_taken_away_counts_at_the_next_request(admin: User, creator: User) -> None:
    client = Client()
    client.force_login(creator)
    assert client.get("/library/").status_code == 200
    people.give_role(admin, creator, Role.REVIEWER)
    assert client.get("/library/").status_code == 403


def test_switching_off_ends_every_session_for_good(admin: User, creator: User) -> None:
    creator.set_password(OWN)
    creator.save()
    client = sign_in("creator", OWN)
    assert client.get("/queue/").status_code == 200
    people.switch_off(admin, creator)
    assert client.get("/queue/")["Location"].startswith("/accounts/login/")
    password = people.switch_on(admin, creator)
    assert client.get("/queue/")["Location"].startswith("/accounts/login/")
    assert sign_in("creator", OWN).get("/accounts/password/").status_code == 302
    assert sign_in("creator", password).get("/accounts/password/").status_code == 200


def test_a_new_password_of_an_admin_ends_the_sessions(admin: User, creator: User) -> None:
    client = Client()
    client.force_login(creator)
    people.new_password(admin, creator)
    assert client.get("/queue/")["Location"].startswith("/accounts/login/")


def test_ones_own_change_ends_the_other_sessions_and_is_written_down(creator: User) -> None:
    creator.set_password("the-first-one-5")
    creator.save()
    here, there = sign_in("creator", "the-first-one-5"), sign_in("creator", "the-first-one-5")
    assert choose(here, "the-first-one-5") == 302
    assert here.get("/queue/").status_code == 200
    assert there.get("/queue/").status_code == 302
    row = Audit.objects.get()
    assert (row.action, row.person, row.whom) == ("password", creator, creator)


def test_other_browsers_are_signed_out_at_a_click(creator: User, reviewer: User) -> None:
    creator.set_password(OWN)
    creator.save()
    here, there, elsewhere = (sign_in("creator", OWN) for _ in range(3))
    colleague = Client()
    colleague.force_login(reviewer)
    assert "2 other browsers" in read(here.get("/accounts/password/"))
    answer = here.post("/accounts/sessions/", follow=True)
    assert "signed out in 2 other places" in read(answer)
    assert [c.get("/queue/").status_code for c in (here, there, elsewhere, colleague)] == [200, 302, 302, 200]
    assert "signed in here only" in read(here.get("/accounts/password/"))


def test_a_password_form_under_way_does_not_undo_what_an_admin_does(admin: User, creator: User) -> None:
    """The form was judged before the account was switched off: saving it must not bring the account back."""
    creator.set_password(OWN)
    creator.save()
    data = {"old_password": OWN, "new_password1": "another-One-55", "new_password2": "another-One-55"}
    form = PasswordForm(User.objects.get(pk=creator.pk), data)
    assert form.is_valid()
    people.switch_off(admin, creator)
    with pytest.raises(people.NotPossible):
        form.save()
    after = User.objects.get(pk=creator.pk)
    assert not after.is_active
    assert not after.check_password("another-One-55")


def test_signing_out_takes_the_drafts_of_this_browser_along(client: Client, creator: User) -> None:
    client.force_login(creator)
    answer = client.post("/accounts/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_a_person_without_a_role_can_change_the_password(
    client: Client, make_person: Callable[..., User]
) -> None:
    client.force_login(User.objects.create_user("stranger"))
    assert client.get("/accounts/password/").status_code == 200
