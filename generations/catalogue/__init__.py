"""What can be ordered: pure data, with no database and no I/O besides reading its own files once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from generations.catalogue.live import with_live_limits
from generations.catalogue.load import load
from generations.catalogue.spec import ModelSpec


@dataclass(frozen=True, kw_only=True)
class GoingOn:
    """The models that can be ordered for a finished clip."""

    by_task: tuple[ModelSpec, ...]
    """Those that take it by its task id."""
    by_file: tuple[ModelSpec, ...]
    """Those that take it as a file."""


_winner = "card"
_with_offered: Mapping[str, ModelSpec] | None = None
_going_on: tuple[Mapping[str, ModelSpec], GoingOn] | None = None
"""What was found last, and in which catalogue."""


def curated() -> Mapping[str, ModelSpec]:
    """Every model of our own files by its id; families in the order of their file names.

    Raises BadCatalogue with file, key and reason.
    """
    return curated_by(_winner)


@cache
def curated_by(winner: str) -> Mapping[str, ModelSpec]:
    """The same with the limits of the reference card, or with those of the live service where they differ."""
    if winner == "card":
        return MappingProxyType(load(Path(__file__).parent / "models"))
    return MappingProxyType({i: with_live_limits(spec) for i, spec in curated_by("card").items()})


def let_win(winner: str) -> None:
    """Have this process order by the limits of the reference “card” or of the “live” service."""
    global _winner  # noqa: PLW0603
    _winner = winner


def winner() -> str:
    """Whose limits count in this process: card or live."""
    return _winner


def models() -> Mapping[str, ModelSpec]:
    """Every model by its id: those of our own files, then those that were offered to this process.

    Raises BadCatalogue.
    """
    return curated() if _with_offered is None else _with_offered


def going_on() -> GoingOn:
    """The models that can be ordered for a finished clip; looked for once for each state of the catalogue."""
    global _going_on  # noqa: PLW0603
    known = models()
    if _going_on is None or _going_on[0] is not known:
        live = [spec for spec in known.values() if spec.orderable]
        by_file = tuple(spec for spec in live if any(p.media == "video" for p in spec.media_params()))
        by_task = tuple(spec for spec in live if spec.continues)
        _going_on = (known, GoingOn(by_task=by_task, by_file=by_file))
    return _going_on[1]


def find(model_id: str) -> ModelSpec | None:
    return models().get(model_id)


def offer(specs: Mapping[str, ModelSpec]) -> None:
    """Have `models` and `find` answer these too, in this process, in the place of what was offered before.

    A spec under the id of one of our own files replaces it: Kie may have retired the model.
    """
    global _with_offered  # noqa: PLW0603
    _with_offered = MappingProxyType({**curated(), **specs}) if specs else None
