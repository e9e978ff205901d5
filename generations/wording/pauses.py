"""Why sending is paused, and what ends it, as sentences."""

from collections.abc import Callable, Mapping

from generations.models import Pause, Runtime
from generations.models.obstacle import Facts
from generations.models.runtime import Mismatch
from generations.wording.answers import words
from generations.wording.times import at

ENDS = {
    Pause.KEY: "It ends by itself when Kie takes the key, or when an admin resumes it.",
    Pause.CREDITS: "It ends by itself when the balance has grown, or when an admin resumes it.",
    Pause.MAINTENANCE: "An admin resumes it when Kie works again.",
    Pause.RESTORE: "An admin resumes it after manage.py reconcile.",
    Pause.UNCONFIRMED: "An admin resumes it after a look at what needs a person.",
    Pause.PERSON: "An admin resumes it.",
}
MISMATCHES: Mapping[Mismatch, str] = {
    Mismatch.FORGOTTEN: "The journal knows of tasks that this database has forgotten. "
    "Run manage.py reconcile.",
    Mismatch.LOST: "The journal is gone. Is DATA_DIR the right folder? "
    "Without it, what was sent since is not known.",
    Mismatch.COPIED: "DATA_DIR is a copy. "
    "What waits here may have been sent from the original: cancel it, or resume.",
    Mismatch.SENT: "The journal says that {task} was sent. Run manage.py reconcile.",
}


def reason(runtime: Runtime) -> str:
    """Why sending is paused: in our words, or our word for it and Kie's own words."""
    why, facts = Pause(runtime.paused_for), runtime.paused_facts
    if sentence := OURS[why](facts) if why in OURS else "":
        return sentence
    said = words(facts)
    return f"{why.label}: “{said}”." if said else f"{why.label}."


def end(runtime: Runtime) -> str:
    """When a pause ends, or who ends it."""
    if runtime.paused_for == Pause.CAP:
        if runtime.lets_one_out or runtime.paused_until is None:
            return "The next order finds out whether the cap is free again. An admin can resume it at once."
        return f"It is tried again {at(runtime.paused_until)}, by itself. An admin can resume it at once."
    return ENDS.get(Pause(runtime.paused_for), "An admin resumes it.") if runtime.paused_for else ""


def mismatch(kind: Mismatch, facts: Facts) -> str:
    return MISMATCHES[kind].format(task=f"#{facts['task']}" if "task" in facts else "a task")


def _restored(facts: Facts) -> str:
    return mismatch(Mismatch(facts["mismatch"]), facts) if "mismatch" in facts else ""


def _lost_answers(facts: Facts) -> str:
    return f"{facts['count']} answers were lost within five minutes." if "count" in facts else ""


def _by_a_person(facts: Facts) -> str:
    by, why = str(facts.get("by", "")), str(facts.get("reason", ""))
    if by and why:
        return f"{by}: “{why}”."
    if by:
        return f"{by} paused it."
    return why


OURS: Mapping[Pause, Callable[[Facts], str]] = {
    Pause.RESTORE: _restored,
    Pause.UNCONFIRMED: _lost_answers,
    Pause.PERSON: _by_a_person,
}
"""For the others, the reason is what Kie said."""
