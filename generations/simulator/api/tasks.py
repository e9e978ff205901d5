"""The life of a task. Its end is fixed when it is ordered; its current state follows from the clock."""

import json
import random
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from generations.catalogue.lengths import MEASURED
from generations.catalogue.quote import Line, quote
from generations.catalogue.spec import ModelSpec
from generations.simulator.api import refusals, validation
from generations.simulator.api.dialects import COPIED, DIALECTS
from generations.simulator.api.refusals import Refusal
from generations.simulator.api.settings import Settings
from generations.simulator.api.store import Store, Task
from generations.simulator.market.shop import Shop
from generations.simulator.paint import clips

Json = dict[str, object]
Clock = Callable[[], float]

PATHS = ("waiting", "waiting", "waiting generating", "waiting queuing generating")
FAILURES = {
    "#moderated": ("422", refusals.MODERATED),
    "#fails": ("501", refusals.UNMADE),
    "#internal": ("500", refusals.INTERNAL),
}
"""Words in a prompt that make its task fail, late, as in the real service."""
REALISTIC = (60, 300)
UNPRICED = Decimal(10)


class Desk:
    """Takes orders and reports on them."""

    def __init__(self, settings: Settings, store: Store, shop: Shop, clock: Clock = time.time) -> None:
        self._settings, self._store, self._clock = settings, store, clock
        self.shop = shop
        self._random = random.Random(settings.seed)

    def now_ms(self) -> int:
        return int(self._clock() * 1000)

    def order(self, dialect: str, body: Mapping[str, object]) -> str:
        """A new task's id. Raises Refusal."""
        spec, values = understood(dialect, body, self.shop)
        now = self.now_ms()
        if sources := DIALECTS[dialect].continues:
            self.settle()
            _finished(self._store.task(str(values.get("taskId"))), sources, now)
        task_id = DIALECTS[dialect].prefix + uuid.uuid4().hex
        fail_code, fail_text = _failure(str(spec.value_of("prompt", values) or ""))
        accepted = self._store.add(
            id=task_id,
            endpoint=dialect,
            model=spec.id,
            params=json.dumps(values, sort_keys=True, ensure_ascii=False),
            body=json.dumps(dict(body), ensure_ascii=False),
            callback_url=_text(body.get("callBackUrl")),
            created_ms=now,
            ends_ms=now + self._duration_ms(spec),
            path=self._random.choice(PATHS),
            fail_code=fail_code,
            fail_text=fail_text,
            thousandths=int(_price(spec, values, self._sources(spec, values)) * 1000),
        )
        if not accepted:
            raise Refusal(402, refusals.POOR)
        return task_id

    def _sources(self, spec: ModelSpec, values: Mapping[str, object]) -> Json:
        """What the price depends on in clips of ours that the order goes on from."""
        named = str(spec.value_of("task", values) or "")
        source = self._store.task(named)
        model = self.shop.spec(source.model) if source else None
        found: Json = {}
        if source and model and (size := model.value_of("size", json.loads(source.params))):
            found["$source_resolution"] = size
        clips_given = {named: clip_of(source, self.shop)} if source else {}
        for param in spec.media_params():
            items = values.get(param.name)
            for address in map(str, items if isinstance(items, list) else []):
                if clip := self.clip(address.rsplit("/", 1)[-1]):
                    clips_given[address] = clip
        found[MEASURED] = {name: Decimal(str(clip.seconds)) for name, clip in clips_given.items()}
        return found

    def _duration_ms(self, spec: ModelSpec) -> int:
        if self._settings.realistic:
            least, most = spec.usual_seconds or REALISTIC
            return int(1000 * self._random.uniform(least, most))
        habit = sha256(spec.id.encode()).digest()[0] / 255
        share = 0.5 * habit + 0.5 * self._random.random()
        fastest, slowest = self._settings.fastest, self._settings.slowest
        return int(1000 * (fastest + (slowest - fastest) * share))

    def settle(self) -> None:
        """Charge everything that has ended by now."""
        self._store.settle(self.now_ms())

    def found(self, record: str, task_id: str) -> Task:
        """The task with that id of the dialects that are asked for there, settled if it has ended.

        Raises Refusal.
        """
        if not task_id:
            raise Refusal(400, refusals.NO_TASK_ID)
        self.settle()
        task = self._store.task(task_id)
        if task is None or DIALECTS[task.endpoint].record != record:
            raise Refusal(422, refusals.NO_RECORD)
        return task

    def state(self, task: Task, at_ms: int | None = None) -> str:
        """The word for a task's state, now or at a given time."""
        now = self.now_ms() if at_ms is None else at_ms
        if now >= task.ends_ms:
            return "fail" if task.fail_code else "success"
        states = task.path.split()
        share = (now - task.created_ms) / max(1, task.ends_ms - task.created_ms)
        marks = (0.0, 0.15, 0.35)[: len(states)]
        return states[max(i for i, mark in enumerate(marks) if share >= mark or i == 0)]

    def copy_url(self, task_id: str, index: str, site: str) -> str:
        """The address of a task's 1080p copy, started by the first call. Raises Refusal until it is ready."""
        self.settle()
        now = self.now_ms()
        task = _copyable(self._store.task(task_id), index, now)
        if task.copy_ready_ms is None:
            wait = max(2000, (task.ends_ms - task.created_ms) // 3)
            self._store.ask_copy(task_id, now, now + wait)
        if task.copy_ready_ms is None or now < task.copy_ready_ms:
            raise Refusal(400, refusals.NOT_READY)
        return f"{site}/files/results/{task.id}_1080p.mp4"

    def clip(self, name: str) -> clips.Clip | None:
        """The clip behind the name of a result file, once its task has ended successfully."""
        stem = name.removesuffix(".mp4")
        task = self._store.task(stem.removesuffix("_1080p"))
        if task is None or self.state(task) != "success" or stem == name:
            return None
        full_hd = stem.endswith("_1080p")
        if full_hd and (task.copy_ready_ms is None or self.now_ms() < task.copy_ready_ms):
            return None
        return clip_of(task, self.shop, full_hd=full_hd)


def model_meant(dialect: str, body: Mapping[str, object]) -> object:
    """The name of the model that an order is about, if it is one; else None."""
    speech = DIALECTS[dialect]
    return validation.only_model(dialect) if speech.only_model else body.get("model", speech.usual_model)


def understood(dialect: str, body: Mapping[str, object], shop: Shop) -> tuple[ModelSpec, dict[str, object]]:
    """The model ordered, and the values given. Raises Refusal."""
    spec = validation.model_for(dialect, model_meant(dialect, body), shop)
    sent = DIALECTS[dialect].values(body)
    if not isinstance(sent, Mapping):
        raise refusals.required("input")
    return spec, validation.checked(spec, sent)


def clip_of(task: Task, shop: Shop, *, full_hd: bool = False) -> clips.Clip:
    spec, values = shop.spec(task.model), json.loads(task.params)
    if spec is None:
        return clips.of_the_past(task.model, str(values.get("prompt", "")), take=task.take, full_hd=full_hd)
    return clips.ordered(spec, values, take=task.take, full_hd=full_hd)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _failure(prompt: str) -> tuple[str, str]:
    return next((failure for word, failure in FAILURES.items() if word in prompt), ("", ""))


def _price(spec: ModelSpec, values: Mapping[str, object], sources: Mapping[str, object]) -> Decimal:
    """What the task costs when it is made: what can be as long as it likes is as long as clips are here."""
    price = quote(spec, values, today=datetime.now(UTC).date(), sources=sources)
    if price.lines:
        return sum((line.row.credits * _units(line) for line in price.lines), Decimal(0))
    return next((p for p in (price.credits, price.card) if p is not None), UNPRICED)


def _units(line: Line) -> Decimal:
    return min(line.units, Decimal(clips.USUAL_SECONDS)) if line.at_most else line.units


def _finished(task: Task | None, dialects: Collection[str], now: int) -> Task:
    """The task, if the service would go on with its video. docs.kie.ai: veo3-api/get-veo-3-1080p-video."""
    if task is None or task.endpoint not in dialects:
        raise Refusal(422, "record is null.")
    if now - task.created_ms > 14 * 86_400_000:
        raise Refusal(422, "Temporarily supports records within 14 days.")
    if now < task.ends_ms or task.fail_code:
        raise Refusal(422, "record status is not success.")
    return task


def _copyable(found: Task | None, index: str, now: int) -> Task:
    """The task, if Kie would make a copy of it. docs.kie.ai: veo3-api/get-veo-3-1080p-video."""
    task = _finished(found, COPIED, now)
    if index not in {"", "0"} or json.loads(task.params).get("resolution") in {"1080p", "4k"}:
        raise Refusal(422, "record result data not exist.")
    return task
