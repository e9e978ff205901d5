"""Changing a plan before it is ordered: its words, its rows, its models. What was changed by hand is kept."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from generations.catalogue.carry import carry
from generations.catalogue.spec import ModelSpec
from generations.models import Plan, PlanRow
from generations.models.digest import digest
from generations.orders.expansion import MOST, Unclear, escaped, variations
from generations.orders.plans import RowsRefused, Wish, append, copy_of, locked, rows_of, title_of

OVERTAKEN = "This was changed meanwhile, to what stands above. Press again to have what you wrote."
OVERTAKEN_TOO = "What you changed here was changed elsewhere too: look at what is marked."


def mark(prompt: str) -> str:
    """Names what stands in the field of a prompt, whose line ends and outer blanks come back changed."""
    return digest("\n".join(prompt.splitlines()).strip())


def makes(text: str, row: PlanRow) -> bool:
    """Whether a text, as a person writes it, makes the prompt that a row has."""
    try:
        found = variations(text)
    except Unclear:
        return False
    return len(found) == 1 and mark(found[0].text) == mark(row.prompt)


def write(plan: Plan, prompts: Mapping[int, str], marks: Mapping[int, str] | None = None) -> None:
    """Set the prompts of rows, by row, as they are written: each makes one. Raises Fixed, RowsRefused.

    `marks` are those of what stood in the form before anybody wrote in it. What still stands there is not
    written, and what another tab has changed since is not overwritten unseen.
    """
    before = marks or {}
    written = {pk: text for pk, text in prompts.items() if mark(text) != before.get(pk)}
    if not _differing(plan, written):
        return
    changed, refusals = dict[PlanRow, str](), dict[int, str]()
    with transaction.atomic():
        locked(plan)
        for row in _differing(plan, written):
            now = mark(escaped(row.prompt))
            if before.get(row.pk, now) != now:
                refusals[row.pk] = OVERTAKEN
                continue
            try:
                changed[row] = _one_prompt(written[row.pk])
            except Unclear as unclear:
                refusals[row.pk] = str(unclear)
        _set_prompts(plan, changed)
    if refusals:
        raise RowsRefused(refusals, OVERTAKEN_TOO if OVERTAKEN in refusals.values() else "")


def _differing(plan: Plan, written: Mapping[int, str]) -> list[PlanRow]:
    rows = [row for row in plan.rows.all() if row.pk in written]
    return [row for row in rows if row.prompt_name and not makes(written[row.pk], row)]


def _one_prompt(text: str) -> str:
    found = variations(text)
    if len(found) > 1:
        raise Unclear(f"This makes {len(found)} prompts, and here it is one. Add them as lines instead.")
    return found[0].text


def _set_prompts(plan: Plan, changed: Mapping[PlanRow, str]) -> None:
    for row, prompt in changed.items():
        values = {**row.values, row.prompt_name: prompt}
        PlanRow.objects.filter(pk=row.pk).update(values=values, own=[])
    if changed:
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


def add(plan: Plan, wishes: Sequence[Wish], had: int | None = None) -> None:
    """More rows, such as from a list. Raises Fixed, Unclear.

    `had` is how many rows its person saw: where they stand behind those already, it was pressed twice.
    """
    with transaction.atomic():
        locked(plan)
        rows = list(plan.rows.all())
        more = rows_of(wishes)
        if len(rows) != had and [row.values for row in rows[-len(more) :]] == [row.values for row in more]:
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
