"""How often people prefer what a model or a preset made to what another one made."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count, Exists, F, OuterRef

from generations.models import LibraryUse, Pick

K = TypeVar("K")
ENOUGH = 10
"""Picks from which on a rate means something."""


@dataclass(frozen=True, kw_only=True)
class WinRate:
    """Of the picks between this and something else."""

    won: int = 0
    picks: int = 0

    @property
    def is_enough(self) -> bool:
        return self.picks >= ENOUGH


def of_models() -> dict[str, WinRate]:
    """By model, of all that was ever picked; in one query.

    Between two clips of one model nothing is said about the model.
    """
    pairs = Pick.objects.exclude(winner__model_id=F("loser__model_id")).order_by()
    rows = pairs.values_list("winner__model_id", "loser__model_id").annotate(n=Count("pk"))
    won: dict[str, int] = {}
    lost: dict[str, int] = {}
    for winner, loser, count in rows:
        won[winner] = won.get(winner, 0) + count
        lost[loser] = lost.get(loser, 0) + count
    return _rates(won, lost)


def of_presets(item_ids: Collection[int]) -> dict[int, WinRate]:
    """By preset: of the clips that were ordered with its settings, against all others."""
    return _rates(_picked(item_ids, "picks_won", "loser"), _picked(item_ids, "picks_lost", "winner"))


def _picked(item_ids: Collection[int], side: str, other: str) -> dict[int, int]:
    """By preset, how many picks its clips won or lost."""
    uses = LibraryUse.objects.filter(item__in=item_ids).order_by()
    picks = uses.annotate(rival=F(f"task__{side}__{other}")).filter(rival__isnull=False)
    own = LibraryUse.objects.filter(item=OuterRef("item"), task=OuterRef("rival"))
    return dict(picks.exclude(Exists(own)).values_list("item").annotate(n=Count("rival")))


def _rates(won: dict[K, int], lost: dict[K, int]) -> dict[K, WinRate]:
    return {
        key: WinRate(won=won.get(key, 0), picks=won.get(key, 0) + lost.get(key, 0)) for key in {*won, *lost}
    }
