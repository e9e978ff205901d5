"""What may hold something up, as codes with facts; `wording` turns them into sentences for display."""

from typing import Any

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
    BROKE = "broke", "a step ended with an error that was not foreseen; the log has it"

    LOST = "lost", "the answer to a send was lost: the facts of a KieError"
    DECLINED = "declined", "Kie answered a send with an error of its own, in words that prove nothing"
    ENDED = "ended", "the process that sent it ended before Kie answered"
    ID_TAKEN = "id taken", "Kie answered with `kie_id`, which belongs to another task"
    RESTORED = "restored", "it was sent before a restore, and how that ended is not known"

    NO_ANSWER = "no answer", "Kie gave no usable answer to a question: the facts of a KieError"
    UNKNOWN = "unknown", "Kie does not know the task"

    OTHER_ORDER = "other order", "the record of the reported id carries another order's callback address"
    NO_TOKEN = "no token", "the record carries no callback address: a person has to confirm the id"
    OTHER_MODEL = "other model", "the record is of `model`"
    OTHER_PROMPT = "other prompt", "the record has another prompt"
    OTHER_TIME = "other time", "the record was made at `at` (ISO 8601), not when this was sent"
    TOO_LITTLE = "too little", "the record says too little to prove anything"
    ID_KNOWN = "id known", "the reported id belongs to another task already"
    IN_DOUBT = "in doubt", "the task runs under an id that may be another's, which is found out first"

    NO_FILE = "no file", "Kie says that it is done and names no file"
    NO_LINK = "no link", "Kie was asked for a new link and gave none: the facts of a KieError"
    HOST = "host", "the file lies on `host`, which is not an allowed one"
    ADDRESS = "address", "nothing may be fetched from the file's address: `why` is a Block, with its facts"
    LINK = "link", "the link works no more: its host answered `status`, or sent `type` instead of a file"
    STATUS = "status", "the file host answered `status`"
    LINE = "line", "the connection to the file host failed: `silence`"
    CUT = "cut", "the file ends at `size` of `of` bytes; without these, it has no index"
    EMPTY = "empty", "the file is empty"
    TOO_LARGE = "too large", "the file is larger than `limit` bytes"
    TOO_SLOW = "too slow", "the file took longer than `limit` seconds"
    NO_MEDIA = "no media", "the file is no video, no picture and no sound"
    SHORT = "short", "the pictures end at `at` of `of` seconds"
    INDEX = "index", "the file's index cannot be read"
    SPOILT = "spoilt", "a part of the picture cannot be decoded"

    ROOM = "room", "the disk is almost full"
    DISK = "disk", "the disk refused the file: `errno`"
    VOLUME = "volume", "the media folder does not hold the files of this studio"
    READ_ONLY = "read only", "the media folder cannot be written to: `errno`"

    ENDLESS = "endless", "a version was begun `tries` times and never came to an end"
    NO_DECODER = "no decoder", "nothing here can decode the file"
    NO_ENCODER = "no encoder", "nothing here can make H.264"
    NOTHING = "nothing", "the file holds nothing that could be shown"
    MISREAD = "misread", "the decoder failed: `text` is its reason"
    MEMORY = "memory", "it needs more memory than one file may take"
    CRASHED = "crashed", "the decoder crashed on the file"
    NO_PROCESS = "no process", "no process could be started for it: `errno`"
    TOO_LONG = "too long", "it took longer than `limit` seconds"
    GONE = "gone", "the version's file is gone"

    OLD = "old", "recorded before there were codes: `text`"


Facts = dict[str, Any]

STUCK_HERE = (Obstacle.MODEL, Obstacle.VALUES, Obstacle.IMAGES)
"""With one of these, the worker never sends a queued task: a person has to cancel it."""
LONGEST_CODE = 16


class Obstructed(models.Model):
    """A row that may be held up: by what, and the facts of it."""

    obstacle = models.CharField(max_length=LONGEST_CODE, blank=True)
    """An Obstacle; empty: nothing holds it up."""
    obstacle_facts = models.JSONField(default=dict)

    class Meta:
        abstract = True


def free() -> Facts:
    """The fields of a row that nothing holds up."""
    return {"obstacle": "", "obstacle_facts": {}}


def held_up(by: Obstacle, facts: Facts | None = None) -> Facts:
    """The fields of a row that this holds up."""
    return {"obstacle": str(by), "obstacle_facts": dict(facts or {})}
