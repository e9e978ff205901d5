"""Who may do what, and which rows a person may see. The only place that knows the roles."""

import enum
from typing import TypeGuard

from django.contrib.auth.models import AnonymousUser, Group, User
from django.db.models import Q, QuerySet

from generations.models import Task
from generations.models.task import TaskQuerySet

Person = User | AnonymousUser


class Role(enum.StrEnum):
    """A person has the first of these that applies; each may do what the later ones may."""

    ADMIN = "admin"
    CREATOR = "creator"
    REVIEWER = "reviewer"


def role(person: Person) -> Role | None:
    """None: signed out, or in no group: such a person sees nothing."""
    if not person.is_authenticated or not person.is_active:
        return None
    if person.is_superuser:
        return Role.ADMIN
    names = _groups(person)
    return next((r for r in Role if r in names), None)


def _groups(person: User) -> frozenset[str]:
    cached: frozenset[str] | None = getattr(person, "_group_names", None)
    if cached is None:
        cached = frozenset(group.name for group in person.groups.all())
        person._group_names = cached  # type: ignore[attr-defined]
    return cached


def is_member(person: Person) -> TypeGuard[User]:
    return role(person) is not None


def may_order(person: Person) -> bool:
    return role(person) in (Role.ADMIN, Role.CREATOR)


def may_administer(person: Person) -> bool:
    return role(person) is Role.ADMIN


def may_change(person: Person, task: Task) -> bool:
    """Cancel, retry, ask for a copy: one's own tasks, and an admin everybody's."""
    return may_administer(person) or (may_order(person) and task.person_id == person.pk)


def visible_tasks(person: Person) -> TaskQuerySet:
    """The tasks that a person may see: a team sees all of its tasks, a stranger none."""
    tasks: TaskQuerySet = Task.objects.all()
    return tasks if is_member(person) else tasks.none()


def members() -> QuerySet[User]:
    return User.objects.filter(is_active=True).order_by("first_name", "username")


def admins() -> QuerySet[User]:
    return members().filter(Q(is_superuser=True) | Q(groups__name=Role.ADMIN)).distinct()


def give_role(person: User, new: Role) -> None:
    """Make a person an admin, creator or reviewer, and nothing else."""
    person.groups.set([Group.objects.get_or_create(name=new)[0]])
    person.is_staff = person.is_superuser = new is Role.ADMIN
    person.save(update_fields=["is_staff", "is_superuser"])
    person.__dict__.pop("_group_names", None)
