"""Lines and tables that people paste: each line becomes a task of a plan."""

import csv
import io
from collections.abc import Iterator

from generations.catalogue.lists import Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Param, Wrong
from generations.catalogue.spec import ModelSpec
from generations.models import Plan, PlanRow
from generations.orders.expansion import Unclear, escaped
from generations.orders.plans import Wish

LONGEST = 200_000
"""Characters of what is pasted."""
TOLD = 5
"""Lines that are named when several are wrong."""


def wishes_of(text: str, plan: Plan) -> list[Wish]:
    """What the lines ask for: of the model of the plan's first row, with its values where a line has none.

    With parameter names in the first line it is a table: commas, semicolons or tabs. Without, each line is a
    prompt. Raises Unclear, which names the lines that cannot be read.
    """
    first = plan.rows.first()
    spec = first.spec if first else None
    if first is None or spec is None:
        raise Unclear("The model of this plan has left the catalogue, so no lines can be added.")
    if not text:
        raise Unclear("Paste lines first: each becomes a task.")
    if len(text) > LONGEST:
        raise Unclear(f"That is {len(text):,} characters. Paste up to {LONGEST:,} at once.")
    names = _header(spec, first, text)
    return _of_table(spec, first, text, names) if names else _of_lines(spec, first, text)


def _of_lines(spec: ModelSpec, first: PlanRow, text: str) -> list[Wish]:
    if not first.prompt_name:
        raise Unclear(f"{spec.label} takes no prompt. Paste a table with the names of its parameters.")
    prompts = filter(None, map(str.strip, text.splitlines()))
    return [Wish(spec=spec, values={**first.values, first.prompt_name: prompt}) for prompt in prompts]


def _of_table(spec: ModelSpec, first: PlanRow, text: str, names: list[str]) -> list[Wish]:
    wishes, problems = [], []
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    next(reader)
    base = dict(first.values) | ({first.prompt_name: escaped(first.prompt)} if first.prompt_name else {})
    for cells in _rows(reader):
        values, wrong = _read(spec, dict(zip(names, cells, strict=False)))
        if len(cells) > len(names):
            wrong = [f"{len(cells)} columns, and {len(names)} have a name", *wrong]
        problems += [f"Line {reader.line_num}: {'; '.join(wrong)}"] if wrong else []
        wishes.append(Wish(spec=spec, values=base | values))
    if problems:
        more = f" And {len(problems) - TOLD} more." if len(problems) > TOLD else ""
        raise Unclear(f"Nothing was added. {' '.join(problems[:TOLD])}{more}")
    return wishes


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from (cells for cells in reader if any(cell.strip() for cell in cells))
    except csv.Error as broken:
        raise Unclear(f"Nothing was added: the table cannot be read, {broken}.") from broken


def _read(spec: ModelSpec, cells: dict[str, str]) -> tuple[dict[str, object], list[str]]:
    """The values of one line, and what is wrong with others of it."""
    values, wrong = dict[str, object](), []
    for name, cell in cells.items():
        if not cell.strip():
            continue
        try:
            values[name] = spec.by_name[name].parse([cell.strip()])
        except Wrong as refusal:
            wrong.append(f"{name}: {refusal}")
    return values, wrong


def _header(spec: ModelSpec, first: PlanRow, text: str) -> list[str]:
    """The names of a table's columns; empty when the first line is no header. Raises Unclear.

    A header has the prompt's name among others, or nothing but names of parameters.
    """
    names = [name.strip() for name in text.splitlines()[0].split(_delimiter(text))]
    known = {param.name: param for param in spec.offered}
    if first.prompt_name not in names and not all(name in known for name in names):
        return []
    strange = [name for name in names if name not in known or not _takes_text(known[name])]
    if strange or len(set(names)) < len(names):
        takes = ", ".join(name for name, param in known.items() if _takes_text(param))
        named = ", ".join(f"“{name}”" for name in strange) or "one name twice"
        raise Unclear(f"Nothing was added: the first line has {named}. Columns may be {takes}.")
    return names


def _takes_text(param: Param) -> bool:
    return not isinstance(param, Media | Objects)


def _delimiter(text: str) -> str:
    head = text.splitlines()[0]
    return max((",", ";", "\t"), key=head.count)
