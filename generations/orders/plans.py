"""Plans: what a wish makes, shown before it is ordered, and ordered as a whole or not at all."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from generations import wake
from generations.catalogue.params import Number
from generations.catalogue.rules import Values
from generations.catalogue.spec import ModelSpec
from generations.models import Plan, PlanRow, State, Task
from generations.models.plan import LONG_TITLE, Stage
from generations.models.state import UNSETTLED
from generations.orders import placing
from generations.orders.expansion import MOST, Unclear, variations

SEEDS = 2**31
"""As many seeds a model has whose description names no largest one."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What one form asks for: a model, its values with alternatives still in the prompt, and takes."""

    spec: ModelSpec
    values: Values
    takes: int = 1


def rows_of(wishes: Sequence[Wish]) -> list[PlanRow]:
    """The tasks that wishes make, as rows that no plan has yet. Raises Unclear."""
    rows = [row for wish in wishes for row in _rows(wish)]
    if len(rows) > MOST:
        raise Unclear(f"This makes {len(rows)} tasks, and a plan has up to {MOST}.")
    for place, row in enumerate(rows):
        row.place = place
    return rows


def varied(spec: ModelSpec, values: Values) -> list[tuple[dict[str, object], list[list[int]]]]:
    """The values of each prompt that the alternatives make, and where its own words stand. Raises Unclear."""
    param = spec.with_role("prompt")
    prompt = values.get(param.name) if param else None
    if param is None or not isinstance(prompt, str):
        return [(dict(values), [])]
    return [({**values, param.name: v.text}, [list(pair) for pair in v.own]) for v in variations(prompt)]


def first_of(spec: ModelSpec, values: Values) -> tuple[dict[str, object], int]:
    """The values of the first of the tasks that alternatives make, and how many there are."""
    try:
        found = varied(spec, values)
    except Unclear:
        return dict(values), 1
    return found[0][0], len(found)


def _rows(wish: Wish) -> list[PlanRow]:
    return [
        PlanRow(model_id=wish.spec.id, values=values, own=own, take=take + 1, takes=wish.takes)
        for varied_values, own in varied(wish.spec, wish.values)
        for take, values in enumerate(_takes(wish.spec, varied_values, wish.takes))
    ]


def _takes(spec: ModelSpec, values: Values, takes: int) -> list[dict[str, object]]:
    """The values of each take. A seed that was given goes up by one from take to take, within its limits."""
    param = spec.with_role("seed")
    seed = spec.value_of("seed", values)
    if takes == 1 or not isinstance(param, Number) or not isinstance(seed, int) or seed in param.also:
        return [dict(values) for _ in range(takes)]
    low = int(param.min or 0)
    many = int(param.max) - low + 1 if param.max is not None else SEEDS
    if not low <= seed < low + many:
        return [dict(values) for _ in range(takes)]
    step = int(param.step or 1)
    return [{**values, param.name: low + (seed - low + n * step) % many} for n in range(takes)]


def plan(person: User, key: uuid.UUID, wishes: Sequence[Wish], *, answers: Task | None = None) -> Plan:
    """The plan of a wish: it is kept, and orders nothing. Raises Unclear, placing.AlreadyOrdered.

    `answers` is the task whose clip was to be changed. The same wish under the same key is the same plan.
    Another wish takes the place of one that nobody has decided anything about; beside one that was put on
    hold it gets a plan under the next key.
    """
    rows, wanted = rows_of(wishes), _digest(wishes)
    with transaction.atomic():
        placing.lock_person(person.pk)
        while known := Plan.objects.filter(person=person, key=key).first():
            if known.is_proposal:
                break
            if known.wish == wanted:
                return known
            if known.ordered_at:
                break
            key = placing.next_key(key)
        if tasks := placing.ordered_under(person, key):
            raise placing.AlreadyOrdered(tasks, same=_are(tasks, rows))
        if known is None:
            return _fill(Plan(person=person, key=key, answers=answers), wanted, rows)
        if known.wish == wanted:
            return known
        known.answers = answers
        return _fill(known, wanted, rows)


def _are(tasks: Sequence[Task], rows: Sequence[PlanRow]) -> bool:
    """Whether these tasks are what the rows would order."""
    return [(task.model_id, task.values) for task in tasks] == [(row.model_id, row.values) for row in rows]


def plan_as_wished(
    person: User, key: uuid.UUID, wishes: Sequence[Wish], *, answers: Task | None = None
) -> Plan:
    """The plan of a wish for who does not look at it before it is ordered. Raises Unclear, AlreadyOrdered.

    One that was changed by hand or put away since is not this wish any more: then it is planned anew under a
    later key, and once, however often it is asked for.
    """
    rows = [(row.model_id, row.values) for row in rows_of(wishes)]
    while True:
        found = plan(person, key, wishes, answers=answers)
        standing = [(row.model_id, row.values) for row in found.standing]
        if standing == rows and found.stage is not Stage.DROPPED:
            return found
        key = placing.next_key(found.key)


