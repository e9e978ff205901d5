"""What is ordered from finished clips of a storm: by each way in which a clip goes on by its task id."""

import uuid
from collections.abc import Mapping

from generations import catalogue, orders
from generations.models import Task

GOING_ON: Mapping[str, Mapping[str, object]] = {
    "veo-extend": {"prompt": "And on"},
    "veo-1080p": {},
    "grok-imagine/upscale": {"resolution": "1080p"},
}
"""By model: the values beside its defaults and the clip."""


def go_on(clip: Task, model_id: str, key: uuid.UUID) -> Task:
    """The clip's owner orders it. Raises NotAdmitted, for one when the clip has a 1080p copy."""
    spec = catalogue.models()[model_id]
    param = spec.with_role("task")
    assert param is not None
    wish = {**spec.defaults(), **GOING_ON[model_id], param.name: clip.task_id}
    return orders.place(clip.person, spec, wish, order_key=key)
