"""Kie's price prose → rates. What is not understood whole stays prose and never becomes a number.

`pricingDesc` of the catalogue is free text for people. Every figure of it has to find its meaning, or none
counts: an estimate that is too low is worse than none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from generations.catalogue.price_checks import (
    CHANGES,
    NEGATIVE,
    USD,
    Absurd,
    Unclear,
    check_dollars,
    no_strays,
    sane,
)
from generations.catalogue.price_words import NUMBER, Token, lines, number, tokens, unit_of

LONGEST = 8_000
"""Characters; the longest price text seen has under a thousand."""
When = Mapping[str, tuple[object, ...]]
CONDITIONS = ("size", "length", "sound", "video", "tier", "source", "factor")
_FREE = re.compile(r"(?:this model is )?free(?: of charge)?\.?")
_DOLLARS_ONLY = re.compile(rf"(?:us)?\$ ?({NUMBER}) ((?:per |/ ?).+?)\.?")
_BONUS = re.compile(r"\(?\+?\d*%? ?high-tier top-?ups?.*")
_DISCOUNT = re.compile(r"(?<![a-z\d])(?:(?!credits)[a-z-]+ ){0,5}\d+(?:\.\d+)?(?: ?- ?\d+)? ?%(?! ?\))[^.;]*")
_LIMIT = re.compile(
    r"\b(?:each job can be )?up to \d+ ?s(?:ec(?:ond)?s?)?\b(?: long)?(?: per (?:generation|job))?"
)
_BOTH = re.compile(
    r"(?:(?:unit )?price × )?\((?:generated|input|output)[a-z ]* \+ (?:input|output)[a-z ]*\)"
    r"(?: × (?:unit )?price)?"
)
_BY_VIDEO = re.compile(r"no video = price × output; *with video = price × \(input \+ output\)")
_FREE_IMAGES = re.compile(r"first (\d+) images are free")
_HARMLESS = re.compile(
    r"video input is charged at the corresponding resolution rate|additional images are charged separately"
    r"|the billing rule is|the first \d+ images are free"
    r"|additional image (?:input|cost)|total cost|unit price"
)
_JOINS = re.compile(r'[\s/,&"()]*(?:and|or|both)?[\s/,&"()]*')


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Credits per unit, where all conditions hold; a condition with several values holds for any of them."""

    credits: Decimal
    unit: str
    """video, second, call, upscale, image, megapixel, 1000 characters or 1M tokens."""
    when: When = field(default_factory=dict)
    """By what the text names: size, length, sound, video (an input), tier, source (size before), factor."""
    with_input: bool = False
    """Whether the seconds of an input video count too."""
    free: int = 0
    """Number of units that cost nothing."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a price text says: all of its rates, or none and why."""

    rates: tuple[Rate, ...] = ()
    doubt: str = ""
    absurd: bool = False
    """Whether an amount cannot be a price: negative, or out of all measure."""
    seconds: Decimal | None = None
    """Length of every clip, when the text says so."""
    until: str = ""
    """Date at which the text says that these prices end."""


def read(text: str | None) -> Reading:
    """The rates in one `pricingDesc`. Never raises; without rates, `doubt` says why."""
    if len(text or "") > LONGEST:
        return Reading(doubt="its price text is too long to be one")
    found = lines(text or "")
    if not found:
        return Reading(doubt="Kie names no price")
    try:
        rates = _rates(found)
    except Unclear as unclear:
        absurd = isinstance(unclear, Absurd)
        return Reading(doubt=f"its price text is not understood: {unclear}", absurd=absurd)
    if not rates:
        return Reading(doubt="its price text names no figure")
    whole = "\n".join(found)
    fixed = re.search(r"one generation yields a (\d+)-second", whole)
    ends = re.search(r"until ([a-z]+ \d+)", whole)
    return Reading(
        rates=tuple(rates),
        seconds=Decimal(fixed.group(1)) if fixed else None,
        until=ends.group(1).capitalize() if ends else "",
    )


def _rates(found: list[str]) -> list[Rate]:
    if len(found) == 1 and _FREE.fullmatch(found[0]):
        return [Rate(credits=Decimal(0), unit="call")]
    only = _DOLLARS_ONLY.fullmatch(found[0].strip()) if len(found) == 1 else None
    if only and (unit := unit_of(only.group(2))):
        return [Rate(credits=sane(number(only.group(1)) / USD), unit=unit)]
    whole = "\n".join(found)
    if negative := NEGATIVE.search(whole):
        raise Absurd(f"{negative.group().strip()} are no price")
    by_video = bool(_BY_VIDEO.search(whole))
    both = bool(_BOTH.search(_BY_VIDEO.sub("", whole)))
    free = _FREE_IMAGES.search(whole)
    rates: list[Rate] = []
    section: dict[str, tuple[object, ...]] = {}
    for line in map(_bare, found):
        said, rest = tokens(line)
        if not any(token.kind == "amount" for token in said):
            if CHANGES.search(line) or "credit" in line:
                raise Unclear(f"“{line[:80]}”")
            if line.endswith(":"):
                section = _together([t for t in said if t.kind in CONDITIONS])
        else:
            rates += _line(line, said, rest, section)
    rates = _one_unit(rates)
    rates = [
        replace(
            rate,
            with_input=rate.unit == "second" and (both or (by_video and rate.when.get("video") == (True,))),
            free=int(free.group(1)) if free and rate.unit == "image" else 0,
        )
        for rate in rates
    ]
    return _distinct(_without_video(_without_lone_tier(rates)))


