"""What may hold a task up, as codes; wording.obstacles turns them into sentences for display."""

from django.db import models


class Obstacle(models.TextChoices):
    """The label says which facts are kept beside the code."""

    MODEL = "model", "its model is in the catalogue no more"
    VALUES = "values", "today's catalogue does not take its values: `text` says which and why"
    IMAGES = "images", "`count` of its images are here no more"
    UPLOAD = "upload", "Kie could not be given an image: the facts of a KieError"
    UNREADABLE = "unreadable", "an image cannot be read from our disk"
    JOURNAL = "journal", "the journal cannot be written"
    UNREACHED = "unreached", "no connection to Kie, so nothing was sent: the facts of a KieError"
    HELD_UP = "held up", "this server stood still before sending, so nothing was sent"
    TOO_FAST = "too fast", "Kie said that too many orders came at once"
    KEY = "key", "Kie refused the key"
    CREDITS = "credits", "Kie said that the account has too few credits"
    CAP = "cap", "Kie said that the key has used up its cap"
    BROKE = "broke", "a step ended with an error that nobody foresaw; the log has it"

    LOST = "lost", "the answer to a send was lost: the facts of a KieError"
    DECLINED = "declined", "Kie answered a send with an error of its own, in words that prove nothing"
    ENDED = "ended", "the process that sent it ended before Kie answered"
    ID_TAKEN = "id taken", "Kie answered with `kie_id`, which belongs to another task"
    RESTORED = "restored", "it was sent before a restore, and nobody knows how that ended"

    NO_ANSWER = "no answer", "Kie gave no usable answer to a question: the facts of a KieError"
    UNKNOWN = "unknown", "Kie does not know the task"


STUCK_HERE = (Obstacle.MODEL, Obstacle.VALUES, Obstacle.IMAGES)
"""With one of these, the worker never sends a queued task: a person has to cancel it."""
