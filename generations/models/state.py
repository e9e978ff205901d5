"""The states of a task, and the arrows between them."""

from django.db import models


class State(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    RUNNING = "running", "Running"
    SAVING = "saving", "Saving"
    READY = "ready", "Ready"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"
    CANCELLED = "cancelled", "Cancelled"
    CLOSED = "closed", "Closed"
    LOST = "lost", "Lost"


SOURCES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING}),
    State.SENDING: frozenset({State.QUEUED}),
    State.RUNNING: frozenset({State.SENDING, State.UNCONFIRMED, State.CLOSED, State.REFUSED, State.QUEUED}),
    State.SAVING: frozenset({State.RUNNING, State.FAILED}),
    State.READY: frozenset({State.SAVING}),
    State.REFUSED: frozenset({State.SENDING}),
    State.FAILED: frozenset({State.RUNNING}),
    State.UNCONFIRMED: frozenset({State.SENDING, State.RUNNING}),
    State.CANCELLED: frozenset({State.QUEUED}),
    State.CLOSED: frozenset({State.UNCONFIRMED}),
    State.LOST: frozenset({State.SAVING, State.RUNNING}),
}
"""The states from which each state may be reached. Any other move is invalid."""

OPEN = frozenset({State.QUEUED, State.SENDING, State.RUNNING, State.SAVING})
UNDER_WAY = frozenset({State.SENDING, State.RUNNING, State.SAVING})
AT_KIE = frozenset({State.SENDING, State.RUNNING})
"""Tasks that Kie may still be working on. A task with a result waiting to be saved is not among them."""
WITHOUT_ID = frozenset({State.QUEUED, State.SENDING, State.UNCONFIRMED})
ENDED_BADLY = frozenset({State.REFUSED, State.FAILED, State.LOST})
ENDED = frozenset(State) - OPEN - {State.UNCONFIRMED}
"""Tasks for which nothing more is expected."""
UNSETTLED = OPEN | {State.UNCONFIRMED}
"""Tasks that may need a person, or are still under way."""
ON_RECORD = ENDED_BADLY | {State.READY}
"""Tasks that count in a model's track record."""
