"""Placing orders: a wish becomes queued tasks, each with its price held. And cancelling a queued task."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from generations import catalogue, wake
from generations.catalogue.judge import judge
from generations.catalogue.nearest import nearest
from generations.catalogue.quote import Quote
from generations.catalogue.spec import ModelSpec
from generations.models import Asset, Happened, Plan, Prompt, Runtime, State, Task
from generations.models.asset import missing_assets
from generations.money import ledger
from generations.money.held import make_task
from generations.money.observed import priced_as
from generations.orders import approval, continuing
from generations.orders.inputs import misfits
from generations.orders.pricing import held, price
from generations.wording.figures import cr
from generations.wording.names import short_name

MOST_TAKES = 12


class NotAdmitted(Exception):
    """The order was not taken; the text says why and what to do. Nothing was held or sent."""


class NoPrice(NotAdmitted):
    """No price is known, and the person has not agreed to what is held then: `cap`. None: it cannot be."""

    def __init__(self, label: str, cap: Decimal | None) -> None:
        self.cap = cap
        ask = "" if cap is None else f" Agree first that up to {cr(cap)} cr are held for each."
        super().__init__(f"Not sent: no price is known for this choice of {label}.{ask}")


class NeedsYes(NotAdmitted):
    """Its person may not order so much alone, or it waits for a yes already. The studio asks with a plan."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Not sent: {why} Order it in the studio: it asks for one.")


class AlreadyOrdered(Exception):
    """An order was already placed under this key: `tasks`. Nothing was ordered now.

    `same`: these tasks match the new request. Otherwise the key was used for a different wish.
    """

    def __init__(self, tasks: list[Task], *, same: bool) -> None:
        super().__init__(", ".join(f"#{task.pk}" for task in tasks))
        self.tasks, self.same = tasks, same


def next_key(key: uuid.UUID) -> uuid.UUID:
    """The key of the next wish. It is handed out with the answer to the current one."""
    return uuid.uuid5(key, "next")


def ordered_under(person: User, key: uuid.UUID) -> list[Task]:
    """What the person ordered under a form’s key: its takes and the tasks of its plan, or an empty list."""
    keys = [take_key(person, key, n) for n in range(MOST_TAKES)]
    takes = list(Task.objects.filter(person=person, order_key__in=keys).order_by("id"))
    plan = Plan.objects.filter(person=person, key=key, ordered_at__isnull=False).first()
    return [*takes, *plan.tasks.order_by("id")] if plan else takes


def is_used(person: User, key: uuid.UUID) -> bool:
    """Whether something was ordered under a form’s key, or planned and kept: the form goes on to the next."""
    planned = Plan.objects.filter(person=person, key=key).first()
    return bool(planned and not planned.is_proposal) or bool(ordered_under(person, key))


def unused_key(person: User, key: uuid.UUID) -> uuid.UUID:
    """The first key, from this one on, under which nothing was ordered or kept yet."""
    while is_used(person, key):
        key = next_key(key)
    return key


def take_key(person: User, key: uuid.UUID, n: int) -> uuid.UUID:
    """The order key of the task that is take `n` of the wish under a form's key."""
    return uuid.uuid5(key, f"{person.pk} take {n}")


def lock_person(pk: int) -> None:
    """Let the orders and plans of one person take turns until this transaction ends.

    Whoever takes the lock of a waiting task and that of the budget, in whatever order, takes this one first.
    """
    User.objects.select_for_update(no_key=True).get(pk=pk)


def place_wish(
    person: User,
    spec: ModelSpec,
    values: Mapping[str, object],
    *,
    key: uuid.UUID,
    agreed: Decimal | None = None,
    answers: Task | None = None,
) -> Task:
    """Queue the one task of a wish. One key is one wish, however often it is sent.

    `agreed` is what the person lets it hold if its price is not known, `answers` the task whose clip was to
    be changed. Raises AlreadyOrdered, NotAdmitted.
    """
    check_live(spec)
    with transaction.atomic():
        lock_person(person.pk)
        if tasks := ordered_under(person, key):
            same = len(tasks) == 1 and tasks[0].model_id == spec.id and tasks[0].values == values
            raise AlreadyOrdered(tasks, same=same)
        if Plan.objects.asked().filter(person=person, key=key).exists():
            raise NeedsYes("This waits for an admin’s yes already.")
        order_key = take_key(person, key, 0)
        return place(person, spec, values, order_key=order_key, agreed=agreed, answers=answers)


