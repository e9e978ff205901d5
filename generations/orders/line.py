"""What people do with their own waiting tasks: put them in another order, hold them back, change them.

Each is decided by an UPDATE of a row that is still queued, as sending it is: one of the two comes first.
"""

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import BigIntegerField, Case, F, Q, Value, When
from django.utils import timezone

from generations import wake
from generations.catalogue.spec import ModelSpec
from generations.models import Event, Happened, PlanRow, PutAway, State, Task
from generations.money import ledger
from generations.orders.placing import AlreadyOrdered, NotAdmitted, check_live, ordered_under, place, take_key
from generations.wording.names import short_name


class HasLeft(NotAdmitted):
    """The task that was to be changed does not wait any more. Nothing was ordered."""

    def __init__(self, task: Task) -> None:
        super().__init__(
            f"Nothing was ordered: #{task.pk} has left the line meanwhile, as it was. "
            "Generate orders this as another task."
        )
        self.task = task


def put_before(task: Task, other: Task) -> bool:
    """Put a waiting task right before another one of its person.

    False: one of the two does not wait any more, and nothing was moved. Saying it again changes nothing.
    """
    with transaction.atomic():
        at = _place_beside(task, other)
        if at is not None:
            _let_in(task, at, Q(place__gt=at) | Q(place=at, pk__gte=other.pk))
        return at is not None


def put_after(task: Task, other: Task) -> bool:
    """The same, right after another one."""
    with transaction.atomic():
        at = _place_beside(task, other)
        if at is not None:
            _let_in(task, at, Q(place__gt=at) | Q(place=at, pk__gt=other.pk))
        return at is not None


def put_first(tasks: Sequence[Task]) -> bool:
    """Put waiting tasks of one person before all others of that person, in the order in which they are given.

    False: one of them does not wait any more.
    """
    with transaction.atomic():
        for task in reversed(tasks):
            _line_of(task.person_id)
            line = Task.objects.filter(person=task.person_id).in_place()
            first = line.first()
            if first != task and not (first and put_before(task, first)):
                return False
        return True


def _line_of(person_id: int) -> None:
    """Whoever else moves, orders or changes tasks of this person waits for the end of the transaction."""
    User.objects.select_for_update(no_key=True).get(pk=person_id)


def _place_beside(task: Task, other: Task) -> int | None:
    """The place of the other one; None when one of the two does not wait in this person's line any more."""
    _line_of(task.person_id)
    both = Task.objects.filter(person=task.person_id, state=State.QUEUED, pk__in=[task.pk, other.pk])
    places = dict(both.values_list("pk", "place"))
    return places[other.pk] if len(places) == 2 else None


def _let_in(task: Task, at: int, behind: Q) -> None:
    """Have the task follow what stands at this place, and all that is `behind` follow the task. One UPDATE.

    Rows may share a place, so what is behind moves on by two: that makes room for a place of its own.
    """
    rows = Task.objects.filter(Q(pk=task.pk) | behind, person=task.person_id, state=State.QUEUED)
    here = When(pk=task.pk, then=Value(at + 1))
    rows.update(place=Case(here, default=F("place") + 2, output_field=BigIntegerField()))


def hold(task: Task, person: User) -> bool:
    """Hold a waiting task back until it is released; its price stays held. False: it has left."""
    with transaction.atomic():
        rows = Task.objects.filter(pk=task.pk, state=State.QUEUED)
        free = rows.filter(Q(held_at=None) | Q(changing_at__isnull=False))
        if free.update(held_at=timezone.now(), changing_at=None):
            _note(task, Happened.HELD_BACK, person)
        return rows.exists()


def hold_to_change(task: Task, person: User) -> bool:
    """Hold a waiting task back until it is changed, or left as it is. False: it has left.

    One that its person holds back anyway stays so.
    """
    with transaction.atomic():
        rows = Task.objects.filter(pk=task.pk, state=State.QUEUED)
        now = timezone.now()
        if rows.filter(held_at=None).update(held_at=now, changing_at=now):
            _note(task, Happened.HELD_BACK, person)
        return rows.exists()


