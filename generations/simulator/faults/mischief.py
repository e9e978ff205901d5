"""Decides whether a call goes wrong: the fault program at work."""

import threading
import time
from collections.abc import Callable, Mapping
from random import Random

from generations.simulator.faults.program import FaultProgram, Rule, Spell, Traits


class Mischief:
    """Follows one program at a time.

    Every rule has its own dice and throws them for each call it matches, whether or not an earlier rule takes
    the call: what happens to the n-th match depends only on the seed.
    """

    def __init__(self, program: FaultProgram | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self.replace(program)

    def replace(self, program: FaultProgram | None) -> None:
        """Start a program from its beginning, or none; the previous one ends."""
        program = program or FaultProgram()
        with self._guard:
            self._dice = [_Dice(rule, program.seed) for rule in program.rules]
            self._spells = list(program.spells)
            self._begun = self._clock()
            self._lies: dict[str, int] = {}
            self._told: set[str] = set()

    @property
    def idle(self) -> bool:
        return not self._dice and not self._spells

    def strike(self, on: str, traits: Callable[[], Traits]) -> Rule | None:
        """The fault for this call. `traits` is evaluated only if a rule needs it."""
        if not any(dice.rule.on == on for dice in self._dice):
            return None
        known = traits() if any(dice.rule.on == on and dice.rule.match for dice in self._dice) else {}
        with self._guard:
            here = [dice for dice in self._dice if dice.rule.on == on and dice.rule.fits(known)]
            thrown = [dice for dice in here if dice.falls()]
            if not thrown:
                return None
            thrown[0].struck += 1
            return thrown[0].rule

    def outage(self, mode: str, seconds: float) -> None:
        """Begin an outage now."""
        with self._guard:
            after = self._clock() - self._begun
            self._spells.append(Spell(mode=mode, after=after, seconds=seconds))

    def spell(self) -> tuple[str, float] | None:
        """The mode of the current outage, and its remaining seconds."""
        if not self._spells:
            return None
        now = self._clock() - self._begun
        for spell in list(self._spells):
            if spell.after <= now < spell.after + spell.seconds:
                return spell.mode, spell.after + spell.seconds - now
        return None

    @property
    def refusing(self) -> bool:
        """Whether connections are refused."""
        spell = self.spell()
        return spell is not None and spell[0] == "refuse"

    def lie(self, task_id: str, most: int) -> bool:
        """Whether a success may still be reported as a failure: `most` times, until it was reported."""
        with self._guard:
            if task_id in self._told or self._lies.get(task_id, 0) >= most:
                return False
            self._lies[task_id] = self._lies.get(task_id, 0) + 1
            return True

    def told(self, task_id: str) -> None:
        """A success was reported as one."""
        with self._guard:
            self._told.add(task_id)

    def counts(self) -> list[Mapping[str, object]]:
        """How many calls each rule saw, and how many it struck."""
        with self._guard:
            return [
                {"on": d.rule.on, "fault": d.rule.fault, "calls": d.calls, "struck": d.struck}
                for d in self._dice
            ]


class _Dice:
    def __init__(self, rule: Rule, seed: int) -> None:
        self.rule, self.calls, self.struck = rule, 0, 0
        self._random = Random(f"{seed}:{rule.number}")

    def falls(self) -> bool:
        self.calls += 1
        return self.rule.reaches(self.calls) and self._random.random() < self.rule.probability
