"""The facts on the task page: settings, pictures, cost, time, files."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from generations.catalogue.lists import Objects
from generations.catalogue.media import Media
from generations.catalogue.params import Choice, Number, Param, Toggle, given
from generations.catalogue.quote import Basis
from generations.library.takes import counts_of
from generations.models import Asset, Entry, State, Task, Video
from generations.models.asset import asset_uuid, assets_of
from generations.wording.figures import measures
from generations.wording.names import short_name
from generations.wording.takes import takes_text
from generations.wording.times import timecode

ENTRY_WORDS = {
    Entry.Kind.HOLD: "Held",
    Entry.Kind.CHARGE: "Charged",
    Entry.Kind.RELEASE: "Released",
    Entry.Kind.CORRECTION: "Corrected",
}


@dataclass(frozen=True, kw_only=True)
class Setting:
    label: str
    value: str
    long: bool = False


@dataclass(frozen=True, kw_only=True)
class Given:
    """A file that was given to the model: an asset of ours, or an address that we never fetched."""

    label: str
    asset: Asset | None
    text: str

    @property
    def measures(self) -> str:
        return measures(self.asset) if self.asset else ""


@dataclass(frozen=True, kw_only=True)
class File:
    """A result file that can be selected on the page."""

    clip: Video
    url: str
    word: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Facts:
    task: Task
    clip: Video | None
    """The file that is shown."""
    files: Sequence[File]
    sources: Sequence[Task] = ()
    """The tasks of ours that it goes on from."""

    @classmethod
    def of(cls, task: Task, chosen: str, query: str, sources: Sequence[Task] = ()) -> "Facts":
        clips = list(task.videos.all()) if task.state == State.READY else []
        clip = next((c for c in clips if str(c.uuid) == chosen), clips[0] if clips else None)
        return cls(task=task, clip=clip, files=[_file(c, clip, task, query) for c in clips], sources=sources)

    @property
    def has_player(self) -> bool:
        """Whether the file plays here: an image does not, nor one that has vanished."""
        return bool(self.clip and not self.clip.is_picture and not self.clip.missing_since)

    @property
    def proof(self) -> str:
        """The type a browser is asked about before playing; empty for a version that plays everywhere."""
        return self.clip.proof if self.clip and self.clip.play_url == self.clip.url else ""

    @property
    def timecode(self) -> str:
        """The timecode at which the clip ends."""
        return timecode(self.clip.seconds, self.clip.fps) if self.clip else ""

    @property
    def settings(self) -> list[Setting]:
        spec, values = self.task.spec, self.task.values
        if spec is None:
            return [Setting(label=n, value=plain(v)) for n, v in values.items() if n != "prompt" and given(v)]
        elsewhere = {"prompt", "task"} if self.sources else {"prompt"}
        shown = [p for p in spec.params if p.role not in elsewhere and not isinstance(p, Media)]
        return [
            Setting(label=p.label, value=words, long=len(words) > 24)
            for p in shown
            if given(values.get(p.name)) and (words := value_words(p, values[p.name]))
        ]

    @property
    def given(self) -> list[Given]:
        spec = self.task.spec
        known: dict[UUID | None, Asset] = {a.uuid: a for a in assets_of(self.task.values)}
        params = spec.media_params() if spec else iter(())
        return [
            Given(label=param.label, asset=known.get(asset_uuid(item)), text=str(item))
            for param in params
            for item in _items(self.task.values.get(param.name))
        ]

    @property
    def entries(self) -> list[tuple[str, Entry]]:
        rows = self.task.entries.order_by("at", "id")
        return [(ENTRY_WORDS[Entry.Kind(entry.kind)], entry) for entry in rows]

    @cached_property
    def took(self) -> str:
        """What its prompt has taken so far; empty for a single clip."""
        known = counts_of([self.task.prompt_digest]) if self.task.prompt else {}
        made = known.get(self.task.prompt_digest)
        return takes_text(made.clips, made.credits, made.approved_at) if made and made.clips > 1 else ""

    @property
    def cost_word(self) -> str:
        """The label of the final cost: what kind of figure it is."""
        if self.task.is_asked and self.task.charge_credits:
            return "List price"
        kinds = {"actual": "Actual", "estimate": "Estimate, booked", "not charged": "Not charged"}
        return kinds.get(self.task.cost_kind, "After")

    @property
    def cost_note(self) -> str:
        """Where the figures come from, and whose budget they count in."""
        task = self.task
        name = short_name(task.person)
        budget = f"{name}’s {task.budget.month:%B} budget"
        if task.state in (State.SAVING, State.READY) or (task.state == State.LOST and task.charge_credits):
            if task.is_asked:
                return f"The list price: Kie reports none for these. Charged to {budget}."
            if task.charge_basis == Entry.Basis.ACTUAL:
                return f"Reported by Kie. Charged to {budget}."
            booked = "all that was set aside" if task.quote_basis == Basis.UNKNOWN else "our estimate"
            return f"Kie gave no figure, so {booked} is booked. Charged to {budget}."
        return f"Held on {budget} until Kie has finished." if task.is_open else ""

    @property
    def times(self) -> list[tuple[str, float]]:
        """How long the task waited, Kie worked, and saving took: seconds."""
        t = self.task
        spans = [
            ("Waited", t.created_at, t.accepted_at),
            ("Kie worked", t.accepted_at, t.finished_at),
            ("Saving", t.finished_at, t.ready_at),
        ]
        return [(word, _seconds(start, end)) for word, start, end in spans if start and end]


def value_words(param: Param, value: object) -> str:
    """A value as the order form displays it."""
    if isinstance(param, Toggle):
        return "on" if value else "off"
    if isinstance(param, Choice):
        words = param.option_labels.get(str(value), str(value))
        return f"{words} s" if param.role == "length" and words.isdigit() else words
    if isinstance(param, Number):
        unit = " s" if param.role == "length" else ""
        return param.also_labels.get(str(value), f"{plain(value)}{unit}")
    if isinstance(param, Objects) and isinstance(value, list):
        rows = (r.values() if isinstance(r, dict) else [r] for r in value)
        return " · ".join(
            f"{param.item_label} {n}: {', '.join(map(plain, r))}" for n, r in enumerate(rows, 1)
        )
    return plain(value)


def plain(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def _file(clip: Video, shown: Video | None, task: Task, query: str) -> File:
    more = f"&{query}" if query else ""
    return File(
        clip=clip,
        url=f"{task.get_absolute_url()}?file={clip.uuid}{more}",
        word=f"Clip {clip.number + 1}",
        current=clip == shown,
    )


def _items(value: object) -> Iterator[object]:
    yield from value if isinstance(value, list) else [value] if given(value) else []


def _seconds(start: datetime, end: datetime) -> float:
    """Seconds between two times, never negative: one of them may come from Kie’s clock."""
    return max(0.0, (end - start).total_seconds())
