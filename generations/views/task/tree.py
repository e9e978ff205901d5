"""The lineage of a task as a small tree: what it came from above it, what came of it below, and lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from generations.library.lineage import Lineage, Node

SHOWN = 3
"""Tasks on each side; the others are there, folded."""


class Line(StrEnum):
    """What one lane to the left of a task shows of the line that leads to it."""

    NONE = ""
    PASSES = "passes"
    BEGINS = "begins"
    """It goes down from here."""
    JOINS = "joins"
    ENDS = "ends"
    """It has come down to here."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A task in the drawing."""

    node: Node
    lanes: Sequence[Line]
    grown: bool = False
    """Whether a line comes down to it."""


@dataclass(frozen=True, kw_only=True)
class Tree:
    above: Sequence[Stop]
    """What it came from, each right below what that came from itself."""
    below: Sequence[Stop]
    folded_above: Sequence[Node]
    folded_below: Sequence[Node]

    @classmethod
    def of(cls, lineage: Lineage) -> "Tree":
        sources = _sources(lineage)
        shown = {node.task.pk for group in sources for node in group}
        folded_above = [node for node in lineage.above if node.task.pk not in shown]
        folded_below = lineage.below[:-SHOWN]
        return cls(
            above=_above(sources, begun=bool(folded_above)),
            below=_below(lineage.below[-SHOWN:], goes_on=bool(folded_below)),
            folded_above=folded_above,
            folded_below=folded_below,
        )


def _sources(lineage: Lineage) -> list[list[Node]]:
    """The nearest of what it came from, each behind what that came from, as far as there is room."""
    near = [node for node in lineage.above if node.level == -1][:SHOWN]
    room = SHOWN - len(near)
    groups = []
    for node in near:
        far = [one for one in lineage.above if one.level < -1 and one.edge.below == node.task.pk][:room]
        room -= len(far)
        groups.append([*far, node])
    return groups


def _above(groups: Sequence[Sequence[Node]], *, begun: bool) -> list[Stop]:
    stops = []
    for *far, near in groups:
        for n, node in enumerate(far):
            lanes = (Line.PASSES if begun else Line.NONE, Line.JOINS if n else Line.BEGINS)
            stops.append(Stop(node=node, lanes=lanes))
        stops.append(Stop(node=near, lanes=(Line.JOINS if begun else Line.BEGINS,), grown=bool(far)))
        begun = True
    return stops


def _below(nodes: Sequence[Node], *, goes_on: bool) -> list[Stop]:
    return [
        Stop(node=node, lanes=(Line.JOINS if goes_on or n < len(nodes) else Line.ENDS,))
        for n, node in enumerate(nodes, 1)
    ]
