"""The ordinary road of a task: placed, sent, asked for, saved, charged."""

import time
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from generations import catalogue, orders
from generations.files import pictures
from generations.models import Budget, Entry, Reading, Runtime, State, Task, Video
from generations.money import ledger
from generations.simulator import FaultProgram
from generations.wording.obstacles import obstacle
from generations.worker.steps import read_balance, refresh, run, save, send
from generations.worker.sweep import Sweep
from tests.task_page.rows import copied
from tests.thorough import rows

pytestmark = pytest.mark.django_db(transaction=True)


def travel(task: Task, kie: Any, seconds: float = 20) -> Task:
    """Sweep until the task has ended."""
    ends = time.monotonic() + seconds
    with Sweep(kie) as sweep:
        while time.monotonic() < ends:
            Task.objects.filter(state__in=[State.RUNNING, State.SAVING]).update(due_at=task.created_at)
            sweep.begin_due()
            sweep.settle(0.05)
            task.refresh_from_db()
            if not task.is_open and not sweep.busy:
                break
    return task


def picture(folder: Path) -> SimpleUploadedFile:
    path = folder / "start.png"
    Image.new("RGB", (640, 360), (30, 60, 90)).save(path)
    return SimpleUploadedFile("start.png", path.read_bytes(), "image/png")


@pytest.mark.long
@pytest.mark.parametrize("tiny_clips", [False])
@pytest.mark.parametrize(
    "model_id",
    rows(
        sorted(m for m, spec in catalogue.models().items() if spec.on_card and not spec.reason),
        in_short=["veo3_fast", "hailuo/02-image-to-video-standard"],
    ),
)
def test_every_model_of_the_card_travels_from_order_to_a_stored_video(
    model_id: str, order: Any, kie: Any, simulator: Any, tmp_path: Path, creator: Any
) -> None:
    spec = catalogue.find(model_id)
    assert spec is not None
    images = {
        p.name: [pictures.take(creator, picture(tmp_path), p).reference]
        for p in spec.media_params()
        if p.required
    }
    before = simulator.balance()

    task = travel(order(model_id, **images), kie)

    assert task.state == State.READY, task.obstacle or task.failure_text
    video = task.videos.get()
    stored = Path(settings.MEDIA_ROOT) / video.path
    assert stored.stat().st_size == video.size > 10_000
    assert (Path(settings.MEDIA_ROOT) / video.poster_path).exists()
    length = spec.seconds(task.values)
    assert length is not None
    assert video.seconds == pytest.approx(float(length), abs=0.2)
    assert task.charge_credits == before - simulator.balance() > 0
    assert task.charge_basis == Entry.Basis.ACTUAL
    assert ledger.differences() == []
    sent = simulator.created()[0]["params"]
    ordered = {name: value for name, value in spec.wire(task.values).items() if name in spec.by_name}
    assert {n: v for n, v in sent.items() if n not in images} == {
        n: v for n, v in ordered.items() if n not in images
    }


def test_a_task_is_sent_once_however_often_it_is_handed_over(order: Any, kie: Any, simulator: Any) -> None:
    task = order()
    run(send(Task.objects.get(pk=task.pk), kie))
    run(send(task, kie))
    assert len(simulator.created()) == 1


def test_the_price_is_held_when_ordered_and_charged_when_done(order: Any, kie: Any) -> None:
    task = order(duration="10")
    budget = Budget.objects.get()
    assert (budget.held, budget.spent) == (Decimal(110), Decimal(0))
    travel(task, kie)
    budget.refresh_from_db()
    assert (budget.held, budget.spent) == (Decimal(0), Decimal(110))


def test_a_failure_at_kie_releases_the_hold_and_keeps_its_words(order: Any, kie: Any) -> None:
    task = travel(order(prompt="A forbidden thing #moderated"), kie)
    assert task.state == State.FAILED
    assert "prohibited" in task.failure_text
    assert task.charge_credits == 0
    assert Budget.objects.get().held == 0
    assert ledger.differences() == []


def test_a_refused_parameter_ends_the_task_and_releases_its_hold(
    order: Any, kie: Any, simulator: Any
) -> None:
    task = order()
    rule = {
        "on": "create",
        "fault": "status",
        "code": 500,
        "text": "duration is not within the range of allowed options",
    }
    simulator.break_by(FaultProgram.load({"rules": [rule]}))
    run(send(task, kie))
    task.refresh_from_db()
    assert task.state == State.REFUSED
    assert "duration" in task.failure_text
    assert Budget.objects.get().held == 0
    assert ledger.differences() == []


def test_a_wrong_key_pauses_sending_and_keeps_the_task(order: Any, kie: Any, simulator: Any) -> None:
    from generations.kie.client import KieClient

    task = order()
    run(send(task, KieClient(api_url=simulator.url, upload_url=simulator.url, key="wrong")))
    task.refresh_from_db()
    assert task.state == State.QUEUED
    assert Runtime.row().paused_for == "key"
    assert simulator.created() == []


