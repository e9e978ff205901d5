"""What a prompt or a preset has taken so far, by the whole team: clips, credits, and which was approved."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from generations.models import LibraryUse, Review, State, Task, Verdict, Video
from generations.models.review import judged, unjudged
from generations.models.task import TaskQuerySet

ENOUGH = 5
"""Judged clips from which on a share of approvals means something."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of the judged clips are approved."""

    approved: int = 0
    judged: int = 0

    @property
    def is_enough(self) -> bool:
        return self.judged >= ENOUGH


@dataclass(frozen=True, kw_only=True)
class Counts:
    """All takes of one prompt."""

    clips: int
    """Takes that became clips."""
    credits: Decimal
    """What all its tasks have cost, those that failed included."""
    approved_at: int | None
    """Which of its clips, from 1 and in their order, was the first to be approved; None: none is."""
    share: Share


@dataclass(frozen=True, kw_only=True)
class Took:
    """What was made with one prompt."""

    counts: Counts
    best: Video | None
    """Of the approved clips, else of all, the one with the most stars, and of those the newest."""


def took(digests: Collection[str]) -> dict[str, Took]:
    """By digest of the prompt; left out what no clip was made of. As many queries however many there are."""
    counts = counts_of(digests)
    best = _best(_tasks(counts)) if counts else {}
    return {digest: Took(counts=its, best=best.get(digest)) for digest, its in counts.items()}


def counts_of(digests: Collection[str]) -> dict[str, Counts]:
    """By digest of the prompt; left out what no clip was made of."""
    ready, good = Q(state=State.READY), judged(Verdict.APPROVED)
    rows = (
        _tasks(digests)
        .values_list("prompt_digest")
        .annotate(
            clips=Count("pk", filter=ready),
            charged=Sum("charge_credits"),
            first=Min("pk", filter=ready & good),
            approved=Count("pk", filter=ready & good),
            judged=Count("pk", filter=ready & ~unjudged()),
        )
    )
    made = {digest: its for digest, *its in rows if its[0]}
    places = _places({digest: first for digest, (_, _, first, _, _) in made.items() if first})
    return {
        digest: Counts(
            clips=clips,
            credits=cost or Decimal(0),
            approved_at=places.get(digest),
            share=Share(approved=approved, judged=said),
        )
        for digest, (clips, cost, _, approved, said) in made.items()
    }


def shares_of(item_ids: Collection[int]) -> dict[object, Share]:
    """By preset: of the clips that were ordered with its settings."""
    uses = LibraryUse.objects.filter(item__in=item_ids).order_by()
    said = Review.objects.filter(task=OuterRef("task")).exclude(verdict="")
    good = said.filter(verdict=Verdict.APPROVED)
    bad = said.exclude(verdict=Verdict.APPROVED)
    all_judged = dict(uses.filter(Exists(said)).values_list("item").annotate(Count("pk")))
    approved = uses.filter(Exists(good)).exclude(Exists(bad))
    counts = dict(approved.values_list("item").annotate(Count("pk")))
    return {item: Share(approved=counts.get(item, 0), judged=n) for item, n in all_judged.items()}


def _tasks(digests: Collection[str]) -> TaskQuerySet:
    return Task.objects.filter(prompt_digest__in=set(digests)).exclude(prompt="").order_by()


def _places(first: Mapping[str, int]) -> dict[str, int]:
    """Which of the clips of each prompt the first approved one is."""
    if not first:
        return {}
    until = reduce(or_, (Q(prompt_digest=digest, pk__lte=pk) for digest, pk in first.items()))
    tasks = Task.objects.filter(until).order_by().values_list("prompt_digest")
    return dict(tasks.annotate(place=Count("pk", filter=Q(state=State.READY))))


def _best(tasks: QuerySet[Task]) -> dict[str, Video]:
    """The first file of the best clip of each prompt, of which there is one at least.

    Only the prompt picks the rows: asked for the state as well, SQLite goes through all finished tasks.
    """
    stars = Review.objects.filter(task=OuterRef("pk")).order_by().values("task").annotate(mean=Avg("stars"))
    ranked = tasks.annotate(
        made=Case(When(state=State.READY, then=1), default=0),
        approved=Case(When(judged(Verdict.APPROVED), then=1), default=0),
        stars=Subquery(stars.values("mean")),
    )
    rank = Window(
        RowNumber(),
        partition_by=F("prompt_digest"),
        order_by=[F("made").desc(), F("approved").desc(), F("stars").desc(nulls_last=True), F("pk").desc()],
    )
    pairs = dict(ranked.annotate(rank=rank).filter(rank=1).values_list("pk", "prompt_digest"))
    files = Video.objects.filter(task__in=list(pairs), number=0)
    return {pairs[file.task_id]: file for file in files}
