"""What is said of values that came along from another model's form, until the first edit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from django.urls import reverse

from generations import catalogue
from generations.catalogue.carry import chosen
from generations.catalogue.field_map import Moved, said
from generations.catalogue.spec import ModelSpec
from generations.views.studio.gone import shortened

MOST = 4000
"""Characters of the hidden field in which a form keeps them."""


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Which values came from `source`, and which of its values had no place."""

    source: ModelSpec
    was: Mapping[str, str] = field(default_factory=dict)
    """By parameter of this form, its value there in words; empty: the same as here."""
    lost: Sequence[tuple[str, str]] = ()
    """Label and value, in words."""

    @classmethod
    def of(cls, source: ModelSpec, moves: Sequence[Moved]) -> "Marks | None":
        """None where the person had chosen nothing."""
        felt = [moved for moved in moves if chosen(moved.source, moved.value)]
        was = {m.taker.name: "" if m.is_kept else _words(m) for m in felt if m.taker and not m.is_lost}
        lost = [(moved.source.label, _words(moved)) for moved in felt if moved.is_lost]
        return cls(source=source, was=was, lost=lost) if felt else None

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What a form's hidden field says; None for anything else."""
        try:
            kept = json.loads(text) if 0 < len(text) <= MOST else None
            source = catalogue.find(kept["from"]) if kept else None
            if kept is None or source is None:
                return None
            was = {str(name): str(words) for name, words in kept["was"].items()}
            return cls(source=source, was=was, lost=[(str(name), str(words)) for name, words in kept["lost"]])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    @property
    def text(self) -> str:
        """For the hidden field."""
        return json.dumps({"from": self.source.id, "was": dict(self.was), "lost": list(self.lost)})

    @property
    def sentences(self) -> dict[str, str]:
        """By parameter: “from Veo 3.1 Fast”, or “was 12 s at Veo 3.1 Fast”."""
        label = self.source.label
        return {n: f"was {words} at {label}" if words else f"from {label}" for n, words in self.was.items()}

    @property
    def lost_names(self) -> str:
        return ", ".join(name.lower() for name, _ in self.lost)

    @property
    def url(self) -> str:
        """The other model's form, where everything still stands."""
        return reverse("order", args=[self.source.id])


def _words(moved: Moved) -> str:
    return shortened(said(moved.source, moved.value))
