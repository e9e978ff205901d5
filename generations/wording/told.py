"""What people are told, in a line each: of own tasks that have ended, and of what others have said."""

from generations.models import ShareGuest, State, Task
from generations.models.preferences import Notice
from generations.models.said import Said
from generations.models.state import ENDED_BADLY
from generations.wording.failures import explain
from generations.wording.names import short_name

TELLS = ENDED_BADLY | {State.READY, State.UNCONFIRMED}
"""What people are told of: not of what they ended themselves."""
MOST = 80
"""Characters of the prompt, or of what was said."""
DEEDS = {
    Notice.MENTION: "named you",
    Notice.ANSWER: "answered you",
    Notice.COMMENT: "commented",
    "approved": "approved",
    "changes": "asked for changes",
    "rejected": "rejected",
}


def told(task: Task) -> str:
    """“Ready: A quiet sea at dusk”, “Failed: A quiet sea at dusk. Kie’s filter refused it.”"""
    words = prompt_words(task)
    match task.state:
        case State.READY:
            return f"Ready: {words}"
        case State.UNCONFIRMED:
            return f"Needs you: {words}. Was it sent?"
        case _:
            return f"Failed: {words}. {explain(task).sentence}"


def heard(said: Said) -> str:
    """“Mara answered you: A quiet sea at dusk”. What was said is read on the page of the clip."""
    words = prompt_words(said.task)
    if isinstance(said.by, ShareGuest):
        return f"{said.by} {'commented' if said.comment else 'judged'}: {words}"
    return f"{short_name(said.by)} {DEEDS[said.verdict or said.notice]}: {words}"


def prompt_words(task: Task) -> str:
    """The prompt in one line, cut off when it is long."""
    return _short(task.prompt) or _short(task.label)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= MOST else f"{words[: MOST - 1].rstrip()}…"
