"""The progress of a task that is under way, in words."""

from dataclasses import dataclass

from generations import wake
from generations.models import State, Task
from generations.orders.waiting import waits
from generations.wording.obstacles import obstacle
from generations.wording.waits import why_it_waits


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What happens now, what follows, and what holds it up."""

    sentence: str
    note: str
    problem: str


def standing(task: Task) -> Standing | None:
    """The task's progress; None when it is not under way."""
    match task.state:
        case State.QUEUED:
            return Standing(
                sentence="Waits to be sent.",
                note="Nothing was sent or spent. Cancelling is free.",
                problem=_why_it_waits(task),
            )
        case State.SENDING:
            return Standing(
                sentence="On its way to Kie.",
                note="It cannot be cancelled any more.",
                problem=obstacle(task),
            )
        case State.RUNNING if task.is_late:
            return Standing(
                sentence="Kie takes longer than usual.",
                note="We keep asking. The clip is saved as soon as it is there.",
                problem=_worker() or obstacle(task),
            )
        case State.RUNNING:
            return Standing(
                sentence="Kie is making it.",
                note="You can leave: it is saved without you.",
                problem=_worker() or obstacle(task),
            )
        case State.SAVING:
            return Standing(
                sentence="Kie has made it. The file is being saved.",
                note="It is paid for; trying again is free, for 14 days." if obstacle(task) else "",
                problem=_worker() or obstacle(task),
            )
    return None


def _why_it_waits(task: Task) -> str:
    wait = waits([task]).get(task.pk)
    return why_it_waits(wait) if wait else ""


def _worker() -> str:
    return "" if wake.alive() else "No worker is running: nothing is sent or saved until it is back."
