"""The storm: orders come in, everything goes wrong, and then it is counted what came of it."""

import itertools
import random
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from django.contrib.auth.models import User
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from generations import catalogue, orders, policy
from generations.decisions import cases, choices
from generations.models import Event, Happened, Hint, Lease, Runtime, State, Task
from generations.models.send import token_hash
from generations.models.state import OPEN
from generations.money import ledger
from generations.wake import LEASE
from tests.storm import picture
from tests.storm.books import Books
from tests.storm.fleet import Fleet
from tests.storm.going_on import GOING_ON, go_on
from tests.storm.oracle import Finding, findings
from tests.storm.postgres import Server
from tests.storm.programs import storm

T = TypeVar("T")
PEOPLE = ("Ada", "Ben", "Cleo", "Dan")
BUDGET = Decimal(10**6)
MODELS = (
    ("kling-2.6/text-to-video", {"duration": "5"}),
    ("wan/2-6-text-to-video", {"duration": "5", "resolution": "720p"}),
    ("veo3_fast", {"duration": 4}),
    ("sora-2-text-to-video", {"n_frames": "10"}),
)
WEIGHTS = {"sweeper": 0.45, "queue": 0.35, "web": 0.17, "studio": 0.03}
LONGEST = 2.0
"""So many times its seconds a storm may last."""
GO_ON_EVERY = 2.0
"""Seconds."""
CALM_WEIGHTS = {"queue": 1.0}


class Vendor(Protocol):
    """Who stands in for Kie, misbehaves on demand, and knows the truth."""

    def truth(self) -> Any: ...
    def originals(self, task_id: str) -> frozenset[str]: ...
    def break_by(self, program: Mapping[str, object] | None) -> None: ...
    def stop(self) -> None: ...


