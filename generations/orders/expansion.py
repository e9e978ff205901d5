"""Alternatives in a prompt: `{dusk|noon}` and `{2$$a|b|c}` make several prompts of one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec

MOST = 48
"""Tasks of one plan at most, so prompts of one expansion too."""
COUNTED = 10**6
"""So far prompts are counted that nobody wants: a number of thousands of digits takes long, and no text."""
AND = ", "
"""What joins several alternatives that stand in one place, unless the prompt says something else."""
_COUNT = re.compile(r"\s*(\d{1,4})\$\$(?:([^$|]{0,20})\$\$)?")
_SIGNS = re.compile(r"[{|}]")
_SHOWN = 40


class Unclear(ValueError):
    """The alternatives cannot be read, or are too many; the text says where, and what to write."""


@dataclass(frozen=True, kw_only=True)
class Variation:
    """One of the prompts that a prompt with alternatives makes."""

    text: str
    own: tuple[tuple[int, int], ...] = ()
    """Where the chosen words stand in it: begin and end of each."""


def variations(prompt: str) -> list[Variation]:
    """The prompts that this one makes: each alternative of each place with each of the others.

    `{a|b}` is one of both, `{2$$a|b|c}` two different ones in the order in which they are written, joined by
    a comma, and `{2$$ and $$a|b|c}` by “ and ”. Braces without a bar in them stand for themselves, and so do
    `\\{`, `\\|` and `\\}`. Raises Unclear.
    """
    if not {"{", "\\"} & set(prompt):
        return [Variation(text=prompt)]
    parts = list(_parts(prompt))
    count = _product(part.count for part in parts)
    if count > MOST:
        many = f"{count:,}" if count < COUNTED else "a million or more"
        raise Unclear(f"This makes {many} prompts, and a plan has up to {MOST} tasks. Take some words out.")
    return [_joined(parts, chosen) for chosen in product(*(part.choices() for part in parts))]


def _product(counts: Iterable[int]) -> int:
    """Of these counts, as far as anybody counts."""
    found = 1
    for count in counts:
        found = min(found * count, COUNTED)
    return found


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A piece of a prompt that stands as it is, or the alternatives of one place."""

    options: list[str]
    take: int = 1
    join: str = AND
    varies: bool = False

    @property
    def count(self) -> int:
        """How many choices there are, as far as anybody counts."""
        found, most = 1, len(self.options)
        for n in range(min(self.take, most - self.take)):
            found = found * (most - n) // (n + 1)
            if found >= COUNTED:
                return COUNTED
        return found

    def choices(self) -> list[str]:
        return [self.join.join(chosen) for chosen in combinations(self.options, self.take)]


@dataclass(kw_only=True)
class _Braces:
    """Where braces open and close, and what stands in them."""

    begin: int
    end: int | None = None
    bars: bool = False
    """Whether a bar stands in them, outside of braces within."""
    nested: bool = False


def _joined(parts: list[_Part], chosen: tuple[str, ...]) -> Variation:
    text, own = "", []
    for part, words in zip(parts, chosen, strict=True):
        if part.varies:
            own.append((len(text), len(text) + len(words)))
        text += words
    return Variation(text=text, own=tuple(own))


def _parts(prompt: str) -> Iterator[_Part]:
    found = _braces(prompt)
    plain, at = "", 0
    while at < len(prompt):
        braces = found.get(at)
        if braces and braces.bars:
            body = _body(prompt, braces)
            yield _Part(options=[plain])
            yield _alternatives(body)
            plain, at = "", at + len(body) + 2
            continue
        at += _escapes(prompt, at)
        plain += prompt[at]
        at += 1
    yield _Part(options=[plain])


def _braces(prompt: str) -> dict[int, _Braces]:
    """All braces by where they open, read in one pass."""
    found: dict[int, _Braces] = {}
    around: list[_Braces] = []
    at = 0
    while at < len(prompt):
        if _escapes(prompt, at):
            at += 2
            continue
        letter = prompt[at]
        if letter == "{":
            if around:
                around[-1].nested = True
            around.append(_Braces(begin=at))
            found[at] = around[-1]
        elif letter == "|" and around:
            around[-1].bars = True
        elif letter == "}" and around:
            around.pop().end = at
        at += 1
    return found


def _escapes(text: str, at: int) -> bool:
    return text[at : at + 1] == "\\" and text[at + 1 : at + 2] in ("{", "|", "}")


def _body(prompt: str, braces: _Braces) -> str:
    """What stands in braces with alternatives. Raises Unclear."""
    if braces.end is None:
        named = _named(prompt[braces.begin :])
        raise Unclear(f"{named} is not closed. Write }} after the last words, or \\{{ for a brace.")
    if braces.nested:
        named = _named(prompt[braces.begin : braces.end + 1])
        raise Unclear(f"{named} has braces in braces. Write \\{{ and \\}} for those that are sent.")
    return prompt[braces.begin + 1 : braces.end]


def _alternatives(body: str) -> _Part:
    counted = _COUNT.match(body)
    options = [words.strip() for words in _split(body[counted.end() :] if counted else body)]
    if not all(options):
        raise Unclear(f"{_named(f'{{{body}}}')} has an empty alternative. Write words between all bars.")
    options = list(dict.fromkeys(options))
    take = int(counted[1]) if counted else 1
    if not 1 <= take <= len(options):
        raise Unclear(f"{_named(f'{{{body}}}')} asks for {take} different ones of {len(options)}.")
    join = counted[2] if counted and counted[2] is not None else AND
    return _Part(options=options, take=take, join=join, varies=True)


def _split(body: str) -> Iterator[str]:
    """The alternatives, without the backslashes of what stands for itself."""
    words, at = "", 0
    while at < len(body):
        if body[at] == "|":
            yield words
            words = ""
        else:
            at += _escapes(body, at)
            words += body[at]
        at += 1
    yield words


def _named(text: str) -> str:
    return f"“{text}”" if len(text) <= _SHOWN else f"“{text[:_SHOWN]}…”"


def escaped(text: str) -> str:
    """A prompt as it is written so that it stands for itself: `variations` makes exactly this text of it."""
    try:
        found = variations(text)
    except Unclear:
        found = []
    if len(found) == 1 and found[0].text == text:
        return text
    return _SIGNS.sub(r"\\\g<0>", text)


def as_written(spec: ModelSpec, values: Values) -> dict[str, object]:
    """The values of a task as they stand in a form: its prompt there means just what was sent."""
    param = spec.with_role("prompt")
    prompt = values.get(param.name) if param else None
    return {**values, param.name: escaped(prompt)} if param and isinstance(prompt, str) else dict(values)
