"""The index over what searches look through (models.search_text), in the words of each database.

It only narrows a search down, so it may name a task too many, never one too few.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Value

from generations.library.asked import Group, Term


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How one database asks its index."""

    rows: str
    """SQL of the tasks that fit a query."""
    term: Callable[[Term], str]
    every: str
    either: str
    but: str


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.begins else "")


def _lexemes(term: Term) -> str:
    """All of the words, in whatever order: this index knows of no places."""
    lexemes = " & ".join(f"'{word}'" for word in term.words)
    return f"({lexemes}{':*' if term.begins else ''})"


DIALECTS = {
    "sqlite": Dialect(
        rows="SELECT rowid FROM generations_searchindex WHERE generations_searchindex MATCH %s",
        term=_phrase,
        every=" AND ",
        either=" OR ",
        but=" NOT ",
    ),
    "postgresql": Dialect(
        rows="SELECT task_id FROM generations_searchtext WHERE found @@ %s::tsquery",
        term=_lexemes,
        every=" & ",
        either=" | ",
        but=" & !",
    ),
}


def query_of(groups: Sequence[Group]) -> str:
    """What to ask the index for; empty when it can say nothing of these groups."""
    dialect = DIALECTS[connection.vendor]
    known = [group for group in groups if all(not t.without and t.number is None for t in group)]
    unwanted = [group[0] for group in groups if _is_unwanted_word(group)]
    if not known:
        return ""
    query = dialect.every.join(f"({dialect.either.join(map(dialect.term, group))})" for group in known)
    terms = dialect.either.join(map(dialect.term, unwanted))
    return f"({query}){dialect.but}({terms})" if unwanted else query


def _is_unwanted_word(group: Group) -> bool:
    """A phrase that is unwanted does not count: its words may be there in another order."""
    first = group[0]
    return len(group) == 1 and first.without and first.number is None and len(first.words) == 1


def whole_words(groups: Sequence[Group]) -> list[Group]:
    """The same, but what is asked for has to be there as whole words: a few of the tasks, found sooner."""
    return [tuple(t if t.without else replace(t, begins=False) for t in group) for group in groups]


def at_least(query: str, number: int) -> bool:
    """Whether the index names so many tasks for the query."""
    rows = DIALECTS[connection.vendor].rows
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({rows} LIMIT {number}) AS found", [query])
        return bool(cursor.fetchone()[0] == number)


class Indexed(Func):
    """Whether a task is one of those that the index names for a query; with `most`, of the first so many.

    PostgreSQL is made to ask the index first, whatever it expects of it.
    """

    output_field = BooleanField()

    def __init__(self, query: str, most: int | None = None) -> None:
        super().__init__(F("pk"), Value(query), limit=f" LIMIT {most}" if most else "")

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._as_sql(compiler, connection, " IN (", ")", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._as_sql(compiler, connection, " = ANY(ARRAY(", "))", **context)

    def _as_sql(self, compiler: Any, connection: Any, begin: str, end: str, **context: Any) -> Any:
        before, after = DIALECTS[connection.vendor].rows.split("%s")
        template = f"%(expressions)s{after}%(limit)s{end}"
        return self.as_sql(compiler, connection, template=template, arg_joiner=begin + before, **context)


class Mostly(Func):
    """A condition that most tasks meet: SQLite, which does not know, would rather look at all of these than
    ask the index."""

    output_field = BooleanField()
    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="likelihood(%(expressions)s, 0.9)", **context)
