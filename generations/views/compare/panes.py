"""Two to four clips side by side, as one person sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import User
from django.urls import reverse

from generations.forms.review import STARS
from generations.library.rounds import favourite, shuffled
from generations.models import Plan, Review, Task, Video
from generations.views.compare.chosen import Chosen, clip_of, query_of
from generations.views.compare.differences import Changed, Differences, changed_prompts
from generations.views.task.review_panel import Star
from generations.wording.names import short_name

LETTERS = "ABCD"
MOST_SIDES = len(LETTERS)


@dataclass(frozen=True, kw_only=True)
class Pane:
    letter: str
    task: Task
    clip: Video
    stars: Sequence[Star]
    """The person's own."""
    is_best: bool
    is_named: bool
    """Whether it says what made it, and who."""

    @property
    def called(self) -> str:
        """What screen readers call it."""
        return f"Take {self.letter}, {self.task.label}" if self.is_named else f"Take {self.letter}"

    @property
    def proof(self) -> str:
        """The type a browser is asked about before playing; empty for a version that plays everywhere."""
        return self.clip.proof if self.clip.play_url == self.clip.url else ""

    @property
    def maker(self) -> str:
        return short_name(self.task.person)


@dataclass(frozen=True, kw_only=True)
class Round:
    """Where this pair stands in a round of winners."""

    number: int
    of: int
    """Pairs of the whole round, at most."""
    url: str
    plan: Plan | None
    """The plan whose clips are put in order."""


@dataclass(frozen=True, kw_only=True)
class ComparePage:
    chosen: Chosen
    panes: Sequence[Pane]
    best: Pane | None
    blind: bool
    """Whether the order is by chance, and what made each is hidden until the person has picked."""
    round: Round | None = None

    @classmethod
    def of(cls, person: User, chosen: Chosen, *, blind: bool, turn: Round | None = None) -> "ComparePage":
        tasks = shuffled(person, chosen.tasks) if blind else list(chosen.tasks)
        best = favourite(person, tasks)
        mine = Review.objects.filter(person=person, task__in=tasks)
        given = {review.task_id: review.stars for review in mine}
        panes = [
            Pane(
                letter=letter,
                task=task,
                clip=clip,
                stars=stars_of(given.get(task.pk) or 0),
                is_best=task == best,
                is_named=not blind or best is not None,
            )
            for letter, task in zip(LETTERS, tasks, strict=False)
            if (clip := clip_of(task))
        ]
        found = next((pane for pane in panes if pane.is_best), None)
        return cls(chosen=chosen, panes=panes, best=found, blind=blind, round=turn)

    @property
    def plan(self) -> Plan | None:
        """The plan from which the person came."""
        return self.round.plan if self.round else self.chosen.plan

    @property
    def hides(self) -> bool:
        return self.blind and self.best is None

    @cached_property
    def tasks(self) -> list[Task]:
        return [pane.task for pane in self.panes]

    @cached_property
    def differences(self) -> Differences | None:
        """None while they are hidden."""
        return None if self.hides else Differences.of(self.tasks, [pane.clip for pane in self.panes])

    @cached_property
    def prompts(self) -> list[Changed]:
        return changed_prompts(self.tasks, [pane.letter for pane in self.panes])

    @property
    def longest(self) -> float:
        """Seconds."""
        return max(pane.clip.seconds for pane in self.panes)

    @property
    def moves(self) -> bool:
        """Whether there is anything to play."""
        return any(not (pane.clip.is_picture or pane.clip.missing_since) for pane in self.panes)

    @property
    def can_wipe(self) -> bool:
        return len(self.panes) == 2 and not any(pane.clip.missing_since for pane in self.panes)

    @property
    def url(self) -> str:
        """The address of what is shown now, or of the round that goes on from here."""
        if self.round:
            return self.round.url
        return f"{self.seen_url}&blind=1" if self.blind else self.seen_url

    @property
    def seen_url(self) -> str:
        """The same clips with everything that is known of them."""
        return f"{reverse('compare')}?{self.chosen.query}"

    @property
    def blind_url(self) -> str:
        return f"{self.seen_url}&blind=1"

    @property
    def choose_url(self) -> str:
        return f"{reverse('compare')}?{query_of(self.chosen.tasks)}&choose=1"


def stars_of(given: int) -> list[Star]:
    return [Star(number=n, lit=n <= given, chosen=n == given) for n in range(1, STARS + 1)]
