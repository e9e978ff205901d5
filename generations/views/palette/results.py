"""What the palette shows of one thing that it has found."""

import re
from dataclasses import dataclass, field

from generations.library.asked import read

MOST = 6
"""Results of one group."""
MOST_RECENT = 12
AROUND = 96
"""Characters of a longer text that are shown, around the first word that was found."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """A place to go to, or something that is done: then `posts` or `opens` says what."""

    key: str
    """Names it among what was chosen lately; no words of anybody stand in it."""
    text: str
    icon: str
    url: str = ""
    facts: str = ""
    poster: str = ""
    posts: tuple[tuple[str, str], ...] = ()
    """Fields of the form that is posted to `url`; the last is the button's."""
    opens: str = ""
    """The dialog or button of the frame that it stands for, by the attribute that scripts know."""
    also: str = ""
    """Other words by which it is found."""
    words: str = ""
    """The words that were asked for, to be marked in its text."""
    keys: tuple[str, ...] = ()

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in parts, each with whether it was asked for."""
        terms = [term.text for group in read(self.words) for term in group if not term.without]
        text = " ".join(self.text.split())
        if not terms:
            return [(_cut(text, 0), False)]
        asked = re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))), re.IGNORECASE)
        first = asked.search(text)
        text = _cut(text, first.start() if first else 0)
        parts = re.split(f"({asked.pattern})", text, flags=re.IGNORECASE)
        return [(part, n % 2 == 1) for n, part in enumerate(parts) if part]


@dataclass(frozen=True, kw_only=True)
class Group:
    name: str
    results: list[Result] = field(default_factory=list)
    more: str = ""
    """The page that has all of them; empty: these are all."""


def _cut(text: str, at: int) -> str:
    """The text in one line, from a little before a place in it."""
    begin = max(0, at - AROUND // 3) if len(text) > AROUND else 0
    end = begin + AROUND
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"
