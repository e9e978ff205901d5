"""A backup that cannot be made spoils no earlier one, and a restore is whole or does not happen."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from generations.safekeeping import backups
from generations.safekeeping.backups import BackupFailed
from tests.refusing import full

BREAKS_OFF = """#!/bin/sh
for word in "$@"; do
    case "$word" in --file=*) : > "${word#--file=}" ;; esac
done
echo "connection refused" >&2
exit 1
"""
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
    program = tmp_path / "programs" / "pg_dump"
    program.parent.mkdir()
    program.write_text(BREAKS_OFF)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    with pytest.raises(BackupFailed, match="pg_dump: connection refused"):
        backups.back_up(tmp_path)
    assert (tmp_path / backups.DUMP).read_bytes() == b"good"


def test_a_restore_that_cannot_be_copied_leaves_the_database(tmp_path: Path) -> None:
    backup, target = tmp_path / "backup", tmp_path / "db.sqlite3"
    backup.write_bytes(b"an earlier one")
    target.write_bytes(b"the database")
    with full(target.with_suffix(".part")), pytest.raises(OSError, match="space"):
        backups._put_back(backup, target)
    assert target.read_bytes() == b"the database"


def test_a_folder_without_a_backup_restores_nothing(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match=f"{tmp_path} holds no"):
        backups.restore(tmp_path)


def test_a_program_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupFailed, match="pg_dump is not installed"):
        backups._run(["pg_dump"])
