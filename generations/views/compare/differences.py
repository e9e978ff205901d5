"""What differs between the clips that are compared: settings, cost, time, and the words of their prompts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from generations.library.word_diff import Piece, word_diff
from generations.models import Task, Video
from generations.models.asset import asset_uuid, assets_of, listed
from generations.views.task.facts import Facts
from generations.wording.figures import cr
from generations.wording.names import short_name
from generations.wording.times import clock

NONE = "none"
KINDS = {"estimate": "est."}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One row: what each side has of it, in the order of the sides."""

    label: str
    cells: Sequence[str]

    @property
    def marked(self) -> list[tuple[str, str]]:
        """Each cell, and “same” where it is what the first one has, “none” where there is nothing."""
        return [
            (text, "none" if text == NONE else "same" if number and text == self.cells[0] else "")
            for number, text in enumerate(self.cells)
        ]


@dataclass(frozen=True, kw_only=True)
class Changed:
    """The prompt of a side as it differs from that of the first."""

    letter: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, kw_only=True)
class Differences:
    rows: Sequence[Difference]
    alike: int
    """Rows that are the same on all sides."""

    @classmethod
    def of(cls, tasks: Sequence[Task], clips: Sequence[Video]) -> "Differences":
        sides = [_facts(task, clip) for task, clip in zip(tasks, clips, strict=True)]
        given = _given(tasks)
        for side, files in zip(sides, given, strict=True):
            side |= files
        labels = dict.fromkeys(label for side in sides for label in side)
        rows = [Difference(label=label, cells=[side.get(label, NONE) for side in sides]) for label in labels]
        differing = [row for row in rows if len(set(row.cells)) > 1]
        return cls(rows=differing, alike=len(rows) - len(differing))


def changed_prompts(tasks: Sequence[Task], letters: Sequence[str]) -> list[Changed]:
    """Each prompt that differs from the first, word by word."""
    first = tasks[0].prompt
    return [
        Changed(letter=letter, pieces=word_diff(first, task.prompt))
        for task, letter in zip(tasks, letters, strict=True)
        if task.prompt != first
    ]


def _facts(task: Task, clip: Video) -> dict[str, str]:
    settings = {setting.label: setting.value for setting in Facts.of(task, "", "").settings}
    return {
        "Model": task.label,
        "Made by": short_name(task.person),
        **settings,
        "Runs": f"{clip.seconds:.1f} s" if clip.seconds else NONE,
        "Picture": f"{clip.width} × {clip.height}" if clip.width else NONE,
        "Took": clock(task.took) or NONE,
        "Cost": f"{cr(task.cost)} cr {KINDS.get(task.cost_kind, task.cost_kind)}",
        "Per second": _per_second(task, clip),
    }


def _per_second(task: Task, clip: Video) -> str:
    if task.cost is None or not clip.seconds:
        return NONE
    return f"{cr((task.cost / Decimal(clip.seconds)).quantize(Decimal('0.01')))} cr"


def _given(tasks: Sequence[Task]) -> list[Mapping[str, str]]:
    """The files that each was given, by the label of their parameter."""
    texts = [text for task in tasks for _, _, text in listed(task.values) if asset_uuid(text)]
    names = {asset.reference: asset.name for asset in assets_of({"given": texts})} if texts else {}
    return [_of_one(task, names) for task in tasks]


def _of_one(task: Task, names: Mapping[str, str]) -> dict[str, str]:
    media = {param.name: param.label for param in task.spec.media_params()} if task.spec else {}
    found: dict[str, list[str]] = {}
    for name, _, text in listed(task.values):
        if name in media:
            found.setdefault(media[name], []).append(names.get(text, text))
    return {label: ", ".join(files) for label, files in found.items()}
