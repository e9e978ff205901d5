"""manage.py catalogue adopt ID: an admin takes a model of Kie into the studio."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from generations import policy
from generations.decisions.market import CannotAdopt, adopt

HELP = "Take a model as Kie describes it now."


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("model_id", metavar="ID")
    parser.add_argument("--user", help="the admin who does it; without it the first one")


def run(say: Callable[[str], object], *, model_id: str, user: str | None, **options: Any) -> None:
    """In the name of that admin, or of the first one. Raises CommandError."""
    try:
        adopt(_admin(user), model_id)
    except CannotAdopt as why:
        raise CommandError(str(why)) from why
    say(f"{model_id} stands as Kie describes it now.")


def _admin(username: str | None) -> User:
    people = User.objects.filter(is_active=True).order_by("pk")
    if username:
        people = people.filter(username=username)
    person = next((p for p in people if policy.may_administer(p)), None)
    if person is None:
        raise CommandError(
            f"“{username}” is no admin" if username else "There is no admin yet. Start the studio once."
        )
    return person
