"""1080p copies of finished clips, where Kie makes them."""

from django.contrib.auth.models import User
from django.db import transaction

from generations import wake
from generations.kie.endpoints import ENDPOINTS
from generations.models import Copy, Entry, Event, Happened, State, Task
from generations.models.video import COPY_PRICE
from generations.money import ledger
from generations.orders.placing import NotAdmitted
from generations.wording.names import short_name


def ask_for_copy(task: Task, person: User) -> Copy:
    """Ask for a 1080p copy of a finished task. Asking twice makes one copy. Raises NotAdmitted."""
    if not can_copy(task):
        raise NotAdmitted("Kie makes 1080p copies of finished 720p Veo clips only.")
    try:
        with transaction.atomic():
            copy, made = Copy.objects.get_or_create(task=task, defaults={"person": person})
            if made:
                budget = ledger.admit(task.person, COPY_PRICE)
                ledger.hold(task, budget, COPY_PRICE, Entry.Subject.COPY)
                Event.objects.create(task=task, kind=Happened.COPY_ORDERED, facts={"by": short_name(person)})
                transaction.on_commit(wake.nudge)
    except ledger.OverBudget as over:
        raise NotAdmitted(str(over)) from over
    return copy


def can_copy(task: Task) -> bool:
    """Whether Kie offers a 1080p copy (docs.kie.ai, get Veo 3 1080p video)."""
    spec = task.spec
    if spec is None or not ENDPOINTS[task.endpoint].copy_1080p or task.state != State.READY:
        return False
    return spec.value_of("size", task.values) in (None, "720p")
