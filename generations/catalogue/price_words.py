"""The words of Kie's price prose, as tokens: amounts, units and the conditions between them."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_UNIT = (
    r"video[- ]?seconds?|output seconds?|seconds?|secs?|s|megapixels?|images?|videos?|clips?|generations?"
    r"|requests?|calls?|extensions?|upscales?|1,?000 characters|1m (?:output |input )?tokens"
)
_TOKENS = re.compile(
    rf"(?P<amount>(?<![\w.]){NUMBER}(?: ?/ ?{NUMBER}){{0,11}} ?(?:kie )?credits?\b)"
    rf"|(?P<dollars>(?:us)?\$ ?{NUMBER}(?: ?/ ?\$ ?{NUMBER}){{0,11}}(?: ?/ ?(?:{_UNIT})\b)?)"
    rf"|(?P<unit>(?:\bper |/ ?|\b1 )(?:{_UNIT})\b)"
    rf"|(?P<length>\b{NUMBER}(?: ?/ ?{NUMBER}){{0,11}}[ -]?(?:seconds?|secs?|s)\b)"
    r"|(?P<size>\b\d{3,4} ?p\b|\b[248]k\b)"
    r"|(?P<arrow>->)"
    r"|(?P<factor>\"?\b\d ?[×x](?!\w)\"?)"
    r"|(?P<sound>\b(?:no ?/ ?with|no|without|with)[ -](?:native )?(?:audio|sound)\b)"
    r"|(?P<video>\b(?:no|without|with) (?:input )?video(?: input)?\b(?! (?:second|required)))"
    r"|(?P<tier>\b(?:lite|fast|quality|standard|std|pro)\b)"
)
_UNITS = (
    (r"video[- ]?seconds?|output seconds?|seconds?|secs?|s", "second"),
    (r"videos?|clips?|generations?", "video"),
    (r"requests?|calls?|extensions?", "call"),
    (r"upscales?", "upscale"),
    (r"images?", "image"),
    (r"megapixels?", "megapixel"),
    (r"1,?000 characters", "1000 characters"),
    (r"1m (?:output |input )?tokens", "1M tokens"),
)
_SENTENCE = re.compile(r"(?<=[\w)%])\. +(?=[A-Z])")
_BULLETS = re.compile(r"[•●▪◦]")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_QUOTES = dict.fromkeys(map(ord, "“”„«»″"), '"')
_PLAIN = str.maketrans({**_DASHES, **_QUOTES, ord("。"): ".", ord("~"): " ", ord("≈"): " ", ord("→"): "->"})


@dataclass(frozen=True, kw_only=True)
class Token:
    """One word of a price: its kind, what it says, and the plain text between it and the token before."""

    kind: str
    values: tuple[object, ...]
    gap: str


def lines(text: str) -> list[str]:
    """The text's sentences and lines, in plain lower-case characters."""
    plain = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    plain = "".join(c for c in plain if c == "\n" or _says_something(c))
    found = _SENTENCE.sub(".\n", _BULLETS.sub("\n", plain)).splitlines()
    return [" ".join(line.lower().split()) for line in found if line.strip()]


def tokens(line: str) -> tuple[list[Token], str]:
    """The tokens of one line, and the plain text after the last one."""
    found, at = [], 0
    for match in _TOKENS.finditer(line):
        kind = str(match.lastgroup)
        found.append(Token(kind=kind, values=_values(kind, match.group()), gap=line[at : match.start()]))
        at = match.end()
    return found, line[at:]


def number(text: str) -> Decimal:
    """The comma of 2,800 divides thousands; it is never a decimal sign."""
    return Decimal(text.replace(",", ""))


def unit_of(text: str) -> str:
    """The unit that a word such as “per video-second” means."""
    word = re.sub(r"^(per |/ ?|1 )", "", text.strip())
    return next((unit for pattern, unit in _UNITS if re.fullmatch(pattern, word)), "")


def _says_something(character: str) -> bool:
    """Controls and emoji say nothing about a price."""
    kind = unicodedata.category(character)
    return kind[0] != "C" and kind != "So"


def _values(kind: str, text: str) -> tuple[object, ...]:
    match kind:
        case "amount" | "dollars":
            return tuple(
                number(part) for part in re.findall(NUMBER, re.sub(r"(?<=\d) ?/ ?[a-z].*$", "", text))
            )
        case "length":
            return tuple(f"{number(part).normalize():f}" for part in re.findall(NUMBER, text))
        case "unit":
            return (unit_of(text),)
        case "size" | "factor":
            return (re.sub(r'[ "×]|(?<=^\d)x', "", text),)
        case "sound" | "video":
            both = re.match(r"no ?/ ?with", text)
            return (False, True) if both else (text.startswith("with") and not text.startswith("without"),)
        case "tier":
            return ("standard" if text == "std" else text,)
    return (text,)
