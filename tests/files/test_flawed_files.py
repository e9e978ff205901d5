"""A file that comes alike each time is what Kie made: it is stored, however wrong it is inside."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from generations.files import archive, store
from generations.models import Event, Happened, Obstacle, State, Task
from generations.worker.steps.save import CUT_ROUNDS
from generations.worker.sweep import one_pass
from tests import kie_server
from tests.files.flawed import CUT, FLAWED, WHOLE, Make
from tests.kie_server import KieServer
from tests.thorough import rows

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


def bytes_of(make: Make, tmp_path: Path) -> bytes:
    path = tmp_path / "made"
    make(path)
    return path.read_bytes()


def answer(body: bytes) -> Any:
    return kie_server.answer(200, body, {"Content-Type": "video/mp4"})


def look_again(task: Task, rounds: int = 1) -> None:
    for _ in range(rounds):
        Task.objects.filter(pk=task.pk).update(due_at=timezone.now() - timedelta(seconds=1))
        one_pass()
    task.refresh_from_db()


def require_stored(task: Task, body: bytes) -> None:
    assert (task.state, task.obstacle) == (State.READY, "")
    clip = task.videos.get()
    assert (store.root() / clip.path).read_bytes() == body
    assert list((store.root() / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    "name", rows(WHOLE, in_short=["trailing garbage", "WebM without cues", "a streamed WAV"])
)
def test_an_odd_file_of_which_all_can_be_read_is_fetched_once(
    name: str, kie: Any, saving: Callable[..., Task], tmp_path: Path
) -> None:
    body = bytes_of(WHOLE[name], tmp_path)
    with KieServer((answer(body),)) as server:
        task = saving(f"{server.url}/a.mp4")
        look_again(task)
        assert len(server.requests) == 1
    require_stored(task, body)
    clip = task.videos.get()
    assert bool(clip.poster_path) == (name not in ("a streamed WAV", "sound with a cover"))


@pytest.mark.parametrize("name", rows(FLAWED, in_short=["wrong sizes", "broken packets", "half a picture"]))
def test_a_file_that_is_wrong_inside_is_stored_when_it_came_alike(
    name: str, kie: Any, saving: Callable[..., Task], tmp_path: Path
) -> None:
    body = bytes_of(FLAWED[name], tmp_path)
    with KieServer((answer(body),)) as server:
        task = saving(f"{server.url}/a.mp4")
        look_again(task)
        assert len(server.requests) in {1, archive.ALIKE}
        believed = len(server.requests) > 1
    require_stored(task, body)
    said = Event.objects.filter(task=task, kind=Happened.AS_IT_CAME, facts__times=4)
    assert said.exists() == believed


@pytest.mark.parametrize("name", rows(CUT, in_short=["data too large"]))
def test_a_file_that_ends_early_is_waited_for_and_believed_at_last(
    name: str, kie: Any, saving: Callable[..., Task], tmp_path: Path
) -> None:
    body = bytes_of(CUT[name], tmp_path)
    with KieServer((answer(body),)) as server:
        task = saving(f"{server.url}/a.mp4")
        look_again(task, CUT_ROUNDS)
        assert task.state == State.SAVING
        assert task.obstacle == Obstacle.CUT
        assert len(server.requests) == CUT_ROUNDS
        look_again(task)
    require_stored(task, body)
    assert Event.objects.filter(task=task, kind=Happened.AS_IT_CAME, facts__flaw=Obstacle.CUT).exists()


def test_a_host_that_gets_the_rest_of_it_late_is_waited_for(
    kie: Any, saving: Callable[..., Task], tmp_path: Path, made: Callable[[str], bytes]
) -> None:
    whole = made("plain MP4")
    with KieServer((*[answer(whole[:-500])] * CUT_ROUNDS, answer(whole))) as server:
        task = saving(f"{server.url}/a.mp4")
        look_again(task, CUT_ROUNDS + 1)
    require_stored(task, whole)


def test_one_that_was_believed_and_vanished_is_believed_at_once(
    kie: Any, saving: Callable[..., Task], tmp_path: Path
) -> None:
    body = bytes_of(CUT["data too large"], tmp_path)
    with KieServer((answer(body),)) as server:
        task = saving(f"{server.url}/a.mp4", attempts=CUT_ROUNDS)
        look_again(task)
        clip = task.videos.get()
        (store.root() / clip.path).unlink()
        clip.note_missing()
        before = len(server.requests)
        one_pass()
        assert len(server.requests) == before + 1
    clip.refresh_from_db()
    assert clip.missing_since is None
    assert (store.root() / clip.path).read_bytes() == body
