"""The kinds of parameter a model can take. Each knows how to parse, check and send its value."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

MOST_STEPS = 200
"""Values of a number that are listed one by one at most."""
FARTHEST = 10**15
"""No number of a model is larger; beyond it, steps could not be counted exactly."""
MOST_FREE = 100
"""Maximum length of a free value of a choice in characters."""
_UNPRINTED = ("C", "Z", "M")
"""Unicode categories of characters that print nothing alone: controls, formats, spaces, combining marks."""
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
"""Fillers and the empty Braille cell: Unicode calls them letters or symbols, but they print blank."""
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{0,40})?")
"""No exponents, no separators: what looks like a slip is not guessed at."""
_TRUTH = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}


class Wrong(ValueError):
    """A value that the parameter does not take; the text tells people why, and what it takes."""

    def __init__(self, text: str, code: str = "invalid") -> None:
        super().__init__(text)
        self.code = code


def given(value: object) -> bool:
    """Whether a value counts as given: None, an empty text and an empty list do not; False and 0 do."""
    return value is not None and value != "" and value != [] and value != ()


@dataclass(frozen=True, kw_only=True)
class Param:
    """One parameter of a model, as the API documents it."""

    kind: ClassVar[str]

    name: str
    label: str
    help: str = ""
    role: str = ""
    """What the value means, across models: one of `roles.ROLES`, or nothing."""
    required: bool = False
    default: object = None
    """Sent when nothing was chosen; None: the parameter is omitted."""
    advanced: bool = False
    deprecated: bool = False
    """Listed for completeness; neither offered nor sent."""
    origin: str = "docs"
    alias: str = ""
    """A second spelling that is sent with the same value."""
    live: Mapping[str, object] = field(default_factory=dict)
    """Known differences between the live service and the reference card."""

    @property
    def missing(self) -> str:
        """The message when the parameter is required and missing."""
        return f"{self.label} is missing."

    def parse(self, texts: Sequence[str]) -> object:
        """The value for texts posted by a form or given on a command line; None for no value.

        Raises Wrong for texts that mean nothing here. Whether the model takes the value is up to `check`.
        """
        return texts[-1] if texts and texts[-1] != "" else None

    def check(self, value: object) -> None:
        """Raises Wrong unless the model takes this value, which is present and already has its type."""
        raise NotImplementedError

    def wire(self, value: object, media: Mapping[str, str]) -> object:
        """The JSON value for the API. `media` maps our upload references to the URLs Kie gave for them."""
        return value


@dataclass(frozen=True, kw_only=True)
class Text(Param):
    kind = "text"

    min_length: int | None = None
    max_length: int | None = None

    @property
    def missing(self) -> str:
        return "Name the task to go on from." if self.role == "task" else f"Write a {self.label.lower()}."

    def parse(self, texts: Sequence[str]) -> object:
        """The text without surrounding blanks, with uniform line breaks; an invisible text is empty."""
        text = texts[-1].replace("\r\n", "\n").strip() if texts else ""
        return text if any(map(visible, text)) else None

    def check(self, value: object) -> None:
        if not isinstance(value, str):
            raise Wrong(f"{self.label} cannot be read any more. Write it again.")
        if self.required and not any(map(visible, value)):
            raise Wrong(self.missing, "required")
        if "\0" in value:
            raise Wrong(f"{self.label} has a character that no text has. Write it again.")
        if self.min_length and len(value) < self.min_length:
            raise Wrong(f"This model needs at least {self.min_length} characters.")
        if self.max_length and len(value) > self.max_length:
            over = len(value) - self.max_length
            raise Wrong(f"This model takes {self.max_length:,} characters. Shorten it by {over:,}.")


@dataclass(frozen=True, kw_only=True)
class Choice(Param):
    """One of a list. Options keep their type and spelling: "5" is a text, 8 a number, "768P" keeps its P."""

    kind = "choice"

    options: tuple[str | int | float, ...]
    option_labels: Mapping[str, str] = field(default_factory=dict)
    free: bool = False
    """Whether other texts are taken too: the options are suggestions."""

    def parse(self, texts: Sequence[str]) -> object:
        """The option itself, in its own type; the default when no option is named."""
        text = texts[-1] if texts else ""
        if text == "":
            return self.default
        for option in self.options:
            if str(option) == text:
                return option
        if self.free:
            return text.strip() or self.default
        raise self._not_offered(text)

    def check(self, value: object) -> None:
        if any(type(option) is type(value) and option == value for option in self.options):
            return
        if self.free and isinstance(value, str):
            self._check_free(value)
            return
        if not isinstance(value, str | int | float):
            raise Wrong(f"{self.label} cannot be read any more. Choose it again.")
        if str(value) in map(str, self.options):
            kept = f"{self.label} is kept in a way that this model does not take any more."
            raise Wrong(f"{kept} Choose it again.")
        raise self._not_offered(str(value))

    def _check_free(self, value: str) -> None:
        if self.role == "length" and not re.fullmatch(r"[1-9]\d{0,3}", value):
            raise Wrong(f"{self.label} is a whole number of seconds.")
        if len(value) > MOST_FREE or not all(map(visible, value)):
            raise Wrong(f"{self.label} is a word of at most {MOST_FREE} characters, without blanks.")

    def _not_offered(self, text: str) -> Wrong:
        return Wrong(f"“{text}” is not offered. It takes {', '.join(map(str, self.options))}.")


@dataclass(frozen=True, kw_only=True)
class Number(Param):
    kind = "number"

    integer: bool = True
    min: Decimal | None = None
    max: Decimal | None = None
    step: Decimal | None = None
    also: tuple[int, ...] = ()
    """Values outside the range that mean something of their own, such as -1: the model chooses."""
    also_labels: Mapping[str, str] = field(default_factory=dict)
    follows: int | None = None
    """The one of `also` that makes the clip as long as what it is made from."""
    as_text: bool = False
    """Whether the number is sent as a text."""

    @property
    def steps(self) -> list[int | float] | None:
        """Every value that can be chosen, the special ones first; None when they are too many to list."""
        if self.min is None or self.max is None or not self.step:
            return None
        count = int((self.max - self.min) / self.step) + 1
        values = (self.min + n * self.step for n in range(count)) if count <= MOST_STEPS else None
        return None if values is None else [*self.also, *map(_plain, values)]

    def parse(self, texts: Sequence[str]) -> object:
        text = texts[-1].strip() if texts else ""
        if text == "":
            return None
        if not _PLAIN_NUMBER.fullmatch(text):
            raise self._outside()
        return _plain(Decimal(text))

    def check(self, value: object) -> None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole and not isinstance(value, float):
            raise Wrong(f"{self.label} cannot be read any more. Choose it again.")
        number = Decimal(str(value))
        if whole and number in self.also:
            return
        if not number.is_finite() or abs(number) > FARTHEST or (self.integer and not whole):
            raise self._outside()
        low = self.min is not None and number < self.min
        high = self.max is not None and number > self.max
        if low or high:
            raise self._outside()
        if self.step and (number - (self.min or 0)) % self.step:
            raise Wrong(f"{self.label} goes in steps of {self.step:f}{self._from}.")

    def wire(self, value: object, media: Mapping[str, str]) -> object:
        """A whole number goes without a fraction: several schemas say “number” where they mean whole ones."""
        number = _plain(Decimal(str(value)))
        return str(number) if self.as_text else number

    @property
    def _from(self) -> str:
        return f", from {self.min:f}" if self.min else ""

    def _outside(self) -> Wrong:
        limits = [f"at least {self.min:f}"] if self.min is not None else []
        limits += [f"at most {self.max:f}"] if self.max is not None else []
        kind = "whole number" if self.integer else "number"
        words = ", ".join([kind, " and ".join(limits)] if limits else [kind])
        also = "".join(f", or {n}" for n in self.also)
        return Wrong(f"{self.label} is a {words}{also}.")


@dataclass(frozen=True, kw_only=True)
class Toggle(Param):
    kind = "toggle"

    def parse(self, texts: Sequence[str]) -> object:
        if not texts or texts[-1] == "":
            return None
        value = _TRUTH.get(texts[-1].strip().lower())
        if value is None:
            raise Wrong(f"“{texts[-1]}” is neither true nor false.")
        return value

    def check(self, value: object) -> None:
        if not isinstance(value, bool):
            raise Wrong(f"{self.label} is either on or off.")


def visible(character: str) -> bool:
    """Whether a character by itself prints anything."""
    return unicodedata.category(character)[0] not in _UNPRINTED and character not in _BLANKS


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
