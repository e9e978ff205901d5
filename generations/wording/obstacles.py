"""What holds a task up, as a sentence."""

from collections.abc import Mapping
from typing import Any

from generations.kie.errors import SILENCES, Silence
from generations.models import Obstacle, Task
from generations.wording.old_texts import legible

Facts = Mapping[str, Any]
LONGEST = 300
"""Maximum characters of Kie's own words shown within a sentence of ours."""

SENTENCES = {
    Obstacle.UNREADABLE: "One of its images cannot be read from our disk.",
    Obstacle.JOURNAL: "The journal cannot be written on this server’s disk, so nothing is sent.",
    Obstacle.HELD_UP: "This server was held up, so nothing was sent.",
    Obstacle.TOO_FAST: "Kie asked to wait: too many orders came at once.",
    Obstacle.KEY: "Kie refused the key.",
    Obstacle.CREDITS: "Kie said that the account has too few credits.",
    Obstacle.CAP: "Kie said that the key has used up its cap.",
    Obstacle.BROKE: "Something went wrong on our side; the log says what.",
    Obstacle.ENDED: "The worker stopped while it was being sent, and nobody noted how that ended.",
    Obstacle.RESTORED: "It was sent before the restore, and nobody noted how that ended.",
    Obstacle.UNKNOWN: "Kie does not know this task.",
}


def obstacle(task: Task) -> str:
    """What holds the task up right now; empty when nothing does. Works for rows of any age."""
    if not task.obstacle:
        text = legible(task.problem)
        return text if not text or text.endswith((".", "”", "!", "?")) else f"{text}."
    return sentence(Obstacle(task.obstacle), task.obstacle_facts, task.label)


def sentence(code: Obstacle, facts: Facts, label: str) -> str:
    match code:
        case Obstacle.MODEL:
            return f"{label} has left the catalogue. Cancel this task."
        case Obstacle.VALUES:
            return (
                f"The catalogue of today does not take this order: {facts.get('text', '')} Cancel this task."
            )
        case Obstacle.IMAGES:
            count = facts.get("count", 1)
            return (
                f"{count} of its images {'is' if count == 1 else 'are'} not here any more. Cancel this task."
            )
        case Obstacle.UPLOAD:
            return f"An image could not be handed to Kie: {said(facts)}"
        case Obstacle.UNREACHED:
            return f"Kie could not be reached, nothing was sent: {said(facts)}"
        case Obstacle.LOST:
            return f"Kie’s answer was lost: {said(facts)}"
        case Obstacle.DECLINED:
            return f"Kie answered with an error: {said(facts)}"
        case Obstacle.ID_TAKEN:
            return f"Kie had answered with the id {facts.get('kie_id', '')}, which is another task’s."
        case Obstacle.NO_ANSWER:
            return f"Kie gave no usable answer: {said(facts)}"
    return SENTENCES[code]


def said(facts: Facts) -> str:
    """The facts of a KieError: how the connection failed, or Kie's own words in quotation marks."""
    if facts.get("silence"):
        return f"{silence(facts)}."
    return f"“{words(facts)}”."


def silence(facts: Facts) -> str:
    how = str(facts.get("silence", ""))
    known = Silence(how) if how in list(Silence) else Silence.OTHER
    host = str(facts.get("host", ""))
    return f"{SILENCES[known]} ({host})" if host else SILENCES[known]


def words(facts: Facts) -> str:
    """The answer's text, with its codes."""
    text, code, status = facts.get("text", ""), facts.get("code"), facts.get("status")
    text = " ".join(legible(str(text)).split())
    text = text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
    seen = [f"code {code}"] if code is not None else []
    if status not in (None, 200, code):
        seen.append(f"HTTP status {status}")
    return f"{text} ({', '.join(seen)})" if seen else text
