"""When orders are sent: people pausing and resuming it, and the hold window. Each time is an audit entry."""

from django.contrib.auth.models import User
from django.db import transaction

from generations import wake
from generations.models import Audit, Pause, Runtime
from generations.wording.names import short_name


def pause(person: User, reason: str) -> None:
    """Stop sending. Under a pause that only a person ends, nothing changes and nothing is recorded."""
    with transaction.atomic():
        if Runtime.pause(Pause.PERSON, {"by": short_name(person), "reason": reason}):
            Audit.objects.create(person=person, action=Audit.Action.PAUSED, text=reason)


def resume(person: User) -> None:
    with transaction.atomic():
        runtime = _sending()
        if runtime.paused_at is not None:
            why = runtime.get_paused_for_display()
            Runtime.resume()
            Audit.objects.create(person=person, action=Audit.Action.RESUMED, text=why)
            transaction.on_commit(wake.nudge)


def set_hold_window(admin: User, seconds: int) -> None:
    """Set for how many seconds new orders can still be changed before they are sent; 0: they go at once.

    What waits already keeps its window. Setting the same again does nothing.
    """
    with transaction.atomic():
        if _sending().hold_seconds == seconds:
            return
        Runtime.objects.filter(pk=1).update(hold_seconds=seconds)
        text = f"{seconds} s" if seconds else "none"
        Audit.objects.create(person=admin, action=Audit.Action.WINDOW, text=text)


def _sending() -> Runtime:
    """The one Runtime row, locked until this transaction ends."""
    Runtime.row()
    return Runtime.objects.select_for_update().get(pk=1)
