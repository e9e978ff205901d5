"""The sandbox's catalogue: the facts, and what was played on top of them. Its changes outlive a restart."""

import copy
import json
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from generations import catalogue
from generations.catalogue.price_rows import price_rows
from generations.catalogue.pricetext import read
from generations.catalogue.schema import Listed, model_spec
from generations.catalogue.spec import ModelSpec
from generations.catalogue.unreadable import Unreadable
from generations.simulator.market.documents import document, facts

Fact = dict[str, Any]
PLAYS = ("new", "price", "parameter", "gone", "back")
FIRST_TO_CHANGE = "kling/v3-turbo-text-to-video"
SEEN_ON = date(2026, 10, 6)
BUCKETS = 144
"""Points of ten minutes: 24 hours."""
UNWATCHED = 5
"""One model in as many is not watched: no points at all."""


class BadPlay(ValueError):
    """What cannot be played, and why."""


class Shop:
    """What Kie's catalogue says here. Safe for many threads."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "market.json"
        self._guard = threading.Lock()
        self._changed: dict[str, Fact] = {}
        """By model: what it is now."""
        self._gone: list[str] = []
        """In the order in which they went."""
        if self._file.exists():
            kept = json.loads(self._file.read_text("utf-8"))
            self._changed, self._gone = kept["changed"], kept["gone"]

    def models(self) -> dict[str, Fact]:
        """Every listed model, the newest last."""
        with self._guard:
            every, gone = {**facts(), **self._changed}, list(self._gone)
        return {model: fact for model, fact in every.items() if model not in gone}

    def is_gone(self, model: str) -> bool:
        return model in self._gone

    def listing(self, tasks: str, provider: str, words: str) -> dict[str, object]:
        """The list, filtered as Kie does: any of the tasks, that very provider, the words anywhere."""
        wanted = {task.strip() for task in tasks.split(",") if task.strip()}
        found = [
            fact["listed"]
            for fact in self.models().values()
            if (not wanted or wanted & set(fact["listed"]["taskType"]))
            and provider in ("", fact["listed"]["provider"])
            and words.lower() in _words(fact["listed"])
        ]
        return {"total": len(found), "models": found}

    def schema(self, model: str) -> dict[str, object]:
        return {"model": model, "openapi": document(self._fact(model))}

    def price(self, model: str) -> dict[str, object]:
        return {"model": model, "pricingDesc": self._fact(model)["listed"]["pricingDesc"]}

    def success(self, model: str) -> dict[str, object]:
        """The last 24 hours up to now, the same for a model at any time of asking but for its clock."""
        self._fact(model)
        seed = sha256(model.encode()).digest()
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        end = now - timedelta(minutes=now.minute % 10)
        count = 0 if seed[0] % UNWATCHED == 0 else BUCKETS
        points = [_point(seed, n, end - timedelta(minutes=10 * (count - 1 - n))) for n in range(count)]
        return {"model": model, "points": points}

    def spec(self, model: str) -> ModelSpec | None:
        """The model by the studio's own files, else by its document here; also one that is gone.

        A price that was played is what it costs, whatever the studio's files say.
        """
        with self._guard:
            played = self._changed.get(model)
        fact: Fact | None = played or facts().get(model)
        if fact is None or model in catalogue.curated():
            ours = catalogue.find(model)
            return _at_price(ours, played, facts().get(model)) if ours and played else ours
        listed = fact["listed"]
        about = Listed(id=model, title=listed["title"], tasks=tuple(listed["taskType"]))
        try:
            return model_spec(document(fact), about, listed["pricingDesc"], seen_on=SEEN_ON)
        except Unreadable:
            return None

    def play(self, what: str, model: str = "") -> str:
        """Change the catalogue: a new model, another price or parameter, one gone or back. Returns its id.

        Raises BadPlay.
        """
        if what not in PLAYS:
            raise BadPlay(f"play {', '.join(PLAYS)}, not “{what}”")
        with self._guard:
            if what == "gone":
                name = self._chosen(model)
                self._gone.append(name)
            elif what == "back":
                name = self._missed(model)
                self._gone.remove(name)
            else:
                changes: dict[str, Callable[[str], tuple[str, Fact]]] = {
                    "new": self._new,
                    "price": self._dearer,
                    "parameter": self._with_less,
                }
                name, fact = changes[what](model)
                self._changed[name] = fact
            fresh = self._file.with_suffix(".new")
            fresh.parent.mkdir(parents=True, exist_ok=True)
            kept = {"changed": self._changed, "gone": self._gone}
            fresh.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
            fresh.replace(self._file)
        return name

    def _fact(self, model: str) -> Fact:
        """Raises LookupError for a model that is not listed."""
        return self.models()[model]

    def _chosen(self, model: str) -> str:
        """That model, or the one that was played last, or one of the facts."""
        played = [name for name in self._changed if name not in self._gone]
        name = model or (played[-1] if played else FIRST_TO_CHANGE)
        if name in self._gone or name not in {**facts(), **self._changed}:
            raise BadPlay(f"“{name}” is not listed")
        return name

    def _missed(self, model: str) -> str:
        name = model or (self._gone[-1] if self._gone else "")
        if name not in self._gone:
            raise BadPlay(f"“{name}” is not gone")
        return name

    def _now(self, model: str) -> tuple[str, Fact]:
        name = self._chosen(model)
        return name, copy.deepcopy(dict(self._changed.get(name) or facts()[name]))

    def _new(self, model: str) -> tuple[str, Fact]:
        taken = {**facts(), **self._changed}
        names = (f"sandbox/new-model-{n}" for n in range(1, len(taken) + 2))
        name = model or next(name for name in names if name not in taken)
        if name in taken:
            raise BadPlay(f"“{name}” is there already")
        return name, _new_model(name)

    def _dearer(self, model: str) -> tuple[str, Fact]:
        """A quarter dearer, in the same words."""
        name, fact = self._now(model)
        said = str(fact["listed"]["pricingDesc"] or "")
        fact["listed"]["pricingDesc"] = dearer(said)
        return name, fact

    def _with_less(self, model: str) -> tuple[str, Fact]:
        """The first choice of its input loses its last option."""
        name, fact = self._now(model)
        fields = fact.get("body", {}).get("properties", {}).get("input", {}).get("properties", {})
        choices = [field for field in fields.values() if len(field.get("enum", ())) > 1]
        if not choices:
            raise BadPlay(f"“{name}” has no choice that could lose an option")
        lost = choices[0]["enum"].pop()
        if choices[0].get("default") == lost:
            choices[0]["default"] = choices[0]["enum"][-1]
        return name, fact


def _at_price(spec: ModelSpec, played: Fact, before: Fact | None) -> ModelSpec:
    """The model of the studio's files at the price that was played, if one was."""
    text = played["listed"]["pricingDesc"]
    if before and text == before["listed"]["pricingDesc"]:
        return spec
    rows = price_rows(read(text), spec.id, spec.params, source="sandbox", seen_on=SEEN_ON)
    return replace(spec, prices=rows) if rows else spec


