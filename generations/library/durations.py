"""How long models usually take, from sending to the result: from our own clips, else the maker's figure."""

from collections.abc import Collection

from generations import catalogue
from generations.models import TrackRecord
from generations.models.track_record import Span


def usual_times(model_ids: Collection[str]) -> dict[str, Span]:
    """Range of seconds that most clips take, by model, in one query; models without a figure are left out."""
    ours = {record.model_id: record.usual for record in TrackRecord.objects.filter(model_id__in=model_ids)}
    found = {model_id: ours.get(model_id) or _by_the_maker(model_id) for model_id in model_ids}
    return {model_id: span for model_id, span in found.items() if span}


def usual_time(model_id: str) -> Span | None:
    return usual_times([model_id]).get(model_id)


def _by_the_maker(model_id: str) -> Span | None:
    spec = catalogue.find(model_id)
    return spec.usual_seconds if spec else None