def _bare(line: str) -> str:
    """The line without bonus, discounts, limits and formulas whose meaning is known."""
    for noise in (_BONUS, _DISCOUNT, _LIMIT):
        for cut in noise.finditer(line):
            if re.search(r"\d ?(?:kie )?credits", cut.group()):
                raise Unclear(f"“{cut.group()[:80]}”")
        line = noise.sub("", line)
    for known in (_BY_VIDEO, _BOTH, _HARMLESS):
        line = known.sub("", line)
    return line.strip(" =+")


def _line(line: str, said: list[Token], rest: str, section: When) -> Iterator[Rate]:
    """The rates of one line: conditions stand before their amounts, or after them below a heading."""
    no_strays(line, said, rest)
    places = [at for at, token in enumerate(said) if token.kind == "amount"]
    after = any(token.kind in CONDITIONS for token in said[places[-1] :])
    heading: dict[str, tuple[object, ...]] = dict(section)
    lead, stated = said[: places[0]], ""
    for at, until in pairwise([*places, len(said)]):
        between = said[at + 1 : until]
        units = [str(t.values[0]) for t in between if t.kind == "unit"]
        own = units[0] if units else ""
        stated = stated or own or next((str(t.values[0]) for t in lead if t.kind == "unit"), "")
        mine, following = (_split(between)) if after else ([], between)
        heads = _alternatives([t for t in lead if t.kind in CONDITIONS or t.kind == "arrow"])
        for head in heads:
            heading = {**heading, **head}
            when = _joined(heading, _together(mine))
            yield from _paired(said[at], when, own or stated)
        check_dollars(said[at], between)
        lead = [t for t in following if t.kind != "unit"]


def _split(between: list[Token]) -> tuple[list[Token], list[Token]]:
    """What belongs to the amount before, and, from a semicolon on, to the next one."""
    words = [t for t in between if t.kind in CONDITIONS]
    cut = next((n for n, token in enumerate(words) if n and ";" in token.gap), len(words))
    return words[:cut], words[cut:]


def _paired(amount: Token, when: dict[str, tuple[object, ...]], unit: str) -> Iterator[Rate]:
    """One rate an amount; a list of amounts pairs with a list of as many lengths or sizes, by place."""
    if len(amount.values) == 1:
        yield Rate(credits=sane(amount.values[0]), unit=unit, when=when)
        return
    lists = [name for name, values in when.items() if len(values) == len(amount.values)]
    if len(lists) != 1:
        raise Unclear("a list of amounts without as many cases")
    for credits, value in zip(amount.values, when[lists[0]], strict=True):
        yield Rate(credits=sane(credits), unit=unit, when={**when, lists[0]: (value,)})


def _alternatives(words: list[Token]) -> list[dict[str, tuple[object, ...]]]:
    """“10 s at 720p or 5 s at 1080p”: two cases. “720p or 1080p”: one case with two values."""
    groups: list[list[Token]] = [[]]
    for word in words:
        if re.search(r"\bor\b", word.gap) and groups[-1]:
            groups.append([])
        groups[-1].append(word)
    cases = [_together(group) for group in groups]
    if len(cases) > 1 and all(len(case) > 1 and case.keys() == cases[0].keys() for case in cases):
        return cases
    return [_together(words)]


def _together(words: list[Token]) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    turned = False
    for word in words:
        if word.kind == "arrow":
            turned, found = True, {"source": found.pop("size", ()), **found}
            continue
        if word.kind in found and (turned or not _JOINS.fullmatch(word.gap)):
            raise Unclear(f"two values for one {word.kind}")
        found[word.kind] = (*found.get(word.kind, ()), *word.values)
    return found


def _joined(heading: When, mine: When) -> dict[str, tuple[object, ...]]:
    if doubled := sorted(set(heading) & set(mine)):
        raise Unclear(f"two values for one {doubled[0]}")
    return {**heading, **mine}


def _one_unit(rates: list[Rate]) -> list[Rate]:
    """Amounts without a unit share that of the others; a list that begins per second goes on per second."""
    named = [rate.unit for rate in rates if rate.unit]
    usual = next((unit for unit in named if unit != "image"), "")
    if not usual:
        if any(not rate.when and not rate.unit for rate in rates):
            raise Unclear("an amount for nothing that is named")
        usual = "upscale" if any("source" in rate.when for rate in rates) else "video"
    flat = {"video", "second"}
    return [
        replace(rate, unit=usual) if not rate.unit or (usual == "second" and rate.unit in flat) else rate
        for rate in rates
    ]


def _without_lone_tier(rates: list[Rate]) -> list[Rate]:
    """A tier that is the same everywhere is part of the model's name."""
    if len({rate.when.get("tier") for rate in rates}) > 1:
        return rates
    return [replace(r, when={k: v for k, v in r.when.items() if k != "tier"}) for r in rates]


def _without_video(rates: list[Rate]) -> list[Rate]:
    """Where some amounts are for an input video, the others are for none: never the lower of the two."""
    if not any(rate.when.get("video") == (True,) for rate in rates):
        return rates
    return [
        r if "video" in r.when or r.unit == "image" else replace(r, when={**r.when, "video": (False,)})
        for r in rates
    ]


def _distinct(rates: list[Rate]) -> list[Rate]:
    known: dict[tuple[object, ...], Rate] = {}
    for rate in rates:
        key = (rate.unit, *sorted((name, str(values)) for name, values in rate.when.items()))
        if known.setdefault(key, rate).credits != rate.credits:
            raise Unclear(f"{known[key].credits} and {rate.credits} credits for the same case")
    return list(known.values())