def check_live(spec: ModelSpec) -> None:
    """Raises NotAdmitted for a model that Kie has retired, or that cannot be ordered here."""
    if spec.status == "retired":
        near = nearest(spec, catalogue.models().values(), {})
        instead = f"The nearest that can be ordered is {near.label}." if near else "Choose another model."
        raise NotAdmitted(f"Not sent: {spec.label} is retired. {instead}")
    if spec.reason:
        raise NotAdmitted(f"Not sent: {spec.label} cannot be ordered here. {spec.reason}")


def place(
    person: User,
    spec: ModelSpec,
    values: Mapping[str, object],
    *,
    order_key: uuid.UUID | None = None,
    parent: Task | None = None,
    plan: Plan | None = None,
    agreed: Decimal | None = None,
    answers: Task | None = None,
) -> Task:
    """Queue a task and hold its price on the person's budget, in one transaction.

    Without a known price it holds the cap that an admin has set, if the person `agreed` to that much.
    Whether a task of a plan may be ordered without an admin's yes is decided for the whole plan. Using an
    order key twice returns the same task. Raises NotAdmitted.
    """
    if order_key and (known := Task.objects.filter(order_key=order_key, person=person).first()):
        return known
    if problem := refusal(spec, values)[1]:
        raise NotAdmitted(f"Not sent: {problem}")
    offer = price(spec, values)
    credits = held(offer)
    if credits is None or (offer.credits is None and (agreed is None or agreed < credits)):
        raise NoPrice(spec.label, credits)
    try:
        with transaction.atomic():
            origin = {"order_key": order_key, "parent": parent, "answers": answers}
            task = _place(person, spec, values, offer, credits, origin, plan=plan)
            transaction.on_commit(wake.nudge)
            return task
    except ledger.OverBudget as over:
        raise NotAdmitted(str(over)) from over
    except IntegrityError as clash:
        mine = Task.objects.filter(order_key=order_key, person=person)
        if order_key and (known := mine.first()):
            return known
        raise NotAdmitted("Not sent: this form belongs to another person. Load the page again.") from clash


def refusal(spec: ModelSpec, values: Mapping[str, object]) -> tuple[str, str]:
    """At which parameter and why values from another day cannot be ordered today; empty when they can."""
    param, problem = judged(spec, values)
    return param, problem or continuing.refusal(spec, values)


def judged(
    spec: ModelSpec, values: Mapping[str, object], known: Mapping[uuid.UUID, Asset] | None = None
) -> tuple[str, str]:
    """The same, but for the clip that they go on from. `known` has all assets that are named."""
    if missing := missing_assets(values, known):
        one = len(missing) == 1
        return "", f"{len(missing)} of its files {'is' if one else 'are'} not here any more. Add it again."
    problems = judge(spec, values) or misfits(spec, values, known)
    return (problems[0].param, problems[0].text) if problems else ("", "")


def _place(
    person: User,
    spec: ModelSpec,
    values: Mapping[str, object],
    offer: Quote,
    credits: Decimal,
    origin: Mapping[str, object],
    plan: Plan | None,
) -> Task:
    if made := continuing.made_before(spec, values):
        raise NotAdmitted(f"Not sent: {continuing.already(spec, values, made)}")
    budget = ledger.admit(person, credits)
    if plan is None and (need := approval.needed(person, credits)):
        raise NeedsYes(need.text)
    prompt = str(spec.value_of("prompt", values) or "")
    task = make_task(
        budget,
        Happened.ORDERED,
        {"by": short_name(person)},
        **origin,
        person=person,
        plan=plan,
        model_id=spec.id,
        endpoint=spec.endpoint,
        label=spec.label,
        schema_id=int(spec.version) if spec.version else None,
        prompt=prompt,
        values=dict(values),
        due_at=timezone.now(),
        held_until=_window_end(),
        quote_credits=credits,
        quote_basis=offer.basis,
        quote_text=offer.explanation,
        priced=priced_as(offer),
    )
    Prompt.remember(person, prompt)
    return task


def _window_end() -> datetime | None:
    """Until when an order that is placed now can be changed before it is sent; None: it goes at once."""
    seconds = Runtime.now().hold_seconds
    return timezone.now() + timedelta(seconds=seconds) if seconds else None


def cancel(task: Task, person: User) -> bool:
    """Cancel a queued task and release its hold. False: it had already left."""
    with transaction.atomic():
        lock_person(task.person_id)
        moved = task.move(
            State.CANCELLED, Happened.CANCELLED, {"by": short_name(person)}, due_at=None, charge_credits=0
        )
        if moved:
            ledger.release(task)
        return moved
