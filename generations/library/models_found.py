"""Models found by words: a search that forgives."""

import re
from difflib import get_close_matches

from generations.catalogue.spec import ModelSpec
from generations.models.folded import fold

SHORT, ALIKE = 3, 0.79
"""Words longer than this may have a slip in them, and how alike they must be."""
_BARE, _WORDS = re.compile(r"[^a-z0-9]"), re.compile(r"[a-z0-9.]+")


def fits(spec: ModelSpec, words: str) -> bool:
    """Whether every word occurs in the model's names."""
    return occur(words, f"{spec.id} {spec.label} {spec.family} {spec.maker} {' '.join(spec.modes)}")


def occur(words: str, names: str) -> bool:
    """Whether every word occurs in these names; points do not count, and a slip is forgiven."""
    text = fold(names)
    return all(_occurs(word, text) for word in fold(words).split())


def _occurs(word: str, text: str) -> bool:
    if word in text or ((bare := _BARE.sub("", word)) and bare in _BARE.sub("", text)):
        return True
    return len(word) > SHORT and bool(get_close_matches(word, _WORDS.findall(text), n=1, cutoff=ALIKE))
