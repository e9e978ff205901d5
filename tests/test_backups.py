"""A backup that cannot be made spoils no earlier one, and a restore is whole or does not happen."""

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from generations.safekeeping import backups
from generations.safekeeping.backups import BackupFailed

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_has_the_old_database_open_cannot_write_into_the_restored_one(tmp_path: Path) -> None:
    old, new = tmp_path / "old.sqlite3", tmp_path / "backup.sqlite3"
    for path, word in ((old, "old"), (new, "new")):
        with sqlite3.connect(path) as made:
            made.execute("CREATE TABLE words (word TEXT)")
            made.execute("INSERT INTO words VALUES (?)", [word])
    orphan = sqlite3.connect(old)
    orphan.execute("SELECT * FROM words").fetchall()
    backups._put_back(new, old)
    with suppress(sqlite3.OperationalError), orphan:
        orphan.execute("INSERT INTO words VALUES ('written by an orphan')")
    orphan.close()
    assert sqlite3.connect(old).execute("SELECT * FROM words").fetchall() == [("new",)]


def test_a_dump_that_fails_leaves_the_last_good_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / backups.DUMP).write_bytes(b"good")
    address = {"HOST": "", "PORT": "", "USER": "", "NAME": "studio"}
    monkeypatch.setattr(backups, "connection", SimpleNamespace(vendor="postgresql", settings_dict=address))

    def fail(command: list[str]) -> None:
        Path(next(c for c in command if c.startswith("--file=")).removeprefix("--file=")).write_bytes(b"")
        raise BackupFailed("pg_dump: connection refused")

    monkeypatch.setattr(backups, "_run", fail)
    with pytest.raises(BackupFailed):
        backups.back_up(tmp_path)
    assert (tmp_path / backups.DUMP).read_bytes() == b"good"


def test_a_restore_that_cannot_be_copied_leaves_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "db.sqlite3"
    target.write_bytes(b"the database")

    def full(source: Path, part: Path) -> Any:
        part.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="space"):
        backups._put_back(tmp_path / "backup", target)
    assert target.read_bytes() == b"the database"