def leave(person: User, key: uuid.UUID | None) -> None:
    """Let the person's own task of this id go as it is, if it is held back only to be changed.

    Its hold window goes on.
    """
    task = Task.objects.filter(person=person, uuid=key).first() if key else None
    if task is None:
        return
    with transaction.atomic():
        held = Task.objects.filter(pk=task.pk, state=State.QUEUED, changing_at__isnull=False)
        if held.update(held_at=None, changing_at=None):
            _note(task, Happened.RELEASED, person)
            transaction.on_commit(wake.nudge)


def release(task: Task, person: User) -> bool:
    """Let a waiting task go, whatever holds it back: its person or its hold window. False: it has left."""
    with transaction.atomic():
        rows = Task.objects.filter(pk=task.pk, state=State.QUEUED)
        held = rows.exclude(held_at=None, held_until=None)
        if held.update(held_at=None, held_until=None, changing_at=None):
            _note(task, Happened.RELEASED, person)
            transaction.on_commit(wake.nudge)
        return rows.exists()


def _note(task: Task, happened: Happened, person: User) -> None:
    Event.objects.create(task=task, state=State.QUEUED, kind=happened, facts={"by": short_name(person)})


def change(
    task: Task,
    person: User,
    spec: ModelSpec,
    values: Mapping[str, object],
    *,
    key: uuid.UUID,
    agreed: Decimal | None = None,
) -> Task:
    """Order something else in the place of a waiting task, which is cancelled: both or none.

    A task keeps what was ordered for as long as it lives: the worker may have read it already, and its hold
    is an entry of the books that nobody changes. So the new one is a task of its own, with its own price held
    once the old one's is free, at the same place of the line and in the same plan, and held back where its
    person held the old one back for more than this change. The key is that of the form, as for `place_wish`.
    Raises HasLeft, AlreadyOrdered, NotAdmitted.
    """
    check_live(spec)
    with transaction.atomic():
        _line_of(person.pk)
        if known := ordered_under(person, key):
            same = len(known) == 1 and known[0].model_id == spec.id and known[0].values == values
            raise AlreadyOrdered(known, same=same)
        old = _withdrawn(task, person)
        key = take_key(person, key, 0)
        made = place(
            person, spec, values, order_key=key, parent=old.parent, agreed=agreed, answers=old.answers
        )
        _take_place(made, old)
        Task.objects.filter(pk=old.pk).update(changed_into=made)
        PutAway.note(person, [old])
        made.refresh_from_db()
        return made


def _take_place(made: Task, old: Task) -> None:
    """Give it what the old one had: the place in the line, being held back, and the plan.

    What an admin said yes to counts in no day, so a dearer task leaves an approved plan. Where that is paused
    it does not go by that: it is held back.
    """
    plan, held_at = old.plan, None if old.changing_at else old.held_at
    if plan and plan.approved and _credits(made) > _credits(old):
        held_at = held_at or (timezone.now() if plan.paused_at else None)
        plan = None
    Task.objects.filter(pk=made.pk).update(place=old.place, held_at=held_at, plan=plan)
    if plan:
        row = {"model_id": made.model_id, "values": made.values, "own": []}
        PlanRow.objects.filter(task=old).update(task=made, **row)


def _credits(task: Task) -> Decimal:
    return Decimal(task.quote_credits or 0)


def _withdrawn(task: Task, person: User) -> Task:
    """The task as it is once it is cancelled and its price is free again. Raises HasLeft."""
    old = Task.objects.get(pk=task.pk)
    by = {"by": short_name(person)}
    if not old.move(State.CANCELLED, Happened.CHANGED, by, due_at=None, charge_credits=0):
        raise HasLeft(task)
    ledger.release(old)
    old.refresh_from_db()
    return old
