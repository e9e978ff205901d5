"""What a step is, and how one is walked through in the calling thread."""

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

Work = Callable[[], Any]
Step = Generator[Work, Any, None]


class Question(partial[Any]):
    """Work that asks Kie how something stands: it waits for its turn, as Kie answers so many a second."""


def run(step: Step) -> None:
    """Walk one step to its end, doing its work here and now."""
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
