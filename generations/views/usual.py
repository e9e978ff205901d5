"""How long models usually take, for many models in one query."""

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
    """Seconds between which half of a model's recent tasks took; the catalogue's word where there are few."""
    ended = Task.objects.filter(
        model_id__in=model_ids,
        state=State.READY,
        accepted_at__isnull=False,
        finished_at__gt=timezone.now() - RECENT,
    )
    took: dict[str, list[int]] = defaultdict(list)
    rows = ended.order_by("-id").values_list("model_id", "accepted_at", "finished_at")[:MOST]
    for model_id, start, end in rows:
        if start and end:
            took[model_id].append(max(0, int((end - start).total_seconds())))
    spans: dict[str, Span] = {}
    for model_id in model_ids:
        times = sorted(took[model_id])
        spec = catalogue.find(model_id)
        if len(times) >= ENOUGH:
            spans[model_id] = times[len(times) // 4], times[(3 * len(times)) // 4]
        elif spec and spec.usual_seconds:
            spans[model_id] = spec.usual_seconds
    return spans
