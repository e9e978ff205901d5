"""From a person's wish to a queued task."""

import uuid
from collections.abc import Collection, Mapping
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from generations import background, ledger
from generations.catalogue.judge import judge
from generations.catalogue.quote import Quote, quote
from generations.catalogue.spec import ModelSpec
from generations.models import Copy, Entry, Event, Prompt, State, Task
from generations.models.task import ENDED_BADLY
from generations.models.upload import missing_uploads
from generations.models.video import COPY_PRICE

MOST_TAKES = 4
RETRYABLE = ENDED_BADLY | {State.CANCELLED, State.CLOSED}


class NotAdmitted(Exception):
    """The order was not taken; the text says why and what can be done. Nothing was held or sent."""


class AlreadyOrdered(Exception):
    """Something was ordered under this key before: `tasks`. Nothing was ordered now.

    `same`: they are what is asked for again. Otherwise the key was used for another wish.
    """

    def __init__(self, tasks: list[Task], *, same: bool) -> None:
        super().__init__(", ".join(f"#{task.pk}" for task in tasks))
        self.tasks, self.same = tasks, same


def next_key(key: uuid.UUID) -> uuid.UUID:
    """The key of the wish after this one. It is handed out with the answer to this one."""
    return uuid.uuid5(key, "next")


def ordered_under(person: User, key: uuid.UUID) -> list[Task]:
    """What the person ordered under the key of a form: its takes in order, or nothing."""
    keys = [_take_key(person, key, n) for n in range(MOST_TAKES)]
    return list(Task.objects.filter(person=person, order_key__in=keys).order_by("id"))


def _take_key(person: User, key: uuid.UUID, n: int) -> uuid.UUID:
    return uuid.uuid5(key, f"{person.pk} take {n}")


def place_takes(
    person: User, spec: ModelSpec, values: Mapping[str, object], *, key: uuid.UUID, takes: int = 1
) -> list[Task]:
    """Queue so many tasks of the same values, all or none. One key is one wish, however often it is sent.

    Raises AlreadyOrdered, NotAdmitted.
    """
    check_live(spec)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if tasks := ordered_under(person, key):
            alike = all(t.model_id == spec.id and t.values == values for t in tasks)
            raise AlreadyOrdered(tasks, same=alike and len(tasks) == takes)
        keys = [_take_key(person, key, n) for n in range(takes)]
        return [place(person, spec, values, order_key=k) for k in keys]


def check_live(spec: ModelSpec) -> None:
    """Raises NotAdmitted for a model that Kie has retired."""
    if spec.status == "retired":
        raise NotAdmitted(f"Not sent: {spec.label} is retired. Choose another model.")


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


def retry(task: Task, person: User, turn: int = 0) -> Task:
    """Order the same again after it has ended badly: a new task. Raises NotAdmitted.

    `turn` is what `times_ordered` said when the person was asked, so one question is answered once: whoever
    answers it a second time, in another tab or an hour later, gets the task that was ordered then.
    """
    with transaction.atomic():
        now = Task.objects.select_for_update().get(pk=task.pk)
        if known := ordered_again(now, turn):
            return known
        if turn != times_ordered(now):
            raise NotAdmitted(f"#{task.pk} was ordered again meanwhile. Look at that one first.")
        if now.state not in RETRYABLE:
            raise NotAdmitted("Only a task that has ended without a result can be ordered again here.")
        return place_again(now, person, turn)


def times_ordered(task: Task) -> int:
    """How often the task was ordered again."""
    return task.retries.count()


def times_ordered_each(tasks: Collection[Task]) -> dict[int, int]:
    """The same for many tasks in one query, by number; those that never were are left out."""
    again = Task.objects.filter(parent__in=[t.pk for t in tasks]).order_by()
    return dict(again.values_list("parent").annotate(Count("pk")))


def ordered_again(task: Task, turn: int) -> Task | None:
    """What was ordered when the question of this turn was answered."""
    return Task.objects.filter(order_key=_again_key(task, turn), parent=task).first()


def place_again(task: Task, person: User, turn: int) -> Task:
    """Queue the same values as a new task with this one as its parent. Raises NotAdmitted."""
    if task.spec is None:
        raise NotAdmitted(f"{task.label} has left the catalogue.")
    check_live(task.spec)
    return place(person, task.spec, task.values, order_key=_again_key(task, turn), parent=task)


def _again_key(task: Task, turn: int) -> uuid.UUID:
    return uuid.uuid5(task.uuid, f"again {turn}")


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
