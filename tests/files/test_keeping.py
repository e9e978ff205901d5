"""A stored file that vanishes or changes is noticed, and fetched again while Kie keeps it, else shown."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.decisions import cases
from generations.files import store, strays, volume
from generations.files.download import Gone
from generations.files.look import DECODER
from generations.kie.wire import Phase, Report
from generations.models import Asset, Draft, Event, Happened, Obstacle, State, Task, Video
from generations.models.task import KEPT_BY_KIE
from generations.money import ledger
from generations.safekeeping import journal
from generations.wording.obstacles import obstacle
from generations.worker.steps import keeping, look_after, put_back
from generations.worker.steps.step import run
from generations.worker.sweep import one_pass
from tests import kie_server
from tests.case_rows import ago
from tests.kie_server import KieServer
from tests.page import read
from tests.test_moves import KIE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def host(made: Callable[[str], bytes]) -> Iterator[KieServer]:
    with KieServer((kie_server.answer(200, made("plain MP4"), {"Content-Type": "video/mp4"}),)) as server:
        yield server


@pytest.fixture
def clip(kie: Any, saving: Any, host: KieServer) -> Any:
    """A file that was stored from that host."""
    task = saving(f"{host.url}/a.mp4")
    one_pass()
    return Video.objects.get(task=task)


def file_of(clip: Any) -> Path:
    clip.refresh_from_db()
    return store.root() / str(clip.path)


def is_whole(clip: Any) -> bool:
    path = file_of(clip)
    return path.is_file() and sha256(path.read_bytes()).hexdigest() == clip.sha256


def gone(path: Path) -> None:
    path.unlink()


def shorter(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def other(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 0xFF]))


@pytest.mark.parametrize("change", [gone, shorter])
def test_what_is_found_missing_when_it_is_opened_is_fetched_again(
    clip: Any, change: Callable[[Path], None], client: Client, creator: Any, host: KieServer
) -> None:
    entries = clip.task.entries.count()
    change(file_of(clip))
    client.force_login(creator)
    assert client.get(clip.url).status_code == 404
    clip.refresh_from_db()
    assert clip.missing_since
    assert "has vanished from our disk" in read(client.get(clip.task.get_absolute_url()))
    one_pass()
    assert is_whole(clip)
    assert (clip.missing_since, clip.due_at, len(host.requests)) == (None, None, 2)
    assert b"".join(client.get(clip.url)) == file_of(clip).read_bytes()
    assert Event.objects.filter(task=clip.task, kind=Happened.FILE_FETCHED).count() == 1
    assert Task.objects.get(pk=clip.task_id).state == State.READY
    assert clip.task.entries.count() == entries
    assert ledger.differences() == []


@pytest.mark.parametrize("change", [gone, shorter, other])
def test_the_slow_round_notices_it_too(clip: Any, change: Callable[[Path], None]) -> None:
    change(file_of(clip))
    run(look_after())
    clip.refresh_from_db()
    assert not Video.objects.missing().exists(), "it is not looked at yet"
    Video.objects.update(checked_at=ago(days=2))
    run(look_after())
    clip.refresh_from_db()
    assert clip.missing_since
    one_pass()
    assert is_whole(clip)


def test_a_whole_file_is_only_looked_at(clip: Any) -> None:
    Video.objects.update(checked_at=ago(days=2))
    run(look_after())
    clip.refresh_from_db()
    assert clip.missing_since is None
    assert timezone.now() - clip.checked_at < timedelta(minutes=1)


def test_a_file_that_is_there_again_is_not_fetched(clip: Any, host: KieServer) -> None:
    path = file_of(clip)
    path.rename(path.with_suffix(".away"))
    assert clip.note_missing()
    assert not clip.note_missing()
    path.with_suffix(".away").rename(path)
    one_pass()
    assert is_whole(clip)
    assert clip.missing_since is None
    assert len(host.requests) == 1


def test_when_kie_keeps_it_no_longer_a_person_is_shown(
    clip: Any, client: Client, creator: Any, admin: Any, host: KieServer
) -> None:
    host.script = (kie_server.answer(404, b"gone"),)
    file_of(clip).unlink()
    long_ago = timezone.now() - KEPT_BY_KIE - timedelta(days=2)
    Task.objects.filter(pk=clip.task_id).update(finished_at=long_ago, sent_at=long_ago)
    clip.note_missing()
    one_pass()
    clip.refresh_from_db()
    assert (clip.due_at, clip.attempts) == (None, 1)
    assert cases.case_of(clip.task) is None, "not before a machine had its time"
    Video.objects.update(missing_since=ago(minutes=6))
    case = cases.case_of(clip.task)
    assert case
    assert case.kind is cases.Kind.VANISHED
    assert cases.count_open(Task.objects.all()) == 1
    client.force_login(admin)
    page = read(client.get("/queue/?who=everyone"))
    assert "Its file has vanished from our disk" in page
    assert "Mark as lost" in page
    client.post(f"/tasks/{clip.task.uuid}/case/try/")
    clip.refresh_from_db()
    assert clip.due_at
    client.post(f"/tasks/{clip.task.uuid}/case/lost/")
    assert cases.case_of(clip.task) is None
    assert Task.objects.get(pk=clip.task_id).state == State.READY
    assert ledger.differences() == []


def test_trying_again_goes_on_with_a_back_off(clip: Any, host: KieServer) -> None:
    host.script = (kie_server.answer(503, b""),)
    file_of(clip).unlink()
    clip.note_missing()
    one_pass()
    clip.refresh_from_db()
    assert clip.due_at
    assert clip.due_at > timezone.now()
    assert obstacle(clip) == "Kie’s file host answered 503."


def test_stills_that_vanished_are_drawn_anew(clip: Any) -> None:
    (store.root() / clip.poster_path).unlink()
    Video.objects.update(checked_at=ago(days=2))
    run(look_after())
    run(look_after())
    clip.refresh_from_db()
    assert (store.root() / clip.poster_path).is_file()
    assert (store.root() / clip.strip_path).is_file()


def test_a_newer_decoder_draws_what_an_older_one_could_not(
    clip: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Video.objects.update(poster_path="", strip_path="", video_codec="", width=0)
    run(look_after())
    clip.refresh_from_db()
    assert clip.poster_path == "", "this decoder has looked at it already"
    monkeypatch.setattr(keeping, "DECODER", "PyAV 99")
    run(look_after())
    clip.refresh_from_db()
    assert (store.root() / clip.poster_path).is_file()
    assert (clip.decoder, clip.video_codec, clip.width) == ("PyAV 99", "h264", 64)


def test_files_that_no_row_has_are_put_aside_after_a_week(clip: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = store.root() / "videos" / "00"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in ("old.mp4", "young.mp4", "forgotten.mp4", "row.mp4")]
    for path in paths:
        path.write_bytes(b"film")
    for path in (paths[0], *paths[2:]):
        os.utime(path, (time.time() - strays.LEFT_FOR - 60,) * 2)
    Video.objects.update(path="videos/00/row.mp4")
    facts = {"path": "videos/00/forgotten.mp4", "poster_path": "", "strip_path": ""}
    journal.write(journal.STORED, clip.task, kind="result", number=7, **facts)
    monkeypatch.setattr(strays, "_turn", {"at": 0.0, "next": 0})
    run(look_after())
    assert [path.exists() for path in paths] == [False, True, True, True]
    assert [path.name for path in strays.aside().iterdir()] == ["old.mp4"], "another week to think it over"
    monkeypatch.setattr(strays, "LEFT_FOR", -60.0)
    strays.put_aside([])
    assert list(strays.aside().iterdir()) == []


def test_an_image_that_nothing_uses_is_deleted_after_a_week(
    clip: Any, creator: User, order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given(name: str, age: timedelta = timedelta(days=8)) -> Asset:
        path = store.root() / "uploads" / "ab" / f"{name}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"picture")
        facts: dict[str, Any] = {"content_type": "image/jpeg", "size": 7, "width": 9, "height": 9}
        facts |= {"sha256": "0" * 64, "created_at": timezone.now() - age, "decoder": DECODER}
        return Asset.objects.create(person=creator, name=name, path=f"uploads/ab/{name}.jpg", **facts)

    unused, fresh, drafted, used = (
        given("unused"),
        given("fresh", timedelta(days=6)),
        given("drafted"),
        given("used"),
    )
    Draft.objects.create(person=creator, model_id="veo3", fields={"imageUrls": [drafted.reference]})
    order(model_id="veo3_fast", imageUrls=[used.reference])
    monkeypatch.setattr(strays, "_turn", {"at": 0.0, "next": 0})
    run(look_after())
    assert set(Asset.objects.all()) == {fresh, drafted, used}
    kept = {path.stem for path in (store.root() / "uploads" / "ab").iterdir()}
    assert kept == {"fresh", "drafted", "used"}
    assert unused.pk


def test_a_damaged_disk_is_not_a_missing_decoder(clip: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be read is fetched again."""

    def broken(*_: Any) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(store, "is_whole", broken)
    Video.objects.update(checked_at=ago(days=2))
    run(look_after())
    clip.refresh_from_db()
    assert clip.missing_since


