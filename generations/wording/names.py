"""Display names of people."""

from django.contrib.auth.models import User


def short_name(person: User) -> str:
    """The person's first name, which is how people are addressed."""
    return person.first_name or person.get_username()


def full_name(person: User) -> str:
    return person.get_full_name() or person.get_username()
