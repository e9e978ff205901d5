"""`manage.py catalogue adopt ID`: an admin takes a model of Kie into the studio."""

from django.contrib.auth.models import User
from django.core.management.base import CommandError, OutputWrapper

from generations import policy
from generations.decisions.market import CannotAdopt
from generations.decisions.market import adopt as adopt_by


def adopt(out: OutputWrapper, model_id: str, username: str | None) -> None:
    """In the name of that admin, or of the first one. Raises CommandError."""
    try:
        adopt_by(_admin(username), model_id)
    except CannotAdopt as why:
        raise CommandError(str(why)) from why
    out.write(f"{model_id} stands as Kie describes it now.")


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
