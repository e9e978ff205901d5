"""Rows that a sweep has taken are its own for a while; those whose step breaks wait longer each time."""

from django.utils import timezone

from generations import pace
from generations.models import Copy, Hint, Obstacle, Rendition, State, Task, Video

Row = Task | Hint | Copy | Video | Rendition


def put_off(row: Row) -> None:
    """Look at a row less and less often whose step breaks each time.

    One that is being handed to Kie keeps its time: after it nobody can know how that ended.
    """
    if not isinstance(row, Task):
        due_at = timezone.now() + pace.back_off(row.attempts)
        type(row).objects.filter(pk=row.pk, due_at=row.due_at).update(
            due_at=due_at, attempts=row.attempts + 1
        )
    elif row.state in (State.QUEUED, State.RUNNING, State.SAVING):
        due_at = timezone.now() + pace.back_off(row.attempts)
        row.note(due_at=due_at, attempts=row.attempts + 1, obstacle=Obstacle.BROKE, problem="")


def claim(row: Row) -> bool:
    """Take the row for one step, or keep it: push its due time on. False: it has been changed meanwhile."""
    if isinstance(row, Task):
        return row.claim(pace.CLAIM_LIFE)
    later = timezone.now() + pace.CLAIM_LIFE
    rows = type(row).objects.filter(pk=row.pk, due_at=row.due_at)
    if not rows.update(due_at=later):
        return False
    row.due_at = later
    return True
