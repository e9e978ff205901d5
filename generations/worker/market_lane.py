"""The lane of the sweep that reads Kie's own catalogue, apart from the pace of orders."""

import time
from collections.abc import Callable, Collection, Iterator

from generations.kie.client import KieClient
from generations.market import offered
from generations.models import MarketState
from generations.worker.steps import Step, look_up
from generations.worker.steps.market import is_due

EVERY = 0.5
"""Seconds between two looks at whether something is due."""


class MarketLane:
    def __init__(self) -> None:
        self.looked_at = 0.0

    def due(self, kie: KieClient, under_way: Collection[str]) -> Iterator[tuple[str, Callable[[], Step]]]:
        """The next look-up, if one is due and none is under way. What was adopted is known here then."""
        if time.monotonic() - self.looked_at < EVERY or look_up.__name__ in under_way:
            return
        self.looked_at = time.monotonic()
        offered.follow()
        if is_due() and MarketState.may_look():
            yield look_up.__name__, lambda: look_up(kie)
