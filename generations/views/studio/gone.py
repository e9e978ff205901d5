"""What is said where a model is gone: the nearest that can be ordered, and what it does with the values."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse

from generations import catalogue
from generations.catalogue.field_map import Moved, field_map, said
from generations.catalogue.nearest import nearest
from generations.catalogue.spec import ModelSpec
from generations.orders import drafts
from generations.orders.opening import opening_values

SHORT = 60
"""Characters of a value in the table."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One value in the table: what it is called, here and there, and what it is, here and there."""

    label: str
    old: str
    new: str
    there: str
    """Its API name in the other model, where that is another."""
    is_lost: bool


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A model that is gone, and the one to go on with; None: no other does such tasks."""

    spec: ModelSpec
    instead: ModelSpec | None
    moved: list[Moved]

    @property
    def text(self) -> str:
        if self.instead is None:
            return f"{since(self.spec)}, so nothing is sent. No other model here does the same."
        parts = list(filter(None, [self._takes, *self._changes, self._lacks]))
        what = f": {'; '.join(parts)}" if parts else ""
        return (
            f"{since(self.spec)}, so nothing is sent. "
            f"The nearest model that can be ordered is {self.instead.label}{what}."
        )

    @property
    def lines(self) -> list[Line]:
        return [_line(moved) for moved in self.moved]

    @property
    def _takes(self) -> str:
        names = _listed([_name(moved) for moved in self.moved if moved.is_kept])
        return f"it takes your {names}" if names else ""

    @property
    def _changes(self) -> list[str]:
        return [
            f"{_name(moved)} becomes {said(moved.taker, moved.new)} ({said(moved.source, moved.value)})"
            for moved in self.moved
            if moved.taker and not moved.is_lost and not moved.is_kept
        ]

    @property
    def _lacks(self) -> str:
        lost = [f"{_name(m)} ({shortened(said(m.source, m.value))})" for m in self.moved if m.is_lost]
        return f"it does not take {_listed(lost)}" if lost else ""


@dataclass(frozen=True, kw_only=True)
class Stranded:
    """A draft of the person in the form of a model that is gone."""

    spec: ModelSpec
    url: str

    @property
    def since(self) -> str:
        return since(self.spec)


def what_goes_on(person: User, spec: ModelSpec, values: Mapping[str, object]) -> Gone:
    """For a retired model and what stands in its form."""
    instead = nearest(spec, catalogue.models().values(), values)
    moved = field_map(spec, instead, values, opening_values(person, instead)) if instead else []
    return Gone(spec=spec, instead=instead, moved=moved)


def stranded_of(person: User, shown: ModelSpec) -> list[Stranded]:
    """Those in other forms than the one that is shown."""
    specs = [catalogue.models()[draft.model_id] for draft in drafts.stranded(person)]
    return [Stranded(spec=s, url=reverse("order", args=[s.id])) for s in specs if s is not shown]


def since(spec: ModelSpec) -> str:
    """“It is gone since 24 September 2026”."""
    day = spec.retired_on
    return f"It is gone since {day.day} {day:%B %Y}" if day else "Its maker has withdrawn it"


def _line(moved: Moved) -> Line:
    if moved.is_lost or moved.taker is None:
        new = "not taken"
    else:
        new = "stays" if moved.is_kept else said(moved.taker, moved.new)
    return Line(
        label=moved.source.label,
        old=shortened(said(moved.source, moved.value)),
        new=shortened(new),
        there=moved.taker.name if moved.taker and moved.taker.name != moved.source.name else "",
        is_lost=moved.is_lost,
    )


def _name(moved: Moved) -> str:
    return moved.source.label.lower()


def shortened(text: str) -> str:
    """In one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
