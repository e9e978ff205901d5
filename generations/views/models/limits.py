"""Parameters that Kie's live service limits in another way than our files: both, which counts, and why."""

from dataclasses import dataclass, replace

from generations import catalogue
from generations.catalogue.live import as_live
from generations.catalogue.params import Param
from generations.catalogue.spec import ModelSpec
from generations.views.models.words import takes

WHY = {
    "card": "Ours counts: CATALOGUE is “card”.",
    "live": "The live one counts: CATALOGUE is “live”.",
    "both": "Both count: the larger number is taken in the mode that its rule names.",
}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What our files and the live service say of one parameter."""

    ours: str
    live: str
    source: str
    """Where ours comes from: “Reference card” or “Our files”."""
    counts: str
    """card, live or both."""
    note: str

    @property
    def why(self) -> str:
        return WHY[self.counts]


def limits_of(spec: ModelSpec, param: Param) -> Limits | None:
    """None where the live service documents the same, and for models that are not of our files."""
    known = None if spec.version else catalogue.curated_by("card").get(spec.id)
    ours = known.by_name.get(param.name) if known else None
    if ours is None:
        return None
    live = as_live(ours)
    decides = live != ours
    here, there = _taken(replace(ours, live={}), live, decides=decides), _taken(live, ours, decides=decides)
    if here == there:
        return None
    return Limits(
        ours=here,
        live=there,
        source="Reference card" if ours.origin == "card" else "Our files",
        counts=catalogue.winner() if decides else "both",
        note=str(ours.live.get("note", "")),
    )


def _taken(param: Param, other: Param, *, decides: bool) -> str:
    """What the parameter accepts, and whether it must be sent if only the other need not be, or must."""
    told = decides and param.required != other.required
    return (
        f"{takes(param)}{', required' if param.required else ', may be left out'}" if told else takes(param)
    )
