"""A sweep owns the rows it has taken for a while; a row whose step keeps failing waits longer each time."""

from django.utils import timezone

from generations import pace
from generations.models import Hint, Obstacle, Rendition, State, Task, Video
from generations.models.obstacle import held_up

Row = Task | Hint | Video | Rendition


def put_off(row: Row) -> None:
    """Look less and less often at a row whose step fails each time.

    A row that is being sent to Kie keeps its due time: past that time, the outcome of the send is unknowable.
    """
    if not isinstance(row, Task):
        due_at = timezone.now() + pace.back_off(row.attempts)
        type(row).objects.filter(pk=row.pk, due_at=row.due_at).update(
            due_at=due_at, attempts=row.attempts + 1
        )
    elif row.state in (State.QUEUED, State.RUNNING, State.SAVING):
        due_at = timezone.now() + pace.back_off(row.attempts)
        row.note(due_at=due_at, attempts=row.attempts + 1, **held_up(Obstacle.BROKE))


def claim(row: Row) -> bool:
    """Take or keep the row for one step by pushing its due time on. False: the row has changed meanwhile."""
    if isinstance(row, Task):
        return row.claim(pace.CLAIM_LIFE)
    later = timezone.now() + pace.CLAIM_LIFE
    rows = type(row).objects.filter(pk=row.pk, due_at=row.due_at)
    if not rows.update(due_at=later):
        return False
    row.due_at = later
    return True
