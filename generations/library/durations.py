"""How long models usually take, from sending to having the result, for many models in one query."""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from generations import catalogue
from generations.models import State, Task

RECENT = timedelta(days=60)
ENOUGH = 4
MOST = 2000

Span = tuple[int, int]


def usual_times(model_ids: Collection[str]) -> dict[str, Span]:
    """Seconds between which most of a model's recent tasks took, all but the fastest and the slowest tenth.

    The catalogue's word where there are few.
    """
    ended = Task.objects.filter(
        model_id__in=model_ids,
        state=State.READY,
        sent_at__isnull=False,
        ready_at__gt=timezone.now() - RECENT,
    )
    times: dict[str, list[int]] = defaultdict(list)
    for task in ended.order_by("-id").only("model_id", "sent_at", "ready_at", "finished_at")[:MOST]:
        if task.took is not None:
            times[task.model_id].append(task.took)
    return {m: span for m in model_ids if (span := _span(m, sorted(times[m])))}


def _span(model_id: str, took: list[int]) -> Span | None:
    if len(took) >= ENOUGH:
        return took[len(took) // 10], took[-1 - len(took) // 10]
    spec = catalogue.find(model_id)
    return spec.usual_seconds if spec else None
