"""Admins taking models of Kie's own catalogue into the studio. Each time is an audit entry and a change."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from generations import catalogue
from generations.catalogue.schema import valid_id
from generations.catalogue.unreadable import Unreadable
from generations.market import offered
from generations.market.standing import NOT_READ
from generations.market.taking import compare, locked
from generations.models import Audit, MarketChange, MarketModel, MarketState
from generations.wording.market import reason


class CannotAdopt(Exception):
    """The model was not taken; the text says why."""


def adopt(admin: User, model_id: str) -> None:
    """Take a model as Kie describes it now: it can be ordered from then on, and a change counts as known.

    Of a model of our own files, only the change is noted. Doing it twice changes nothing. Raises CannotAdopt.
    """
    if not valid_id(model_id):
        raise CannotAdopt("That is no id of a model.")
    with transaction.atomic():
        known = MarketModel.objects.filter(model_id=model_id).first()
        row = locked(known.pk) if known else None
        curated = model_id in catalogue.curated()
        if row is None:
            if curated:
                return
            raise CannotAdopt(f"Kie lists no model “{model_id}”.")
        if row.gone_at:
            raise CannotAdopt(f"Kie does not list “{model_id}” any more.")
        _check(row)
        if (curated or row.adopted_at) and not row.differs:
            return
        first = not curated and not row.adopted_at
        row.stands_schema, row.stands_price = row.schema, row.price
        if not curated:
            row.adopted_at, row.adopted_by = timezone.now(), admin
            row.points_due_at = timezone.now()
        compare(row)
        kind, action = (
            (MarketChange.Kind.ADOPTED, Audit.Action.ADOPTED)
            if first
            else (MarketChange.Kind.NOTED, Audit.Action.NOTED)
        )
        MarketChange.objects.create(model_id=model_id, kind=kind, person=admin)
        Audit.objects.create(person=admin, action=action, text=model_id)
        MarketState.changed()
        transaction.on_commit(offered.follow)


def ask_kie() -> None:
    """Have the sweep read Kie's whole catalogue anew."""
    MarketState.ask()


def _check(row: MarketModel) -> None:
    """Raises CannotAdopt unless its schema can be ordered from."""
    if row.schema is None:
        raise CannotAdopt(f"“{row.model_id}” is {NOT_READ}.")
    try:
        row.spec_of(row.schema, row.price)
    except Unreadable as fault:
        raise CannotAdopt(f"“{row.model_id}” is not orderable yet: {reason(fault.facts)}.") from fault
