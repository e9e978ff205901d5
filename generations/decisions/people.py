"""Admins' decisions about people. Another person's role, account or password changes only here.

Each act is one transaction that locks the whole team, so two admins acting at once take turns, and whether
the second is still an admin is checked again. There is always an admin left with a password of their own.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from generations import policy
from generations.models import Audit, Membership
from generations.policy import Role

Action = Audit.Action

LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Alphabet of made-up passwords, without letters that look alike."""
PASSWORD_LIFE = timedelta(days=7)
"""How long a made-up password is valid."""


class NotPossible(Exception):
    """The act is not possible, or no longer; the text says why."""


class NameTaken(NotPossible):
    """The user name is already taken, ignoring case."""


def add(
    admin: User, role: Role, *, username: str, first_name: str = "", last_name: str = ""
) -> tuple[User, str]:
    """A new person with a made-up password, which is stored nowhere. Raises NameTaken."""
    password = _made_up()
    with _deciding(admin):
        _require_free(username)
        person = User.objects.create_user(
            username, password=password, first_name=first_name, last_name=last_name
        )
        person.membership = Membership.objects.create(person=person, role=role, password_until=_until())
        _write(admin, Action.ADDED, person, f"\n{role}")
    return person, password


def give_role(admin: User, person: User, new: Role) -> None:
    """Give the person a role, from their next request on. Raises NotPossible for the last admin."""
    with _deciding(admin):
        person = _fresh(person)
        before = _role_of(person)
        if before == new:
            return
        _require_another_admin(person)
        policy.give_role(person, new)
        _write(admin, Action.ROLE, person, f"{before}\n{new}")


def switch_off(admin: User, person: User) -> None:
    """Deactivate the person: they are signed out everywhere and their passwords stop working for good.

    Raises NotPossible for the last admin.
    """
    with _deciding(admin):
        person = _fresh(person)
        if not person.is_active:
            return
        _require_another_admin(person)
        person.is_active = False
        person.set_unusable_password()
        person.save(update_fields=["is_active", "password"])
        _write(admin, Action.OFF, person)


def switch_on(admin: User, person: User) -> str:
    """Let a deactivated person sign in again, with the made-up password that is returned.

    Raises NotPossible when the person is already active, or has no role.
    """
    with _deciding(admin):
        person = _fresh(person)
        if person.is_active:
            raise NotPossible(f"{_name(person)} is switched on already.")
        _require_role(person)
        person.is_active = True
        password = _give_password(person)
        _write(admin, Action.ON, person)
    return password


def new_password(admin: User, person: User) -> str:
    """Replace the person's password with a made-up one, returned here; they are signed out everywhere.

    Raises NotPossible for the admin's own account, a deactivated person, or one without a role.
    """
    with _deciding(admin):
        person = _fresh(person)
        if person.pk == admin.pk:
            raise NotPossible("Change your own password on its own page: it asks for the present one.")
        if not person.is_active:
            raise NotPossible(f"{_name(person)} is switched off. Switch the account on instead.")
        _require_role(person)
        password = _give_password(person)
        _write(admin, Action.PASSWORD, person)
    return password


def rename(admin: User, person: User, *, username: str, first_name: str, last_name: str) -> None:
    """Change a person's names. Raises NameTaken."""
    with _deciding(admin):
        person = _fresh(person)
        before = _called(person)
        _require_free(username, person)
        person.username, person.first_name, person.last_name = username, first_name, last_name
        after = _called(person)
        if after == before:
            return
        person.save(update_fields=["username", "first_name", "last_name"])
        _write(admin, Action.NAME, person, f"{before}\n{after}")


def choose_password(person: User, password: str) -> None:
    """Set the person’s own new password; other sessions of this person are signed out.

    Raises NotPossible when an admin changed the account since `person` was read.
    """
    with _whole_team():
        now = _fresh(person)
        if not now.is_active or now.password != person.password:
            raise NotPossible("An admin changed this account meanwhile. Sign in again.")
        person.set_password(password)
        person.save(update_fields=["password"])
        Membership.objects.filter(person=person).update(password_until=None)
        person._state.fields_cache.pop("membership", None)
        _write(person, Action.PASSWORD, person)


def begin_as_admin(person: User) -> None:
    """The first admin of a studio, or one made on the command line: no other admin decided it."""
    with transaction.atomic():
        policy.give_role(person, Role.ADMIN)
        _write(person, Action.ADDED, person, f"\n{Role.ADMIN}")


def superuser_made(instance: User, created: bool, raw: bool, **kwargs: Any) -> None:
    """After `manage.py createsuperuser`: make its user an admin through the same code as all others."""
    if created and instance.is_superuser and not raw:
        begin_as_admin(instance)


@contextmanager
def _whole_team() -> Iterator[None]:
    """Run one act at a time. The rows are locked in a fixed order, so two acts never deadlock."""
    with transaction.atomic():
        list(Membership.objects.select_for_update().order_by("person_id").values_list("person_id"))
        yield


@contextmanager
def _deciding(admin: User) -> Iterator[None]:
    with _whole_team():
        if not policy.may_administer(_fresh(admin)):
            raise PermissionDenied("Only an admin may do this, and you are none any more.")
        yield


def _fresh(person: User) -> User:
    return User.objects.select_related("membership").get(pk=person.pk)


def _role_of(person: User) -> str:
    """The person's role, whether or not they may sign in now."""
    found: Membership | None = getattr(person, "membership", None)
    return found.role if found else ""


def _require_role(person: User) -> None:
    """A made-up password has to be recorded as such on the person's membership, so they need a role."""
    if not _role_of(person):
        raise NotPossible(f"{_name(person)} has no role. Give one first.")


def _require_another_admin(person: User) -> None:
    if not policy.may_administer(person) or policy.admins().exclude(pk=person.pk).exists():
        return
    raise NotPossible(f"{_name(person)} is the last admin. Make another person one first.")


def _require_free(username: str, owner: User | None = None) -> None:
    others = User.objects.filter(username__iexact=username)
    if (others.exclude(pk=owner.pk) if owner else others).exists():
        raise NameTaken("This name is taken already.")


def _give_password(person: User) -> str:
    password = _made_up()
    person.set_password(password)
    person.save(update_fields=["is_active", "password"])
    Membership.objects.filter(person=person).update(password_until=_until())
    return password


def _made_up() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(14))


def _until() -> Any:
    return timezone.now() + PASSWORD_LIFE


def _write(admin: User, action: Audit.Action, whom: User, text: str = "") -> None:
    Audit.objects.create(person=admin, action=action, whom=whom, text=text)


def _called(person: User) -> str:
    return f"{person.get_full_name()} ({person.get_username()})".strip()


def _name(person: User) -> str:
    return person.get_full_name() or person.get_username()
