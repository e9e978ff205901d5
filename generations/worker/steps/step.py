"""What a step is, and how to run one in the calling thread."""

import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

Work = Callable[[], Any]
Step = Generator[Work, Any, None]


class Question(partial[Any]):
    """Work that asks Kie about a state: it waits its turn, because Kie limits questions per second."""


def timed(work: Work) -> tuple[Any, float]:
    """Do the work; returns its answer and the seconds it took."""
    began = time.monotonic()
    return work(), time.monotonic() - began


def run(step: Step) -> None:
    """Run one step to its end, doing its work in this thread."""
    answer: Any = None
    failure: Exception | None = None
    while True:
        try:
            work = step.throw(failure) if failure else step.send(answer)
        except StopIteration:
            return
        answer, failure = None, None
        try:
            answer = work()
        except Exception as raised:
            failure = raised
