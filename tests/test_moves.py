"""Whatever happens in whatever order: states follow the arrows, ids stay, and the books agree."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from generations import catalogue, orders
from generations.decisions import cases, choices
from generations.kie.errors import Ambiguous, Declined, KieError, NotSent, Refusal, Refused
from generations.kie.wire import Failure, Phase, Report
from generations.models import Event, Happened, Hint, Obstacle, Pause, Runtime, State, Task
from generations.models.state import SOURCES, WITHOUT_ID
from generations.money import ledger
from generations.worker.steps import attach, refresh, send
from generations.worker.steps.step import Step
from tests.case_rows import reading
from tests.thorough import rows

pytestmark = pytest.mark.long
LIVES = {"a few": 15, "many": 60}
KIE: Any = type("Kie", (), {"__getattr__": lambda self, name: lambda *a, **k: None})()

ANSWERS: list[str | KieError] = [
    "accepted",
    NotSent("refused connection"),
    Ambiguous("reset"),
    Refused("no", refusal=Refusal.PARAMETER),
    Refused("slow down", refusal=Refusal.TOO_FAST),
    Refused("no key", refusal=Refusal.UNAUTHORISED),
    Refused("no credits", refusal=Refusal.NO_CREDITS),
    Refused("maintenance", refusal=Refusal.MAINTENANCE),
    Refused("daily limit", refusal=Refusal.CAPPED, code=433),
    Declined("try again later", code=500, status=200),
]
MODELS = ["kling-2.6/text-to-video", "veo3_fast"]
NUMBERS = st.integers(0, 2)
"""Few, so that much happens to each."""
PHASES = [Phase.PENDING, Phase.SUCCESS, Phase.FAILED, Phase.MISSING]
CHARGES = [None, Decimal(0), Decimal("12.5"), Decimal(900)]


def feed(step: Step, answer: Any) -> None:
    """Give every piece of work of a step the same answer."""
    with suppress(StopIteration):
        next(step)
        while True:
            if isinstance(answer, Exception):
                step.throw(answer)
            else:
                step.send(answer)


def report(task: Task, phase: Phase, charge: Decimal | None, callback: str | None = None) -> Report:
    return Report(
        phase=phase,
        task_id=task.task_id or "",
        state=phase,
        urls=("https://tempfile.aiquickdraw.com/a.mp4",) if phase is Phase.SUCCESS else (),
        charge=charge,
        failure=Failure(code="501", text="no") if phase is Phase.FAILED else None,
        created_at=timezone.now(),
        completed_at=None,
        callback_url=callback,
        model=task.model_id,
        prompt=task.prompt,
    )


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True  # type: ignore[attr-defined]
        self.atomic.__enter__()
        self.person = User.objects.create_user("somebody")
        ledger.set_limit(self.person, Decimal(400))
        self.ids: dict[int, str] = {}
        self.given = 0
        self.under_way: list[Step] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def pick(self, number: int) -> Task:
        tasks = list(Task.objects.order_by("id"))
        return tasks[number % len(tasks)]

    @initialize(model=st.sampled_from(MODELS))
    def order_first(self, model: str) -> None:
        self.order(model)

    @precondition(lambda self: Task.objects.count() < 3)
    @rule(model=st.sampled_from(MODELS))
    def order(self, model: str) -> None:
        spec = catalogue.find(model)
        assert spec is not None
        with suppress(orders.NotAdmitted):
            orders.place(self.person, spec, {**spec.defaults(), "prompt": "x"})

    @rule(number=NUMBERS)
    def hand_over(self, number: int) -> None:
        """Anything may happen before the answer comes."""
        Runtime.resume()
        step = send(self.pick(number), KIE)
        with suppress(StopIteration):
            next(step)
            self.under_way.append(step)

    @rule(
        number=NUMBERS,
        meanwhile=st.sampled_from(["hear", "close", "cancel"]),
        answer=st.sampled_from(ANSWERS),
    )
    def send(self, number: int, meanwhile: str, answer: str | KieError) -> None:
        """The same, closer together: what comes before the answer concerns this very task."""
        self.hand_over(number)
        if meanwhile == "hear":
            self.hear(number, 1 + number)
        elif meanwhile == "close":
            self.close(number)
        else:
            self.cancel(number)
        if self.under_way:
            self.answer(-1, answer)

    @precondition(lambda self: self.under_way)
    @rule(number=NUMBERS, answer=st.sampled_from(ANSWERS))
    def answer(self, number: int, answer: str | KieError) -> None:
        step = self.under_way.pop(number % len(self.under_way))
        if answer == "accepted":
            self.given += 1
            answer = f"id-{self.given}"
        with suppress(StopIteration):
            if isinstance(answer, KieError):
                step.throw(answer)
            else:
                step.send(answer)

    @rule(number=NUMBERS, phase=st.sampled_from(PHASES), charge=st.sampled_from(CHARGES))
    def look(self, number: int, phase: Phase, charge: Decimal | None) -> None:
        task = self.pick(number)
        if task.task_id:
            feed(refresh(task, KIE), report(task, phase, charge))

    @rule(number=NUMBERS, id_number=st.integers(1, 5))
    def hear(self, number: int, id_number: int) -> None:
        task = self.pick(number)
        if task.task_id is None and task.sent_at is not None:
            hint = Hint.hear(task, f"id-{id_number}", self.person)
            feed(attach(hint, KIE), report(task, Phase.PENDING, None))

    @rule(number=NUMBERS)
    def cancel(self, number: int) -> None:
        orders.cancel(self.pick(number), self.person)

    @rule(number=NUMBERS)
    def close(self, number: int) -> None:
        with suppress(choices.NotPossible):
            choices.close(self.pick(number), self.person, "not there")

    @rule(fell=st.sampled_from([Decimal(0), Decimal(0), Decimal(55)]))
    def close_all_that_are_quiet(self, fell: Decimal) -> None:
        """Ten minutes pass, and the balance is read before and after."""
        now = timezone.now()
        Task.objects.filter(state=State.UNCONFIRMED).update(sent_at=now - timedelta(minutes=10))
        reading(1000, now - timedelta(minutes=11))
        reading(Decimal(1000) - fell, now - timedelta(minutes=5))
        declined = set(Task.objects.filter(obstacle=Obstacle.DECLINED).values_list("pk", flat=True))
        settled = choices.close_quiet(Task.objects.order_by("id"), self.person)
        assert {task.pk for task in settled.closed} <= declined

    @rule(number=NUMBERS, duration=st.sampled_from(["5", "7", 5, None, ["5"]]))
    def change_values(self, number: int, duration: object) -> None:
        """As if the catalogue had changed: what waits fits it no more, or again."""
        task = self.pick(number)
        Task.objects.filter(pk=task.pk).update(values={**task.values, "duration": duration})

    @rule(number=NUMBERS)
    def store(self, number: int) -> None:
        self.pick(number).move(State.READY, Happened.STORED, due_at=None)

    @rule()
    def pause(self) -> None:
        Runtime.pause(Pause.PERSON)

    @invariant()
    def the_books_agree(self) -> None:
        assert ledger.differences() == []

    @invariant()
    def states_follow_the_arrows(self) -> None:
        for task in Task.objects.all():
            states = [State(s) for s in Event.objects.filter(task=task).values_list("state", flat=True) if s]
            assert states[0] == State.QUEUED
            assert states[-1] == task.state
            for before, after in pairwise(states):
                assert before in SOURCES[after], f"{before} → {after}"

    @invariant()
    def what_is_never_sent_is_before_a_person(self) -> None:
        never = Task.objects.filter(state=State.QUEUED, due_at=None)
        assert cases.count_open(never) == never.count()

    @invariant()
    def who_has_an_id_is_not_in_doubt(self) -> None:
        assert not Task.objects.filter(state__in=WITHOUT_ID).exclude(task_id=None)

    @invariant()
    def an_id_once_seen_is_kept(self) -> None:
        for task in Task.objects.exclude(task_id=None):
            assert self.ids.setdefault(task.pk, str(task.task_id)) == task.task_id
        assert all(Task.objects.filter(pk=key, task_id=kept).exists() for key, kept in self.ids.items())


@pytest.mark.django_db
@pytest.mark.parametrize("lives", rows(LIVES, in_short=["a few"]))
def test_no_order_of_events_breaks_a_life(lives: str) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=LIVES[lives],
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
