"""Whether tasks are being sent, and if not, why, until when, and who ends the pause."""

from dataclasses import dataclass
from datetime import datetime

from generations import pace
from generations.models import State, Task
from generations.orders.waiting import Sending
from generations.wording import pauses


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Whether tasks are being sent, in one line."""

    kind: str
    word: str
    detail: str
    since: datetime | None = None
    paused: bool = False


def flow(sending: Sending) -> Flow:
    """The worker is checked first: without one, a pause makes no difference."""
    runtime = sending.runtime
    if not sending.works:
        detail = "nothing is sent, asked or saved until the start command runs again"
        return Flow(kind="bad", word="No worker", detail=detail, paused=bool(runtime.paused_at))
    if runtime.paused_at:
        detail = f"{pauses.reason(runtime)} {pauses.end(runtime)}"
        return Flow(
            kind="warn", word="Sending is paused", detail=detail, since=runtime.paused_at, paused=True
        )
    if runtime.silent_since:
        word = "Kie does not answer"
        detail = "sending waits until it does, asking goes on"
        if not runtime.waits_for_kie:
            detail = "it is asked again now; sending waits if it stays silent"
        return Flow(kind="warn", word=word, detail=detail, since=runtime.silent_since)
    if pace.balance_unread(runtime):
        detail = "it goes on as soon as that is known"
        return Flow(kind="warn", word="Sending waits for Kie’s balance", detail=detail)
    used = pace.SENDS - pace.room()
    running = Task.objects.filter(state=State.RUNNING).count()
    seconds = int(pace.SEND_WINDOW.total_seconds())
    detail = f"{used} of {pace.SENDS} sends in the last {seconds} s, {running} running at Kie"
    if ahead := pace.sends_ahead():
        some = "1 send is" if ahead == 1 else f"{ahead} sends are"
        detail += f". {some} dated in the future: this server’s clock was ahead. They hold nothing up"
        return Flow(kind="warn", word="Sending is on", detail=detail)
    return Flow(kind="good", word="Sending is on", detail=detail)
