"""What a task came from and what came of it: tried again, continued, given as a clip or a frame, answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db.models import F, IntegerField, Prefetch, QuerySet, Value
from django.db.models.functions import Cast

from generations import policy
from generations.models import Task, TaskInput, Video

MOST = 12
"""Tasks of one level; the newest of what came of it."""
LEVELS_ABOVE = 2


class How(StrEnum):
    """How one task came of another."""

    RETRY = "retry"
    ANSWER = "answer"
    """It was ordered with the changes that were asked of the clip."""
    CONTINUED = "continued"
    """By Kie, from its own copy of the clip."""
    CLIP = "clip"
    """The clip was given as a file."""
    FRAME = "frame"
    """A frame of the clip was given."""


@dataclass(frozen=True, order=True)
class Edge:
    above: int
    below: int
    how: str
    at_ms: int
    """Of the frame; 0 for all else."""


@dataclass(frozen=True, kw_only=True)
class Node:
    task: Task
    edge: Edge
    level: int
    """Of the task, as generations before (below 0) or after the one that is looked at."""

    @property
    def clip(self) -> Video | None:
        return next(iter(self.task.videos.all()), None)


@dataclass(frozen=True, kw_only=True)
class Lineage:
    above: Sequence[Node]
    """The oldest first."""
    below: Sequence[Node]
    more_below: bool
    """Whether there are more than are named."""

    @classmethod
    def of(cls, task: Task, person: User) -> "Lineage":
        """As far as the person may see it: a query a level, and two for all that is shown of them."""
        levels: list[tuple[int, list[Edge]]] = []
        known, children = {task.pk}, {task.pk}
        for level in range(1, LEVELS_ABOVE + 1):
            edges = [edge for edge in _edges("below", children) if edge.above not in known]
            levels.append((-level, edges[:MOST]))
            children = {edge.above for edge in edges[:MOST]}
            known |= children
            if not children:
                break
        came = _edges("above", {task.pk})
        levels.append((1, came[-MOST:]))
        nodes = _nodes(person, levels)
        return cls(
            above=[node for node in reversed(nodes) if node.level < 0],
            below=[node for node in nodes if node.level > 0],
            more_below=len(came) > MOST,
        )

    @property
    def sources(self) -> list[Task]:
        """The tasks that it goes on from."""
        hows = (How.CONTINUED, How.CLIP)
        return [node.task for node in self.above if node.level == -1 and node.edge.how in hows]

    @property
    def waits(self) -> bool:
        """Whether something that came of it is still to come."""
        return any(node.task.is_open for node in self.below)

    @property
    def answers(self) -> Task | None:
        """The task whose clip was to be changed."""
        found = (n.task for n in self.above if n.level == -1 and n.edge.how == How.ANSWER)
        return next(found, None)

    @property
    def answered_by(self) -> list[Task]:
        return [node.task for node in self.below if node.edge.how == How.ANSWER]


def _edges(side: Literal["above", "below"], tasks: Collection[int]) -> list[Edge]:
    """The edges whose end on this side is one of the tasks, in one query: the newest, the oldest first."""
    tasks_of = Task.objects.order_by()
    given = TaskInput.objects.order_by()
    parts = [
        _part(tasks_of.exclude(parent=None), "parent_id", "pk", How.RETRY),
        _part(tasks_of.exclude(answers=None), "answers_id", "pk", How.ANSWER),
        _part(given.exclude(source=None), "source_id", "task_id", How.CONTINUED),
        _part(given.exclude(asset__video=None), "asset__video__task_id", "task_id", How.CLIP),
        _part(
            given.exclude(asset__frame_of=None),
            "asset__frame_of__task_id",
            "task_id",
            How.FRAME,
            "asset__at_ms",
        ),
    ]
    first, *others = (part.filter(**{f"{side}__in": list(tasks)}) for part in parts)
    rows = first.union(*others).order_by("-below", "-above")[: 2 * MOST + 1]
    edges = {(above, below): Edge(above, below, how, at_ms or 0) for above, below, how, at_ms in rows}
    return sorted(edges.values())


def _part(rows: QuerySet[Any], above: str, below: str, how: How, at: str = "") -> QuerySet[Any]:
    at_ms = F(at) if at else Value(0)
    named = rows.annotate(
        above=F(above), below=F(below), how=Value(how.value), at=Cast(at_ms, IntegerField())
    )
    edges: QuerySet[Any] = named.values_list("above", "below", "how", "at")
    return edges


def _nodes(person: User, levels: Sequence[tuple[int, Sequence[Edge]]]) -> list[Node]:
    """One for each other task, in the order of the levels."""
    others = {edge.above if level < 0 else edge.below for level, edges in levels for edge in edges}
    if not others:
        return []
    clips = Prefetch("videos", Video.objects.filter(number=0).select_related("rendition"))
    found = (
        policy.visible_tasks(person).filter(pk__in=others).select_related("person").prefetch_related(clips)
    )
    tasks = {task.pk: task for task in found}
    nodes = []
    for level, edges in levels:
        for edge in edges:
            task = tasks.pop(edge.above if level < 0 else edge.below, None)
            if task:
                nodes.append(Node(task=task, edge=edge, level=level))
    return nodes