def _words(listed: Fact) -> str:
    return " ".join(str(listed[key]) for key in ("model", "title", "provider")).lower()


def dearer(text: str) -> str:
    """The price text with each amount of credits a quarter higher, and without dollars."""
    without = re.sub(r" ?\([^()]*\$[^()]*\)", "", text.split("\nHigh-tier")[0])
    return re.sub(
        r"(\d+(?:\.\d+)?)(?= ?credits)",
        lambda found: f"{(Decimal(found.group(1)) * Decimal('1.25')).normalize():f}",
        without,
    )


def _point(seed: bytes, n: int, end: datetime) -> dict[str, object]:
    """Now and then nobody used the model, and now and then a task failed."""
    chance = sha256(seed + n.to_bytes(2)).digest()
    idle, rate = chance[0] < 40, 100.0 if chance[1] < 200 else 100 - chance[2] / 16
    return {
        "start": (end - timedelta(minutes=10)).isoformat().replace("+00:00", "Z"),
        "end": end.isoformat().replace("+00:00", "Z"),
        "successRate": None if idle else round(rate, 2),
        "errorRate": None if idle else round(100 - rate, 2),
        "isNormal": True,
    }


def _new_model(name: str) -> Fact:
    """A model that nobody has: only its own document tells what it takes."""
    label = name.rsplit("/", 1)[-1].replace("-", " ").capitalize()
    fields: Fact = {
        "prompt": {"type": "string", "description": "What the video should show.", "maxLength": 2000},
        "image_url": {"type": "string", "format": "uri", "description": "The first frame."},
        "resolution": {"type": "string", "enum": ["720p", "1080p", "4k"], "default": "720p"},
        "duration": {"type": "string", "enum": ["5", "8", "12"], "default": "5", "description": "Seconds."},
        "aspect_ratio": {"type": "string", "enum": ["16:9", "9:16", "1:1"], "default": "16:9"},
        "camera_motion": {"type": "string", "enum": ["still", "pan", "orbit"], "default": "still"},
        "generate_audio": {"type": "boolean", "default": False, "description": "Make a sound track."},
        "seed": {"type": "integer", "minimum": 0, "maximum": 2147483647},
    }
    prices = (
        "720p: 8 credits/s no audio, 12 credits/s with audio;\n"
        "1080p: 14 credits/s no audio, 20 credits/s with audio."
    )
    return {
        "listed": {
            "model": name,
            "slug": name,
            "title": f"{label}: a model that appeared in the sandbox",
            "provider": "Sandbox",
            "taskType": ["Text to Video", "Image to Video"],
            "description": "",
            "pricingDesc": prices,
        },
        "summary": label,
        "body": {
            "type": "object",
            "required": ["model"],
            "properties": {
                "model": {"type": "string", "enum": [name], "default": name},
                "callBackUrl": {"type": "string", "format": "uri"},
                "input": {"type": "object", "properties": fields, "required": ["prompt"]},
            },
        },
    }
