"""What people are told of their own tasks that have ended, in one line each."""

from generations.models import State, Task
from generations.models.state import ENDED_BADLY
from generations.wording.failures import explain

TELLS = ENDED_BADLY | {State.READY, State.UNCONFIRMED}
"""What people are told of: not of what they ended themselves."""
MOST = 80
"""Characters of the prompt."""


def told(task: Task) -> str:
    """“Ready: A quiet sea at dusk”, “Failed: A quiet sea at dusk. Kie’s filter refused it.”"""
    words = " ".join(task.prompt.split()) or task.label
    words = words if len(words) <= MOST else f"{words[: MOST - 1].rstrip()}…"
    match task.state:
        case State.READY:
            return f"Ready: {words}"
        case State.UNCONFIRMED:
            return f"Needs you: {words}. Was it sent?"
        case _:
            return f"Failed: {words}. {explain(task).sentence}"
