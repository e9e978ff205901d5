"""Choosing what is compared: the clips that were named, and those that belong with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from generations import policy
from generations.library.lineage import Lineage
from generations.models import State, Task, Video
from generations.models.task import TaskQuerySet
from generations.views.compare.chosen import Chosen, clip_of, with_clips

MOST_OFFERED = 12
"""Clips of one group."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    task: Task
    clip: Video
    ticked: bool


@dataclass(frozen=True, kw_only=True)
class Group:
    title: str
    offers: Sequence[Offer]


@dataclass(frozen=True, kw_only=True)
class ChoosePage:
    chosen: Chosen
    problem: str
    groups: Sequence[Group]

    @property
    def ticked(self) -> int:
        return sum(offer.ticked for group in self.groups for offer in group.offers)

    @property
    def round_fits(self) -> bool:
        """Whether a round of winners can be made of what was named."""
        return len(self.chosen.tasks) > 1 and not self.chosen.without_clip


def choose_page(person: User, chosen: Chosen, problem: str) -> ChoosePage:
    """The named clips first, then other takes of the first one, then the newest; each clip once."""
    named = [task for task in chosen.tasks if clip_of(task)]
    known: set[int] = set()
    groups = [_group("Chosen" if not chosen.plan else "Of the plan", named, known, ticked=not chosen.plan)]
    if chosen.tasks and not chosen.plan:
        groups += _beside(person, chosen.tasks[0], known)
    if not chosen.plan:
        groups.append(_group("Newest", _ready(person).order_by("-created_at", "-pk")[:MOST_OFFERED], known))
    return ChoosePage(chosen=chosen, problem=problem, groups=[group for group in groups if group.offers])


def _beside(person: User, task: Task, known: set[int]) -> list[Group]:
    """Other takes of its plan and of its words, and what it came from or what came of it."""
    ready = _ready(person).exclude(pk=task.pk).order_by("-created_at", "-pk")
    of_plan = ready.filter(plan=task.plan_id)[:MOST_OFFERED] if task.plan_id else []
    of_words = ready.filter(prompt_digest=task.prompt_digest)[:MOST_OFFERED] if task.prompt else []
    lineage = Lineage.of(task, person)
    kin = [node.task for node in (*lineage.above, *lineage.below)]
    return [
        _group("Other takes of its plan", of_plan, known),
        _group("The same prompt", of_words, known),
        _group("Before and after it", kin, known),
    ]


def _ready(person: User) -> TaskQuerySet:
    return with_clips(policy.visible_tasks(person).filter(state=State.READY))


def _group(title: str, tasks: Iterable[Task], known: set[int], *, ticked: bool = False) -> Group:
    """Those that are in no group before."""
    offers = [
        Offer(task=task, clip=clip, ticked=ticked)
        for task in tasks
        if task.pk not in known and (clip := clip_of(task))
    ]
    known.update(offer.task.pk for offer in offers)
    return Group(title=title, offers=offers)
