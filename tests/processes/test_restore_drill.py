"""The restore drill: a backup is put back after more was sent, and nothing is sent or paid twice."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.processes.running import MAKE_ADMIN, Studio, free_port, manage, vendor_environment, with_tables
from tests.storm.fleet import Simulator

pytestmark = [pytest.mark.processes, pytest.mark.thorough]


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[Simulator]:
    speed = ("--fastest", "0.2", "--slowest", "0.5")
    running = Simulator(tmp_path / "kie", free_port(), 1, vendor_environment(), speed)
    yield running
    running.stop()


def test_a_restored_backup_forgets_nothing_that_was_paid_and_sends_nothing_twice(
    tmp_path: Path, vendor: Simulator
) -> None:
    data, backup = with_tables(tmp_path / "data"), tmp_path / "backup"
    live = {"KIE_API_KEY": "sandbox", "KIE_API_URL": vendor.url, "KIE_UPLOAD_URL": vendor.url}
    studio = Studio(data, **live)
    try:
        studio.until(studio.ready)
        assert manage(data, "shell", "-c", MAKE_ADMIN, **live).returncode == 0
        earlier = {generate(data, live, f"sent before the backup {n}", wait=60) for n in range(3)}
        assert manage(data, "backup", str(backup), **live).returncode == 0
        later = {generate(data, live, f"sent after the backup {n}", wait=60) for n in range(2)}
        before = {str(task["id"]): task["task_id"] for task in rows(data, live)}
        assert before.keys() == earlier | later
        over = manage(data, "restore", str(backup), **live)
        assert over.returncode != 0, "a running studio is not restored over"
    finally:
        studio.stop()

    restored = manage(data, "restore", str(backup), **live)
    assert restored.returncode == 0, restored.stderr
    assert "Sending is paused" in restored.stdout
    assert {str(task["id"]) for task in rows(data, live)} == earlier

    assert manage(data, "reconcile", **live).returncode == 0
    studio = Studio(data, **live)
    try:
        studio.until(studio.ready)
        studio.until(lambda: states(data) == {"ready"}, seconds=60)
    finally:
        studio.stop()
    after = {str(task["id"]): task["task_id"] for task in rows(data, live)}
    assert after == before
    assert manage(data, "ledger", "--check", **live).returncode == 0
    files = [Path(str(path)) for task in rows(data, live) for path in task["files"]]  # type: ignore[attr-defined]
    assert len(files) == len(after)
    assert all(path.stat().st_size for path in files)
    truth = vendor.truth()
    assert len(truth["tasks"]) == len(after)
    assert {task["served_whole"] for task in truth["tasks"]} == {1}, "files on the disk are not fetched again"


def rows(data: Path, live: dict[str, str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(manage(data, "tasks", "--json", **live).stdout)
    return found


def states(data: Path) -> set[str]:
    """The states of all tasks, without a process of its own for each look."""
    with closing(sqlite3.connect(f"file:{data}/kiestudio.sqlite3?mode=ro", uri=True)) as database:
        return {state for (state,) in database.execute("SELECT state FROM generations_task")}


def generate(data: Path, live: dict[str, str], prompt: str, wait: int) -> str:
    values = ("--set", f"prompt={prompt}", "--set", "duration=5")
    done = manage(data, "generate", "kling-2.6/text-to-video", *values, "--wait", str(wait), **live)
    facts = json.loads(done.stdout)
    assert facts["error"] is None
    return str(facts["id"])
