"""The people of the team with their roles, read in one query."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet

from generations import policy
from generations.policy import Role


@dataclass(frozen=True, kw_only=True)
class Member:
    person: User
    role: Role | None

    @property
    def may_order(self) -> bool:
        return self.role in (Role.ADMIN, Role.CREATOR)


def team(people: QuerySet[User] | None = None) -> list[Member]:
    """Everybody who can sign in, or the given people, in one query."""
    found = policy.members() if people is None else people.select_related("membership")
    return [Member(person=person, role=policy.role(person)) for person in found]
