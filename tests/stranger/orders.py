"""What the stranger has accepted, and how it will behave about it."""

import hashlib
import json
import random
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from tests.stranger.clips import CONTAINERS, clip

T = TypeVar("T")
CHARGES = ("60", "35", "110", "12.5", "24.8", "0.125", "77.777")
CHANGES_ITS_MIND = 8.0
"""Seconds for which a success is first called a failure."""
HABITS: Mapping[str, Sequence[str]] = {
    "ends": ("success",) * 14
    + ("fail", "fail, charged", "fail, then success", "fail, charged, then success"),
    "charge": (
        *("number",) * 4,
        *("string", "exponent", "other name", "null first", "absent first", "negative first", "zero first"),
        "words first",
    ),
    "urls": (
        *("string",) * 3,
        "object",
        "list",
        "bracketed",
        "twice encoded",
        "new each time",
        "late",
        "swapped",
    ),
    "param": (
        *("usual",) * 4,
        "object",
        "thrice encoded",
        "no callback",
        "null",
        "huge",
        "callback with query",
    ),
    "times": ("milliseconds", "seconds", "digits", "words", "null", "long ago", "far ahead", "fraction"),
    "states": ("plain", "capitals", "synonyms", "nonsense"),
    "id": ("there",) * 5 + ("absent",),
    "type": ("video/mp4",) * 4 + ("application/octet-stream", "image/png", "text/plain", ""),
}
"""By what it concerns: the ways in which a task may behave. The first of each is as documented."""


class Dice:
    """Random choices from one seed, for all threads."""

    def __init__(self, seed: int) -> None:
        self._random, self._lock = random.Random(seed), threading.Lock()

    def pick(self, choices: Sequence[T]) -> T:
        with self._lock:
            return self._random.choice(choices)

    def chance(self, probability: float) -> bool:
        with self._lock:
            return self._random.random() < probability

    def between(self, low: float, high: float) -> float:
        with self._lock:
            return self._random.uniform(low, high)


@dataclass(kw_only=True)
class File:
    """A file at the file host, and what happens to those who fetch it, one after the other."""

    container: str
    mishaps: list[str] = field(default_factory=list)
    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    dead: dict[str, str] = field(default_factory=dict)
    """By address: how it is dead, for ever."""

    def __post_init__(self) -> None:
        self.data = clip(self.name, self.container)
        self.sha256 = hashlib.sha256(self.data).hexdigest()


@dataclass(kw_only=True)
class Order:
    """One accepted order."""

    id: str
    is_veo: bool
    body: dict[str, Any]
    charge: Decimal
    ends_at: float
    habits: Mapping[str, str]
    files: list[File]
    looks: int = 0
    """How often its ended record was given away."""
    copy: File | None = None
    copy_asked_at: float = 0.0

    @property
    def callback(self) -> str:
        return str(self.body.get("callBackUrl") or "")

    @property
    def token(self) -> str:
        return self.callback.rstrip("/").rsplit("/", 1)[-1]

    @property
    def outcome(self) -> str:
        """How it will have ended when all is over."""
        return "success" if self.habits["ends"].endswith("success") else "fail"

    @property
    def paid(self) -> Decimal:
        return Decimal(0) if self.habits["ends"] == "fail" else self.charge

    def phase(self, *, honest: bool) -> str:
        """pending, success or fail, as it is said now."""
        now = time.time()
        if now < self.ends_at:
            return "pending"
        if "then" in self.habits["ends"] and not honest and now < self.ends_at + CHANGES_ITS_MIND:
            return "fail"
        return self.outcome


def accept(body: bytes, order_id: str, is_veo: bool, dice: Dice, mishaps: Sequence[str]) -> Order:
    """Roll what will become of an order. `mishaps` are those that may meet its files."""
    files = [
        File(
            container=dice.pick(list(CONTAINERS)),
            mishaps=[dice.pick(mishaps) for _ in range(dice.pick((0, 1, 1, 2)) if mishaps else 0)],
        )
        for _ in range(dice.pick((1, 1, 1, 1, 2, 3)))
    ]
    return Order(
        id=order_id,
        is_veo=is_veo,
        body=json.loads(body),
        charge=Decimal(dice.pick(CHARGES)),
        ends_at=time.time() + dice.between(1, 9),
        habits={about: dice.pick(ways) for about, ways in HABITS.items()},
        files=files,
    )
