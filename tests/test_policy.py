"""Roles: who may see, order, change and administer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User

from generations import policy
from generations.models import Task
from generations.policy import Role
from generations.sign_in import TeamBackend
from generations.views.credits.team import team

pytestmark = pytest.mark.django_db


def test_what_each_role_may(admin: User, creator: User, reviewer: User, order: Callable[..., Task]) -> None:
    own, other = order(), order(person=admin)
    table = {
        person.username: (
            policy.is_member(person),
            policy.may_order(person),
            policy.may_administer(person),
            policy.may_change(person, own),
            policy.may_change(person, other),
        )
        for person in (admin, creator, reviewer)
    }
    assert table == {
        "admin": (True, True, True, True, True),
        "creator": (True, True, False, True, False),
        "reviewer": (True, False, False, False, False),
    }


def test_a_stranger_may_nothing_and_sees_nothing(order: Callable[..., Task]) -> None:
    order()
    stranger = User.objects.create_user("stranger")
    for person in (stranger, AnonymousUser()):
        assert policy.role(person) is None
        assert not policy.may_order(person)
        assert not policy.may_administer(person)
        assert not policy.visible_tasks(person).exists()


def test_a_member_sees_the_tasks_of_all(order: Callable[..., Task], admin: User, reviewer: User) -> None:
    order(), order(person=admin)
    assert policy.visible_tasks(reviewer).count() == 2


def test_somebody_switched_off_has_no_role(admin: User) -> None:
    admin.is_active = False
    assert policy.role(admin) is None


def test_a_new_role_replaces_the_old_one(admin: User) -> None:
    policy.give_role(admin, Role.REVIEWER)
    assert policy.role(admin) is Role.REVIEWER
    assert policy.role(User.objects.get(pk=admin.pk)) is Role.REVIEWER


def test_groups_give_no_role(db: None) -> None:
    person = User.objects.create_user("someone")
    person.groups.add(Group.objects.create(name=Role.ADMIN))
    assert policy.role(person) is None


def test_the_team_is_read_with_its_roles(
    admin: User, creator: User, reviewer: User, make_person: Callable[..., User]
) -> None:
    make_person("admin", "gone", is_active=False)
    assert {m.person.username: m.role for m in team()} == {
        "admin": Role.ADMIN,
        "creator": Role.CREATOR,
        "reviewer": Role.REVIEWER,
    }
    assert [person.username for person in policy.admins()] == ["admin"]


@pytest.mark.django_db
def test_a_person_is_read_together_with_their_role(django_assert_num_queries: Any) -> None:
    person = User.objects.create_user("creator")
    policy.give_role(person, policy.Role.CREATOR)
    with django_assert_num_queries(1):
        assert policy.role(TeamBackend().get_user(person.pk) or person) is policy.Role.CREATOR
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert TeamBackend().get_user(person.pk) is None
    assert TeamBackend().get_user(0) is None
