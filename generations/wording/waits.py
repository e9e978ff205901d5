"""Why a task waits, as sentences."""

from django.utils import timezone

from generations import pace
from generations.models import Runtime
from generations.orders.waiting import Wait, Why
from generations.wording import pauses
from generations.wording.names import short_name
from generations.wording.obstacles import obstacle
from generations.wording.times import at, ordinal, soon

SENTENCES = {
    Why.PLAN_PAUSED: "Its plan is paused: it goes when the plan is resumed.",
    Why.NO_WORKER: "No worker is running: nothing is sent until it is back.",
    Why.BALANCE_UNREAD: "Kie’s balance is asked for first. It goes as soon as that is known.",
    Why.ID_NAMED: "An id of it at Kie was named: that is looked into before it is sent.",
    Why.OWN_LIMIT: f"{pace.AT_KIE_PER_PERSON} tasks of one person are at Kie, the most there may be. "
    "It goes when one has ended.",
    Why.PACE: f"Kie takes {pace.SENDS} orders in 10 seconds, and so many were sent. It goes in seconds.",
}
BRIEFLY = {
    Why.HELD: "Waits for you",
    Why.WINDOW: "Free to change",
    Why.PLAN_PAUSED: "Its plan is paused",
}
"""What the person whose task it is is told on a card."""
STARTS = {
    Why.PLAN_PAUSED: "when its plan goes on",
    Why.NO_WORKER: "when a worker runs",
    Why.PAUSED: "when sending goes on",
    Why.KIE_SILENT: "when Kie answers",
    Why.CANNOT_GO: "never, as it is",
    Why.OWN_LIMIT: "when others have ended",
    Why.IN_LINE: "when others have ended",
    Why.PACE: "when others have ended",
}
"""When a task starts for which no time is known."""


def standstill(runtime: Runtime, *, works: bool) -> str:
    """Why nothing at all is sent now; empty: it is. `works`: whether a worker does.

    That is looked at first: without one, a pause makes no difference.
    """
    if not works:
        return SENTENCES[Why.NO_WORKER]
    if runtime.paused_at:
        return _paused(runtime)
    return _silent(runtime) if runtime.waits_for_kie else ""


def why_it_waits(wait: Wait) -> str:
    """One or two sentences: what holds the task up, and when or by whom that ends."""
    match wait.why:
        case Why.CANNOT_GO:
            return obstacle(wait.task) or "It cannot be sent as it is. Cancel it and order it anew."
        case Why.HELD:
            return _held(wait)
        case Why.WINDOW:
            return f"It can be changed or cancelled for free, and goes {soon(wait.until or timezone.now())}."
        case Why.PAUSED:
            return _paused(wait.runtime)
        case Why.KIE_SILENT:
            return _silent(wait.runtime)
        case Why.TRIED_AGAIN:
            when = soon(wait.until) if wait.until else "soon"
            return f"{obstacle(wait.task)} It is tried again {when}."
        case Why.IN_LINE if wait.place == 1:
            return "It is next."
        case Why.IN_LINE:
            return f"It is {ordinal(wait.place)} in line: one person at a time, in turn."
    return SENTENCES[wait.why]


def _held(wait: Wait) -> str:
    name = short_name(wait.task.person)
    if wait.task.changing_at:
        return f"It is open to be changed: it waits until {name} has done that, or releases it."
    return f"It waits for {name}, who holds it back. Nothing was sent or spent."


def turn(wait: Wait) -> str:
    """Its place in the line: “3rd”, or that it stands aside."""
    return "paused" if wait.why is Why.PLAN_PAUSED else ordinal(wait.place)


def _paused(runtime: Runtime) -> str:
    return f"Sending is paused: {pauses.reason(runtime)} {pauses.end(runtime)}"


def _silent(runtime: Runtime) -> str:
    since = at(runtime.silent_since).removeprefix("at ").removeprefix("on ") if runtime.silent_since else ""
    return f"Kie does not answer since {since}. Sending waits until it does."


def starts(wait: Wait) -> str:
    """When it starts, as far as that can be known: “about 20 s”, “until Jonas releases it”."""
    if wait.seconds is not None:
        return f"about {wait.seconds} s" if wait.seconds else "in a moment"
    if wait.why is Why.HELD:
        ends = "has changed it" if wait.task.changing_at else "releases it"
        return f"until {short_name(wait.task.person)} {ends}"
    if wait.until:
        return soon(wait.until)
    return STARTS.get(wait.why, "soon")


def briefly(wait: Wait) -> str:
    """Why it waits, in the few words that a card has room for; empty where the whole sentence is as short."""
    if wait.why is Why.IN_LINE and wait.place > 1:
        return f"Starts {'in ' if wait.seconds else ''}{starts(wait)}"
    if wait.why is Why.HELD and wait.task.changing_at:
        return "Open to be changed"
    return BRIEFLY.get(wait.why, "")
