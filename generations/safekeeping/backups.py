"""Backups of everything that cannot be recreated, and restoring them."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection

from generations.files import store, volume
from generations.safekeeping import journal, private_files

DATABASE = "database.sqlite3"
DUMP = "database.dump"


class BackupFailed(Exception):
    """The backup could not be made or restored; the text says why."""


def back_up(folder: Path) -> None:
    """Copy the database first, then journal and media, so the copy never refers to a file it lacks.

    The folder of an earlier backup is brought up to date. Raises BackupFailed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        _copy_sqlite(Path(str(connection.settings_dict["NAME"])), folder / DATABASE)
    else:
        part = (folder / DUMP).with_suffix(".part")
        _run(["pg_dump", "--format=custom", f"--file={part}", *_address()])
        part.replace(folder / DUMP)
    if journal.path().exists():
        shutil.copy2(journal.path(), folder / "journal.jsonl")
    _copy_tree(store.root(), folder / "media")
    private_files.narrow(*(folder / name for name in (DATABASE, DUMP, "journal.jsonl", "media")))


def restore(folder: Path) -> None:
    """Restore a backup's database, whole or not at all; then its files. Raises BackupFailed.

    An existing journal is kept: it knows what was sent since the backup.
    """
    if connection.vendor == "sqlite":
        if not (folder / DATABASE).exists():
            raise BackupFailed(f"{folder} holds no {DATABASE}.")
        _put_back(folder / DATABASE, Path(str(connection.settings_dict["NAME"])))
    else:
        if not (folder / DUMP).exists():
            raise BackupFailed(f"{folder} holds no {DUMP}.")
        whole = ["--clean", "--if-exists", "--no-owner", "--single-transaction"]
        _run(["pg_restore", *whole, *_address(), str(folder / DUMP)])
    kept = folder / "journal.jsonl"
    if kept.exists() and not journal.path().exists():
        shutil.copy2(kept, journal.path())
    put_back_media(folder)


def put_back_media(folder: Path) -> None:
    """Restore the files of a backup, with the mark of the database that belongs to them."""
    _copy_tree(folder / "media", store.root())
    if (mark := folder / "media" / volume.mark().name).exists():
        shutil.copy2(mark, volume.mark())
    private_files.narrow(*private_files.ours())


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy the database as of one moment, even while in use; the copy appears whole or not at all."""
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(part)) as copy:
        live.backup(copy)
    part.replace(target)


def _put_back(source: Path, target: Path) -> None:
    """Put a new file in place of the database, so a process with the old one open cannot damage it."""
    part = target.with_suffix(".part")
    shutil.copyfile(source, part)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    connection.close()
    for leftover in (f"{target}-wal", f"{target}-shm"):
        Path(leftover).unlink(missing_ok=True)
    part.replace(target)


def _copy_tree(source: Path, target: Path) -> None:
    """Copy what the target lacks. Kept files never change, so an existing file is identical."""
    for path in source.rglob("*"):
        if path.is_file() and "incoming" not in path.parts:
            place = target / path.relative_to(source)
            if not place.exists() or place.stat().st_size != path.stat().st_size:
                place.parent.mkdir(parents=True, exist_ok=True)
                part = place.with_name(f"{place.name}.part")
                shutil.copy2(path, part)
                part.replace(place)


def _address() -> list[str]:
    facts = connection.settings_dict
    pairs = (("host", facts["HOST"]), ("port", facts["PORT"]), ("username", facts["USER"]))
    return [*(f"--{name}={value}" for name, value in pairs if value), f"--dbname={facts['NAME']}"]


def _run(command: list[str]) -> None:
    password = str(connection.settings_dict.get("PASSWORD") or "")
    environment = {**os.environ, "PGPASSWORD": password} if password else None
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    except FileNotFoundError as missing:
        raise BackupFailed(f"{command[0]} is not installed.") from missing
    except subprocess.CalledProcessError as failed:
        raise BackupFailed(f"{command[0]}: {failed.stderr.strip()}") from failed