def test_an_unused_image_that_cannot_be_deleted_is_told_and_forgotten(
    clip: Any, creator: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = store.root() / "uploads" / "ab" / "stuck.png"
    path.mkdir(parents=True)
    facts = {"content_type": "image/jpeg", "size": 7, "width": 9, "height": 9, "sha256": "0" * 64}
    stuck = Asset.objects.create(person=creator, name="stuck", path="uploads/ab/stuck.png", **facts)
    Asset.objects.update(created_at=ago(days=8), decoder=DECODER)
    monkeypatch.setattr(strays, "_turn", {"at": 0.0, "next": 0})
    run(look_after())
    assert "cannot be deleted" in caplog.text
    assert not Asset.objects.filter(pk=stuck.pk).exists()


def test_a_file_that_seems_gone_with_its_whole_volume_is_not_fetched(clip: Any) -> None:
    Video.objects.update(checked_at=ago(days=2))
    step = look_after()
    next(step)
    volume.mark().unlink()
    with pytest.raises(StopIteration):
        step.send((False, True))
    clip.refresh_from_db()
    assert clip.missing_since is None


def vanished(clip: Any, **fields: Any) -> Any:
    """The step that puts it back, at the moment when its old address and a new link for it are dead."""
    Video.objects.update(**fields)
    clip.refresh_from_db()
    clip.note_missing()
    step = put_back(clip, KIE)
    next(step)
    step.send(False)
    step.throw(Gone(Obstacle.LINK, status=404))
    step.throw(Gone(Obstacle.LINK, status=404))
    return step


def test_a_file_of_which_kie_names_no_address_any_more_stays_missing(clip: Any) -> None:
    with pytest.raises(StopIteration):
        vanished(clip).send(Report(phase=Phase.SUCCESS, urls=()))
    clip.refresh_from_db()
    assert clip.missing_since
    assert clip.attempts == 1


def test_a_file_that_vanished_is_fetched_from_where_kie_has_it_now(clip: Any) -> None:
    stores = vanished(clip).send(Report(phase=Phase.SUCCESS, urls=("https://new.example/a.mp4",)))
    assert stores.args[0] == "https://new.example/a.mp4"
