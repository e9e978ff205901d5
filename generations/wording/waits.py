"""Why a task waits, and why sending is paused, as sentences."""

from generations import pace
from generations.models import Pause, Runtime
from generations.orders.waiting import Wait, Why
from generations.wording.obstacles import obstacle
from generations.wording.old_texts import legible
from generations.wording.times import at, ordinal, soon

ENDS = {
    Pause.KEY: "It ends by itself when Kie takes the key, or when an admin resumes it.",
    Pause.CREDITS: "It ends by itself when the balance has grown, or when an admin resumes it.",
    Pause.MAINTENANCE: "An admin resumes it when Kie works again.",
    Pause.RESTORE: "An admin resumes it after manage.py reconcile.",
    Pause.UNCONFIRMED: "An admin resumes it after a look at what needs a person.",
    Pause.PERSON: "An admin resumes it.",
}
OUR_WORDS = (Pause.PERSON, Pause.RESTORE, Pause.UNCONFIRMED)
"""Pauses whose reason is a sentence of ours; for the others it is Kie's text."""


SENTENCES = {
    Why.NO_WORKER: "No worker is running: nothing is sent until it is back.",
    Why.BALANCE_UNREAD: "Kie’s balance is asked for first. It goes as soon as that is known.",
    Why.ID_NAMED: "An id of it at Kie was named: that is looked into before it is sent.",
    Why.OWN_LIMIT: f"{pace.AT_KIE_PER_PERSON} tasks of one person are at Kie, the most there may be. "
    "It goes when one has ended.",
    Why.PACE: f"Kie takes {pace.SENDS} orders in 10 seconds, and so many were sent. It goes in seconds.",
}


def why_it_waits(wait: Wait) -> str:
    """One or two sentences: what holds the task up, and when or by whom that ends."""
    match wait.why:
        case Why.CANNOT_GO:
            return obstacle(wait.task) or "It cannot be sent as it is. Cancel it and order it anew."
        case Why.PAUSED:
            return f"Sending is paused: {pause_reason(wait.runtime)} {pause_end(wait.runtime)}"
        case Why.KIE_SILENT:
            since = at(wait.runtime.silent_since).removeprefix("at ").removeprefix("on ")
            return f"Kie does not answer since {since}. Sending waits until it does."
        case Why.TRIED_AGAIN:
            when = soon(wait.until) if wait.until else "soon"
            return f"{obstacle(wait.task)} It is tried again {when}."
        case Why.IN_LINE if wait.place == 1:
            return "It is next."
        case Why.IN_LINE:
            return f"It is {ordinal(wait.place)} in line: one person at a time, in turn."
    return SENTENCES[wait.why]


def pause_reason(runtime: Runtime) -> str:
    """Why sending is paused: our word for it, and Kie's or a person's text."""
    said = " ".join(legible(runtime.paused_why).split())
    if runtime.paused_for in OUR_WORDS and said:
        return _ended(said)
    word = runtime.get_paused_for_display()
    return f"{word}: “{said}”." if said else f"{word}."


def pause_end(runtime: Runtime) -> str:
    """When a pause ends, or who ends it."""
    if runtime.paused_for == Pause.CAP:
        if runtime.lets_one_out or runtime.paused_until is None:
            return "The next order finds out whether the cap is free again. An admin can resume it at once."
        return f"It is tried again {at(runtime.paused_until)}, by itself. An admin can resume it at once."
    return ENDS.get(Pause(runtime.paused_for), "An admin resumes it.") if runtime.paused_for else ""


def _ended(text: str) -> str:
    return text if text.endswith((".", "”", "!", "?")) else f"{text}."
