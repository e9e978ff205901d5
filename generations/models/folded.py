"""Words as a search compares them: without accents, case and other spellings of the same word."""

import re
import unicodedata
from typing import Any

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


def fold(text: str) -> str:
    """The text as a search compares it; folding twice changes nothing more.

    “É”, “é” as one sign or two, “Ｅ” and “e” become e, ß ss, ё е, ﬁ fi; direction marks and other invisible
    signs are dropped, and any run of white space becomes one space.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    seen = "".join(c for c in MARKS.sub("", apart) if unicodedata.category(c) != "Cf")
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in seen)
    return " ".join(unicodedata.normalize("NFC", digits.translate(SPELLINGS)).split())


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
        words = fold(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, words)
        return words
