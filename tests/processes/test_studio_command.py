"""manage.py studio as a person runs it: real processes, a real port, a real end."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.processes.running import MAKE_ADMIN, Studio, free_port, manage, with_people, with_tables

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One that nobody ends."""
    running = Studio(with_people(tmp_path_factory.mktemp("studio")))
    try:
        running.until(running.ready)
        yield running
    finally:
        running.stop()


def test_a_killed_worker_is_started_again_and_leaves_no_orphans(studio: Studio) -> None:
    worker = studio.worker()
    family = worker.children(recursive=True)
    worker.kill()
    studio.until(lambda: studio.process.poll() is None and _another(studio, worker.pid))
    assert [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []
    studio.until(lambda: (studio.get("/readyz")[1].get("worker_beat_age") or 99) < 2)


def _another(studio: Studio, pid: int) -> bool:
    try:
        return studio.worker().pid != pid
    except (StopIteration, psutil.NoSuchProcess):
        return False


def test_an_order_from_the_shell_comes_back_as_a_ready_task(studio: Studio) -> None:
    done = manage(
        studio.data,
        "generate",
        "kling-2.6/text-to-video",
        "--set",
        "prompt=A quiet harbour at night",
        "--set",
        "duration=10",
        "--wait",
        "300",
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["state"] == "ready"
    assert (facts["quote"], facts["charge"]) == (110, 110)
    assert facts["task_id"]
    assert Path(facts["files"][0]).stat().st_size > 10_000
    assert manage(studio.data, "ledger", "--check").returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ["kling-2.6/text-to-video", "--set", b"prompt=caf\xe9"],
        ["kling-2.6/text-to-video", "--set", b"\xff=a"],
        ["kling-2.6/text-to-video", "--set", "prompt=a", "--user", b"\xff"],
        [b"kling\xff", "--set", "prompt=a"],
    ],
)
def test_bytes_that_are_no_text_are_refused_in_json(studio: Studio, words: list[str | bytes]) -> None:
    refused = manage(studio.data, "generate", *words)
    assert (refused.returncode, refused.stderr) == (1, "")
    assert "is not UTF-8" in json.loads(refused.stdout)["error"]


def test_a_second_studio_on_the_same_data_is_refused_by_name(studio: Studio) -> None:
    second = manage(studio.data, "studio", "--port", str(free_port()))
    assert second.returncode != 0
    assert "DATA_DIR" in second.stderr
    assert "Traceback" not in second.stderr


def test_one_command_starts_everything_and_one_signal_ends_it_without_orphans(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    studio.until(lambda: "Sign in as admin, creator, reviewer. Password: " in studio.log.read_text())
    assert studio.until(lambda: studio.get("/readyz")[1].get("mode")) == "sandbox"
    studio.until(lambda: len(studio.children()) > 5)
    children = studio.children()
    studio.stop()
    assert studio.process.returncode == 0
    assert [p for p in children if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []
    assert list(tmp_path.rglob("*.sqlite3-wal")) == [], "a copy of the database file alone is whole"


@pytest.mark.thorough
def test_what_a_killed_studio_leaves_behind_is_ended_by_the_next(tmp_path: Path) -> None:
    """A frozen worker does not hear that it should end."""
    key = {"KIE_API_KEY": "secret-key", "KIE_API_URL": "http://127.0.0.1:9"}
    studio = Studio(with_tables(tmp_path), **key)
    studio.until(lambda: (studio.get("/readyz")[1].get("worker_beat_age") or 99) < 2)
    left = [studio.worker(), *studio.worker().children(recursive=True)]
    stranger = psutil.Popen(["sleep", "60"], start_new_session=True)
    left[0].suspend()
    studio.process.kill()
    studio.process.wait()
    assert left[0].is_running()
    noted = tmp_path / "processes.json"
    told = json.loads(noted.read_text())
    told.append({**told[0], "group": stranger.pid, "born": told[0]["born"] + 3600})
    noted.write_text(json.dumps(told))

    again = Studio(tmp_path, **key)
    try:
        again.until(lambda: again.get("/healthz")[0] == 200)
        assert [p for p in left if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []
        assert stranger.is_running(), "a pid that is another program's by now"
    finally:
        again.stop()
        stranger.kill()
        stranger.wait()


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = manage(tmp_path, "studio", "--port", port, "--host", "127.0.0.1")
    assert refused.returncode != 0
    assert f"port {port} is in use" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("KIE_API_URL", "not an address"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("DEBUG", "perhaps"),
        ("DATABASE_URL", "mysql://x/y"),
        ("KIE_API_KEY_FILE", "/nowhere/key"),
        ("DATA_DIR", "/proc/nothing/here"),
    ],
)
def test_a_bad_setting_stops_the_start_with_its_name(name: str, value: str, tmp_path: Path) -> None:
    refused = manage(tmp_path, "studio", **{name: value})
    assert refused.returncode != 0
    assert name in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.thorough
def test_with_a_key_nothing_is_invented_and_a_link_makes_the_first_admin(tmp_path: Path) -> None:
    live = Studio(tmp_path, KIE_API_KEY="secret-key", KIE_API_URL="http://127.0.0.1:9")
    try:
        live.until(lambda: "/setup/" in live.log.read_text())
        assert live.until(lambda: live.get("/readyz")[1].get("mode")) == "live"
        people = manage(tmp_path, "tasks", "--json", KIE_API_KEY="secret-key")
        assert json.loads(people.stdout) == []
        assert "secret-key" not in live.log.read_text()
    finally:
        live.stop()


@pytest.mark.thorough
def test_nothing_of_the_sandbox_meets_the_real_kie(tmp_path: Path) -> None:
    """What is queued there would be paid here, and its people have a password that anybody may have read."""
    values = ("--set", "prompt=A quiet harbour", "--set", "duration=5")
    with_tables(tmp_path / "sandbox")
    assert manage(tmp_path, "shell", "-c", MAKE_ADMIN).returncode == 0
    assert manage(tmp_path, "generate", "kling-2.6/text-to-video", *values).returncode == 0
    assert len(json.loads(manage(tmp_path, "tasks", "--json").stdout)) == 1
    key = {"KIE_API_KEY": "secret-key", "KIE_API_URL": "http://127.0.0.1:9"}
    with_tables(tmp_path)
    assert json.loads(manage(tmp_path, "tasks", "--json", **key).stdout) == []


@pytest.mark.thorough
def test_a_database_of_the_sandbox_is_not_started_with_a_key(tmp_path: Path) -> None:
    shared = {"DATABASE_URL": f"sqlite:///{tmp_path}/shared.sqlite3"}
    assert manage(tmp_path, "migrate", **shared).returncode == 0
    claim = "from generations.models import Runtime; assert Runtime.belongs_to('sandbox')"
    assert manage(tmp_path, "shell", "-c", claim, **shared).returncode == 0
    refused = manage(tmp_path, "studio", "--port", str(free_port()), KIE_API_KEY="secret-key", **shared)
    assert refused.returncode != 0
    assert "DATABASE_URL: this database belongs to the sandbox" in refused.stderr
