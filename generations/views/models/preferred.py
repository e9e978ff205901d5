"""The presets of a model whose clips people prefer, or do not."""

from dataclasses import dataclass

from django.contrib.auth.models import User

from generations import policy
from generations.library import win_rates
from generations.models import LibraryItem
from generations.wording.picks import won_text


@dataclass(frozen=True, kw_only=True)
class Preferred:
    item: LibraryItem
    text: str


def presets_of(person: User, model_id: str) -> list[Preferred]:
    """Those that the person may see and that were picked from often enough, the most preferred first."""
    presets = policy.visible_library(person).filter(kind=LibraryItem.Kind.PRESET, model_id=model_id)
    items = {item.pk: item for item in presets}
    if not items:
        return []
    rates = {pk: rate for pk, rate in win_rates.of_presets(items).items() if rate.is_enough}
    best = sorted(rates, key=lambda pk: -rates[pk].won / rates[pk].picks)
    return [Preferred(item=items[pk], text=won_text(rates[pk].won, rates[pk].picks)) for pk in best]
