"""A disk that is full or may not be written to is told to people, and tried again; nothing piles up."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from generations.files import rendering, store, volume
from generations.files.download import Download
from generations.files.store import NotSaved
from generations.models import Rendition, State, Task
from generations.wording.obstacles import obstacle
from generations.worker.steps import make_rendition
from generations.worker.steps.step import run
from generations.worker.sweep import one_pass
from tests import kie_server
from tests.kie_server import KieServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def save(kie: Any, saving: Any, made: Callable[[str], bytes]) -> Callable[[], Task]:
    def one() -> Task:
        answer = kie_server.answer(200, made("plain MP4"), {"Content-Type": "video/mp4"})
        with KieServer((answer,)) as server:
            task: Task = saving(f"{server.url}/a.mp4")
            one_pass()
        task.refresh_from_db()
        return task

    return one


def is_told(task: Task, words: str) -> bool:
    assert task.state == State.SAVING
    assert task.attempts == 1
    assert task.due_at
    assert task.due_at > task.changed_at
    return words in obstacle(task)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EROFS, "can only be read"),
        (errno.EDQUOT, "quota"),
        (errno.EIO, "The disk refused it (input/output error)."),
    ],
)
def test_what_the_disk_says_reaches_people(
    save: Any, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """The clearing up after it fails for the same reason, and does not take its place."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    real = Path.unlink
    monkeypatch.setattr(Download, "fetch", refuse)
    monkeypatch.setattr(Path, "unlink", lambda p, **k: refuse() if p.suffix == ".part" else real(p, **k))
    assert is_told(save(), words)


def test_a_file_that_cannot_be_put_in_its_place_is_told(save: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    volume.require()

    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", refuse)
    assert is_told(save(), "The disk is full")
    assert list((store.root() / "incoming").iterdir()) == []


def test_a_media_folder_that_cannot_be_made_is_told(save: Any, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert is_told(save(), "cannot be written to")


def test_a_folder_in_which_nothing_can_be_put_is_told_and_left_clean(save: Any) -> None:
    store.root().mkdir(parents=True)
    (store.root() / "videos").write_text("a file in the place of a folder")
    assert is_told(save(), "The disk refused it")
    assert list((store.root() / "incoming").iterdir()) == []
    (store.root() / "videos").unlink()
    Task.objects.update(due_at=None)
    assert save().state == State.READY


def test_stills_that_cannot_be_put_anywhere_do_not_keep_the_file_from_its_place(save: Any) -> None:
    store.root().mkdir(parents=True)
    (store.root() / "posters").write_text("a file in the place of a folder")
    task = save()
    assert task.state == State.READY
    assert task.videos.get().poster_path == ""


def test_a_disk_without_room_is_told(save: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "RESERVE", 10**18)
    assert is_told(save(), "The disk is almost full")


def test_a_version_that_plays_everywhere_waits_for_room(save: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = save().videos.get()
    monkeypatch.setattr(store, "RESERVE", 10**18)
    rendition = Rendition.ask_for(clip)
    run(make_rendition(rendition, None))  # type: ignore[arg-type]
    rendition.refresh_from_db()
    assert rendition.is_open
    assert "almost full" in obstacle(rendition)
    assert rendition.attempts == 0


def test_a_version_that_plays_everywhere_of_a_file_that_is_gone_says_so(save: Any) -> None:
    with pytest.raises(rendering.NotRendered):
        rendering.render("videos/none.mp4", "mp4")


def test_what_is_refused_is_never_a_bare_error(tmp_path: Path) -> None:
    with pytest.raises(NotSaved), store.disk():
        raise OSError


def test_a_version_that_plays_everywhere_waits_for_its_volume(save: Any) -> None:
    rendition = Rendition.ask_for(save().videos.get())
    volume.mark().write_text("of another studio\n")
    run(make_rendition(rendition, None))  # type: ignore[arg-type]
    rendition.refresh_from_db()
    assert rendition.is_open
    assert rendition.due_at
    assert rendition.due_at > timezone.now()
