"""The clips of a board as they are delivered: which file, under which name, and what the team said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.contrib.auth.models import User
from django.utils import timezone

from generations import policy
from generations.deliver import names
from generations.files import store
from generations.models import Board, Task, Video
from generations.models.review import with_opinions
from generations.models.task import TaskQuerySet
from generations.wording.names import short_name

TITLE_WORDS = 5
"""So many words of a prompt make the title of a file."""


@dataclass(frozen=True, kw_only=True)
class Shot:
    number: int
    """On the board, from 1."""
    video: Video
    task: Task
    """With the opinions of the team (`team_verdict`, `team_stars`); for a viewer as `policy.blinded`."""
    name: str
    """Of the delivered file."""

    @cached_property
    def is_here(self) -> bool:
        """Whether its file is on the disk as it was stored."""
        return self.video.missing_since is None and store.has_size(self.video.path, self.video.size)

    @property
    def moves(self) -> bool:
        """Whether it has a place in a cut: neither an image nor sound alone."""
        return not (self.video.is_picture or self.video.is_sound) and self.video.seconds > 0

    @property
    def rates_first(self) -> bool:
        """Whether what others think of it is hidden from the viewer until they have given stars."""
        return getattr(self.task, "rates_first", False)

    @property
    def verdict(self) -> str:
        """The team’s; the viewer’s own where they rate first."""
        return getattr(self.task, "own_verdict" if self.rates_first else "team_verdict", None) or ""

    @property
    def stars(self) -> float | None:
        """The mean; None: nobody gave any, or the viewer rates first."""
        return None if self.rates_first else getattr(self.task, "team_stars", None)


def shots_of(board: Board, visible: TaskQuerySet, viewer: User | None) -> list[Shot]:
    """The clips of a board, in order, without those of tasks that are not visible. Two queries.

    Who rates blind gets their own opinion alone; without a viewer there is nobody to hide one from.
    """
    clips = board.clips.filter(video__task__in=visible).select_related("video")
    videos = [clip.video for clip in clips.order_by("place", "pk")]
    tasks = _tasks({video.task_id for video in videos}, viewer)
    return _named(board.names, [(video, tasks[video.task_id]) for video in videos])


def cost_of(shots: Sequence[Shot]) -> Decimal:
    """What the tasks of these clips cost, in credits, each once; what nobody knows counts nothing."""
    tasks = {shot.task.pk: shot.task for shot in shots}.values()
    return sum((task.cost or Decimal(0) for task in tasks), Decimal(0))


def _tasks(ids: set[int], viewer: User | None) -> dict[int, Task]:
    rows = with_opinions(Task.objects.filter(pk__in=ids)).select_related("person", "planned")
    return {task.pk: task for task in (policy.blinded(rows, viewer) if viewer else rows)}


def _named(template: str, pairs: Sequence[tuple[Video, Task]]) -> list[Shot]:
    width = max(2, len(str(len(pairs))))
    stems = [
        (names.stem(template, _values(f"{number:0{width}}", task)), video.extension)
        for number, (video, task) in enumerate(pairs, 1)
    ]
    return [
        Shot(number=number, video=video, task=task, name=name)
        for number, ((video, task), name) in enumerate(zip(pairs, names.unique(stems), strict=True), 1)
    ]


def _values(number: str, task: Task) -> dict[str, str]:
    """What the placeholders of a template stand for."""
    row = getattr(task, "planned", None)
    return {
        "number": number,
        "title": " ".join(task.prompt.split()[:TITLE_WORDS]) or task.label,
        "model": task.label,
        "take": str(row.take if row else 1),
        "person": short_name(task.person),
        "date": f"{timezone.localtime(task.created_at):%Y-%m-%d}",
        "task": str(task.pk),
    }
