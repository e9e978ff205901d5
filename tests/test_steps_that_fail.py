"""A step that cannot go on: nothing is sent or lost, it says why, and the next try comes by itself."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from generations import catalogue
from generations.files import pictures
from generations.kie.errors import Ambiguous
from generations.models import Asset, Happened, Hint, Obstacle, State, Task
from generations.simulator import FaultProgram
from generations.wording.obstacles import obstacle
from generations.worker.steps import attach, run, save, send
from generations.worker.steps.send import age
from tests.test_moves import KIE

pytestmark = pytest.mark.django_db(transaction=True)
HAILUO = "hailuo/02-image-to-video-standard"


@pytest.fixture
def with_image(order: Any, creator: Any, picture: bytes) -> Task:
    spec = catalogue.models()[HAILUO]
    file = SimpleUploadedFile("start.png", picture, "image/png")
    param = next(param for param in spec.media_params() if param.required)
    taken = pictures.take(creator, file, param)
    task: Task = order(HAILUO, image_url=[taken.reference])
    return task


@pytest.fixture
def picture(tmp_path: Path) -> bytes:
    from PIL import Image

    path = tmp_path / "start.png"
    Image.new("RGB", (640, 360), (30, 60, 90)).save(path)
    return path.read_bytes()


def test_an_image_that_kie_does_not_take_keeps_the_task_waiting(
    with_image: Task, kie: Any, simulator: Any
) -> None:
    simulator.break_by(FaultProgram.load({"rules": [{"on": "upload", "fault": "reset"}]}))
    run(send(with_image, kie))
    with_image.refresh_from_db()
    assert (with_image.state, with_image.obstacle) == (State.QUEUED, Obstacle.UPLOAD)
    assert with_image.attempts == 1
    assert with_image.due_at
    assert with_image.due_at > timezone.now()
    assert simulator.created() == []
    simulator.break_by(None)
    run(send(with_image, kie))
    with_image.refresh_from_db()
    assert with_image.state == State.RUNNING


def test_an_image_that_cannot_be_read_from_our_disk_keeps_the_task_waiting(
    with_image: Task, kie: Any, simulator: Any, settings: Any
) -> None:
    path = Path(settings.MEDIA_ROOT) / Asset.objects.get().path
    path.unlink()
    path.mkdir()
    run(send(with_image, kie))
    with_image.refresh_from_db()
    assert (with_image.state, with_image.obstacle) == (State.QUEUED, Obstacle.UNREADABLE)
    assert simulator.created() == []


def test_an_id_that_another_task_has_leaves_the_send_to_a_person(order: Any, kie: Any) -> None:
    first, second = order(), order(prompt="Second")
    run(send(first, kie))
    step = send(second, kie)
    next(step)
    first.refresh_from_db()
    with pytest.raises(StopIteration):
        step.send(first.task_id)
    second.refresh_from_db()
    assert (second.state, second.task_id, second.obstacle) == (State.UNCONFIRMED, None, Obstacle.ID_TAKEN)
    first.refresh_from_db()
    assert first.state == State.RUNNING


def test_a_result_that_came_without_its_address_is_asked_for(order: Any, kie: Any) -> None:
    task = order()
    run(send(task, kie))
    assert task.task_id
    task.move(State.SAVING, Happened.FINISHED, result_urls=[])
    ends = timezone.now() + timedelta(seconds=20)
    while task.state != State.READY and timezone.now() < ends:
        run(save(task, kie))
        task.refresh_from_db()
    assert task.state == State.READY
    assert task.result_urls
    assert task.videos.get().size


def test_a_hint_that_kie_gives_no_answer_to_is_asked_about_again(order: Any) -> None:
    task = order()
    task.move(State.SENDING, Happened.HANDED_OVER, sent_at=timezone.now())
    task.move(State.UNCONFIRMED, Happened.HELD_UP)
    hint = Hint.hear(task, "id-one")
    step = attach(hint, KIE)
    next(step)
    with pytest.raises(StopIteration):
        step.throw(Ambiguous("the line broke"))
    hint.refresh_from_db()
    assert "Kie gave no usable answer" in obstacle(hint)
    assert hint.due_at
    task.refresh_from_db()
    assert task.state == State.UNCONFIRMED


def test_a_send_is_not_given_up_while_it_may_still_be_answered(order: Any, kie: Any) -> None:
    task = order()
    step = send(task, kie)
    create: Any = next(step)
    task.refresh_from_db()
    age(task)
    task.refresh_from_db()
    assert task.state == State.SENDING
    with pytest.raises(StopIteration):
        step.send(create())
    task.refresh_from_db()
    assert task.state == State.RUNNING
