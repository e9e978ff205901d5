"""What may happen to a task, as codes with facts; wording.history turns them into sentences for display."""

from django.db import models


class Happened(models.TextChoices):
    """The label says which facts are kept beside the code. `by` is the short name of a person."""

    ORDERED = "ordered", "it was ordered: `by`"
    ORDERED_THEN = "ordered then", "it was ordered before a restore, as the journal says"
    CANCELLED = "cancelled", "it was cancelled: `by`"
    CHANGED = "changed", "its person changed it: another task has taken its place: `by`"
    HELD_BACK = "held back", "its person holds it back: `by`"
    RELEASED = "released", "its person holds it back no more: `by`"
    HANDED_OVER = "handed over", "it was handed to Kie"
    TAKEN = "taken", "Kie took it"
    HELD_UP = "held up", "`obstacle` came in the way, with its own facts"
    REFUSED = "refused", "Kie does not take this order: `label` of the model, Kie's `text`"
    NOT_TAKEN = "not taken", "Kie is not taking orders at all: its `text`"
    FINISHED = "finished", "Kie finished it"
    FAILED = "failed", "Kie failed: its `text`, which may be empty"
    STORED = "stored", "every file is stored"

    FOUND = "found", "Kie's record proves an id that was named: `by`, empty for a callback"
    TOOK_TWICE = "took twice", "Kie took it a second time: as `kie_id`, which is task `task`"
    SECOND = "second", "it is what Kie made of task `task` a second time"
    PROVEN = "proven", "Kie's own word proves it"
    ID_OF_ANOTHER = "id of another", "Kie had answered with the id `kie_id`, which is of task `task`"

    FIGURE = "figure", "Kie reported its figure: `credits`, after `booked`"
    MORE_FILES = "more files", "Kie named more files: `count` are stored"
    MORE_UNSAVED = "more unsaved", "Kie names more files, held up by `obstacle`, with its own facts"
    AS_IT_CAME = "as it came", "a file came alike `times` times, `flaw` with its own facts notwithstanding"
    FILE_BACK = "file back", "a file that had vanished is there again"
    FILE_FETCHED = "file fetched", "a file that had vanished was fetched again"

    NOT_SENT = "not sent", "a person knows that it was never sent: `by`, and how: `reason`"
    GIVEN_UP = "given up", "its result was given up: `by`"
    FILE_GIVEN_UP = "file given up", "a missing file was given up: `by`"

    ID_IN_JOURNAL = "id in journal", "the journal has its id at Kie"
    RESTORED = "restored", "it was brought back from the journal"

    OLD = "old", "recorded before there were codes: `text`"