@dataclass(kw_only=True)
class Storm:
    """One run. Everything random comes from the seed."""

    tasks: int
    seconds: float
    seed: int
    every: float
    vendor: Vendor
    fleet: Fleet
    server: Server | None = None
    calm: bool = False
    """No faults; only the worker is killed."""
    drain_within: float = 420.0
    liked: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)

    def run(self) -> list[Finding]:
        """Let it rage, let everything end, and judge it twice: before and after people had their say."""
        self.dice = random.Random(self.seed)
        self.resumed = 0
        self.ways = itertools.cycle(GOING_ON)
        self.books = Books(self.fleet.environment)
        people = [_person(name) for name in PEOPLE]
        boss = _person("Eve", policy.Role.ADMIN)
        self._wait(lambda: 0 if Lease.objects.exists() else 1)
        if not self.calm:
            self.vendor.break_by(storm(self.seed))
        self._rage(people)
        truth = self.vendor.truth()
        self.counts["orders over Kie’s limit"] = truth["over_limit"]["creates"]
        self.counts["questions over Kie’s limit"] = truth["over_limit"]["queries"]
        self.vendor.break_by(None)
        self.fleet.thaw()
        self._wait(self._open)
        self.books.stop()
        found = self._judge()
        self.counts["held for a person"] = cases.count_open(Task.objects.all())
        self.counts["answers lost or garbled"] = _lost(truth)
        self._people_decide(boss)
        self._wait(lambda: self._open() + Task.objects.unconfirmed().count())
        found += self._judge()
        found += [
            Finding("left", f"{case.task}: {case.kind}") for case in cases.open_cases(Task.objects.all())
        ]
        self._count()
        return list(dict.fromkeys([*self.books.findings, *found]))

    def _rage(self, people: list[User]) -> None:
        orderers = [
            threading.Thread(target=self._order, args=(person, number), daemon=True)
            for number, person in enumerate(people)
        ]
        for thread in orderers:
            thread.start()
        self.books.start()
        began = time.monotonic()
        restarts = [self.seconds * n / 5 for n in range(1, 5)] if self.server else []
        struck = began
        while self._goes_on(time.monotonic() - began) or any(thread.is_alive() for thread in orderers):
            self.fleet.keep_up()
            self._play_admin()
            self._go_on()
            if time.monotonic() - struck > self.every:
                struck += self.every
                weights, freezing = (CALM_WEIGHTS, 0.0) if self.calm else (WEIGHTS, 0.2)
                self.fleet.strike(self.dice, weights, patiently(_holder), freezing)
            if self.server and restarts and time.monotonic() - began > restarts[0]:
                restarts.pop(0)
                self.server.restart()
            time.sleep(0.1)

    def _goes_on(self, seconds: float) -> bool:
        """For its time, and longer while orders wait that have not met it yet; not for ever."""
        if seconds < self.seconds:
            return True
        waiting = patiently(lambda: Task.objects.filter(state=State.QUEUED).count())
        return waiting > 0 and seconds < LONGEST * self.seconds

    def _order(self, person: User, number: int) -> None:
        """Order this person's share over the first half of the storm. The same key again is the same task."""
        dice = random.Random(self.seed * 10 + number)
        share = range(number, self.tasks, len(PEOPLE))
        for n in share:
            model, values = dice.choice(MODELS)
            prompt = f"Storm {self.seed}, number {n}" + (" #fails" if dice.random() < 0.05 else "")
            spec = catalogue.find(model)
            assert spec is not None
            key = uuid.UUID(int=dice.getrandbits(128), version=4)
            wish = {**spec.defaults(), **values, "prompt": prompt if not self.calm else f"Calm {n}"}
            patiently(lambda s=spec, w=wish, k=key: orders.place(person, s, w, order_key=k))  # type: ignore[misc]
            time.sleep(0 if self.calm else self.seconds / 2 / max(1, len(share)) * dice.random())
        close_old_connections()

    def _play_admin(self) -> None:
        """The admin who resumes sending each time that lost answers have paused it."""
        if patiently(lambda: Runtime.row().paused_at):
            patiently(Runtime.resume)
            self.resumed += 1

    def _go_on(self) -> None:
        """Somebody likes one of the Veo clips that have arrived, and has it go on in one of the ways."""
        if time.monotonic() - self.liked < GO_ON_EVERY:
            return
        self.liked = time.monotonic()
        ready = Task.objects.filter(state=State.READY, model_id="veo3_fast")
        clip = patiently(lambda: ready.order_by("?").select_related("person").first())
        if clip is None:
            return
        model, key = next(self.ways), uuid.UUID(int=self.dice.getrandbits(128), version=4)
        with suppress(orders.NotAdmitted):
            patiently(lambda: go_on(clip, model, key))

    def _wait(self, left: Callable[[], int]) -> None:
        """Until nothing is left, as long as it gets less: a slow machine may take its time."""
        least, ends = sys.maxsize, time.monotonic() + self.drain_within
        while time.monotonic() < ends and (now := patiently(left)):
            if now < least:
                least, ends = now, time.monotonic() + self.drain_within
            self.fleet.keep_up()
            self._play_admin()
            time.sleep(0.3)

    def _open(self) -> int:
        """Rows that a machine will still move by itself, soon."""
        soon = timezone.now() + timedelta(seconds=60)
        moving = Task.objects.filter(state__in=OPEN).count()
        looked_at = Task.objects.filter(state__in=[State.FAILED, State.READY], due_at__lt=soon).count()
        return moving + looked_at + Hint.objects.filter(due_at__lt=soon).count()

    def _people_decide(self, boss: User) -> None:
        """What is left is for people: they look into Kie’s log and name the id, or say it was not sent.

        One found by itself meanwhile needs nobody any more; the second judgement sees what it came to.
        """
        sends = picture.sends()
        at_kie = {}
        for task in self.vendor.truth()["tasks"]:
            at_kie[sends.get(token_hash(task["token"] or ""), "")] = task["id"]
        for task in Task.objects.unconfirmed():
            with suppress(choices.NotPossible):
                if task_id := at_kie.get(str(task.uuid)):
                    choices.paste_id(task, boss, task_id)
                else:
                    choices.close(task, boss, "It is not in Kie’s log")

    def _judge(self) -> list[Finding]:
        return findings(picture.take(self.vendor.truth(), self.vendor.originals))

    @staticmethod
    def _ready(model: str) -> int:
        return Task.objects.filter(model_id=model, state=State.READY).count()

    def _count(self) -> None:
        self.counts |= {
            "tasks": Task.objects.exclude(model_id__in=GOING_ON).count(),
            "ready": Task.objects.filter(state=State.READY).count(),
            "kills": self.fleet.kills.total(),
            "freezes": self.fleet.freezes,
            **{f"{model} ready": self._ready(model) for model in GOING_ON},
            "ledger checks meanwhile": self.books.checks,
            "database restarts": self.server.restarts if self.server else 0,
            "sending resumed by the admin": self.resumed,
            "re-attached by a callback": Event.objects.filter(kind=Happened.FOUND, facts__by="").count(),
            "taken from the journal": Event.objects.filter(kind=Happened.TAKEN).count(),
        }


def patiently(work: Callable[[], T]) -> T:
    """Do it as soon as the database is there."""
    while True:
        try:
            return work()
        except DatabaseError:
            close_old_connections()
            time.sleep(0.3)


def _holder() -> int | None:
    """The process that sweeps now."""
    lease = Lease.objects.filter(name=LEASE).first()
    return int(lease.owner.split(":")[1]) if lease and lease.owner else None


def _person(name: str, role: policy.Role = policy.Role.CREATOR) -> User:
    person = User.objects.create_user(username=name.lower(), first_name=name)
    policy.give_role(person, role)
    ledger.set_limit(person, BUDGET)
    return person


def _lost(truth: dict[str, list[dict[str, object]]]) -> int:
    """Answers to orders that did not arrive as they should have."""
    harmless = {"webhook_first", "status", "slow"}
    rules = [r for r in truth["rules"] if r["on"] == "create" and r["fault"] not in harmless]
    return sum(int(str(rule["struck"])) for rule in rules)


@contextmanager
def ended(fleet: Fleet, vendor: Vendor, server: Server | None) -> Iterator[None]:
    """Whatever happens, no process is left."""
    try:
        yield
    finally:
        fleet.stop()
        vendor.stop()
        if server:
            server.stop()
