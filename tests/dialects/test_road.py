"""The road of a task in every dialect: ordered, sent, followed, paid and stored."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from generations import catalogue
from generations.decisions import choices
from generations.kie.errors import Ambiguous
from generations.models import Entry, Hint, Obstacle, State, Task
from generations.money import ledger
from generations.safekeeping import journal, recovery
from generations.simulator import FaultProgram
from generations.worker.steps import attach, run, send
from generations.worker.sweep import Sweep
from tests.dialects.documented import VIDEO
from tests.sandbox_caller import until
from tests.test_road import travel

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stored(kie: Any) -> Callable[[Task], Task]:
    """Take a task to its end, which has to be a stored video."""

    def finish(task: Task) -> Task:
        travel(task, kie)
        assert task.state == State.READY, task.obstacle or task.failure_text
        video = task.videos.get()
        assert (Path(django_settings.MEDIA_ROOT) / video.path).stat().st_size == video.size > 0
        assert ledger.differences() == []
        return task

    return finish


@pytest.fixture
def lose(order: Any, kie: Any, settings: Any) -> Callable[..., tuple[Task, str]]:
    """Send an order and lose the answer; the task, and the id that Kie has for it."""

    def send_and_lose(model_id: str, **values: Any) -> tuple[Task, str]:
        settings.PUBLIC_URL = "http://127.0.0.1:9"
        task = order(model_id, **values)
        step = send(task, kie)
        task_id = next(step)()
        with pytest.raises(StopIteration):
            step.throw(Ambiguous("the line broke"))
        task.refresh_from_db()
        assert task.state == State.UNCONFIRMED
        return task, str(task_id)

    return send_and_lose


def without(monkeypatch: pytest.MonkeyPatch, model_id: str) -> None:
    """The model leaves the catalogue."""
    left = {key: spec for key, spec in catalogue.models().items() if key != model_id}
    monkeypatch.setattr(catalogue, "models", lambda: left)


@pytest.mark.parametrize(
    ("model_id", "values", "endpoint", "credits"),
    [
        ("veo-3-1", {}, "jobs", 60),
        ("runway-generate", {}, "runway", 12),
        ("runway-generate", {"imageUrl": ["https://example.com/a.png"], "aspectRatio": None}, "runway", 12),
        ("runway-aleph", {"videoUrl": [VIDEO]}, "aleph", 110),
    ],
)
def test_a_task_is_stored_and_paid_as_quoted(
    market: Any,
    order: Any,
    stored: Any,
    simulator: Any,
    model_id: str,
    values: Any,
    endpoint: str,
    credits: int,
) -> None:
    before = simulator.balance()
    task = stored(order(model_id, **values))
    assert (task.endpoint, task.charge_credits) == (endpoint, credits)
    assert simulator.balance() == before - credits
    told = endpoint == "jobs"
    assert task.charge_basis == (Entry.Basis.ACTUAL if told else Entry.Basis.ESTIMATE)


@pytest.mark.long
def test_a_finished_veo_clip_is_extended(market: Any, order: Any, stored: Any) -> None:
    first = stored(order("veo3_fast", duration=4))
    second = stored(order("veo-extend", taskId=first.task_id, prompt="It goes on"))
    assert (first.endpoint, second.endpoint, second.charge_credits) == ("veo", "veo-extend", 60)


def test_a_runway_failure_releases_the_hold_and_keeps_its_words(market: Any, order: Any, kie: Any) -> None:
    for model_id, values in (("runway-generate", {}), ("runway-aleph", {"videoUrl": [VIDEO]})):
        task = travel(order(model_id, prompt="A forbidden thing #moderated", **values), kie)
        assert task.state == State.FAILED
        assert "AI moderator" in task.failure_text
        assert task.charge_credits == 0
    assert ledger.differences() == []


@pytest.mark.parametrize("model_id", ["veo3_fast", "runway-generate", "kling-2.6/text-to-video"])
def test_a_task_is_followed_when_its_model_has_left_the_catalogue(
    market: Any, order: Any, kie: Any, stored: Any, monkeypatch: pytest.MonkeyPatch, model_id: str
) -> None:
    task = order(model_id)
    run(send(task, kie))
    without(monkeypatch, model_id)
    stored(task)


@pytest.mark.long
def test_a_task_is_followed_as_it_was_sent_whatever_the_catalogue_says_before_and_after(
    market: Any, order: Any, kie: Any, stored: Any
) -> None:
    task, spec = order("veo3_fast"), market["veo3_fast"]
    assert task.endpoint == "veo"
    market["veo3_fast"] = replace(spec, endpoint="jobs")
    run(send(task, kie))
    assert Task.objects.get().endpoint == "jobs"
    market["veo3_fast"] = spec
    stored(Task.objects.get())


def test_a_task_is_sent_at_most_once_in_every_dialect(
    market: Any, order: Any, kie: Any, simulator: Any
) -> None:
    simulator.break_by(FaultProgram.load({"rules": [{"on": "create", "fault": "accept_then_reset"}]}))
    tasks = [order("runway-generate"), order("runway-aleph", videoUrl=[VIDEO]), order("veo3_fast")]
    with Sweep(kie) as sweep:
        for _ in range(3):
            sweep.begin_due()
            sweep.settle(0.1)
    until(lambda: Task.objects.unconfirmed().count() == len(tasks))
    assert len(simulator.created()) == len(tasks)


def test_a_callback_alone_proves_no_runway_task_because_its_record_has_no_token(
    market: Any, lose: Any, kie: Any, creator: Any, stored: Any
) -> None:
    task, task_id = lose("runway-generate")
    hint = Hint.hear(task, task_id)
    run(attach(hint, kie))
    hint.refresh_from_db()
    assert hint.obstacle == Obstacle.NO_TOKEN
    other, _ = lose("runway-generate", prompt="Another prompt")
    wrong = choices.paste_id(other, creator, task_id)
    run(attach(wrong, kie))
    wrong.refresh_from_db()
    assert wrong.obstacle == Obstacle.OTHER_PROMPT
    run(attach(choices.paste_id(task, creator, task_id), kie))
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.RUNNING, task_id)
    stored(task)


def test_a_callback_proves_an_aleph_task_and_an_extended_one_by_their_tokens(
    market: Any, lose: Any, order: Any, kie: Any, stored: Any
) -> None:
    source = stored(order("veo3_fast", duration=4))
    for model_id, values in (
        ("runway-aleph", {"videoUrl": [VIDEO]}),
        ("veo-extend", {"taskId": source.task_id}),
    ):
        task, task_id = lose(model_id, **values)
        run(attach(Hint.hear(task, task_id), kie))
        task.refresh_from_db()
        assert (task.state, task.task_id) == (State.RUNNING, task_id)


def test_without_callbacks_the_tier_of_an_extension_is_not_taken_for_its_model(
    market: Any, order: Any, kie: Any, stored: Any, creator: Any
) -> None:
    source = stored(order("veo3_fast", duration=4))
    task = order("veo-extend", taskId=source.task_id, prompt="It goes on")
    step = send(task, kie)
    task_id = str(next(step)())
    with pytest.raises(StopIteration):
        step.throw(Ambiguous("the line broke"))
    run(attach(choices.paste_id(task, creator, task_id), kie))
    task.refresh_from_db()
    assert (task.state, task.task_id) == (State.RUNNING, task_id)


def test_what_the_vendor_took_twice_is_followed_in_the_same_dialect(
    market: Any, order: Any, kie: Any, settings: Any, stored: Any
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    task = order("runway-aleph", videoUrl=[VIDEO])
    step = send(task, kie)
    run(attach(Hint.hear(Task.objects.get(), str(next(step)())), kie))
    second_id = kie.create(
        endpoint="aleph", model="runway-aleph", params={"prompt": task.prompt, "videoUrl": VIDEO}
    )
    with pytest.raises(StopIteration):
        step.send(second_id)
    second = Task.objects.get(task_id=second_id)
    assert (second.parent_id, second.endpoint) == (task.pk, "aleph")
    stored(second)


@pytest.mark.parametrize(
    ("model_id", "endpoint", "written", "found"),
    [
        ("gone/model", "aleph", True, "aleph"),
        ("veo3_fast", "veo", False, "veo"),
        ("gone/model", "jobs", False, "jobs"),
    ],
)
def test_the_journal_brings_a_forgotten_task_back_in_its_dialect(
    creator: Any, model_id: str, endpoint: str, written: bool, found: str
) -> None:
    """Also when the catalogue of today does not have its model. The first lines did not name the dialect."""
    ghost = Task(person=creator, model_id=model_id, endpoint=endpoint, label="Gone", prompt="Dunes")
    ghost.quote_credits, ghost.quote_basis = Decimal(60), "estimate"
    facts = {key: fact for key, fact in journal.describe(ghost).items() if written or key != "endpoint"}
    journal.write(journal.INTENT, ghost, **facts, token_hash="f" * 64)
    journal.write(journal.ANSWER, ghost, task_id="one")
    recovery.remember()
    recovery.reconcile()
    again = Task.objects.get()
    assert (again.uuid, again.state, again.endpoint) == (ghost.uuid, State.RUNNING, found)


def test_a_task_that_is_queued_in_the_backup_is_followed_as_the_journal_says_that_it_was_sent(
    order: Any,
) -> None:
    task = order("veo3_fast")
    facts = journal.describe(task) | {"endpoint": "jobs", "token_hash": "f" * 64}
    journal.write(journal.INTENT, task, **facts)
    journal.write(journal.ANSWER, task, task_id="one")
    recovery.remember()
    recovery.reconcile()
    again = Task.objects.get()
    assert (again.state, again.task_id, again.endpoint) == (State.RUNNING, "one", "jobs")
