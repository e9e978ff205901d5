"""What a search asks for: words, phrases and signs as people type them. Any text can be read.

boat red            both; each word may go on, so that boat finds boats
"red boat"          these words, whole and in a row
-night              without this word
boat OR ship        one of the two, and what else is asked for
"red boa*" -ship*   begins so: in a phrase and after a minus, where words are whole otherwise
#19                 the task with this number
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from generations.models.folded import SPELLINGS, words_of

TERM = re.compile(r'(-?)(?:"([^"]*)("\*?|$)|([^\s"]+))')
"""A minus; a phrase with the sign that ends it, or a word. A phrase that does not end goes on to the end."""
NUMBER = re.compile(r"#(\d{1,15})")
OR = "OR"


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word, or several in a row."""

    text: str
    """As it was typed, without its signs."""
    words: tuple[str, ...]
    begins: bool = False
    """Whether the last word may be the beginning of a longer one."""
    without: bool = False
    """Whether it is the absence that is asked for."""
    number: int | None = None
    """The number of a task, in place of words."""

    @property
    def phrase(self) -> str:
        """As it stands in a text of words (models.folded.spaced)."""
        return f" {' '.join(self.words)}" + ("" if self.begins else " ")


Group = tuple[Term, ...]


def read(asked: str) -> list[Group]:
    """Groups of terms: of each, one at least has to be so. Empty when not a single word is asked for."""
    groups: list[Group] = []
    joins = False
    for term in _terms(asked):
        if term is None:
            joins = bool(groups)
        elif joins:
            groups[-1] += (term,)
            joins = False
        else:
            groups.append((term,))
    return groups


def _terms(asked: str) -> Iterator[Term | None]:
    """Each term that has a word, and None for each OR."""
    for minus, phrase, end, word in TERM.findall(unicodedata.normalize("NFKC", asked).translate(SPELLINGS)):
        if word == OR and not minus:
            yield None
            continue
        text = phrase or word
        words = tuple(words_of(text))
        if not words:
            continue
        is_open = bool(word or not end) and not minus
        number = NUMBER.fullmatch(word)
        yield Term(
            text=text.strip("* "),
            words=words,
            begins=is_open or end.endswith("*") or text.rstrip().endswith("*"),
            without=bool(minus),
            number=int(number[1]) if number else None,
        )
