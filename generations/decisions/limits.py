"""What admins set about money: monthly limits, and what an order without a known price may hold."""

from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction

from generations.models import Audit, Runtime
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


def set_unpriced_cap(admin: User, cap: Decimal | None) -> None:
    """Set the most that an order without a known price holds; None: no such order is taken.

    Setting the same again does nothing.
    """
    with transaction.atomic():
        Runtime.row()
        if Runtime.objects.select_for_update().get(pk=1).unpriced_cap == cap:
            return
        Runtime.objects.filter(pk=1).update(unpriced_cap=cap)
        Audit.objects.create(person=admin, action=Audit.Action.CAP, text=cap_in_words(cap))


def cap_in_words(cap: Decimal | None) -> str:
    return "nothing is ordered without a price" if cap is None else f"up to {cr(cap)} cr each"


def in_words(limit: Decimal | None) -> str:
    return "no limit" if limit is None else f"a limit of {cr(limit)} cr a month"
