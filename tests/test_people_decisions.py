"""One road to roles and accounts: whole, written down, and an admin is always left, also at once."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from generations import policy
from generations.decisions import people
from generations.models import Audit, Membership
from generations.policy import Role
from tests.processes.test_concurrency import FORK, at_once

pytestmark = pytest.mark.django_db


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_somebody_who_is_no_admin_any_more_decides_nothing(
    admin: User, make_person: Callable[..., User]
) -> None:
    second = make_person("admin", "second")
    policy.give_role(second, Role.CREATOR)
    acts: list[Callable[[], object]] = [
        lambda: people.give_role(second, admin, Role.REVIEWER),
        lambda: people.switch_off(second, admin),
        lambda: people.new_password(second, admin),
        lambda: people.rename(second, admin, username="x", first_name="", last_name=""),
        lambda: people.add(second, Role.ADMIN, username="mine"),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert policy.role(fresh(admin)) is Role.ADMIN
    assert not Audit.objects.exists()


def test_an_admin_who_never_chose_a_password_does_not_count_as_the_one_who_is_left(admin: User) -> None:
    people.add(admin, Role.ADMIN, username="second")
    for act in (
        lambda: people.give_role(admin, admin, Role.CREATOR),
        lambda: people.switch_off(admin, admin),
    ):
        with pytest.raises(people.NotPossible, match="last admin"):
            act()
    second = User.objects.get(username="second")
    people.choose_password(second, "of-their-own-7")
    people.give_role(admin, admin, Role.CREATOR)
    assert [p.username for p in policy.admins()] == ["second"]


@pytest.mark.parametrize("name", ["lea", "LEA"])
def test_a_name_is_given_once(admin: User, creator: User, name: str) -> None:
    people.add(admin, Role.CREATOR, username="lea")
    with pytest.raises(people.NameTaken):
        people.add(admin, Role.CREATOR, username=name)
    with pytest.raises(people.NameTaken):
        people.rename(admin, creator, username=name, first_name="", last_name="")


def test_the_superusers_mark_and_groups_count_for_nothing(admin: User, creator: User) -> None:
    User.objects.filter(pk=creator.pk).update(is_superuser=True, is_staff=True)
    fresh(creator).groups.add(Group.objects.create(name="admin"))
    assert policy.role(fresh(creator)) is Role.CREATOR
    people.give_role(admin, creator, Role.REVIEWER)
    creator = fresh(creator)
    assert policy.role(creator) is Role.REVIEWER
    assert not creator.is_superuser
    assert not creator.is_staff


def test_the_command_line_makes_an_admin_who_can_be_moved_like_any_other(admin: User) -> None:
    call_command("createsuperuser", username="ops", email="ops@example.com", interactive=False, verbosity=0)
    ops = User.objects.get(username="ops")
    assert policy.role(ops) is Role.ADMIN
    assert Audit.objects.get().whom == ops
    people.give_role(admin, ops, Role.REVIEWER)
    assert policy.role(fresh(ops)) is Role.REVIEWER
    ops.refresh_from_db()
    ops.save()
    assert policy.role(fresh(ops)) is Role.REVIEWER


def test_the_database_takes_no_role_that_is_none(creator: User) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(person=creator).update(role="king")


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.processes
@pytest.mark.parametrize("deed", ["role", "off", "password"])
def test_admins_who_act_on_each_other_at_once_leave_one_and_break_nothing(
    make_person: Callable[..., User], deed: str
) -> None:
    """Each of four admins acts on the next one through the page. No 500, no deadlock, an admin is left."""
    for turn in range(3):
        admins = [make_person("admin", f"admin{turn}{n}") for n in range(4)]
        others = policy.admins().exclude(pk__in=[a.pk for a in admins])
        Membership.objects.filter(person__in=list(others)).update(role=Role.REVIEWER)

        def act(number: int, admins: list[User] = admins) -> bool:
            client = Client()
            client.force_login(admins[number])
            whom = admins[(number + 1) % len(admins)]
            answer = client.post(f"/people/{whom.pk}/{deed}/", {"role": "reviewer"})
            assert answer.status_code in (200, 302, 403), answer.status_code
            return answer.status_code != 403

        done = at_once(act, len(admins))
        assert policy.admins().count() >= 1
        assert policy.admins().count() == len(admins) - Audit.objects.filter(whom__in=admins).count()
        assert done >= 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.processes
def test_without_the_lock_the_same_check_finds_a_team_without_admin(
    make_person: Callable[..., User],
) -> None:
    """Negative control: look first, act later."""
    barrier = FORK.Barrier(2)

    def careless(admin: User, person: User) -> bool:
        assert policy.may_administer(fresh(admin))
        barrier.wait(timeout=20)
        policy.give_role(fresh(person), Role.REVIEWER)
        return True

    admins = [make_person("admin", f"admin{n}") for n in range(2)]
    at_once(lambda n: careless(admins[n], admins[1 - n]), 2)
    assert policy.admins().count() == 0
