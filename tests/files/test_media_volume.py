"""A media volume that is not mounted is noticed before anything is written beside it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from generations.files import store, volume
from generations.models import Lease, Obstacle, Runtime, State, Task, Video
from generations.safekeeping import backups
from generations.wording import saving
from generations.wording.obstacles import obstacle
from generations.worker.sweep import one_pass
from tests import kie_server
from tests.case_rows import ago
from tests.kie_server import KieServer
from tests.page import read
from tests.task_page.rows import add_video, ready

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


def unmount() -> Path:
    """The volume goes, and an empty folder is left in its place."""
    away = store.root().with_name("the volume")
    store.root().rename(away)
    store.root().mkdir()
    return away


def mount(away: Path) -> None:
    store.root().rmdir()
    away.rename(store.root())


def test_a_new_installation_makes_the_mark(save: Any) -> None:
    assert volume.begin() == ""
    assert volume.mark().read_text().strip() == Runtime.row().media_mark
    assert save().state == State.READY


def test_nothing_is_saved_beside_a_volume_that_is_not_mounted(
    save: Any, client: Client, creator: Any
) -> None:
    first = save()
    away = unmount()
    second = save()
    assert second.state == State.SAVING
    assert "is its volume mounted?" in obstacle(second)
    assert list(store.root().rglob("*")) == []
    client.force_login(creator)
    Lease.objects.update_or_create(
        name="sweep", defaults={"owner": "me", "until": timezone.now(), "beat_at": timezone.now()}
    )
    assert client.get("/readyz").json()["media"] == saving.sentence(Obstacle.VOLUME, {})
    assert client.get("/readyz").status_code == 503
    assert "No media folder" in read(client.get("/gallery/"))
    assert client.get(first.videos.get().url).status_code == 404
    Video.objects.update(checked_at=ago(days=9))
    one_pass()
    assert not Video.objects.missing().exists(), "the volume is missing, not each of its files"
    mount(away)
    assert volume.trouble() == ""
    assert (second.due_at - second.changed_at).total_seconds() < 20 * 60


def test_it_goes_on_by_itself_within_a_minute_of_the_mount(save: Any) -> None:
    save()
    away = unmount()
    task = save()
    for attempts in (3, 9):
        Task.objects.filter(pk=task.pk).update(attempts=attempts, due_at=ago(seconds=1))
        one_pass()
        task.refresh_from_db()
        assert (task.due_at - ago()).total_seconds() <= 60
    mount(away)


def test_another_volume_is_not_ours(save: Any) -> None:
    save()
    unmount()
    volume.mark().write_text("of another studio\n")
    assert save().state == State.SAVING
    with pytest.raises(CommandError, match="media --take"):
        call_command("media")


def test_an_older_installation_gets_its_mark_where_its_files_are(save: Any) -> None:
    save()
    volume.mark().unlink()
    Runtime.objects.update(media_mark="")
    assert volume.begin() == ""
    assert volume.mark().exists()


def test_an_older_installation_without_its_volume_waits_for_it(save: Any) -> None:
    save()
    volume.mark().unlink()
    Runtime.objects.update(media_mark="")
    away = unmount()
    assert "mounted" in volume.begin()
    assert save().state == State.SAVING
    assert list(store.root().rglob("*")) == []
    mount(away)
    assert volume.begin() == ""
    assert save().state == State.READY


def test_an_admin_can_take_a_new_folder(save: Any, creator: Any, capsys: Any) -> None:
    save()
    unmount()
    call_command("media", "--take")
    assert "is the media folder of this studio" in capsys.readouterr().out
    assert save().state == State.READY


def test_a_folder_that_takes_no_mark_says_why(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert "cannot be written to" in volume.begin()


def test_a_backup_brings_the_mark_into_a_folder_that_has_another(tmp_path: Path, creator: Any) -> None:
    volume.begin()
    add_video(ready(creator), path="videos/b.mp4", number=1)
    (tmp_path / "backup").mkdir()
    backups._copy_tree(store.root(), tmp_path / "backup" / "media")
    mark = volume.found()
    shutil.rmtree(store.root())
    store.root().mkdir()
    volume.mark().write_text("0" * len(mark) + "\n")
    backups.put_back_media(tmp_path / "backup")
    assert volume.found() == mark
    assert volume.trouble() == ""
