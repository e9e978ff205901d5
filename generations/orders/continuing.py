"""Whether Kie would go on from the clip that an order names, as far as we know before it is sent."""

from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec
from generations.kie.endpoints import ENDPOINTS
from generations.models import State, Task, TrackRecord
from generations.models.state import UNSETTLED
from generations.orders.sources import source_of

FINISHED = frozenset({State.SAVING, State.READY})
"""Tasks that have a clip at Kie."""


def refusal(spec: ModelSpec, values: Values) -> str:
    """Why the model does not go on from the task of ours that the values name; empty when it may.

    What is no task of ours is for Kie to judge.
    """
    task = source_of(spec, values)
    return unfit(spec, task) if task else ""


def unfit(spec: ModelSpec, task: Task) -> str:
    """Why the model does not go on from this task; empty when it may."""
    how = spec.continues
    if how is None:
        return ""
    if task.is_asked:
        return f"#{task.pk} is a copy of another clip, and Kie goes on from that one alone."
    if not how.takes_model(task.model_id):
        return f"{spec.label} does not go on from clips of {task.label}."
    if task.state not in FINISHED:
        return f"#{task.pk} has no clip to go on from: it is {task.get_state_display().lower()}."
    size = task.spec.value_of("size", task.values) if task.spec else None
    if not how.takes_size(size):
        return f"{spec.label} takes clips of {' or '.join(how.sizes)}. #{task.pk} is in {size} already."
    return ""


def made_before(spec: ModelSpec, values: Values) -> Task | None:
    """The task that asks, or has asked, Kie for the very same where the order is a question; else None.

    Kie takes credits for the first of such orders alone. Needs a transaction, to whose end concurrent orders
    of the model wait.
    """
    param = spec.with_role("task")
    if not ENDPOINTS[spec.endpoint].asked or param is None:
        return None
    take_turns(spec)
    source = source_of(spec, values)
    of_it = {"inputs__source": source} if source else {"inputs__address": str(values.get(param.name))}
    standing = Task.objects.filter(model_id=spec.id, state__in=UNSETTLED | {State.READY}, **of_it)
    return next((task for task in standing if spec.wire(task.values) == spec.wire(values)), None)


def take_turns(spec: ModelSpec) -> None:
    """Let the orders of a model whose order is a question wait for each other. Needs a transaction.

    Whoever takes more locks takes this one before that of a budget, as the worker does.
    """
    if ENDPOINTS[spec.endpoint].asked:
        TrackRecord.objects.get_or_create(model_id=spec.id)
        TrackRecord.objects.select_for_update().get(model_id=spec.id)


def already(spec: ModelSpec, values: Values, made: Task) -> str:
    """The sentence that says so."""
    source = source_of(spec, values)
    of = f"#{source.pk}" if source else "this clip"
    does = spec.continues.does if spec.continues else spec.label
    return f"#{made.pk} is the {does} of {of} already."
