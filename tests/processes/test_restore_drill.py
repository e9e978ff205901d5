"""The restore drill: a backup is put back after more was sent, and nothing is sent or paid twice."""

import json
from pathlib import Path

import pytest

from tests.processes.running import Studio, manage

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]


def rows(data: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(manage(data, "tasks", "--json").stdout)
    return found


def generate(data: Path, prompt: str, wait: int = 0) -> str:
    values = ("--set", f"prompt={prompt}", "--set", "duration=5")
    done = manage(data, "generate", "kling-2.6/text-to-video", *values, "--wait", str(wait))
    facts = json.loads(done.stdout)
    assert facts["error"] is None
    return str(facts["id"])


def all_ready(data: Path) -> bool:
    return all(task["state"] == "ready" for task in rows(data))


def test_a_restored_backup_forgets_nothing_that_was_paid_and_sends_nothing_twice(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    data.mkdir()
    studio = Studio(data)
    try:
        studio.until(studio.ready)
        studio.until(lambda: all_ready(data), seconds=90)
        assert manage(data, "backup", str(backup)).returncode == 0
        later = {generate(data, f"sent after the backup {n}", wait=60) for n in range(2)}
        before = {str(task["id"]): task["task_id"] for task in rows(data)}
        assert manage(data, "restore", str(backup)).returncode != 0, "a running studio is not restored over"
    finally:
        studio.stop()

    restored = manage(data, "restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert "Sending is paused" in restored.stdout
    assert later & {str(task["id"]) for task in rows(data)} == set()

    assert manage(data, "reconcile").returncode == 0
    studio = Studio(data)
    try:
        studio.until(studio.ready)
        studio.until(lambda: all_ready(data), seconds=60)
    finally:
        studio.stop()
    after = {str(task["id"]): task["task_id"] for task in rows(data)}
    assert after == before
    assert manage(data, "ledger", "--check").returncode == 0
    files = [Path(str(path)) for task in rows(data) for path in task["files"]]  # type: ignore[attr-defined]
    assert len(files) == len(after)
    assert all(path.stat().st_size for path in files)
