"""What has changed between two texts, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_PIECES = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of words that both texts have, or only one of them."""

    text: str
    kind: str = ""
    """“del”: only the old one has it. “ins”: only the new one. Empty: both."""


def word_diff(old: str, new: str) -> list[Piece]:
    """The pieces of both texts in their order: without the inserted ones it reads as the old text."""
    return list(_pieces(_PIECES.findall(old), _PIECES.findall(new)))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece(text="".join(old[a:b]))
            continue
        if a < b:
            yield Piece(text="".join(old[a:b]), kind="del")
        if c < d:
            yield Piece(text="".join(new[c:d]), kind="ins")
