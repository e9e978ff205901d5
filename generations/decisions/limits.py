"""Monthly spending limits that admins set for people. A limit changes only here."""

from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction

from generations.models import Audit
from generations.money import ledger
from generations.wording.figures import cr
from generations.wording.names import full_name


def set_limit(admin: User, person: User, limit: Decimal | None) -> None:
    """Set or lift a person’s monthly limit from this month on. Setting the same limit again does nothing."""
    with transaction.atomic():
        if ledger.budget_of(person).limit == limit:
            return
        ledger.set_limit(person, limit)
        text = f"{full_name(person)}: {in_words(limit)}"
        Audit.objects.create(person=admin, action=Audit.Action.LIMIT, text=text)


def in_words(limit: Decimal | None) -> str:
    return "no limit" if limit is None else f"a limit of {cr(limit)} cr a month"
