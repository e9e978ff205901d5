"""What of the library is shown: presets and prompts under their titles, and every prompt that was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q, QuerySet

from generations import policy
from generations.library.asked import Term, read
from generations.library.models_found import occur
from generations.library.search import Cursor
from generations.models import LibraryItem, LibraryStar, Prompt
from generations.models.folded import fold
from generations.orders.expansion import escaped
from generations.wording.figures import MOST_COUNTED

PAGE = 24
MOST_STARRED = 50
LOOKED_THROUGH = 300
"""Newest items whose titles and tags are looked through for a slip when no item has the words."""
MOST_WALKED = 50
"""Earlier prompts that the keys walk through."""
MOST_WALKED_TEXT = 200_000
"""Characters of all of them."""
R = TypeVar("R", LibraryItem, Prompt)


class Show(models.TextChoices):
    """What is listed."""

    PRESETS = "presets", "Presets"
    PROMPTS = "prompts", "Prompts"
    HISTORY = "history", "History"

    @property
    def kind(self) -> str:
        return LibraryItem.Kind.PRESET if self == Show.PRESETS else LibraryItem.Kind.PROMPT

    @classmethod
    def of(cls, item: LibraryItem) -> "Show":
        """The list that an item is in."""
        return cls.PRESETS if item.kind == LibraryItem.Kind.PRESET else cls.PROMPTS


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of a list."""

    starred: Sequence[LibraryItem] = ()
    """The person's favourites, on the first page only."""
    items: Sequence[LibraryItem] = ()
    prompts: Sequence[Prompt] = ()
    older: str = ""
    """Where the next page begins; empty on the last."""

    @property
    def all_items(self) -> list[LibraryItem]:
        return [*self.starred, *self.items]


@dataclass(frozen=True, kw_only=True)
class Library:
    """The library as one person asks for it."""

    person: User
    show: Show = Show.PRESETS
    q: str = ""
    mine: bool = False
    """Whether the items of others are left out."""
    before: Cursor | None = None

    @cached_property
    def found(self) -> Found:
        return self._written() if self.show == Show.HISTORY else self._kept()

    def count(self, show: Show) -> int:
        """How many there are without a search; `MOST_COUNTED` + 1 stands for any larger number."""
        rows = Prompt.objects.filter(person=self.person) if show == Show.HISTORY else self._items(show)
        return rows.order_by()[: MOST_COUNTED + 1].count()

    def _items(self, show: Show) -> QuerySet[LibraryItem]:
        items = policy.visible_library(self.person).filter(kind=show.kind).select_related("person")
        return items.filter(person=self.person) if self.mine else items

    def _kept(self) -> Found:
        items = self._items(self.show)
        found = _matching(items, self.q)
        if self.q and not self.before and not found.exists():
            found = items.filter(pk__in=_nearly(items, self.q))
        mine = LibraryStar.objects.filter(person=self.person)
        starred = found.filter(pk__in=mine.values("item")).order_by("-changed_at", "-id")[:MOST_STARRED]
        others = found.exclude(pk__in=mine.values("item")).order_by("-changed_at", "-id")
        if self.before:
            others = others.filter(
                Q(changed_at__lt=self.before.at) | Q(pk__lt=self.before.pk), changed_at__lte=self.before.at
            )
        rows = list(others[: PAGE + 1])
        older = str(Cursor(at=rows[PAGE - 1].changed_at, pk=rows[PAGE - 1].pk)) if len(rows) > PAGE else ""
        return Found(starred=[] if self.before else list(starred), items=rows[:PAGE], older=older)

    def _written(self) -> Found:
        rows = _matching(Prompt.objects.filter(person=self.person), self.q).order_by("-used_at", "-id")
        if self.before:
            rows = rows.filter(
                Q(used_at__lt=self.before.at) | Q(pk__lt=self.before.pk), used_at__lte=self.before.at
            )
        page = list(rows[: PAGE + 1])
        older = str(Cursor(at=page[PAGE - 1].used_at, pk=page[PAGE - 1].pk)) if len(page) > PAGE else ""
        return Found(prompts=page[:PAGE], older=older)


def earlier_prompts(person: User) -> list[str]:
    """The person's prompts as a form has them, the last used first, for walking through them there."""
    rows = Prompt.objects.filter(person=person).order_by("-used_at", "-id")
    walked: list[str] = []
    total = 0
    for text in map(typed, rows[:MOST_WALKED]):
        total += len(text)
        if walked and total > MOST_WALKED_TEXT:
            break
        walked.append(text)
    return walked


def typed(prompt: Prompt) -> str:
    """A prompt as a form has it: what was sent means just that, what never was stands as it was typed."""
    return escaped(prompt.text) if prompt.uses else prompt.text


def _matching(rows: QuerySet[R], asked: str) -> QuerySet[R]:
    """Those that say what is asked for (library.asked), also within longer words."""
    for group in read(asked):
        rows = rows.filter(reduce(or_, map(_says, group)))
    return rows


def _says(term: Term) -> Q:
    said = Q(words__contains=fold(term.text))
    return ~said if term.without else said


def _nearly(items: QuerySet[LibraryItem], asked: str) -> list[int]:
    """The newest items whose titles and tags have words like these."""
    rows = items.order_by("-changed_at", "-id")[:LOOKED_THROUGH]
    return [item.pk for item in rows if occur(asked, " ".join([item.title, *item.tags]))]
