"""What an order goes on from: a task by our number or Kie's id, and what a price depends on in it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import User

from generations import policy
from generations.catalogue.lengths import MEASURED
from generations.catalogue.params import Wrong
from generations.catalogue.rules import Values
from generations.catalogue.spec import LONGEST, ModelSpec
from generations.models import Asset, Task, Video
from generations.models.asset import assets_of

DEEPEST = 8
"""How many tasks are followed back, from a copy of a copy to the clip that it began with."""
NUMBER = re.compile(r"#(\d{1,18})")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def kie_id(person: User, text: str) -> str:
    """Kie's id for a task named by our number (“#12”), by our id or by its address; else the text as it is.

    Raises Wrong when a task of ours is meant that is not there, or has no id at Kie yet.
    """
    task = _ours(person, text)
    if task is None:
        return text
    if not task.task_id:
        raise Wrong(f"#{task.pk} is not at Kie yet. Wait until it is ready.")
    if task.is_asked:
        raise Wrong(f"#{task.pk} is a copy of another clip, and Kie goes on from that one alone.")
    return task.task_id


def _ours(person: User, text: str) -> Task | None:
    mine = policy.visible_tasks(person)
    if number := NUMBER.fullmatch(text):
        task = mine.filter(pk=int(number[1])).first()
    elif key := _UUID.search(text):
        task = mine.filter(uuid=UUID(key[0])).first()
    else:
        return None
    if task is None:
        raise Wrong(f"There is no task {text} here.")
    return task


def clip_of(person: User, text: str) -> Asset:
    """The clip of the task with our number (“#12”), as an asset. Raises Wrong when there is none."""
    task = _ours(person, text)
    clip = next(iter(task.videos.all()), None) if task else None
    if clip is None:
        raise Wrong(f"{text} has no clip yet.", "url")
    return Asset.of(clip, person)


def facts_of(
    spec: ModelSpec, values: Values, known: Mapping[UUID, Asset] | None = None
) -> Mapping[str, object]:
    """What a price may depend on in what these values go on from: lengths, and facts of a task of ours.

    `known` has all assets that are named, where they were read for many orders at once.
    """
    found: dict[str, object] = {}
    task = source_of(spec, values)
    if lengths := _measured(task, values, known):
        found[MEASURED] = lengths
    for _ in range(DEEPEST):
        source = task.spec if task else None
        if task is None or source is None:
            break
        facts = {"$source_resolution": source.value_of("size", task.values), "$tier": source.tier}
        found = {name: value for name, value in facts.items() if value} | found
        task = source_of(source, task.values)
    return found


def _measured(
    source: Task | None, values: Values, known: Mapping[UUID, Asset] | None
) -> Mapping[str, Decimal]:
    """Seconds of what the values name, by how they name it, to the millisecond. Unknown ones are left out."""
    clips = Video.objects.filter(task=source, number=0) if source else Video.objects.none()
    found = {str(name): seconds for name, seconds in clips.values_list("task__task_id", "seconds")}
    found |= {asset.reference: asset.seconds for asset in assets_of(values, known)}
    return {name: Decimal(f"{seconds:.3f}") for name, seconds in found.items() if 0 < seconds <= LONGEST}


def by_number(spec: ModelSpec, values: Values) -> Values:
    """The same values with the task of ours that they go on from named as people name it: “#12”."""
    param, task = spec.with_role("task"), source_of(spec, values)
    return values if param is None or task is None else {**values, param.name: f"#{task.pk}"}


def source_of(spec: ModelSpec, values: Values) -> Task | None:
    """The task of ours that these values go on from; None: they name none, or one that is not ours."""
    param = spec.with_role("task")
    named = values.get(param.name) if param else None
    if not isinstance(named, str) or "\0" in named:  # Typed, maybe: PostgreSQL takes no NUL.
        return None
    return Task.objects.filter(task_id=named).first()
