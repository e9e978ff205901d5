"""What Kie really took for the last orders with the same priced values, beside what the list says."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.utils import timezone

from generations.catalogue.quote import Quote
from generations.models import Entry, MarketChange, PricedValues, State, Task
from generations.models.task import TaskQuerySet

ALIKE = 3
"""So many of the newest figures of Kie have to agree before the list is doubted."""
MADE = (State.SAVING, State.READY, State.LOST)


def observed_prices(model_ids: Collection[str]) -> Mapping[str, Decimal]:
    """By digest of priced values, which names the model: what is observed where the list says another."""
    rows = PricedValues.objects.filter(model_id__in=model_ids, observed__isnull=False)
    return {digest: taken for digest, taken in rows.values_list("digest", "observed") if taken is not None}


def priced_as(offer: Quote) -> PricedValues | None:
    """The row for what an order's price depends on; None when it cannot be compared."""
    if not offer.priced:
        return None
    listed = offer.credits if offer.listed is None else offer.listed
    known = {"model_id": offer.model_id, "facts": offer.priced, "listed": listed}
    return PricedValues.objects.get_or_create(digest=offer.digest, defaults=known)[0]


def last_alike(among: TaskQuerySet, offer: Quote, most: int = 5) -> list[Task]:
    """The newest of these tasks with the same priced values, if Kie named what it took for them."""
    if not offer.priced:
        return []
    alike = among.filter(priced__digest=offer.digest, charge_basis=Entry.Basis.ACTUAL, state__in=MADE)
    return list(alike.select_related("person").order_by("-id")[:most])


def observe(task: Task) -> None:
    """Compare Kie's figures with the list, now that it may have named one for this task. Needs a transaction.

    When the newest three agree and are not what the list says, they are the quote from now on, and a notice
    says so once. As soon as they do not, the list is quoted again.
    """
    if task.priced_id is None or task.charge_basis != Entry.Basis.ACTUAL:
        return
    row = PricedValues.objects.select_for_update(no_key=True).get(pk=task.priced_id)
    alike = row.tasks.filter(charge_basis=Entry.Basis.ACTUAL, state__in=MADE).order_by("-id")
    last = list(alike.values_list("charge_credits", flat=True)[:ALIKE])
    agreed = len(last) == ALIKE and len(set(last)) == 1 and last[0] not in (0, row.listed)
    observed = last[0] if agreed else None
    if observed == row.observed:
        return
    row.observed, row.observed_at = observed, timezone.now() if agreed else None
    if observed is not None and observed != row.noticed:
        row.noticed = observed
        facts = {"listed": str(row.listed), "observed": str(observed), "priced": row.facts}
        MarketChange.objects.create(model_id=row.model_id, kind=MarketChange.Kind.OBSERVED, facts=facts)
    row.save()
