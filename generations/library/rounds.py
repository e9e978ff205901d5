"""A round of winners: a person picks, pair by pair, until a set of clips stands in an order of preference.

Nothing of a round is stored but the picks, so it goes on where it was left, and what was picked before is
not asked again. Each clip is put in its place among those that stand already, by halves: 16 clips take up to
49 pairs.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.contrib.auth.models import User

from generations.models import Pick, Task


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far the picks have put the clips in order."""

    ranked: Sequence[Task]
    """The best first; once there is no pair left, all of them."""
    pair: tuple[Task, Task] | None
    """What has to be picked next."""
    asked: int
    """Pairs that were picked on the way here."""
    left: int
    """Pairs still to come, at most."""


def standing_of(person: User, tasks: Sequence[Task]) -> Standing:
    rows = Pick.objects.among(person, tasks).values_list("winner", "loser")
    return stand(shuffled(person, tasks), set(rows))


def stand(tasks: Sequence[Task], picks: Collection[tuple[int, int]]) -> Standing:
    """The clips in this order, put in place by picks: winner before loser, both by their ids."""
    ranked: list[Task] = []
    asked = 0
    for number, task in enumerate(tasks):
        low, high = 0, len(ranked)
        while low < high:
            middle = (low + high) // 2
            rival = ranked[middle]
            if (task.pk, rival.pk) in picks:
                high = middle
            elif (rival.pk, task.pk) in picks:
                low = middle + 1
            else:
                here = (high - low).bit_length()
                rest = sum(n.bit_length() for n in range(number + 1, len(tasks)))
                return Standing(ranked=ranked, pair=(rival, task), asked=asked, left=here + rest)
            asked += 1
        ranked.insert(low, task)
    return Standing(ranked=ranked, pair=None, asked=asked, left=0)


def shuffled(person: User, tasks: Sequence[Task]) -> list[Task]:
    """An order by chance, the same each time that this person looks at this set."""
    seed = f"{person.pk} {sorted(str(task.uuid) for task in tasks)}"
    return sorted(tasks, key=lambda task: sha256(f"{seed} {task.uuid}".encode()).digest())


def favourite(person: User, tasks: Sequence[Task]) -> Task | None:
    """The one that the person prefers to each of the others; None: not picked yet."""
    won = Pick.objects.among(person, tasks).values_list("winner", flat=True)
    wins = list(won)
    return next((task for task in tasks if wins.count(task.pk) == len(tasks) - 1), None)