def order_again(plan: Plan, person: User) -> Plan:
    """A plan of the same rows, of this person, with the first one as its parent; pressed twice it is one."""
    key = uuid.uuid5(plan.uuid, f"{person.pk} again")
    with transaction.atomic():
        placing.lock_person(person.pk)
        while known := Plan.objects.filter(person=person, key=key).first():
            if known.is_proposal:
                return known
            key = placing.next_key(key)
        again = Plan(person=person, key=key, parent=plan, answers=plan.answers)
        return _fill(again, plan.wish, [copy_of(row, n) for n, row in enumerate(plan.standing)])


def _fill(plan: Plan, wish: str, rows: list[PlanRow]) -> Plan:
    plan.wish, plan.title, plan.created_at = wish, title_of(rows), timezone.now()
    plan.save()
    plan.rows.all().delete()
    append(plan, rows)
    return plan


def append(plan: Plan, rows: list[PlanRow]) -> None:
    for row in rows:
        row.plan = plan
    PlanRow.objects.bulk_create(rows)


def copy_of(row: PlanRow, place: int) -> PlanRow:
    same = {"values": row.values, "take": row.take, "takes": row.takes, "own": row.own}
    return PlanRow(place=place, model_id=row.model_id, **same)


def title_of(rows: Sequence[PlanRow]) -> str:
    return next((words for row in rows if (words := row.prompt.strip())), "")[:LONG_TITLE]


def _digest(wishes: Sequence[Wish]) -> str:
    asked = [[wish.spec.id, dict(wish.values), wish.takes] for wish in wishes]
    return sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()


class Fixed(placing.NotAdmitted):
    """The plan cannot be changed any more, or not now; the text says why."""


class RowsRefused(placing.NotAdmitted):
    """Rows would not be taken: `refusals` says why, by row. Nothing was ordered."""

    def __init__(self, refusals: Mapping[int, str], said: str = "") -> None:
        some = "One task" if len(refusals) == 1 else f"{len(refusals)} tasks"
        said = said or f"{some} would not be taken: mend it, or take it out."
        super().__init__(f"Nothing was ordered. {said}")
        self.refusals = refusals


FIXED = {
    Stage.ASKED: "It waits for an admin’s yes as it is. Take it back to change it.",
    Stage.ORDERED: "It was ordered already. Plan it again to change it.",
    Stage.DROPPED: "It was put away. Plan it again to change it.",
}


def locked(plan: Plan, stage: Stage = Stage.PLANNED) -> Plan:
    """The row as it is now, locked until this transaction ends, if it is at this stage. Raises Fixed."""
    placing.lock_person(plan.person_id)
    now = Plan.objects.select_for_update(of=("self",)).select_related("person__membership").get(pk=plan.pk)
    if now.stage is not stage:
        raise Fixed(FIXED.get(now.stage, "Nothing was asked of an admin, or it was answered already."))
    return now


def keep(plan: Plan) -> None:
    """Put it on hold: it stays as it is, and the form plans anew. Raises Fixed."""
    with transaction.atomic():
        locked(plan)
        Plan.objects.filter(pk=plan.pk, kept_at=None).update(kept_at=timezone.now())


def drop(plan: Plan) -> None:
    """Put away a plan that was not ordered. Raises Fixed."""
    with transaction.atomic():
        locked(plan)
        Plan.objects.filter(pk=plan.pk).update(dropped_at=timezone.now())


def withdraw(plan: Plan) -> None:
    """Take a plan back that waits for a yes. Raises Fixed."""
    with transaction.atomic():
        locked(plan, Stage.ASKED)
        Plan.objects.filter(pk=plan.pk).update(asked_at=None, asked_credits=None, kept_at=timezone.now())


def pause(plan: Plan) -> None:
    """Its queued tasks are not sent until it is resumed; what has left goes on."""
    Plan.objects.filter(pk=plan.pk, ordered_at__isnull=False, paused_at=None).update(paused_at=timezone.now())


def resume(plan: Plan) -> None:
    if Plan.objects.filter(pk=plan.pk, paused_at__isnull=False).update(paused_at=None):
        transaction.on_commit(wake.nudge)


def cancel(plan: Plan, person: User) -> tuple[int, int]:
    """Cancel the tasks that are still queued. How many were, and how many had left and have not ended yet.

    What comes back into the line meanwhile, or takes the place of another, is cancelled too.
    """
    tasks, cancelled = Task.objects.filter(plan=plan), 0
    while queued := list(tasks.filter(state=State.QUEUED).order_by("id")):
        cancelled += sum(placing.cancel(task, person) for task in queued)
    return cancelled, tasks.filter(state__in=UNSETTLED).count()
