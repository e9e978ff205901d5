"""How long a search takes, by how common its words are. Wants Django set up and the tasks of a team."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

PAGE = 24
WORDS = {
    "a common word": "quiet",
    "a word of many": "slower",
    "a rare word": "24680",
    "an absent word": "zeppelin",
    "an absent phrase": '"dusk quiet"',
    "one letter": "q",
}
"""All tasks of the team are quiet, one of seven is to be slower; of 200,000 three have that number."""


def searches(person: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What each search does for a page: its newest tasks, and how many there are."""
    for name, asked in WORDS.items():
        yield f"newest, {name}", partial(newest, person, asked)
        yield f"how many, {name}", partial(how_many, person, asked)


def newest(person: Any, asked: str) -> list[int]:
    from generations import policy
    from generations.library.search import search

    found = search(policy.visible_tasks(person), asked).order_by("-created_at", "-pk")
    return list(found.values_list("pk", flat=True)[:PAGE])


def how_many(person: Any, asked: str) -> int:
    from generations.library.search import Filter
    from generations.wording.figures import MOST_COUNTED

    return Filter(q=asked).count(person, MOST_COUNTED)
