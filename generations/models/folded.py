"""Words as a search compares them: without accents, case and other spellings of the same word."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import models

MARKS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff]"
)
"""Accents, points and vowel signs of Latin, Greek, Cyrillic, Hebrew and Arabic, and Arabic’s stretching line.

The marks of other scripts stay: in Hindi, Thai or Japanese they make a different word.
"""
SPELLINGS = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t",
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
        "‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"',
        "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-",
    }
)  # fmt: skip
"""Letters that Unicode does not decompose, and signs that people type differently from how they are
typeset."""
WITHOUT_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
"""Scripts whose words are written without blanks between them or, in Korean, grow together: Thai, Lao,
Burmese, Khmer, Chinese, Japanese, Korean."""
LONGEST_WORD = 60
"""Characters of a word that are compared."""
Row = TypeVar("Row", bound=models.Model)


def fold(text: str) -> str:
    """The text as a search compares it; folding twice changes nothing more.

    “É”, “é” as one sign or two, “Ｅ” and “e” become e, ß ss, ё е, ﬁ fi; direction marks and other invisible
    signs are dropped, and any run of white space becomes one space.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    seen = "".join(c for c in MARKS.sub("", apart) if unicodedata.category(c) != "Cf")
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in seen)
    return " ".join(unicodedata.normalize("NFC", digits.translate(SPELLINGS)).split())


def words_of(text: str) -> list[str]:
    """The words of a text, folded: letters, digits and what belongs to them. All else parts words.

    In scripts without blanks each letter is a word, and so is each sign outside ASCII, such as an emoji.
    """
    words: list[str] = []
    before = ""
    for c in fold(text):
        kind = _kind(c)
        if kind == "mark":
            if before:
                words[-1] += c
            continue
        if kind == before == "letter":
            words[-1] += c
        elif kind:
            words.append(c)
        before = kind
    return [word[:LONGEST_WORD] for word in words]


def spaced(words: Sequence[str]) -> str:
    """The words with a blank before and after each, so that whole words can be told from parts of others."""
    return f" {' '.join(words)} " if words else ""


@lru_cache(maxsize=4096)
def _kind(c: str) -> str:
    """Of a character: letter, alone (a word by itself), mark (goes with the one before), or empty: a gap."""
    category = unicodedata.category(c)[0]
    if category == "M":
        return "mark"
    if category in "LN":
        return "alone" if WITHOUT_BLANKS.match(c) else "letter"
    return "alone" if category == "S" and not c.isascii() else ""


class FoldedField(models.TextField):  # type: ignore[type-arg]
    """Another field’s text, folded; updated with the row on every insert and save."""

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        options.setdefault("default", "")
        super().__init__(blank=True, editable=False, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        del options["blank"], options["editable"]
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        words = self.folded(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, words)
        return words

    def folded(self, text: str) -> str:
        return fold(text)


class WordsField(FoldedField):
    """The words of another field’s text, `spaced`."""

    def folded(self, text: str) -> str:
        return spaced(words_of(text))


class FoldedQuerySet(models.QuerySet[Row]):
    """Has `update` with a new text renew what is folded of it, as `save` does."""

    def update(self, **fields: Any) -> int:
        folded = [
            f for f in self.model._meta.concrete_fields if isinstance(f, FoldedField) and f.of in fields
        ]
        return super().update(**fields, **{f.name: f.folded(fields[f.of]) for f in folded})
