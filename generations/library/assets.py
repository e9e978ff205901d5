"""Files that were given before and clips that were made here, to be given again."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Q

from generations import policy
from generations.library.search import search
from generations.models import Asset, State, TaskInput, Video
from generations.models.folded import spaced, words_of
from generations.numbers import whole

AT_ONCE = 24


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for."""

    person: User
    media: str
    """image, video or audio."""
    mine: bool
    """Only what the person gave or ordered, not the team's."""
    by_use: bool = False
    q: str = ""
    before: str = ""
    """Where the page before ended; anything odd is the beginning."""


@dataclass(frozen=True, kw_only=True)
class FilesPage:
    files: Sequence[Asset]
    next: str
    """`before` of the next page; empty: that is all."""


@dataclass(frozen=True, kw_only=True)
class ClipsPage:
    clips: Sequence[Video]
    next: str


def files(asked: Asked) -> FilesPage:
    """What people gave, and frames and parts of it; each with `uses`, in how many inputs it stands."""
    found = policy.visible_assets(asked.person).filter(kind=asked.media, video=None)
    found = found.select_related("person", "frame_of", "cropped_from").annotate(uses=Count("inputs"))
    if asked.mine:
        found = found.filter(person=asked.person)
    for word in asked.q.split():
        found = found.filter(Q(name__icontains=word) | _of_task_with(word))
    uses, _, key = asked.before.partition("-")
    pk, most = whole(key), whole(uses)
    if pk is not None and most is not None:
        older = Q(uses=most, pk__lt=pk) | Q(uses__lt=most) if asked.by_use else Q(pk__lt=pk)
        found = found.filter(older)
    rows = list(found.order_by(*(["-uses"] if asked.by_use else []), "-pk")[: AT_ONCE + 1])
    last = rows[AT_ONCE - 1] if len(rows) > AT_ONCE else None
    return FilesPage(files=rows[:AT_ONCE], next=f"{last.uses}-{last.pk}" if last else "")


def _of_task_with(word: str) -> Q:
    """Files that were given to a task, or are a frame of its clip, whose prompt has a word that begins so."""
    begins = spaced(words_of(word)).rstrip()
    if not begins:
        return Q()
    used = TaskInput.objects.filter(asset=OuterRef("pk"), task__words__contains=begins)
    return Q(frame_of__task__words__contains=begins) | Q(Exists(used))


def clips(asked: Asked) -> ClipsPage:
    """Finished clips whose files are here, the newest first."""
    tasks = policy.visible_tasks(asked.person).filter(state=State.READY)
    if asked.mine:
        tasks = tasks.filter(person=asked.person)
    if asked.q:
        tasks = search(tasks, asked.q)
    found = Video.objects.filter(task__in=tasks, missing_since=None).select_related("task", "task__person")
    pk = whole(asked.before)
    if pk is not None:
        found = found.filter(pk__lt=pk)
    rows = list(found.order_by("-pk")[: AT_ONCE + 1])
    return ClipsPage(clips=rows[:AT_ONCE], next=str(rows[AT_ONCE - 1].pk) if len(rows) > AT_ONCE else "")
