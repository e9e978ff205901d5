"""Changing a plan before it is ordered: its words, its rows, its models. What was changed by hand is kept."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from generations.catalogue.carry import carry
from generations.catalogue.spec import ModelSpec
from generations.models import Plan, PlanRow
from generations.orders.expansion import MOST, Unclear, escaped, variations
from generations.orders.plans import RowsRefused, Wish, append, copy_of, locked, rows_of, title_of


def write(plan: Plan, prompts: Mapping[int, str]) -> None:
    """Set the prompts of rows, by row, as they are written: each makes one. Raises Fixed, RowsRefused."""
    changed, refusals = {}, {}
    for row in plan.rows.all():
        if row.prompt_name and prompts.get(row.pk, "") != escaped(row.prompt) and row.pk in prompts:
            try:
                changed[row] = _one_prompt(prompts[row.pk])
            except Unclear as unclear:
                refusals[row.pk] = str(unclear)
    if changed:
        _write(plan, changed)
    if refusals:
        raise RowsRefused(refusals)


def _one_prompt(text: str) -> str:
    found = variations(text)
    if len(found) > 1:
        raise Unclear(f"This makes {len(found)} prompts, and here it is one. Add them as lines instead.")
    return found[0].text


def _write(plan: Plan, changed: Mapping[PlanRow, str]) -> None:
    with transaction.atomic():
        locked(plan)
        for row, prompt in changed.items():
            values = {**row.values, row.prompt_name: prompt}
            PlanRow.objects.filter(pk=row.pk).update(values=values, own=[])
        _touch(plan)


def take_out(plan: Plan, row: int) -> None:
    _set(plan, row, taken_out=True)


def put_back(plan: Plan, row: int) -> None:
    _set(plan, row, taken_out=False)


def _set(plan: Plan, row: int, **fields: bool) -> None:
    with transaction.atomic():
        locked(plan)
        plan.rows.filter(pk=row).update(**fields)
        _touch(plan)


def add_model(plan: Plan, spec: ModelSpec) -> list[str]:
    """The same prompts on another model too, as more rows. What it does not take of the values, in words.

    A model that the plan has already is not added again. Raises Fixed, Unclear.
    """
    with transaction.atomic():
        locked(plan)
        rows = list(plan.rows.all())
        if any(row.model_id == spec.id for row in rows):
            return []
        base = [row for row in rows if row.model_id == rows[0].model_id and not row.taken_out] if rows else []
        more, dropped = [], dict[str, None]()
        for row in base:
            found = carry(row.spec, spec, row.values)
            dropped |= dict.fromkeys(found.dropped)
            copy = copy_of(row, 0)
            copy.model_id, copy.values = spec.id, {**spec.defaults(), **found.values}
            more.append(copy)
        _number(rows, more)
        append(plan, more)
        _touch(plan)
    return list(dropped)


def add(plan: Plan, wishes: Sequence[Wish]) -> None:
    """More rows, such as from a list; pressed twice they are added once. Raises Fixed, Unclear."""
    with transaction.atomic():
        locked(plan)
        rows = list(plan.rows.all())
        more = rows_of(wishes)
        if [row.values for row in rows[-len(more) :]] == [row.values for row in more]:
            return
        _number(rows, more)
        append(plan, more)
        _touch(plan)


def _number(rows: Collection[PlanRow], more: Sequence[PlanRow]) -> None:
    if len(rows) + len(more) > MOST:
        raise Unclear(f"That makes {len(rows) + len(more)} tasks, and a plan has up to {MOST}.")
    first = max((row.place + 1 for row in rows), default=0)
    for place, row in enumerate(more, first):
        row.place = place


def _touch(plan: Plan) -> None:
    """What a person has changed by hand is kept: another wish does not take its place."""
    title = title_of(list(plan.standing))
    Plan.objects.filter(pk=plan.pk).update(title=title, kept_at=timezone.now())
