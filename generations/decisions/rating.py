"""Whether people rate blind: what others think of a clip shows once they have given it stars themselves."""

from django.contrib.auth.models import User
from django.db import transaction

from generations.models import Audit, Runtime


def set_blind(admin: User, *, blind: bool) -> None:
    """Setting the same again does nothing."""
    with transaction.atomic():
        Runtime.row()
        if Runtime.objects.select_for_update().get(pk=1).rates_blind == blind:
            return
        Runtime.objects.filter(pk=1).update(rates_blind=blind)
        text = "each rates before they see the others" if blind else "all see all at once"
        Audit.objects.create(person=admin, action=Audit.Action.BLIND, text=text)
