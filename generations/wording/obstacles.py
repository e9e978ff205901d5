"""What holds a task, a file or a reported id up, as a sentence."""

from collections.abc import Callable, Mapping
from datetime import datetime

from generations.models import Obstacle, Task
from generations.models.obstacle import Facts, Obstructed
from generations.wording import saving
from generations.wording.answers import said, words

SENTENCES = {
    Obstacle.UNREADABLE: "One of its files cannot be read from our disk.",
    Obstacle.JOURNAL: "The journal cannot be written on this server’s disk, so nothing is sent.",
    Obstacle.HELD_UP: "This server was held up, so nothing was sent.",
    Obstacle.TOO_FAST: "Kie asked to wait: too many orders came at once.",
    Obstacle.KEY: "Kie refused the key.",
    Obstacle.CREDITS: "Kie said that the account has too few credits.",
    Obstacle.CAP: "Kie said that the key has used up its cap.",
    Obstacle.BROKE: "Something went wrong on our side; the log says what.",
    Obstacle.ENDED: "The worker stopped while it was being sent; how that ended is not known.",
    Obstacle.RESTORED: "It was sent before the restore; how that ended is not known.",
    Obstacle.UNKNOWN: "Kie does not know this task id.",
    Obstacle.OTHER_ORDER: "Kie’s record of this id carries the callback address of another order.",
    Obstacle.NO_TOKEN: "Kie’s record of this id carries no callback address: a person has to confirm it.",
    Obstacle.OTHER_PROMPT: "Kie’s record of this id has another prompt.",
    Obstacle.TOO_LITTLE: "Kie’s record of this id says too little to prove it.",
    Obstacle.ID_KNOWN: "This id belongs to another task already.",
    Obstacle.IN_DOUBT: "The task runs under an id that may be another’s: that is found out first.",
}


def obstacle(row: Obstructed) -> str:
    """What holds the task, file, version or reported id up right now; empty when nothing does."""
    if not row.obstacle:
        return ""
    label = row.label if isinstance(row, Task) else ""
    return sentence(Obstacle(row.obstacle), row.obstacle_facts, label)


def sentence(code: Obstacle, facts: Facts, label: str = "") -> str:
    """The sentence of any obstacle. Takes any facts; `label` is that of the task's model."""
    text = saving.sentence(code, facts) or SENTENCES.get(code)
    text = text or OF_FACTS.get(code, _old)({"label": label} | facts)
    failed = facts.get("failed")
    return f"{text} Kie says by now that it failed: “{words({'text': failed})}”." if failed else text


def _of_images(facts: Facts) -> str:
    count = facts.get("count", 1)
    are = "is" if count == 1 else "are"
    return f"{count} of its files {are} not here any more. Cancel this task."


def _of_other_time(facts: Facts) -> str:
    at = facts.get("at")
    made = f"{datetime.fromisoformat(at):%-d %b %H:%M} UTC" if at else "another time"
    return f"Kie’s record of this id was made at {made}, not when this was sent."


def _old(facts: Facts) -> str:
    text = " ".join(str(facts.get("text", "")).split())
    return text if text.endswith((".", "”", "!", "?")) else f"{text}."


OF_FACTS: Mapping[Obstacle, Callable[[Facts], str]] = {
    Obstacle.MODEL: lambda facts: f"{facts.get('label', '')} has left the catalogue. Cancel this task.",
    Obstacle.VALUES: lambda facts: (
        f"The catalogue of today does not take this order: {facts.get('text', '')} Cancel this task."
    ),
    Obstacle.IMAGES: _of_images,
    Obstacle.UPLOAD: lambda facts: f"A file could not be handed to Kie: {said(facts)}",
    Obstacle.UNREACHED: lambda facts: f"Kie could not be reached, nothing was sent: {said(facts)}",
    Obstacle.LOST: lambda facts: f"Kie’s answer was lost: {said(facts)}",
    Obstacle.DECLINED: lambda facts: f"Kie answered with an error: {said(facts)}",
    Obstacle.ID_TAKEN: lambda facts: (
        f"Kie had answered with the id {facts.get('kie_id', '')}, which is another task’s."
    ),
    Obstacle.NO_ANSWER: lambda facts: f"Kie gave no usable answer: {said(facts)}",
    Obstacle.NO_LINK: lambda facts: f"Kie gives no new link to the file: {said(facts)}",
    Obstacle.OTHER_MODEL: lambda facts: f"Kie’s record of this id is of {facts.get('model', '')}.",
    Obstacle.OTHER_TIME: _of_other_time,
}
"""By code, the sentence made of its facts; a task's own are joined by the `label` of its model."""
