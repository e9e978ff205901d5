"""How long models usually take, from sending to the result: from our own clips, else the maker's figure."""

from collections.abc import Collection, Iterable
from datetime import datetime

from generations import catalogue
from generations.models import State, Task, TrackRecord
from generations.models.state import AT_KIE
from generations.models.track_record import Span


def usual_times(model_ids: Collection[str]) -> dict[str, Span]:
    """Range of seconds that most clips take, by model, in one query; models without a figure are left out."""
    ours = {record.model_id: record.usual for record in TrackRecord.objects.filter(model_id__in=model_ids)}
    found = {model_id: ours.get(model_id) or _by_the_maker(model_id) for model_id in model_ids}
    return {model_id: span for model_id, span in found.items() if span}


def usual_time(model_id: str) -> Span | None:
    return usual_times([model_id]).get(model_id)


def with_usual(tasks: Iterable[Task]) -> list[Task]:
    """The same tasks; those that Kie has know how long their model usually takes. At most one query."""
    found = list(tasks)
    at_kie = [task for task in found if task.state in AT_KIE]
    usual = usual_times({task.model_id for task in at_kie}) if at_kie else {}
    for task in at_kie:
        task.usual = usual.get(task.model_id)
    return found


def step_began(task: Task) -> datetime | None:
    """When the step began that the task is in; None when the task is not under way."""
    match task.state:
        case State.QUEUED:
            return task.created_at
        case State.SENDING:
            return task.sent_at or task.changed_at
        case State.RUNNING:
            return task.accepted_at or task.changed_at
        case State.SAVING:
            return task.changed_at
    return None


def _by_the_maker(model_id: str) -> Span | None:
    spec = catalogue.find(model_id)
    return spec.usual_seconds if spec else None