def test_when_kie_cannot_be_reached_the_task_waits_in_the_queue(order: Any, kie: Any) -> None:
    from generations.kie.client import KieClient

    task = order()
    run(send(task, KieClient(api_url="http://127.0.0.1:9", upload_url="http://127.0.0.1:9", key="x")))
    task.refresh_from_db()
    assert task.state == State.QUEUED
    assert task.sent_at is None
    assert "nothing was sent: the connection was refused" in obstacle(task)


def test_more_than_eighteen_sends_in_ten_seconds_wait(order: Any, kie: Any, simulator: Any) -> None:
    tasks = [order() for _ in range(20)]
    for task in tasks:
        run(send(task, kie))
    assert len(simulator.created()) == 18
    assert Task.objects.filter(state=State.QUEUED).count() == 2


def test_people_take_turns_however_much_one_of_them_orders(
    order: Any, kie: Any, simulator: Any, make_person: Any
) -> None:
    other = make_person("creator", "second")
    for number in range(17):
        order(prompt=f"first {number}")
    order(prompt="second 0", person=other)
    order(prompt="second 1", person=other)
    in_turn = [task.prompt for task in Task.objects.in_turn(at_most=12)]
    assert in_turn[:4] == ["first 0", "second 0", "first 1", "second 1"]
    assert len(in_turn) == 14


def test_a_send_that_nobody_finished_becomes_unconfirmed_and_is_never_sent_again(
    order: Any, kie: Any, simulator: Any
) -> None:
    task = order()
    step = send(task, kie)
    next(step)
    step.close()
    long_ago = task.created_at.replace(year=2020)
    Task.objects.update(sent_at=long_ago, due_at=long_ago)
    with Sweep(kie) as sweep:
        sweep.begin_due()
    task.refresh_from_db()
    assert task.state == State.UNCONFIRMED
    assert simulator.created() == []


def test_a_result_that_cannot_be_stored_is_tried_again_and_nothing_half_is_shown(
    order: Any, kie: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = order()
    run(send(task, kie))
    time.sleep(0.25)
    run(refresh(task, kie))
    good = list(task.result_urls)
    task.note(result_urls=[good[0].rsplit("/", 1)[0] + "/nothing.mp4"])
    run(save(task, kie))
    task.refresh_from_db()
    assert task.state == State.SAVING
    assert task.obstacle
    assert not Video.objects.exists()
    assert task.due_at is not None
    run(save(task, kie))
    task.refresh_from_db()
    assert task.state == State.READY


def test_cancelling_a_queued_task_gives_its_hold_back(order: Any, creator: Any) -> None:
    task = order()
    assert orders.cancel(task, creator)
    assert Budget.objects.get().held == 0
    assert not orders.cancel(task, creator)
    assert ledger.differences() == []


@pytest.mark.long
@pytest.mark.parametrize("tiny_clips", [False])
def test_a_veo_clip_gets_a_1080p_copy_that_is_waited_for_and_charged_once(
    order: Any, kie: Any, simulator: Any, creator: Any
) -> None:
    clip = travel(order("veo3_fast", duration=4), kie)
    before = simulator.balance()
    task = copied(clip)
    run(send(task, kie))
    task.refresh_from_db()
    assert task.state == State.RUNNING
    assert (task.sends.count(), simulator.balance()) == (1, before)
    ends = time.monotonic() + 20
    while task.state == State.RUNNING and time.monotonic() < ends:
        time.sleep(0.3)
        run(refresh(task, kie))
        task.refresh_from_db()
    run(save(task, kie))
    task.refresh_from_db()
    assert task.state == State.READY, task.obstacle
    assert max(task.videos.get().width, task.videos.get().height) == 1920
    assert before - simulator.balance() == 5 == task.charge_credits
    assert task.due_at is None, "Kie has no record of it that could say more"
    assert ledger.differences() == []


def test_readings_are_kept_and_more_credits_end_a_pause_for_credits(db: None, kie: Any) -> None:
    from generations.models import Pause

    ledger.record(Decimal(3))
    Runtime.pause(Pause.CREDITS, {"text": "Credits insufficient"})
    run(read_balance(kie))
    assert Reading.objects.count() == 2
    assert Runtime.row().paused_at is None


def test_a_form_key_of_somebody_else_is_refused_in_words(
    creator: Any, make_person: Any, tmp_path: Path
) -> None:

    spec = catalogue.find("veo3_fast")
    assert spec is not None
    key = uuid.uuid4()
    orders.place(creator, spec, {**spec.defaults(), "prompt": "mine"}, order_key=key)
    with pytest.raises(orders.NotAdmitted, match="another person"):
        orders.place(make_person("creator", "second"), spec, {"prompt": "theirs"}, order_key=key)
    assert Task.objects.count() == 1


@pytest.mark.long
def test_a_price_that_was_an_upper_limit_is_settled_by_what_was_made(order: Any, kie: Any) -> None:
    given = {"image_url": ["https://a.example/a.png"], "audio_url": ["https://a.example/a.mp3"]}
    task = travel(order("kling/ai-avatar-standard", **given), kie)
    assert task.state == State.READY, task.obstacle or task.failure_text
    assert (task.quote_credits, task.charge_credits) == (2400, 40)
    task.budget.refresh_from_db()
    assert (task.budget.held, task.budget.spent) == (0, 40)
    assert ledger.differences() == []
