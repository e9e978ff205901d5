"""What happened to a task, as sentences."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from generations.models import Event, Happened, Obstacle
from generations.models.obstacle import Facts
from generations.wording import saving
from generations.wording.answers import words
from generations.wording.figures import cr
from generations.wording.obstacles import sentence

SENTENCES = {
    Happened.ORDERED_THEN: "Ordered, as the journal says",
    Happened.HANDED_OVER: "Handed to Kie",
    Happened.TAKEN: "Kie took it",
    Happened.FINISHED: "Kie finished it",
    Happened.STORED: "Stored whole",
    Happened.PROVEN: "Kie’s word proves it",
    Happened.FILE_BACK: "Its file is there again",
    Happened.FILE_FETCHED: "Its file had vanished; it was fetched again",
    Happened.ID_IN_JOURNAL: "The journal has its id at Kie",
    Happened.RESTORED: "Brought back from the journal",
}
BY = {
    Happened.ORDERED: "Ordered by {by}",
    Happened.CANCELLED: "Cancelled by {by}",
    Happened.CHANGED: "Changed by {by}: another task has taken its place",
    Happened.HELD_BACK: "Held back by {by}",
    Happened.RELEASED: "Released by {by}",
    Happened.GIVEN_UP: "{by} gave it up: Kie has deleted it",
    Happened.FILE_GIVEN_UP: "{by} gave its missing file up: Kie has deleted it",
}
PAUSING = (Obstacle.KEY, Obstacle.CREDITS, Obstacle.CAP)
"""Obstacles with which sending is paused for everybody."""


def told(event: Event) -> str:
    """What happened, in a sentence without a full stop; of old events, the text of their time."""
    kind = Happened(event.kind)
    if kind in BY:
        return BY[kind].format(by=event.facts.get("by", ""))
    return SENTENCES.get(kind) or OF_FACTS.get(kind, _old)(event.facts).removesuffix(".")


def _old(facts: Facts) -> str:
    return str(facts.get("text", ""))


def _obstacle(facts: Facts) -> str:
    return sentence(Obstacle(facts.get("obstacle", Obstacle.BROKE)), facts)


def _held_up(facts: Facts) -> str:
    text = _obstacle(facts)
    return f"{text} Sending is paused" if facts.get("obstacle") in PAUSING else text


def _flaw(facts: Facts) -> str:
    return saving.flaw(Obstacle(facts.get("flaw", Obstacle.SPOILT)), facts)


def _failed(facts: Facts) -> str:
    return f"Kie failed: {_quoted(facts)}" if facts.get("text") else "Kie failed without a word"


def _found(facts: Facts) -> str:
    named = f"{facts['by']} named" if facts.get("by") else "A callback named"
    return f"Found at Kie after all: {named} its id, and Kie’s record proves it"


def _figure(facts: Facts) -> str:
    credits, booked = (cr(Decimal(facts.get(name, "0"))) for name in ("credits", "booked"))
    return f"Kie reported {credits} cr; {booked} had been booked"


def _quoted(facts: Facts) -> str:
    return f"“{words({'text': facts.get('text', '')})}”"


OF_FACTS: Mapping[Happened, Callable[[Facts], str]] = {
    Happened.HELD_UP: _held_up,
    Happened.MORE_UNSAVED: lambda facts: f"Kie names more files; they could not be saved: {_obstacle(facts)}",
    Happened.AS_IT_CAME: lambda facts: (
        f"Stored as it came, {facts.get('times', 0)} times alike. {_flaw(facts)}"
    ),
    Happened.REFUSED: lambda facts: f"{facts.get('label', 'Kie')} does not take this order: {_quoted(facts)}",
    Happened.NOT_TAKEN: lambda facts: f"Kie is not taking orders: {_quoted(facts)}",
    Happened.FAILED: _failed,
    Happened.FOUND: _found,
    Happened.TOOK_TWICE: lambda facts: (
        f"Kie took it a second time, as {facts.get('kie_id', '')}: that is #{facts.get('task', '')}"
    ),
    Happened.SECOND: lambda facts: f"Kie took #{facts.get('task', '')} a second time",
    Happened.ID_OF_ANOTHER: lambda facts: (
        f"Kie had answered with the id {facts.get('kie_id', '')}, which is of #{facts.get('task', '')}"
    ),
    Happened.FIGURE: _figure,
    Happened.MORE_FILES: lambda facts: f"Kie named more files: {facts.get('count', 0)} are stored now",
    Happened.NOT_SENT: lambda facts: (
        f"{facts.get('by', '')} says that it was not sent: “{facts.get('reason', '')}”"
    ),
}
