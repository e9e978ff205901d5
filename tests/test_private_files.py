"""What is ours is read by nobody else on the machine."""

import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from generations.safekeeping import backups, private_files, recovery
from tests.processes.running import manage


def open_to_others(*places: Path) -> list[Path]:
    found = [path for place in places for path in (place, *place.rglob("*"))]
    return [path for path in found if path.lstat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """A folder as an older version left it."""
    folder = tmp_path / "wide"
    (folder / "media" / "videos").mkdir(parents=True)
    for name in ("kiestudio.sqlite3", "journal.jsonl", "media/videos/a.mp4"):
        (folder / name).write_text("ours")
        (folder / name).chmod(0o664)
    for path in (folder, folder / "media", folder / "media" / "videos"):
        path.chmod(0o777)
    return folder


def test_files_that_are_there_lose_the_rights_of_others_and_keep_their_owners(wide: Path) -> None:
    (wide / "journal.jsonl").chmod(0o444)
    assert len(open_to_others(wide)) == 6
    assert private_files.narrow(wide) == 6
    assert open_to_others(wide) == []
    assert stat.S_IMODE((wide / "journal.jsonl").stat().st_mode) == 0o400
    assert stat.S_IMODE((wide / "media").stat().st_mode) == 0o700
    assert private_files.narrow(wide) == 0


def test_what_a_link_leads_to_is_left_alone(wide: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.touch()
    elsewhere.chmod(0o644)
    (wide / "link").symlink_to(elsewhere)
    (wide / "dangling").symlink_to(tmp_path / "nothing")
    private_files.narrow(wide, tmp_path / "not there")
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o644


def test_a_folder_that_everybody_may_write_into_stays_as_it_is(wide: Path) -> None:
    wide.chmod(0o1777)
    private_files.narrow(wide)
    assert stat.S_IMODE(wide.stat().st_mode) == 0o1777
    assert open_to_others(wide) == [wide]


def test_media_that_lie_elsewhere_are_ours_too(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "disk" / "media"
    assert {tmp_path / "data", tmp_path / "disk" / "media"} <= set(private_files.ours())


@pytest.fixture
def careless() -> Any:
    """A umask that hides nothing, and what a process does that was started under it."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_private_although_what_it_copies_was_not(
    careless: Any, tmp_path: Path, settings: Any
) -> None:
    recovery.remember()
    clip = Path(settings.MEDIA_ROOT) / "videos" / "a.mp4"
    clip.parent.mkdir(parents=True)
    clip.write_bytes(b"a clip")
    kept = tmp_path / "backup"
    kept.mkdir(mode=0o755)
    backups.back_up(kept)
    assert len(list(kept.rglob("*.mp4"))) == 1
    assert open_to_others(*kept.iterdir()) == []
    assert stat.S_IMODE(kept.stat().st_mode) == 0o755, "it is the admin’s own"
    shutil.rmtree(settings.MEDIA_ROOT)


@pytest.mark.long
def test_every_command_makes_private_files_whatever_the_umask(careless: Any, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert manage(data, "migrate").returncode == 0
    assert (data / "sandbox" / "kiestudio.sqlite3").exists()
    assert open_to_others(data) == []
