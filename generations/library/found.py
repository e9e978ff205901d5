"""What a search for words finds among tasks, rare words and common ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_
from typing import Self

from django.db.models import BooleanField, ExpressionWrapper, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from generations.library.asked import Group, Term, read
from generations.library.word_index import Indexed, at_least, query_of, whole_words
from generations.models import SearchText
from generations.models.task import TaskQuerySet

MANY = 3000
"""A search that finds so many tasks is one for common words,"""
NEWEST, SOON = 5000, 24
"""if of the newest tasks it finds so many: else they are common among old ones, and long in coming."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is asked for in words.

    The text of a task decides whether it is found; the index only spares looking at all the others. Rare
    words are looked up in it. Common ones are met soon by going through the tasks in their order, which the
    index does not know.
    """

    groups: Sequence[Group]

    @classmethod
    def of(cls, asked: str) -> Self:
        return cls(groups=read(asked))

    def among(self, tasks: TaskQuerySet) -> TaskQuerySet:
        """Those that are found; none when not a single word is asked for."""
        if not self.groups:
            return tasks.none()
        found = tasks.filter(self._said)
        if self._numbers:
            return found.filter(pk__in=self._numbers)
        return found if self.is_common else found.filter(Indexed(self._query))

    def some_of(self, found: TaskQuerySet) -> TaskQuerySet:
        """Of what is found, some tasks that are counted soon when it is much; else none."""
        return found.filter(Indexed(self._query, MANY)) if self.is_common and self._query else found.none()

    @cached_property
    def is_common(self) -> bool:
        """Whether the tasks in their order lead to what is found sooner than the index."""
        if not self._query:
            return True
        queries = dict.fromkeys([query_of(whole_words(self.groups)), self._query])
        return any(at_least(query, MANY) for query in queries) and self._is_met_soon

    @property
    def _is_met_soon(self) -> bool:
        last = SearchText.objects.aggregate(last=Max("pk"))["last"] or 0
        newest = SearchText.objects.filter(self._says, pk__gt=last - NEWEST)
        return newest[:SOON].count() == SOON

    @cached_property
    def _query(self) -> str:
        return query_of(self.groups)

    @property
    def _numbers(self) -> list[int]:
        """Of tasks that are asked for by nothing but their numbers."""
        alone = [group[0] for group in self.groups if len(group) == 1 and not group[0].without]
        return [term.number for term in alone if term.number is not None]

    @property
    def _says(self) -> Q:
        """What the row of a task’s text has to be."""
        return reduce(and_, (reduce(or_, map(_says, group)) for group in self.groups))

    @property
    def _said(self) -> Subquery:
        """Whether the text of a task says what is asked for; one look at it answers for all terms."""
        rows = SearchText.objects.filter(task=OuterRef("pk"))
        said = rows.annotate(said=ExpressionWrapper(self._says, BooleanField())).values("said")
        return Subquery(said, output_field=BooleanField())


def _says(term: Term) -> Q:
    """What the row of a task's text has to be."""
    if term.number is None:
        said = Q(GreaterThan(StrIndex(F("text"), Value(term.phrase)), 0))
    else:
        said = Q(pk=term.number)
    return ~said if term.without else said
