"""From a person's wish to a queued task."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from generations import background, ledger
from generations.catalogue.judge import judge
from generations.catalogue.quote import Quote, quote
from generations.catalogue.spec import ModelSpec
from generations.models import Copy, Entry, Event, Prompt, State, Task
from generations.models.task import ENDED_BADLY
from generations.models.upload import missing_uploads
from generations.models.video import COPY_PRICE

SAME_CLICK = timedelta(seconds=30)
RETRYABLE = ENDED_BADLY | {State.CANCELLED, State.CLOSED}


class NotAdmitted(Exception):
    """The order was not taken; the text says why and what can be done. Nothing was held or sent."""


def price(spec: ModelSpec, values: Mapping[str, object]) -> Quote:
    """What the order costs by today's catalogue."""
    return quote(spec, values, today=timezone.localdate())


def place(
    person: User,
    spec: ModelSpec,
    values: Mapping[str, object],
    *,
    order_key: uuid.UUID | None = None,
    parent: Task | None = None,
) -> Task:
    """Queue a task and hold its price on the person's budget, in one transaction.

    The same order key twice is the same task. Raises NotAdmitted.
    """
    if order_key and (known := Task.objects.filter(order_key=order_key, person=person).first()):
        return known
    if refusal := _refusal(spec, values):
        raise NotAdmitted(f"Not sent: {refusal}")
    offer = price(spec, values)
    if offer.credits is None:
        raise NotAdmitted(f"Not sent: no price is known for this choice of {spec.label}.")
    try:
        with transaction.atomic():
            task = _place(person, spec, values, offer, offer.credits, order_key=order_key, parent=parent)
            transaction.on_commit(background.nudge)
            return task
    except ledger.OverBudget as over:
        raise NotAdmitted(str(over)) from over
    except IntegrityError as clash:
        mine = Task.objects.filter(order_key=order_key, person=person)
        if order_key and (known := mine.first()):
            return known
        raise NotAdmitted("Not sent: this form belongs to somebody else. Load the page again.") from clash


def _refusal(spec: ModelSpec, values: Mapping[str, object]) -> str:
    """Why values from another day cannot be ordered today; nothing when they can."""
    if missing := missing_uploads(dict(values)):
        one = len(missing) == 1
        return f"{len(missing)} of its images {'is' if one else 'are'} not here any more. Add it again."
    problems = judge(spec, values)
    return problems[0].text if problems else ""


def _place(
    person: User,
    spec: ModelSpec,
    values: Mapping[str, object],
    offer: Quote,
    credits: Decimal,
    *,
    order_key: uuid.UUID | None,
    parent: Task | None,
) -> Task:
    budget = ledger.admit(person, credits)
    prompt = str(spec.value_of("prompt", values) or "")
    task = Task.objects.create(
        order_key=order_key,
        person=person,
        parent=parent,
        budget=budget,
        model_id=spec.id,
        label=spec.label,
        prompt=prompt,
        values=dict(values),
        due_at=timezone.now(),
        quote_credits=credits,
        quote_basis=offer.basis,
        quote_text=offer.explanation,
    )
    ledger.hold(task, budget, credits)
    Event.objects.create(task=task, state=State.QUEUED, text=f"Ordered by {name_of(person)}")
    Prompt.remember(person, prompt)
    return task


def cancel(task: Task, person: User) -> bool:
    """Take a queued task back and release its hold. False: it had already left."""
    with transaction.atomic():
        moved = task.move(
            State.CANCELLED, event=f"Cancelled by {name_of(person)}", due_at=None, charge_credits=0
        )
        if moved:
            ledger.release(task)
        return moved


def retry(task: Task, person: User) -> Task:
    """Order the same again after it has ended badly: a new task, for two clicks one. Raises NotAdmitted."""
    with transaction.atomic():
        now = Task.objects.select_for_update().get(pk=task.pk)
        if now.state not in RETRYABLE:
            raise NotAdmitted("Only a task that has ended without a result can be ordered again here.")
        if task.spec is None:
            raise NotAdmitted(f"{task.label} has left the catalogue.")
        clicked = now.retries.filter(person=person, created_at__gt=timezone.now() - SAME_CLICK)
        return clicked.first() or place(person, task.spec, task.values, parent=task)


def ask_for_copy(task: Task, person: User) -> Copy:
    """Ask for a 1080p copy of a finished Veo task. Asked twice is one copy. Raises NotAdmitted."""
    if not can_copy(task):
        raise NotAdmitted("Kie makes 1080p copies of finished 720p Veo clips only.")
    try:
        with transaction.atomic():
            copy, made = Copy.objects.get_or_create(task=task, defaults={"person": person})
            if made:
                budget = ledger.admit(task.person, COPY_PRICE)
                ledger.hold(task, budget, COPY_PRICE, Entry.Subject.COPY)
                Event.objects.create(task=task, text=f"1080p copy asked for by {name_of(person)}")
                transaction.on_commit(background.nudge)
    except ledger.OverBudget as over:
        raise NotAdmitted(str(over)) from over
    return copy


def can_copy(task: Task) -> bool:
    """Whether Kie offers a 1080p copy (docs.kie.ai, get Veo 3 1080p video)."""
    spec = task.spec
    if spec is None or spec.endpoint != "veo" or task.state != State.READY:
        return False
    return spec.value_of("size", task.values) in (None, "720p")


def name_of(person: User) -> str:
    return person.first_name or person.get_username()
