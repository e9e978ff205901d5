"""What admins decide about people. The only way in which a role, an account or a password of others changes.

Each act is one transaction that holds the whole team, so two admins at once act one after the other, and
whether the second one still is an admin is asked anew. An admin with a password of their own is always left.
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
"""Of made-up passwords: without those that look alike."""
PASSWORD_LIFE = timedelta(days=7)
"""So long a made-up password can be used."""


class NotPossible(Exception):
    """The act is not open, or not any more; the text says why."""


class NameTaken(NotPossible):
    """Somebody signs in with this name already, in whatever case."""


def add(
    admin: User, role: Role, *, username: str, first_name: str = "", last_name: str = ""
) -> tuple[User, str]:
    """A new person with a made-up password, which is kept nowhere. Raises NameTaken."""
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
    """From the person's next request on. Raises NotPossible for the last admin."""
    with _deciding(admin):
        person = _fresh(person)
        before = _role_of(person)
        if before == new:
            return
        _require_another_admin(person)
        policy.give_role(person, new)
        _write(admin, Action.ROLE, person, f"{before}\n{new}")


def switch_off(admin: User, person: User) -> None:
    """They are signed out everywhere, for good: no password of theirs fits any more.

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
    """A switched off person may sign in again, with the made-up password that is returned.

    Raises NotPossible when they may already, and without a role.
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
    """The made-up password that takes the place of the person's own; they are signed out everywhere.

    Raises NotPossible for oneself, for who is switched off, and without a role.
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
    """Raises NameTaken."""
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
    """The person’s own new password; whoever else is signed in as them is signed out.

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
    """The first admin of a studio, or one made on the command line: nobody else decided it."""
    with transaction.atomic():
        policy.give_role(person, Role.ADMIN)
        _write(person, Action.ADDED, person, f"\n{Role.ADMIN}")


def superuser_made(instance: User, created: bool, raw: bool, **kwargs: Any) -> None:
    """After `manage.py createsuperuser`: what it makes is an admin, by the same road as all the others."""
    if created and instance.is_superuser and not raw:
        begin_as_admin(instance)


@contextmanager
def _whole_team() -> Iterator[None]:
    """One act at a time. The rows are locked in one order, so two acts never wait for each other."""
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
    """Whether or not they may sign in now."""
    found: Membership | None = getattr(person, "membership", None)
    return found.role if found else ""


def _require_role(person: User) -> None:
    """A made-up password has to be remembered as one, with the place in the team."""
    if not _role_of(person):
        raise NotPossible(f"{_name(person)} has no role. Give one first.")


def _require_another_admin(person: User) -> None:
    if not policy.may_administer(person) or policy.admins().exclude(pk=person.pk).exists():
        return
    raise NotPossible(f"{_name(person)} is the last admin. Make somebody else one first.")


def _require_free(username: str, owner: User | None = None) -> None:
    others = User.objects.filter(username__iexact=username)
    if (others.exclude(pk=owner.pk) if owner else others).exists():
        raise NameTaken("Somebody has this name already.")


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
