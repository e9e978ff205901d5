"""People who are named in a text with @: by the name they sign in with, or by any name that only one has."""

import re
from collections.abc import Iterable

from django.contrib.auth.models import User

from generations.models.comment import Found

AT = re.compile(r"(?<![\w.@+-])@(?=\w)")
"""Where a name may begin: not within an address of mail."""
WORD = re.compile(r"\w[\w.@+-]*")


def find_mentions(text: str, people: Iterable[User]) -> tuple[list[Found], list[str]]:
    """Who is named where, and the words after an @ that are nobody's name, though they begin as names do."""
    names = sorted(_names(people), key=lambda name: -len(name[0]))
    found: list[Found] = []
    nobody: list[str] = []
    for at in AT.finditer(text):
        named = next(((name, who) for name, who in names if _stands(name, text, at.end())), None)
        if named:
            found.append(Found(person=named[1], start=at.start(), length=len(named[0]) + 1))
        elif text[at.end()].isalpha() and (word := WORD.match(text, at.end())):
            nobody.append(word[0].rstrip(".@+-"))
    return found, nobody


def _names(people: Iterable[User]) -> list[tuple[str, User]]:
    """The names to sign in with, and of the others those that mean one person alone."""
    everybody = list(people)
    accounts = {person.get_username().casefold(): person for person in everybody}
    others: dict[str, tuple[str, set[User]]] = {}
    for person in everybody:
        for name in filter(None, (person.first_name, person.get_full_name())):
            others.setdefault(name.casefold(), (name, set()))[1].add(person)
    alone = [(name, who) for key, (name, who) in others.items() if len(who) == 1 and key not in accounts]
    return [(p.get_username(), p) for p in everybody] + [(name, next(iter(who))) for name, who in alone]


def _stands(name: str, text: str, at: int) -> bool:
    """Whether this name, and not the beginning of a longer word, stands there."""
    end = at + len(name)
    after = text[end : end + 1]
    return text[at:end].casefold() == name.casefold() and not (after.isalnum() or after == "_")
