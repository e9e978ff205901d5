"""Prices that Kie really took where its list says something else, on the Models page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from generations import catalogue
from generations.catalogue.priced import still_listed
from generations.models import PricedValues
from generations.money.observed import ALIKE
from generations.wording.priced import priced_words


@dataclass(frozen=True, kw_only=True)
class Observed:
    """One choice of a model, quoted as observed."""

    id: str
    label: str
    what: str
    listed: Decimal
    taken: Decimal
    since: datetime | None

    orders = ALIKE


def observed_choices() -> Iterator[Observed]:
    """Every choice that is quoted as observed now: what another list was observed beside counts no more."""
    for row in PricedValues.objects.filter(observed__isnull=False).order_by("model_id", "id"):
        spec = catalogue.find(row.model_id)
        if spec is None or not still_listed(spec, row.facts):
            continue
        yield Observed(
            id=row.model_id,
            label=spec.label,
            what=priced_words(row.model_id, row.facts),
            listed=row.listed,
            taken=row.observed,
            since=row.observed_at,
        )
