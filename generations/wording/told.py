"""What people are told in one line each: of their own tasks that have ended, and what guests said."""

from generations.models import GuestComment, GuestReview, State, Task, Verdict
from generations.models.state import ENDED_BADLY
from generations.wording.failures import explain

TELLS = ENDED_BADLY | {State.READY, State.UNCONFIRMED}
"""What people are told of: not of what they ended themselves."""
MOST = 80
"""Characters of the prompt, or of what was said."""
GUESTS_SAY = {Verdict.APPROVED: "good", Verdict.CHANGES: "changes", Verdict.REJECTED: "no"}


def told(task: Task) -> str:
    """“Ready: A quiet sea at dusk”, “Failed: A quiet sea at dusk. Kie’s filter refused it.”"""
    words = _short(task.prompt) or _short(task.label)
    match task.state:
        case State.READY:
            return f"Ready: {words}"
        case State.UNCONFIRMED:
            return f"Needs you: {words}. Was it sent?"
        case _:
            return f"Failed: {words}. {explain(task).sentence}"


def guest_wrote(comment: GuestComment) -> str:
    """“Anna (guest) commented: Too dark”."""
    return f"{comment.guest} commented: {_short(comment.text)}"


def guest_judged(review: GuestReview) -> str:
    """“Anna (guest) says: changes”."""
    return f"{review.guest} says: {GUESTS_SAY[Verdict(review.verdict)]}"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= MOST else f"{words[: MOST - 1].rstrip()}…"
