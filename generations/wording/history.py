"""What happened to a task, as sentences."""

from decimal import Decimal

from generations.models import Event, Happened, Obstacle
from generations.models.obstacle import Facts
from generations.wording.figures import cr
from generations.wording.obstacles import sentence, words
from generations.wording.old_texts import legible

SENTENCES = {
    Happened.ORDERED_THEN: "Ordered, as the journal says",
    Happened.HANDED_OVER: "Handed to Kie",
    Happened.TAKEN: "Kie took it",
    Happened.FINISHED: "Kie finished it",
    Happened.STORED: "Stored whole",
    Happened.PROVEN: "Kie’s word proves it",
    Happened.FILE_BACK: "Its file is there again",
    Happened.FILE_FETCHED: "Its file had vanished; it was fetched again",
    Happened.COPY_MADE: "Kie made the 1080p copy",
    Happened.COPY_STORED: "1080p copy stored",
    Happened.COPY_RESTORED: "1080p copy brought back from the journal",
    Happened.ID_IN_JOURNAL: "The journal has its id at Kie",
    Happened.RESTORED: "Brought back from the journal",
}
BY = {
    Happened.ORDERED: "Ordered by {by}",
    Happened.CANCELLED: "Cancelled by {by}",
    Happened.COPY_ORDERED: "1080p copy asked for by {by}",
    Happened.GIVEN_UP: "{by} gave it up: Kie has deleted it",
    Happened.FILE_GIVEN_UP: "{by} gave its missing file up: Kie has deleted it",
    Happened.COPY_GIVEN_UP: "{by} gave the 1080p copy up: Kie has deleted it",
}
PAUSING = (Obstacle.KEY, Obstacle.CREDITS, Obstacle.CAP)
"""Obstacles with which sending is paused for everybody."""


def told(event: Event) -> str:
    """What happened, in a sentence without a full stop; of old events, the text of their time."""
    kind, facts = Happened(event.kind), event.facts
    if kind in BY:
        return BY[kind].format(by=facts.get("by", ""))
    return SENTENCES.get(kind) or _with_facts(kind, facts)


def _with_facts(kind: Happened, facts: Facts) -> str:  # noqa: C901 - a row for each code
    match kind:
        case Happened.HELD_UP:
            return _held_up(facts)
        case Happened.MORE_UNSAVED:
            return f"Kie names more files; they could not be saved: {_obstacle(facts, 'obstacle')}"
        case Happened.AS_IT_CAME:
            return f"Stored as it came, {facts.get('times', 0)} times alike. {_obstacle(facts, 'flaw')}"
        case Happened.REFUSED:
            return f"{facts.get('label', 'Kie')} does not take this order: {_quoted(facts)}"
        case Happened.NOT_TAKEN:
            return f"Kie is not taking orders: {_quoted(facts)}"
        case Happened.FAILED:
            return f"Kie failed: {_quoted(facts)}" if facts.get("text") else "Kie failed without a word"
        case Happened.COPY_REFUSED:
            return f"No 1080p copy: {_quoted(facts)}"
        case Happened.FOUND:
            named = f"{facts['by']} named" if facts.get("by") else "A callback named"
            return f"Found at Kie after all: {named} its id, and Kie’s record proves it"
        case Happened.TOOK_TWICE:
            return (
                f"Kie took it a second time, as {facts.get('kie_id', '')}: that is #{facts.get('task', '')}"
            )
        case Happened.SECOND:
            return f"Kie took #{facts.get('task', '')} a second time"
        case Happened.ID_OF_ANOTHER:
            kie_id, owner = facts.get("kie_id", ""), facts.get("task", "")
            return f"Kie had answered with the id {kie_id}, which is of #{owner}"
        case Happened.FIGURE:
            credits, booked = (cr(Decimal(facts.get(name, "0"))) for name in ("credits", "booked"))
            return f"Kie reported {credits} cr; {booked} had been booked"
        case Happened.MORE_FILES:
            return f"Kie named more files: {facts.get('count', 0)} are stored now"
        case Happened.NOT_SENT:
            return f"{facts.get('by', '')} says that it was not sent: “{facts.get('reason', '')}”"
        case _:
            return legible(str(facts.get("text", "")))


def _held_up(facts: Facts) -> str:
    text = _obstacle(facts, "obstacle")
    return f"{text} Sending is paused" if facts.get("obstacle") in PAUSING else text


def _obstacle(facts: Facts, name: str) -> str:
    return sentence(Obstacle(facts.get(name, Obstacle.BROKE)), facts)


def _quoted(facts: Facts) -> str:
    return f"“{words({'text': facts.get('text', '')})}”"
