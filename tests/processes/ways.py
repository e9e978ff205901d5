"""The ways to the places in the code where a process may be told to die."""

from dataclasses import dataclass, field
from typing import Any

from generations.models import State


@dataclass(frozen=True, kw_only=True)
class Way:
    """How to get to a place, and what a task that died there comes to."""

    create: dict[str, Any] = field(default_factory=dict)
    """What the service does to the order."""
    prompt: str = "A quiet sea"
    model: str = "kling-2.6/text-to-video"
    copy: bool = False
    """Whether it is met by a 1080p copy of a clip that is ready."""
    asked: dict[str, Any] = field(default_factory=dict)
    """What the service does to the first question for the copy."""
    ends: tuple[str, ...] = (State.READY,)


PLAIN = Way()
REFUSED = Way(create={"fault": "status", "code": 422}, ends=(State.REFUSED,))
AGAIN = Way(create={"fault": "status", "code": 429})
LOST = Way(create={"fault": "accept_then_reset"})
NEVER_SENT = Way(ends=(State.UNCONFIRMED,))
FAILS = Way(prompt="It #fails", ends=(State.FAILED,))
COPY = Way(model="veo3_fast", copy=True)
UNHEARD = Way(model="veo3_fast", copy=True, asked={"fault": "reset"})
COPIES = {
    "send: the intent is in the journal": COPY,
    "send: no task id came back": UNHEARD,
    "send: what is asked is in the journal": UNHEARD,
    "send: a task id came back": COPY,
    "send: the refusal is not committed": Way(model="veo3_fast", copy=True, asked={"fault": "refused"}),
    "refresh: the charge is not committed": COPY,
    "save: the file has no row": COPY,
}
"""Where a 1080p copy meets them: as it is asked for again, it always comes."""
WAYS = {
    "send: before the intent": PLAIN,
    "send: the intent is not committed": PLAIN,
    "send: the intent is committed": NEVER_SENT,
    "send: the intent is in the journal": NEVER_SENT,
    "send: a task id came back": PLAIN,
    "send: the answer is in the journal": PLAIN,
    "send: running": PLAIN,
    "send: no task id came back": LOST,
    "send: unconfirmed": LOST,
    "send: the return is in the journal": Way(create=AGAIN.create, ends=(State.UNCONFIRMED,)),
    "send: queued again": AGAIN,
    "send: the refusal is in the journal": Way(create=REFUSED.create, ends=(State.UNCONFIRMED,)),
    "send: the refusal is not committed": Way(create=REFUSED.create, ends=(State.UNCONFIRMED,)),
    "send: refused": REFUSED,
    "refresh: the record came back": PLAIN,
    "refresh: moved and not charged": PLAIN,
    "refresh: the charge is not committed": PLAIN,
    "refresh: saving and charged": PLAIN,
    "refresh: the failure is not committed": FAILS,
    "refresh: failed": FAILS,
    "archive: the file is on the disk": PLAIN,
    "archive: the file is in its place": PLAIN,
    "save: the file is in no list": PLAIN,
    "save: the file has no row": PLAIN,
    "save: the row is not committed": PLAIN,
    "save: every file has its row": PLAIN,
    "save: ready": PLAIN,
    "attach: proven": LOST,
    "attach: the id is in the journal": LOST,
    "attach: running": LOST,
    "attach: done": LOST,
}

MIXED = ("refresh: the id is not given away", "refresh: the id is given away")
"""Only there after Kie has answered an order with another's id."""
KEPT = (
    "put back: the file is in no list",
    "put back: the file has no row",
    "put back: the row is not committed",
    "put back: done",
)
"""Only a stored file that has vanished leads there, and below a version that plays everywhere."""
MADE = ("rendition: the file has no row", "rendition: ready")
SECOND = ("attach: the second is not committed", "attach: the second is in the journal")
"""Only a lie of Kie leads there."""
