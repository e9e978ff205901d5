"""Doubts about a price text: what keeps its figures from being prices."""

import re
from decimal import Decimal

from generations.catalogue.price_words import Token

USD = Decimal("0.005")
MOST = Decimal(100_000)
"""Credits per unit ($500); what is dearer is no price of a video."""
CHANGES = re.compile(
    r"\b(?:twice|doubles?|triples?|surcharge|extra|plus|minus|minimum|maximum|charged|additional|multipl\w+|peak"
    r"|members?|subscri\w+|per (?:minute|hour|frame|shot)|discount(?!:)|first|then|thereafter|afterwards"
    r"|each|every|base|fees?|on top|half|remaining|next|if|when|unless|except|only|up to|until(?= \d))\b|×|%"
)
_NOT_BEFORE = re.compile(
    r"(?:\b(?:from|least|between|up to|save|below|under|over|max|and up to)|[-+<>≤≥])\s*$"
)
_NOT_AFTER = re.compile(r"\s*(?:(?:/|per) ?[a-z]|or more|or less|off\b|and up\b|\+)")
NEGATIVE = re.compile(r"(?:^|(?<=[\s:(]))-(?=\d)[\d.,]+ ?credits|\b\d+(?:\.\d+)?e\d+ ?credits", re.MULTILINE)
_STRAY = re.compile(r"(?<![a-z\d.-])\d")
_NAME = re.compile(r"\b[a-z]+ v?\d+(?:\.\d+)?\b")
"""“hailuo 02”: ahead of the first amount, a figure can be part of a model's name."""


class Unclear(Exception):
    """A part of the text has no meaning that we know."""


class Absurd(Unclear):
    """An amount that no price can be."""


def no_strays(line: str, said: list[Token], rest: str) -> None:
    """Every figure has its meaning; no word turns an amount into a limit or a part of another."""
    first = next(at for at, token in enumerate(said) if token.kind == "amount")
    after = enumerate(said[1:], 1)
    gaps = [*(_NAME.sub("", token.gap) if at <= first else token.gap for at, token in after), rest]
    if any(_STRAY.search(gap) for gap in gaps) or CHANGES.search("".join([said[0].gap, *gaps])):
        raise Unclear(f"“{line[:80]}”")
    for token, gap in zip(said, gaps, strict=True):
        if token.kind in ("amount", "dollars") and _NOT_AFTER.match(gap):
            raise Unclear(f"“{line[:80]}”")
    if any(token.kind == "amount" and _turns(token.gap) for token in said):
        raise Unclear(f"“{line[:80]}”")


def _turns(gap: str) -> bool:
    """A dash between blanks divides; one at the figure makes it negative, or the end of a range."""
    return bool(_NOT_BEFORE.search(gap)) and not re.search(r"(?:^|\s)-\s+$", gap)


def check_dollars(amount: Token, between: list[Token]) -> None:
    """Dollars beside credits have to agree, but for their rounding."""
    shown = next((t.values for t in between if t.kind == "dollars"), ())
    if len(shown) != len(amount.values):
        return
    for credits, dollars in zip(
        map(Decimal, map(str, amount.values)), map(Decimal, map(str, shown)), strict=True
    ):
        if abs(credits * USD - dollars) > max(dollars / 10, USD):
            raise Unclear(f"{credits} credits are not ${dollars}")


def sane(credits: object) -> Decimal:
    amount = Decimal(str(credits))
    if not 0 <= amount <= MOST:
        raise Absurd(f"{amount} credits are no price")
    return amount
