"""The model to go on with where another is gone."""

from collections.abc import Iterable
from decimal import Decimal

from generations.catalogue.carry import carry
from generations.catalogue.quote import cheapest
from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec

ALIKE = {"storyboard": "multi-shot", "animate": "motion-control"}
"""Modes that are the same kind of task under another word."""


def nearest(gone: ModelSpec, models: Iterable[ModelSpec], values: Values) -> ModelSpec | None:
    """Of those that can be ordered at a known price, the one most like it; None: none does such tasks.

    It does the most of the same kinds of task; then it is of the same family, takes values of the same roles,
    drops the fewest of these values, and costs about as much; of equals, the first.
    """
    kinds, roles, price = _kinds(gone), _roles(gone), cheapest(gone) or Decimal(0)

    def distance(other: ModelSpec) -> tuple[int, bool, int, int, Decimal]:
        return (
            len(kinds - _kinds(other)),
            other.family != gone.family,
            len(roles - _roles(other)),
            len(carry(gone, other, values).dropped),
            abs((cheapest(other) or Decimal(0)) - price),
        )

    kin = (m for m in models if m.orderable and cheapest(m) is not None and kinds & _kinds(m))
    return min(kin, key=distance, default=None)


def _kinds(spec: ModelSpec) -> set[str]:
    return {ALIKE.get(mode, mode) for mode in spec.modes}


def _roles(spec: ModelSpec) -> set[str]:
    return {p.role for p in spec.offered if p.role and p.role != "mode"}
